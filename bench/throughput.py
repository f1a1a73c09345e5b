"""Much at once: a flood of output, and a file of a thousand tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from figures import Figure, at_least, at_most, ratios
from runs import bare_pytest, expect, in_turns
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from client import Client
    from server import Setup

MEGABYTES = 500
FLOOD = """\
def test_flood():
    text = ("x" * 99 + "\\n") * 10_000
    for _ in range({megabytes}):
        print(text, end="")
"""
# Tells by itself how long it took, without the start and the end of its run.
POURED = """\
import os, time
def test_pours():
    block = b"".join(b"line %06d of a flood\\n" % n for n in range(40000))
    began = time.perf_counter()
    for _ in range({blocks}):
        view = memoryview(block)
        while view:
            view = view[os.write(1, view):]
    print("poured MB/s:", {blocks} * len(block) / 1e6 / (time.perf_counter() - began))
"""
CONFIG = "[limits]\nlog_bytes = 4294967296\n"
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


def pour(setup: Setup) -> Iterator[Figure]:
    """From a test's descriptor 1 to the file of its log, and what that does to the memory of the worker."""
    blocks = 250 if setup.quick else 1000
    with Server(setup, config=CONFIG) as server:
        target = server.write_test("test_pours.py", POURED.format(blocks=blocks))
        little = server.write_test("test_little.py", POURED.format(blocks=1))
        server.wait_for_worker()
        client = server.client()
        rates, grown = [], []
        expect(client.run(1, little), "passed")
        for _ in range(setup.rounds(5)):
            before = _peak_mib(server.pids()["worker"])
            run = client.run(1, target)
            expect(run, "passed")
            rates.append(_poured(client, run["id"]))
            grown.append(_peak_mib(server.pids()["worker"]) - before)
            (server.data / "runs" / str(run["id"]) / "log").unlink()
        yield Figure("a test's stdout → its log", "MB/s", rates, [at_least(200)])
        yield Figure("worker's largest resident set has grown by", "MiB", grown, [at_most(8, "p99")])


def _poured(client: Client, run: int) -> float:
    """What the test told among the last lines."""
    lines = client.get(f"/runs/{run}")["log"]["lines"]
    last = client.get(f"/runs/{run}/log", from_line=max(1, lines - 20), count=21)["items"]
    (told,) = [line["text"] for line in last if line["text"].startswith("poured MB/s:")]
    return float(told.split()[-1])


def thousand(setup: Setup) -> Iterator[Figure]:
    """1,000 trivial tests in one file, against bare pytest."""
    with Server(setup) as server:
        target = server.write_test("test_thousand.py", THOUSAND)
        server.wait_for_worker()
        client = server.client()
        with client.stream("runs") as stream:
            bare_times, our_times = in_turns(
                setup.rounds(20),
                lambda: bare_pytest(setup.python, server.tests, target),
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
