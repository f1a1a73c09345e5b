"""GET /runs"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service import ENVIRONMENTS, JSON, Service, problem
from test_create import LIST_FIELDS


@pytest.fixture(scope="module")
def runs(service: Service, environments: Iterator[int]) -> list[JSON]:
    """Six finished runs of a requester of their own, oldest first."""
    somebody = f"{service.requester}-lists"
    wanted = ["passing", "outcomes", "passing::test_addition", "ids", "empty", "passing"]
    submitted = [
        service.submit(name, environment=next(environments), requester=somebody, note=f"number {place} of six")
        for place, name in enumerate(wanted)
    ]
    return [service.wait_until(run["id"], "finished") for run in submitted]


def listed(service: Service, runs: list[JSON], **query: object) -> list[int]:
    answer = service.get("/runs", requester=runs[0]["requester"], **query)
    assert set(answer) >= {"items", "next_cursor"}
    return [run["id"] for run in answer["items"]]


def ids(runs: list[JSON]) -> list[int]:
    return [run["id"] for run in runs]


def test_newest_first(service: Service, runs: list[JSON]) -> None:
    assert listed(service, runs) == ids(runs)[::-1]


def test_oldest_first(service: Service, runs: list[JSON]) -> None:
    assert listed(service, runs, sort="id") == ids(runs)


def test_a_run_in_a_list_has_the_fields_of_lists(service: Service, runs: list[JSON]) -> None:
    (run,) = service.get("/runs", requester=runs[0]["requester"], limit=1)["items"]
    assert set(run) >= LIST_FIELDS
    assert run["progress"]["passed"] == 2
    assert set(run["environment"]) >= {"id", "name"}


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ({"state": "finished"}, [0, 1, 2, 3, 4, 5]),
        ({"state": "queued"}, []),
        ({"state": "queued,finished"}, [0, 1, 2, 3, 4, 5]),
        ({"outcome": "failed"}, [1]),
        ({"outcome": "failed,no_tests"}, [1, 4]),
        ({"outcome": "passed"}, [0, 2, 3, 5]),
        ({"target": "test_target_outcomes"}, [1]),
        ({"target": "test_addition"}, [2]),
        ({"q": "number 3 of"}, [3]),
        ({"q": "NUMBER 3 OF"}, [3]),
        ({"q": "no such words anywhere"}, []),
        ({"outcome": "passed", "target": "ids"}, [3]),
        ({"template": "no such template"}, []),
    ],
    ids=str,
)
def test_filters(query: dict[str, str], which: list[int], service: Service, runs: list[JSON]) -> None:
    assert listed(service, runs, **query) == [runs[place]["id"] for place in reversed(which)]


def test_by_environment(service: Service, runs: list[JSON]) -> None:
    number = runs[2]["environment"]["id"]
    expected = [run["id"] for run in reversed(runs) if run["environment"]["id"] == number]
    assert listed(service, runs, environment=number) == expected


def test_by_time(service: Service, runs: list[JSON]) -> None:
    assert listed(service, runs, created_from=runs[3]["created_at"])[-1] >= runs[0]["id"]
    assert runs[5]["id"] in listed(service, runs, created_from=runs[5]["created_at"])
    assert runs[0]["id"] in listed(service, runs, created_to=runs[0]["created_at"])
    assert listed(service, runs, created_from="2999-01-01T00:00:00Z") == []
    assert listed(service, runs, created_to="2001-01-01T00:00:00Z") == []


@pytest.mark.parametrize("sort", ["-id", "id"])
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_pages_have_every_run_once(limit: int, sort: str, service: Service, runs: list[JSON]) -> None:
    query = {"requester": runs[0]["requester"], "limit": limit, "sort": sort}
    found: list[int] = []
    page = service.get("/runs", **query)
    while True:
        assert len(page["items"]) <= limit
        found += [run["id"] for run in page["items"]]
        if page["next_cursor"] is None:
            break
        page = service.get("/runs", **query, cursor=page["next_cursor"])
    assert found == (ids(runs) if sort == "id" else ids(runs)[::-1])


def test_a_page_stays_when_new_runs_come(service: Service, environment: int) -> None:
    somebody = f"{service.requester}-growing"
    first = [service.submit("empty", environment=environment, requester=somebody)["id"] for _ in range(3)]
    page = service.get("/runs", requester=somebody, limit=2)
    assert [run["id"] for run in page["items"]] == [first[2], first[1]]
    service.submit("empty", environment=environment, requester=somebody)
    page = service.get("/runs", requester=somebody, limit=2, cursor=page["next_cursor"])
    assert [run["id"] for run in page["items"]] == [first[0]]
    assert page["next_cursor"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("limit", value) for value in ("0", "201", "-1", "x", "1e3")],
        ("state", "walking"),
        ("outcome", "excellent"),
        ("environment", "x"),
        ("plan", "x"),
        ("sort", "colour"),
        ("cursor", "no cursor"),
        ("created_from", "yesterday"),
        ("created_to", "99"),
        ("colour", "red"),
    ],
)
def test_each_parameter_is_checked(name: str, value: str, service: Service) -> None:
    details = problem(service.request("GET", "/runs", params={name: value}), (400, 422))
    assert name in str(details["errors"]) + details["detail"]


def test_a_cursor_belongs_to_its_order(service: Service, runs: list[JSON]) -> None:
    cursor = service.get("/runs", requester=runs[0]["requester"], limit=1, sort="id")["next_cursor"]
    problem(service.request("GET", "/runs", params={"cursor": cursor, "sort": "-id"}), (400, 422))


def test_a_queued_run_is_listed_as_such(service: Service, environment: int) -> None:
    waiting = service.start_waiting(environment)
    queued = service.submit("passing", environment=environment)["id"]
    page = service.get("/runs", state="queued", environment=environment, requester=service.requester)
    assert [run["id"] for run in page["items"]] == [queued]
    assert page["items"][0]["position"] == 1
    page = service.get("/runs", state="running", environment=f"{ENVIRONMENTS[0]}-{ENVIRONMENTS[-1]}", limit=200)
    assert waiting in [run["id"] for run in page["items"]]
    service.cancel(queued)
    service.cancel(waiting)
