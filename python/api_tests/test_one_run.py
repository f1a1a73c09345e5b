"""GET /runs/{id}, cancel, rerun, and the queue of an environment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from service import JSON, Service, problem
from test_create import DETAIL_FIELDS


def test_a_run_has_everything_that_was_asked_for(service: Service, finished: Callable[..., JSON]) -> None:
    run = finished("passing", note="all of it", variables={"A": "1"}, options={"keyword": "test", "timeout_s": 60})
    assert set(run) >= DETAIL_FIELDS
    assert run["note"] == "all of it"
    assert run["variables"] == {"A": "1"}
    assert run["options"]["keyword"] == "test"
    assert run["options"]["timeout_s"] == 60
    assert service.run(run["id"]) == run


@pytest.mark.parametrize("path", ["", "/log", "/tests", "/junit.xml", "/log/search?q=x"])
def test_an_unknown_run_is_not_found(path: str, service: Service) -> None:
    problem(service.request("GET", f"/runs/999999999{path}"), 404)


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "99999999999999999999", "%00", "1e3"])
def test_what_is_no_number_of_a_run_is_refused(number: str, service: Service) -> None:
    problem(service.request("GET", f"/runs/{number}"), (400, 404, 422))


def test_a_running_run_can_be_cancelled(service: Service, environment: int) -> None:
    run_id = service.start_waiting(environment)
    answer = service.cancel(run_id)
    assert answer.status_code == 202
    assert answer.json()["id"] == run_id
    assert service.cancel(run_id).status_code in (202, 409)  # Again: no harm, until it has finished.
    ended = service.wait_until(run_id, "finished")
    assert ended["outcome"] == "cancelled"
    assert ended["progress"]["passed"] == 0
    assert ended["log"]["complete"]
    problem(service.cancel(run_id), 409)


def test_a_queued_run_can_be_cancelled_and_never_runs(service: Service, environment: int) -> None:
    first = service.start_waiting(environment)
    second = service.submit("passing", environment=environment)["id"]
    assert service.cancel(second).status_code == 202
    ended = service.wait_until(second, "finished")
    assert ended["outcome"] == "cancelled"
    assert ended["started_at"] is None
    assert service.log(second) == ""
    service.cancel(first)


def test_a_finished_run_cannot_be_cancelled(service: Service, finished: Callable[..., JSON]) -> None:
    problem(service.cancel(finished("passing")["id"]), 409)


def test_nobody_cancels_an_unknown_run(service: Service) -> None:
    problem(service.cancel(999_999_999), 404)


def test_runs_of_an_environment_wait_their_turn(service: Service, environment: int) -> None:
    first = service.start_waiting(environment)
    second = service.submit("passing", environment=environment)["id"]
    third = service.submit("empty", environment=environment)["id"]
    fourth = service.submit("ids", environment=environment)["id"]

    for place, run_id in enumerate((second, third, fourth), start=1):
        run = service.run(run_id)
        assert run["state"] == "queued"
        assert run["position"] == place
        assert run["waits_for"]
        assert run["ahead"] == [first, second, third, fourth][:place]
    assert str(first) in service.run(second)["waits_for"]

    service.cancel(third)
    assert service.run(fourth)["position"] == 2
    assert service.run(fourth)["ahead"] == [first, second]

    service.cancel(first)
    ended = [service.wait_until(run_id, "finished") for run_id in (first, second, fourth)]
    assert [run["outcome"] for run in ended] == ["cancelled", "passed", "passed"]
    for before, after in zip(ended, ended[1:]):
        assert before["finished_at"] <= after["started_at"]


def test_runs_of_different_environments_do_not_wait_for_each_other(service: Service, environment: int) -> None:
    other = 91 if environment != 91 else 92
    waiting = service.start_waiting(environment)
    run = service.submit("passing", environment=other)
    assert service.wait_until(run["id"], "finished")["outcome"] == "passed"
    assert service.run(waiting)["state"] == "running"
    service.cancel(waiting)


def test_a_run_can_be_repeated(service: Service, finished: Callable[..., JSON]) -> None:
    first = finished("passing", variables={"A": "1"}, options={"keyword": "addition"})
    answer = service.request("POST", f"/runs/{first['id']}/rerun", json={})
    assert answer.status_code == 201
    again = service.wait_until(answer.json()["id"], "finished")
    assert answer.headers["location"].endswith(f"/runs/{again['id']}")
    assert again["rerun_of"] == first["id"]
    for same in ("requester", "environment", "targets", "variables", "options", "outcome"):
        assert again[same] == first[same], same
    assert again["progress"]["passed"] == 1


def test_a_run_can_be_repeated_without_a_body_and_elsewhere(
    service: Service, finished: Callable[..., JSON], environment: int
) -> None:
    first = finished("passing")
    assert service.request("POST", f"/runs/{first['id']}/rerun").status_code == 201
    answer = service.request("POST", f"/runs/{first['id']}/rerun", json={"environment": environment})
    assert answer.json()["environment"]["id"] == environment
    service.cancel(answer.json()["id"])


def test_only_what_failed_can_be_repeated(service: Service, finished: Callable[..., JSON]) -> None:
    first = finished("outcomes")
    answer = service.request("POST", f"/runs/{first['id']}/rerun", json={"failed_only": True})
    assert answer.status_code == 201
    again = service.wait_until(answer.json()["id"], "finished")
    assert sorted(again["targets"]) == [
        service.target("outcomes::test_fails"),
        service.target("outcomes::test_has_an_error"),
    ]
    assert (again["progress"]["failed"], again["progress"]["error"], again["progress"]["passed"]) == (1, 1, 0)


def test_nothing_failed_and_so_nothing_is_repeated(service: Service, finished: Callable[..., JSON]) -> None:
    run_id = finished("passing")["id"]
    problem(service.request("POST", f"/runs/{run_id}/rerun", json={"failed_only": True}), (409, 422))


@pytest.mark.parametrize("body", [{"colour": "red"}, {"environment": 0}, {"environment": "x"}, {"failed_only": "yes"}])
def test_a_wrong_repetition_is_refused(body: JSON, service: Service, finished: Callable[..., JSON]) -> None:
    run_id = finished("passing")["id"]
    details = problem(service.request("POST", f"/runs/{run_id}/rerun", json=body), 422)
    assert details["errors"][0]["pointer"] == f"/{next(iter(body))}"
    problem(service.request("POST", "/runs/999999999/rerun", json={}), 404)
