"""Runs from asking to seeing their end, beside bare pytest over the same files."""

from __future__ import annotations

import re
import subprocess
import time
from datetime import datetime
from itertools import pairwise

from figures import Figure, at_most, ratios
from server import Server
from venvs import PLUGINS, XDIST, interpreter_with

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from client import Client, Json
    from server import Setup

TRIVIAL = "def test_trivial():\n    assert 1 + 1 == 2\n"
ENVIRONMENTS = 100
IN_A_ROW = 20
STAMPED = """\
import time
def test_stamped():
    began = time.time_ns()
    time.sleep(0.3)
    print("stamps", began, time.time_ns())
"""


def trivial(setup: Setup) -> Iterator[Figure]:
    """One trivial test file: submitted → its end seen by a client of the stream."""
    return _one_file(setup, setup.python, warm_aim=0.3)


def plugins(setup: Setup) -> Iterator[Figure]:
    """The same where much is installed beside pytest, which plain pytest imports each time."""
    return _one_file(setup, interpreter_with(setup, PLUGINS), warm_aim=0.25)


def _one_file(setup: Setup, python: Path, *, warm_aim: float) -> Iterator[Figure]:
    with Server(setup, python=python) as server:
        target = server.write_test("test_trivial.py", TRIVIAL)
        server.wait_for_worker()
        client = server.client()
        with client.stream("runs") as stream:

            def ours(start: str) -> None:
                expect(stream.wait_for_end(client.submit(1, target, start=start)), "passed")

            times = in_turns(
                setup.rounds(40),
                lambda: bare_pytest(python, server.tests, target),
                lambda: ours("warm"),
                lambda: ours("cold"),
            )
        bare_times, warm_times, cold_times = times
        yield Figure("python -m pytest -q FILE", "ms", [seconds * 1e3 for seconds in bare_times])
        yield Figure("submit → end seen, warm", "ms", [seconds * 1e3 for seconds in warm_times])
        yield Figure("submit → end seen, cold", "ms", [seconds * 1e3 for seconds in cold_times])
        yield Figure("ratio, warm", "×", ratios(warm_times, bare_times), [at_most(warm_aim)])
        yield Figure("ratio, cold", "×", ratios(cold_times, bare_times), [at_most(0.95)])


def run_all(client: Client, targets: list[str], start: str) -> None:
    """Each target in an environment of its own, until all have passed."""
    with client.stream("runs") as stream:
        asked = enumerate(targets, start=1)
        waiting = {client.submit(number, target, start=start) for number, target in asked}
        for kind, changed in stream.events():
            if kind == "run" and changed["state"] == "finished":
                expect(changed, "passed")
                waiting.discard(changed["id"])
                if not waiting:
                    return


def hundred(setup: Setup) -> Iterator[Figure]:
    """100 trivial runs over 100 environments, submitted at once, 2 slots, against xargs -P2.

    Beside them one pytest with two processes for all files (pytest-xdist): it starts pytest three times instead of a
    hundred, and keeps nothing apart.
    """
    distributing = interpreter_with(setup, XDIST)
    with Server(setup, slots=2) as server:
        targets = [server.write_test(f"test_{number:03}.py", TRIVIAL) for number in range(ENVIRONMENTS)]
        server.wait_for_worker()
        client = server.client()

        def ours(start: str) -> None:
            run_all(client, targets, start)

        def bare() -> None:
            words = ["xargs", "-P2", "-n1", setup.python, "-m", "pytest", "-q"]
            run_quietly(words, server.tests, "\n".join(targets))

        def distributed() -> None:
            bare_pytest(distributing, server.tests, "-n2", *targets)

        times = in_turns(setup.rounds(20), bare, distributed, lambda: ours("warm"), lambda: ours("cold"))
        bare_times, distributed_times, warm_times, cold_times = times
        yield Figure("xargs -P2 python -m pytest -q", "s", bare_times)
        yield Figure("python -m pytest -q -n2 for all of them", "s", distributed_times)
        yield Figure("100 runs, 100 environments, 2 slots, warm", "s", warm_times)
        yield Figure("the same, cold", "s", cold_times)
        yield Figure("ratio, warm", "×", ratios(warm_times, bare_times), [at_most(0.2)])
        yield Figure("ratio, cold", "×", ratios(cold_times, bare_times), [at_most(1.0)])
        yield Figure("ratio to -n2, warm", "×", ratios(warm_times, distributed_times))


def handover(setup: Setup) -> Iterator[Figure]:
    """20 runs of 0.3 s queued in one environment: how soon the next one starts."""
    with Server(setup) as server:
        target = server.write_test("test_stamped.py", STAMPED)
        server.wait_for_worker()
        client = server.client()
        gaps: list[float] = []
        between_tests: list[float] = []
        excess: list[float] = []
        for _ in range(setup.rounds(3)):
            began = time.perf_counter()
            runs = _in_a_row(client, target)
            total = time.perf_counter() - began
            times = [(_millis(run["started_at"]), _millis(run["finished_at"])) for run in runs]
            gaps.extend(start - end for (_, end), (start, _) in pairwise(times))
            excess.append((total * 1e3 - sum(end - start for start, end in times)) / IN_A_ROW)
            between_tests.extend(_between_tests(client, runs))
        yield Figure("finished_at → next started_at", "ms", gaps, [at_most(20)])
        yield Figure("last line of a test → first of the next", "ms", between_tests)
        yield Figure("20 × 0.3 s: total over the sum, per run", "ms", excess, [at_most(20)])


def _in_a_row(client: Client, target: str) -> list[Json]:
    with client.stream("runs") as stream:
        ids = [client.submit(1, target) for _ in range(IN_A_ROW)]
        ended = [stream.wait_for_end(run) for run in ids]
    for run in ended:
        expect(run, "passed")
    return ended


def _between_tests(client: Client, runs: list[Json]) -> Iterator[float]:
    """What the tests themselves printed of when they began and ended, in the order in which the runs began."""
    runs = sorted(runs, key=lambda run: run["started_at"])
    logs = (client.get_bytes(f"/runs/{run['id']}/log").decode() for run in runs)
    times = [tuple(map(int, re.findall(r"stamps (\d+) (\d+)", text)[0])) for text in logs]
    for (_, ended), (began, _) in pairwise(times):
        if began < ended:
            raise SystemExit("two runs were in one environment at once")
        yield (began - ended) / 1e6


def in_turns(rounds: int, *works: Callable[[], object]) -> list[list[float]]:
    """Seconds that each took. In turns, because the machine's speed moves; once before, so that caches are warm."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds):
        all_of_them = list(zip(works, times))
        for work, taken in all_of_them if number % 2 else reversed(all_of_them):
            began = time.perf_counter()
            work()
            taken.append(time.perf_counter() - began)
    return times


def bare_pytest(python: Path, tests: Path, *arguments: str) -> None:
    run_quietly([python, "-m", "pytest", "-q", *arguments], tests)


def run_quietly(words: list[object], directory: Path, text: str = "") -> None:
    done = subprocess.run([str(word) for word in words], cwd=directory, input=text, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{words} ended with {done.returncode}:\n{done.stdout}")


def expect(run: Json, outcome: str) -> None:
    if run["outcome"] != outcome:
        raise SystemExit(f"run {run['id']} ended {run['outcome']}: {run['reason']}")


def _millis(time: str) -> float:
    return datetime.fromisoformat(time).timestamp() * 1e3
