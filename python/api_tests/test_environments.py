"""GET /environments and /environments/{id}"""

from __future__ import annotations

import pytest
from service import Service, problem

FIELDS = {"id", "name", "description", "labels", "state", "holder", "queue", "variables"}


def test_there_are_a_hundred(service: Service) -> None:
    found = service.get("/environments", limit=200)["items"]
    numbers = [environment["id"] for environment in found]
    assert set(range(1, 101)) <= set(numbers)
    assert numbers == sorted(numbers)
    for environment in found:
        assert set(environment) >= FIELDS
        assert environment["state"] in ("free", "busy", "reserved", "maintenance")
        assert environment["name"]


def test_they_come_in_pages(service: Service) -> None:
    found: list[int] = []
    page = service.get("/environments", limit=30)
    while True:
        found += [environment["id"] for environment in page["items"]]
        if page["next_cursor"] is None:
            break
        page = service.get("/environments", limit=30, cursor=page["next_cursor"])
    assert len(found) == len(set(found)) >= 100


def test_one_tells_who_has_it_and_who_waits(service: Service, environment: int) -> None:
    path = f"/environments/{environment}"
    running = service.start_waiting(environment)
    queued = [service.submit("passing", environment=environment)["id"] for _ in range(2)]
    found = service.get(path)
    assert found["state"] == "busy"
    assert found["holder"]["run_id"] == running
    assert found["holder"]["person"] is None
    assert found["holder"]["since"].endswith("Z")
    assert found["queue"] == {"length": 2, "runs": queued}

    for run_id in [*queued, running]:
        service.cancel(run_id)
    service.wait_until(running, "finished")
    found = service.get(path)
    assert found["queue"] == {"length": 0, "runs": []}
    assert (found["state"], found["holder"]) == ("free", None)


@pytest.mark.parametrize("number", ["0", "-1", "123456", "x", "1.5", "99999999999999999999"])
def test_an_unknown_one_is_not_found(number: str, service: Service) -> None:
    problem(service.request("GET", f"/environments/{number}"), (400, 404, 422))
