"""The processor time that a run takes in all processes together: what counts where every processor is busy, and what a
busy machine does not change much.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

from figures import Figure
from runs import TRIVIAL, bare_pytest, run_all
from server import Server, descendants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

RUNS = 40
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
OF_IT, OF_CHILDREN = slice(11, 13), slice(13, 15)


def cost(setup: Setup) -> Iterator[Figure]:
    """A trivial run over a hundred files, warm: who takes how much, and bare pytest beside it."""
    with Server(setup, slots=2) as server:
        targets = [server.write_test(f"test_{number:03}.py", TRIVIAL) for number in range(RUNS)]
        server.wait_for_worker()
        client = server.client()
        run_all(client, targets, "warm")
        bare: list[float] = []
        found: dict[str, list[float]] = {}
        for _ in range(setup.rounds(20)):
            bare.append(_bare_ms(setup, server, targets[0]))
            before = _taken(server)
            run_all(client, targets, "warm")
            for name, taken in _taken(server).items():
                found.setdefault(name, []).append((taken - before[name]) * 1e3 / RUNS)
        yield Figure("python -m pytest -q FILE", "ms of processor time", bare)
        for name, times in found.items():
            yield Figure(f"a warm run: {name}", "ms of processor time", times)
        all_together = [sum(times) for times in zip(*found.values())]
        yield Figure("a warm run: all together", "ms of processor time", all_together)
        yield Figure("ratio", "×", [ours / theirs for ours, theirs in zip(all_together, bare)])


def _bare_ms(setup: Setup, server: Server, target: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    bare_pytest(setup.python, server.tests, target)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)) * 1e3


def _taken(server: Server) -> dict[str, float]:
    """Seconds so far. What has ended counts for who waited for it: runs for the supervisor."""
    pids = server.pids()
    below = descendants(pids["supervisor"])
    zygotes = [pid for pid in below if b"\0zygote\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    found = {name: _seconds(pid, OF_IT) for name, pid in pids.items()}
    found["warm interpreter"] = sum(_seconds(pid, OF_IT) + _seconds(pid, OF_CHILDREN) for pid in zygotes)
    found["its init and the tests"] = _seconds(pids["supervisor"], OF_CHILDREN)
    return found


def _seconds(pid: int, which: slice) -> float:
    """Fields of proc_pid_stat(5), counted from the one after the name."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[which])) / TICKS_PER_S
