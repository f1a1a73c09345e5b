"""Much at once: a flood of output, and a file of a thousand tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from figures import Figure, at_most, ratios
from runs import bare_pytest, expect, in_turns
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

MEGABYTES = 500
FLOOD = """\
def test_flood():
    text = ("x" * 99 + "\\n") * 10_000
    for _ in range({megabytes}):
        print(text, end="")
"""
THOUSAND = "import pytest\n" + "".join(f"def test_{number}():\n    assert True\n" for number in range(1000))


def flood(setup: Setup) -> Iterator[Figure]:
    """A test that prints 500 MB, against bare pytest with a pipe to a file."""
    megabytes = 100 if setup.quick else MEGABYTES
    with Server(setup) as server:
        target = server.write_test("test_flood.py", FLOOD.format(megabytes=megabytes))
        server.wait_for_worker()
        client = server.client()
        printed = server.home / "printed"

        def bare() -> None:
            words = f"'{setup.python}' -m pytest -q -s --color=yes {target} | cat > '{printed}'"
            subprocess.run(words, shell=True, check=True, cwd=server.tests)

        def ours() -> None:
            run = client.run(1, target)
            expect(run, "passed")
            (server.data / "runs" / str(run["id"]) / "log").unlink()

        bare_times, our_times = in_turns(setup.rounds(5), bare, ours)
        yield Figure("pytest -s | cat > FILE", "MB/s", [megabytes / seconds for seconds in bare_times])
        yield Figure("a run that prints 500 MB", "MB/s", [megabytes / seconds for seconds in our_times])
        yield Figure("ratio of times", "×", ratios(our_times, bare_times))
        yield Figure("worker's largest resident set", "MiB", [_peak_mib(server.pids()["worker"])])
        yield Figure("serve's largest resident set", "MiB", [_peak_mib(server.pids()["serve"])])


def thousand(setup: Setup) -> Iterator[Figure]:
    """1,000 trivial tests in one file, against bare pytest."""
    with Server(setup) as server:
        target = server.write_test("test_thousand.py", THOUSAND)
        server.wait_for_worker()
        client = server.client()
        with client.stream("runs") as stream:
            bare_times, our_times = in_turns(
                setup.rounds(20),
                lambda: bare_pytest(setup, server.tests, target),
                lambda: expect(stream.wait_for_end(client.submit(1, target, start="warm")), "passed"),
            )
        yield Figure("python -m pytest -q FILE", "ms", [seconds * 1e3 for seconds in bare_times])
        yield Figure("submit → end seen, warm", "ms", [seconds * 1e3 for seconds in our_times])
        yield Figure("ratio", "×", ratios(our_times, bare_times), [at_most(0.8)])


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"no peak of process {pid}")
