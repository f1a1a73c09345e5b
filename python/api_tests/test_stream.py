"""GET /stream: everything that changes, as it changes"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from service import JSON, PATIENCE_S, Event, Service, problem


def until(events: Iterator[Event], condition: Callable[[Event], bool]) -> list[Event]:
    """The events up to the first that meets the condition."""
    seen: list[Event] = []
    deadline = time.monotonic() + PATIENCE_S
    for event in events:
        seen.append(event)
        if condition(event):
            return seen
        assert time.monotonic() < deadline, f"never came; {len(seen)} others did"
    raise AssertionError("the stream has ended")


def is_finished(run_id: int) -> Callable[[Event], bool]:
    return lambda event: event.kind == "run" and event.data["id"] == run_id and event.data["state"] == "finished"


def test_a_run_is_followed_from_its_creation_to_its_end(service: Service, environment: int) -> None:
    events = service.stream("runs")
    run_id = service.submit("passing", environment=environment)["id"]
    seen = until(events, is_finished(run_id))
    own = [event.data for event in seen if event.kind == "run" and event.data["id"] == run_id]
    states = [run["state"] for run in own]
    assert states == sorted(states, key=["queued", "running", "finished"].index)
    assert own[-1]["outcome"] == "passed"
    assert own[-1]["progress"]["passed"] == 2


def test_the_topic_of_a_run_tells_its_tests_and_how_its_log_grows(service: Service, environment: int) -> None:
    run_id = service.submit("outcomes", environment=environment)["id"]
    seen = until(service.stream(f"run:{run_id}"), is_finished(run_id))
    outcomes = {
        event.data["nodeid"].partition("::")[2]: event.data["outcome"] for event in seen if event.kind == "test"
    }
    assert outcomes["test_passes"] == "passed"
    assert outcomes["test_fails"] == "failed"
    assert len(outcomes) == 6
    growth = [event.data for event in seen if event.kind == "log"]
    assert all(change["run_id"] == run_id for change in growth)
    assert [change["lines"] for change in growth] == sorted(change["lines"] for change in growth)


def test_first_comes_the_present_state(service: Service, environment: int) -> None:
    run_id = service.start_waiting(environment)
    kinds = set()

    def is_complete(event: Event) -> bool:
        kinds.add(event.kind)
        return {"log", "run"} <= kinds

    seen = until(service.stream(f"run:{run_id}"), is_complete)
    service.cancel(run_id)
    assert [event.data["state"] for event in seen if event.kind == "run"] == ["running"]


def test_a_printed_line_is_told_at_once(service: Service, environment: int) -> None:
    run_id = service.submit("waiting", environment=environment)["id"]

    def says_waiting(event: Event) -> bool:
        return event.kind == "log" and "waiting\n" in service.log(run_id)

    until(service.stream(f"run:{run_id}"), says_waiting)
    assert service.run(run_id)["state"] == "running"
    service.cancel(run_id)


def test_an_environment_is_told_when_it_changes(service: Service, environment: int) -> None:
    events = service.stream("environments")

    def is_busy(event: Event) -> bool:
        return event.kind == "environment" and event.data["id"] == environment and event.data["state"] == "busy"

    def is_free(event: Event) -> bool:
        return event.kind == "environment" and event.data["id"] == environment and event.data["state"] == "free"

    until(events, lambda event: event.kind == "environment")
    run_id = service.submit("waiting", environment=environment)["id"]
    until(events, is_busy)
    service.cancel(run_id)
    until(events, is_free)


def test_a_broken_connection_goes_on_where_it_was(service: Service, environment: int) -> None:
    run_id = service.start_waiting(environment)
    seen = until(service.stream("runs"), lambda event: event.cursor is not None)
    cursor = seen[-1].cursor
    other = 92 if environment != 92 else 93
    missed = service.submit("passing", environment=other)["id"]
    service.wait_until(missed, "finished")
    after = until(service.stream("runs", last_event_id=cursor), is_finished(missed))
    assert any(event.data.get("id") == missed for event in after)
    service.cancel(run_id)


def test_several_topics_share_a_stream(service: Service, environment: int) -> None:
    run_id = service.submit("passing", environment=environment)["id"]
    kinds: set[str] = set()

    def is_all(event: Event) -> bool:
        kinds.add(event.kind)
        return {"run", "environment", "test", "log"} <= kinds

    until(service.stream("runs", f"run:{run_id}", "environments"), is_all)


@pytest.mark.parametrize("topics", ["", "weather", "run:", "run:x", "run:-1", "runs,weather"])
def test_an_unknown_topic_is_refused(topics: str, service: Service) -> None:
    answer = service.request("GET", "/stream", params={"topics": topics}, stream=True)
    with answer:
        problem(answer, (400, 404, 422))


def test_finished_runs_are_told_too(service: Service, finished: Callable[..., JSON]) -> None:
    run_id = finished("passing")["id"]
    until(service.stream(f"run:{run_id}"), is_finished(run_id))
