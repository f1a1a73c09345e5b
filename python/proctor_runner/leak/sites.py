"""The lines that allocate what stays, found in a pass that is traced and therefore slow."""

from __future__ import annotations

import gc
import os
import tempfile
import tracemalloc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    # From the line that allocates outwards.
    Frames = Sequence[tuple[str, int]]

# Iterations that are traced.
TRACED = 5
# Frames of each allocation, as far as tracemalloc looks: enough to come from a library to the line of the tests.
DEPTH = 16
MOST_SITES = 50
# What is smaller than this part of the largest one is no cause.
LEAST_PART = 20
# Of no interest: what the hunt itself and the tracer need.
OWN = (os.path.dirname(os.path.abspath(__file__)), tracemalloc.__file__)


class Site:
    """What one line has allocated and nobody has freed, in all of the traced iterations."""

    __slots__ = ("bytes", "count", "frames")

    def __init__(self, frames: Frames, size: int, count: int) -> None:
        self.frames = frames
        self.bytes = size
        self.count = count


def find_sites(iterate: Callable[[], None], root: str) -> tuple[str, list[dict[str, Any]]]:
    """Trace some iterations: by what, and the sites of what stays, largest first, per iteration."""
    try:
        return "memray", _shown(_with_memray(iterate), root)
    except ImportError:
        return "tracemalloc", _shown(_with_tracemalloc(iterate), root)


def _with_tracemalloc(iterate: Callable[[], None]) -> list[Site]:
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start(DEPTH)
    try:
        # What replaces something untraced in the first iteration would look new.
        iterate()
        before = _snapshot()
        for _ in range(TRACED):
            iterate()
        after = _snapshot()
    finally:
        if not was_tracing:
            tracemalloc.stop()
    return [
        Site([(frame.filename, frame.lineno) for frame in reversed(one.traceback)], one.size_diff, one.count_diff)
        for one in after.compare_to(before, "traceback")
    ]


def _snapshot() -> tracemalloc.Snapshot:
    gc.collect()
    return tracemalloc.take_snapshot()


def _with_memray(iterate: Callable[[], None]) -> list[Site]:
    """memray sees allocations of native code too, and costs less."""
    import memray  # type: ignore[import-not-found,unused-ignore]

    iterate()
    with tempfile.TemporaryDirectory(prefix="leak-hunt-") as folder:
        path = os.path.join(folder, "allocations")
        with memray.Tracker(path, trace_python_allocators=True):
            for _ in range(TRACED):
                iterate()
            gc.collect()
        with memray.FileReader(path) as reader:
            records = reader.get_leaked_allocation_records(merge_threads=True)
            return [
                Site([(file, line) for _, file, line in record.stack_trace()], record.size, record.n_allocations)
                for record in records
            ]


def _shown(sites: Iterable[Site], root: str) -> list[dict[str, Any]]:
    """One entry for each line, without those that did not allocate in each iteration."""
    lines: dict[tuple[str, int, tuple[str, int] | None], list[int]] = {}
    for site in sites:
        frames = [frame for frame in site.frames if frame[1] > 0]
        if not frames or frames[0][0].startswith(OWN):
            continue
        file, line = frames[0]
        caller = None if _is_below(file, root) else next((one for one in frames if _is_below(one[0], root)), None)
        sums = lines.setdefault((file, line, caller), [0, 0])
        sums[0] += site.bytes
        sums[1] += site.count
    staying = [(key, size, count) for key, (size, count) in lines.items() if count >= TRACED and size >= TRACED]
    staying.sort(key=lambda entry: -entry[1])
    least = staying[0][1] / LEAST_PART if staying else 0
    return [
        {
            "file": _short(file, root),
            "line": line,
            "bytes": size // TRACED,
            "count": count // TRACED,
            "called_from": None if caller is None else {"file": _short(caller[0], root), "line": caller[1]},
        }
        for (file, line, caller), size, count in staying[:MOST_SITES]
        if size >= least
    ]


def _is_below(file: str, root: str) -> bool:
    return file.startswith(root + os.sep)


def _short(file: str, root: str) -> str:
    return os.path.relpath(file, root) if _is_below(file, root) else file
