"""Lists of runs with 100,000 finished runs, and pages and searches of a log of 1,000,000 lines."""

from __future__ import annotations

import random
import time

from figures import Figure, at_most
from idle import pss_mib
from runs import expect
from seed import RUNS, SEEDED_FROM, seed
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from client import Client
    from server import Setup

LIST_TARGETS = [at_most(20, "p99")]
LINES = 1_000_000
MANY_LINES = f"""\
def test_many_lines():
    for first in range(1, {LINES}, 1000):
        print("\\n".join(f"line {{n}} of the log of a run that prints very much" for n in range(first, first + 1000)))
"""
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

SEARCHES: dict[str, dict[str, object]] = {
    "a line near the end": {"q": f"line {LINES - 3} "},
    "nothing": {"q": "banana"},
    "every line": {"q": "line"},
    "a pattern": {"q": r"line 9{5}\b", "regex": "true"},
}


def lists(setup: Setup) -> Iterator[Figure]:
    """Every filter of the list of runs, over HTTP."""
    with Server(setup) as server:
        server.stop()
        seed(server.data)
        server.start()
        server.wait_for_worker()
        client = server.client()
        count = setup.rounds(100)
        for name, query in FILTERS.items():
            yield Figure(f"runs, {name}", "ms", _list_times(client, query, count), LIST_TARGETS)
        yield Figure("runs, a page from the middle", "ms", _page_times(client, count), LIST_TARGETS)
        yield Figure("one run", "ms", _find_times(client, count), LIST_TARGETS)
        yield Figure("serve after all of these", "MiB PSS", [pss_mib(server.pids()["serve"])], [at_most(15)])


def log(setup: Setup) -> Iterator[Figure]:
    """Any page of a log of a million lines, and searching it."""
    with Server(setup) as server:
        target = server.write_test("test_many_lines.py", MANY_LINES)
        server.wait_for_worker()
        client = server.client()
        run = client.run(1, target)
        expect(run, "passed")
        path = f"/runs/{run['id']}/log"
        yield Figure("500 lines from anywhere", "ms", _log_times(client, path, setup.rounds(200)), LIST_TARGETS)
        for name, query in SEARCHES.items():
            times = [_timed(client, f"{path}/search", query) for _ in range(setup.rounds(10))]
            yield Figure(f"search for {name}", "ms", times)


def _list_times(client: Client, query: dict[str, object], count: int) -> list[float]:
    return [_timed(client, "/runs", query) for _ in range(count)]


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


def _find_times(client: Client, count: int) -> list[float]:
    chosen = random.Random(7)
    return [_timed(client, f"/runs/{chosen.randint(1, RUNS)}", {}) for _ in range(count)]


def _log_times(client: Client, path: str, count: int) -> list[float]:
    chosen = random.Random(7)
    return [_timed(client, path, {"from_line": chosen.randint(1, LINES - 500), "count": 500}) for _ in range(count)]


def _timed(client: Client, path: str, query: dict[str, object]) -> float:
    began = time.perf_counter()
    client.get_bytes(path, **query)
    return (time.perf_counter() - began) * 1e3
