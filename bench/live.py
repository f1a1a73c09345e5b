"""How soon a person sees what a test prints."""

from __future__ import annotations

import time

from figures import Figure, at_most
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

PRINTS = 400
# Pauses of 2 to 32 ms, so that prints meet every moment of whatever has a rhythm.
PRINTING = """\
import random, time
def test_printing():
    random.seed(7)
    for number in range({prints}):
        time.sleep(random.uniform(0.002, 0.032))
        print(f"@{{time.time_ns()}}", flush=True)
"""


def prints(setup: Setup) -> Iterator[Figure]:
    """A test's print → a client of the stream is told, and has fetched the line."""
    with Server(setup) as server:
        target = server.write_test("test_printing.py", PRINTING.format(prints=setup.rounds(PRINTS)))
        server.wait_for_worker()
        client = server.client()
        run = client.submit(1, target)
        told: list[float] = []
        fetched: list[float] = []
        with client.stream(f"run:{run}") as stream:
            read = 0
            for kind, changed in stream.events():
                if kind == "run" and changed["state"] == "finished":
                    break
                if kind != "log" or changed["lines"] <= read:
                    continue
                heard_at = time.time_ns()
                page = client.get(f"/runs/{run}/log", from_line=read + 1)
                has_at = time.time_ns()
                read = page["total_lines"]
                for line in page["items"]:
                    if line["text"].startswith("@"):
                        printed_at = int(line["text"][1:])
                        told.append(max(0, heard_at - printed_at) / 1e6)
                        fetched.append((has_at - printed_at) / 1e6)
        yield Figure("print → told", "ms", told)
        yield Figure("print → told and line fetched", "ms", fetched, [at_most(10, "p50"), at_most(50, "p99")])
