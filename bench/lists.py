"""Lists of runs with 100,000 and with 1,000,000 finished runs."""

from __future__ import annotations

import random
import time

from figures import Figure, at_most
from idle import pss_mib
from seed import RUNS, SEEDED_FROM, seed
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from client import Client
    from figures import Target
    from server import Setup

LIST_TARGETS = [at_most(20, "p99")]
MILLION = 1_000_000
MILLION_TARGETS = [at_most(5, "p99")]
# Each with matches that are many, few (so that the whole table is looked through) and none.
FILTERS: dict[str, dict[str, object]] = {
    "no filter": {},
    "limit=200": {"limit": 200},
    "sort=id": {"sort": "id"},
    "state=finished": {"state": "finished"},
    "state=queued,running": {"state": "queued,running"},
    "outcome=passed": {"outcome": "passed"},
    "outcome=failed,error": {"outcome": "failed,error"},
    "outcome=lost (1 in 10,000)": {"outcome": "lost"},
    "outcome=timed_out (none)": {"outcome": "timed_out"},
    "environment=7": {"environment": "7"},
    "environment=1-40,77": {"environment": "1-40,77"},
    "environment=99 (none)": {"environment": "99"},
    "requester (1 in 40)": {"requester": "person-7"},
    "requester (1 in 10,000)": {"requester": "visitor"},
    "requester (none)": {"requester": "nobody"},
    "template (1 in 10)": {"template": "nightly"},
    "template (1 in 10,000)": {"template": "yearly"},
    "template (none)": {"template": "none"},
    "plan (1 in 20)": {"plan": 3},
    "plan (1 in 10,000)": {"plan": 900},
    "plan (none)": {"plan": 12345},
    "target (1 in 50)": {"target": "area_7/"},
    "target (1 in 10,000)": {"target": "rare/"},
    "target (none)": {"target": "banana"},
    "q (many)": {"q": "area"},
    "q (1 in 10,000)": {"q": "visitor"},
    "q (none)": {"q": "banana"},
    "q (a number)": {"q": "4711"},
    "created_from, created_to (10 %)": {"created_from": SEEDED_FROM[4], "created_to": SEEDED_FROM[5]},
    "created_to (oldest)": {"created_to": SEEDED_FROM[1]},
    "created_from, created_to (none)": {"created_from": "2001-01-01T00:00:00Z", "created_to": "2001-02-01T00:00:00Z"},
    "outcome=lost and requester": {"outcome": "lost", "requester": "person-7"},
    "environment, outcome, q": {"environment": "1-40", "outcome": "failed", "q": "area_7"},
    "requester, outcome, q (none)": {"requester": "person-7", "outcome": "error", "q": "banana"},
}


def lists(setup: Setup) -> Iterator[Figure]:
    """Every filter of the list of runs, over HTTP."""
    yield from _lists(setup, RUNS, LIST_TARGETS)


def million(setup: Setup) -> Iterator[Figure]:
    """The same with ten times as many runs."""
    yield from _lists(setup, MILLION, MILLION_TARGETS)


def _lists(setup: Setup, runs: int, targets: list[Target]) -> Iterator[Figure]:
    with Server(setup) as server:
        server.stop()
        seed(server.data, runs)
        server.start()
        server.wait_for_worker()
        client = server.client()
        count = setup.rounds(100)
        for name, query in FILTERS.items():
            yield Figure(f"{runs:,} runs, {name}", "ms", _list_times(client, query, count), targets)
        yield Figure(f"{runs:,} runs, a page from the middle", "ms", _page_times(client, count), targets)
        yield Figure(f"one of {runs:,} runs", "ms", _find_times(client, runs, count), targets)
        yield Figure("serve after all of these", "MiB PSS", [pss_mib(server.pids()["serve"])], [at_most(15)])


def _list_times(client: Client, query: dict[str, object], count: int) -> list[float]:
    return [timed(client, "/runs", query) for _ in range(count)]


def _page_times(client: Client, count: int) -> list[float]:
    """Somebody who turns pages: each goes on from the one before."""
    times = []
    query: dict[str, object] = {"created_to": SEEDED_FROM[5]}
    for _ in range(count):
        began = time.perf_counter()
        page = client.get("/runs", **query)
        times.append((time.perf_counter() - began) * 1e3)
        query["cursor"] = page["next_cursor"]
    return times


def _find_times(client: Client, runs: int, count: int) -> list[float]:
    chosen = random.Random(7)
    return [timed(client, f"/runs/{chosen.randint(1, runs)}", {}) for _ in range(count)]


def timed(client: Client, path: str, query: dict[str, object]) -> float:
    began = time.perf_counter()
    client.get_bytes(path, **query)
    return (time.perf_counter() - began) * 1e3
