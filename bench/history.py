"""Test cases over all runs, with 1,000,000 stored results."""

from __future__ import annotations

import random

from figures import Figure, at_most
from lists import timed
from seed import nodeid, seed, seed_tests
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

# Runs and test cases of each: many of both, and one test that always runs.
SHAPES = ((1000, 1000), (100_000, 10))
TARGETS = [at_most(20, "p99")]


def history(setup: Setup) -> Iterator[Figure]:
    """The history of a test case, and runs beside each other."""
    for runs, cases in SHAPES:
        with Server(setup) as server:
            server.stop()
            seed(server.data, runs)
            seed_tests(server.data, runs, cases)
            server.start()
            server.wait_for_worker()
            client = server.client()
            chosen = random.Random(7)
            count = setup.rounds(100)
            shape = f"{runs:,} runs of {cases:,} tests"
            questions: dict[str, dict[str, object]] = {
                "history": {},
                "history, 200 results": {"limit": 200},
                "history in one environment": {"environment": 7},
                "history where it never ran": {"environment": 99},
            }
            for name, query in questions.items():
                times = [
                    timed(client, "/history", {"nodeid": nodeid(chosen.randrange(cases)), **query})
                    for _ in range(count)
                ]
                yield Figure(f"{shape}: {name}", "ms", times, TARGETS)
            times = [timed(client, "/history", {"nodeid": "area/test_x.py::test_none"}) for _ in range(count)]
            yield Figure(f"{shape}: history of no test", "ms", times, TARGETS)
            for several in (2, 4):
                times = []
                for _ in range(setup.rounds(50)):
                    compared = ",".join(str(run) for run in chosen.sample(range(1, runs + 1), several))
                    times.append(timed(client, "/compare", {"runs": compared}))
                yield Figure(f"{shape}: {several} runs compared", "ms", times)
