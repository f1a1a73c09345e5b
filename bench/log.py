"""Logs of a million and of five million lines, and output that does not end."""

from __future__ import annotations

import random

from figures import Figure, at_most
from idle import pss_mib
from lists import timed
from runs import expect
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from client import Client, Json
    from server import Setup

SIZES = (1_000_000, 5_000_000)
PAGE_TARGETS = [at_most(20, "p99")]
# Coloured as pytest does it, with errors among the lines and the last line like no other.
MANY_LINES = """\
import sys
def test_many_lines():
    for first in range(1, {lines}, 1000):
        sys.stdout.write("".join(
            f"{{n}} \\x1b[32mINFO\\x1b[0m request {{n * 7919 % 100000}} of a client in Köln took {{n % 400}} ms\\n"
            if n % 250000 else f"{{n}} \\x1b[31mERROR\\x1b[0m the connection was refused\\n"
            for n in range(first, first + 1000)))
    print("the needle is here")
    # The captured output is not shown once more.
"""
# The page asks this for its steps from error to error.
ERRORS = r"(^|[\s\]\[m])(ERROR|CRITICAL|FATAL)\b|^(\x1b\[[0-9;]*m)*E {3}"
SEARCHES: dict[str, dict[str, object]] = {
    "the last line": {"q": "the needle is here"},
    "the last line, case": {"q": "the needle is here", "case": "true"},
    "the last line, pattern": {"q": r"needle \w+ here$", "regex": "true"},
    "the last line, pattern, case": {"q": r"\bneedle\b", "regex": "true", "case": "true"},
    "nothing": {"q": "banana"},
    "every line": {"q": "info"},
    "every error": {"q": ERRORS, "regex": "true", "case": "true"},
}
ENDLESS = 1 << 30
OUTPUTS = {
    "an endless line of 1 GiB": """\
import os
def test_endless():
    block = b"x" * (1 << 20)
    for _ in range({mib}):
        view = memoryview(block)
        while view:
            view = view[os.write(1, view):]
""",
    "a flood of 1 GiB": """\
import os
def test_flood():
    block = b"".join(b"line %06d of a flood\\n" % n for n in range(40000))[: 1 << 20]
    for _ in range({mib}):
        view = memoryview(block)
        while view:
            view = view[os.write(1, view):]
""",
}
CONFIG = "[limits]\nlog_bytes = 4294967296\n"


def log(setup: Setup) -> Iterator[Figure]:
    """Any page of a large log, and searching it."""
    for lines in SIZES:
        with Server(setup, config=CONFIG) as server:
            target = server.write_test("test_many_lines.py", MANY_LINES.format(lines=lines))
            server.wait_for_worker()
            client = server.client()
            run = client.run(1, target)
            expect(run, "passed")
            path = f"/runs/{run['id']}/log"
            times = _page_times(client, path, lines, setup.rounds(200))
            yield Figure(f"{lines:,} lines: 500 from anywhere", "ms", times, PAGE_TARGETS)
            for name, query in SEARCHES.items():
                times = [timed(client, f"{path}/search", query) for _ in range(setup.rounds(10))]
                yield Figure(f"{lines:,} lines: search for {name}", "ms", times)
            times = list(_steps(client, path, lines))
            yield Figure(f"{lines:,} lines: from error to error", "ms", times, PAGE_TARGETS)
            yield Figure(f"{lines:,} lines: serve after these", "MiB PSS", [_pss(server, "serve")], [at_most(15)])


def endless(setup: Setup) -> Iterator[Figure]:
    """What output without an end does to the memory of the processes."""
    for name, text in OUTPUTS.items():
        with Server(setup, config=CONFIG) as server:
            target = server.write_test("test_output.py", text.format(mib=ENDLESS >> 20))
            server.wait_for_worker()
            client = server.client()
            before = {process: _pss(server, process) for process in ("serve", "worker")}
            run = client.run(1, target)
            expect(run, "passed")
            path = f"/runs/{run['id']}/log"
            yield Figure(f"{name}: 500 lines", "ms", [timed(client, path, {"from_line": 1}) for _ in range(5)])
            times = [timed(client, f"{path}/search", {"q": "banana"}) for _ in range(3)]
            yield Figure(f"{name}: search", "ms", times)
            for process, size in before.items():
                grown = _pss(server, process) - size
                yield Figure(f"{name}: {process} has grown by", "MiB PSS", [grown], [at_most(8)])


def _page_times(client: Client, path: str, lines: int, count: int) -> list[float]:
    chosen = random.Random(7)
    return [timed(client, path, {"from_line": chosen.randint(1, lines - 500), "count": 500}) for _ in range(count)]


def _steps(client: Client, path: str, lines: int) -> Iterator[float]:
    """Somebody who goes from error to error: each time the lines around it."""
    errors = client.get(f"{path}/search", q=ERRORS, regex="true", case="true")
    assert errors["count"] == lines // 250000, _shown(errors)
    for line in errors["lines"] * 5:
        yield timed(client, path, {"from_line": max(1, line - 250), "count": 500})


def _shown(found: Json) -> str:
    return f"{found['count']} errors: {found['lines'][:10]}"


def _pss(server: Server, process: str) -> float:
    return pss_mib(server.pids()[process])
