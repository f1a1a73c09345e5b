"""What this process holds, measured so that only what the tests keep can make it grow."""

from __future__ import annotations

import ctypes
import gc
import sys
from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# From linux/prctl.h.
PR_SET_THP_DISABLE = 41
# Pages that are this process's own: anonymous memory, also what is swapped out, and shared memory by its part.
OWN_PAGES = (b"Anonymous:", b"Swap:", b"Pss_Shmem:")
OWN_PAGES_ROUGHLY = (b"RssAnon:", b"VmSwap:", b"RssShmem:")


class Series:
    """The figures after each iteration. All of their room is taken at once: the series itself never grows."""

    __slots__ = ("_blocks", "_count", "_heap", "_memory", "_room")

    def __init__(self, room: int) -> None:
        self._room = room
        self._count = 0
        self._memory, self._blocks, self._heap = (array("q", bytes(8 * room)) for _ in range(3))

    def add(self, memory: int, blocks: int, heap: int) -> None:
        at = self._count
        self._memory[at], self._blocks[at], self._heap[at] = memory, blocks, heap
        self._count += 1

    def __len__(self) -> int:
        return self._count

    @property
    def memory(self) -> list[int]:
        """Bytes of memory that is the process's own."""
        return list(self._memory[: self._count])

    @property
    def blocks(self) -> list[int]:
        """Blocks that Python's allocator has given out; all 0 where it is switched off."""
        return list(self._blocks[: self._count])

    @property
    def heap(self) -> list[int]:
        """Bytes that malloc has given out; all 0 where it does not tell."""
        return list(self._heap[: self._count])


class Meter:
    """Measures this process.

    Own pages are counted, whether or not they are still shared with the process that forked this one: so neither the
    copies that a fork makes late nor the end of a sibling looks like growth.
    """

    def __init__(self) -> None:
        libc = ctypes.CDLL(None)
        self._trim: Callable[[int], object] | None = getattr(libc, "malloc_trim", None)
        self._heap = _heap_reader(libc)
        self._read_pages = _page_reader()
        # A huge page makes memory grow by 2 MiB at a time, now and then.
        numbers = (PR_SET_THP_DISABLE, 1, 0, 0, 0)
        libc.prctl(*map(ctypes.c_ulong, numbers))

    def measure(self, series: Series) -> None:
        """Add what is left when all that can be given back has been given back."""
        # The second time for what finalizers of the first have let go.
        gc.collect()
        gc.collect()
        if self._trim is not None:
            self._trim(0)
        series.add(self._read_pages(), sys.getallocatedblocks(), self._heap())


def _heap_reader(libc: ctypes.CDLL) -> Callable[[], int]:
    """Bytes in use by malloc, of all arenas and in mappings of their own: mallinfo2 of glibc 2.33 and later."""
    mallinfo2 = getattr(libc, "mallinfo2", None)
    if mallinfo2 is None:
        return lambda: 0
    names = ["arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"]
    fields = [(name, ctypes.c_size_t) for name in names]
    mallinfo2.restype = type("MallInfo2", (ctypes.Structure,), {"_fields_": fields})

    def read() -> int:
        info = mallinfo2()
        return int(info.uordblks + info.hblkhd)

    return read


def _page_reader() -> Callable[[], int]:
    """The most exact source that this kernel has: the counters of `status` may lag behind by many pages."""
    for path, keys in (("/proc/self/smaps_rollup", OWN_PAGES), ("/proc/self/status", OWN_PAGES_ROUGHLY)):
        try:
            if _sum_of(path, keys) > 0:
                return lambda path=path, keys=keys: _sum_of(path, keys)  # type: ignore[misc]
        except OSError:
            continue
    return _resident


def _sum_of(path: str, keys: tuple[bytes, ...]) -> int:
    kib = 0
    with open(path, "rb", buffering=0) as file:
        for line in file.read().splitlines():
            if line.startswith(keys):
                kib += int(line.split()[1])
    return kib * 1024


def _resident() -> int:
    with open("/proc/self/statm", "rb", buffering=0) as file:
        resident, shared = file.read().split()[1:3]
    return (int(resident) - int(shared)) * 4096
