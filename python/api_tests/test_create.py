"""POST /runs"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from service import ENVIRONMENTS, JSON, Service, pointers, problem

LIST_FIELDS = {
    *("id", "requester", "environment", "targets", "plans", "template", "state", "outcome", "reason", "attempt"),
    *("created_at", "started_at", "finished_at", "duration_ms", "progress", "position", "waits_for", "start_mode"),
    *("start_mode_reason", "rerun_of", "note", "environment_any"),
}
DETAIL_FIELDS = LIST_FIELDS | {
    *("parameters", "variables", "options", "ahead", "estimated_start_at", "estimated_end_at", "command"),
    *("isolation", "usage", "log", "sources", "attempts"),
}
NOTHING = dict.fromkeys(("passed", "failed", "error", "skipped", "xfailed", "xpassed"), 0)
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


def test_a_run_is_created_queued_and_passes(service: Service, environment: int) -> None:
    body = service.body("passing", environment=environment, note="from the tests of the service")
    answer = service.request("POST", "/runs", json=body)
    assert answer.status_code == 201
    run = answer.json()
    assert answer.headers["location"].endswith(f"/api/v1/runs/{run['id']}")
    assert set(run) >= DETAIL_FIELDS
    assert run["requester"] == service.requester
    assert run["environment"]["id"] == environment
    assert run["targets"] == [service.target("passing")]
    assert run["note"] == "from the tests of the service"
    assert run["state"] in ("queued", "running", "finished")
    assert TIME.match(run["created_at"])

    ended = service.wait_until(run["id"], "finished")
    assert (ended["outcome"], ended["attempt"]) == ("passed", 1)
    assert ended["progress"] == NOTHING | {"collected": 2, "passed": 2}
    assert ended["created_at"] <= ended["started_at"] <= ended["finished_at"]
    assert ended["duration_ms"] >= 0
    assert ended["position"] is None
    assert ended["waits_for"] is None
    assert ended["start_mode"] in ("warm", "cold")
    assert ended["log"]["complete"] is True
    assert ended["log"]["lines"] > 0
    assert [attempt["outcome"] for attempt in ended["attempts"]] == ["passed"]
    assert ended["command"][-1] == service.target("passing")
    assert [source["path"] for source in ended["sources"]] == [service.target("passing")]
    assert re.fullmatch(r"[0-9a-f]{64}", ended["sources"][0]["sha256"])


def test_any_environment_with_a_label(service: Service, environment: int) -> None:
    label = f"any-{uuid.uuid4().hex[:12]}"
    path = f"/environments/{environment}"
    before = service.get(path)["labels"]
    wanted = {"any": {"labels": [label]}}
    refused = service.request("POST", "/runs", json=service.body("passing") | {"environment": wanted})
    assert pointers(problem(refused, 422)) == {"/environment/any/labels"}
    assert service.request("PATCH", path, json={"labels": [*before, label]}).status_code == 200
    try:
        answer = service.request("POST", "/runs", json=service.body("passing") | {"environment": wanted})
        assert answer.status_code == 201
        assert answer.json()["environment_any"] == {"labels": [label]}
        ended = service.wait_until(answer.json()["id"], "finished")
        assert (ended["outcome"], ended["environment"]["id"]) == ("passed", environment)
    finally:
        service.request("PATCH", path, json={"labels": before})


@pytest.mark.parametrize(
    ("target", "outcome", "reason"),
    [
        ("outcomes", "failed", "1 failed"),
        ("outcomes::test_has_an_error", "failed", "1 error"),
        ("outcomes::test_skips", "passed", None),
        ("empty", "no_tests", "no tests"),
        ("broken", "error", "a_module_that_nobody_has|collect|broken"),
        ("killed", "error", "test_kills_itself|SIGKILL|signal 9|killed"),
    ],
)
def test_a_run_ends_as_its_tests_do(
    target: str, outcome: str, reason: str | None, finished: Callable[..., JSON]
) -> None:
    run = finished(target)
    assert run["outcome"] == outcome
    if reason is not None:
        assert re.search(reason, run["reason"]), run["reason"]


def test_the_test_that_was_running_when_the_process_died_is_named(finished: Callable[..., JSON]) -> None:
    assert "test_kills_itself" in finished("killed")["reason"]


def test_a_directory_and_a_single_case_can_be_targets(service: Service, environment: int) -> None:
    case = service.target("ids::test_id[a/b]")
    run = service.submit(environment=environment, targets=[case])
    assert service.wait_until(run["id"], "finished")["progress"]["passed"] == 1
    if service.folder:
        run = service.submit(environment=environment, targets=[service.folder], options={"keyword": "addition"})
        ended = service.wait_until(run["id"], "finished")
        # One of the files of the directory cannot be imported.
        assert ended["outcome"] in ("passed", "error")


def test_options_reach_pytest(service: Service, environment: int) -> None:
    run = service.submit("passing", environment=environment, options={"keyword": "subtraction"})
    assert service.wait_until(run["id"], "finished")["progress"]["passed"] == 1
    run = service.submit("outcomes", environment=environment, options={"max_failures": 1, "markers": "not skip"})
    ended = service.wait_until(run["id"], "finished")
    assert ended["progress"]["failed"] == 1
    assert ended["progress"]["error"] == 0
    assert ended["options"]["max_failures"] == 1


def test_variables_reach_the_tests(service: Service, environment: int) -> None:
    values = {"API_TEST_PLAIN": "one", "API_TEST_ODD": "straße 'quoted' \"twice\" $HOME `id`", "API_TEST_EMPTY": ""}
    run = service.submit("variables", environment=environment, variables=values)
    ended = service.wait_until(run["id"], "finished")
    assert ended["variables"] == values
    log = service.log(run["id"])
    for name, value in values.items():
        assert f"{name}={value!r}\n" in log
    assert f"PROCTOR_RUN_ID='{run['id']}'" in log
    assert f"PROCTOR_ENVIRONMENT_ID='{environment}'" in log
    assert f"PROCTOR_ENVIRONMENT_NAME={ended['environment']['name']!r}" in log
    assert f"PROCTOR_REQUESTER={service.requester!r}" in log
    assert "PROCTOR_EPOCH=" in log
    assert "PROCTOR_ARTIFACTS=" in log


def test_the_time_limit_ends_a_run_and_shows_where_it_was(service: Service, environment: int) -> None:
    run = service.submit("waiting", environment=environment, options={"timeout_s": 1})
    ended = service.wait_until(run["id"], "finished")
    assert ended["outcome"] == "timed_out"
    assert "test_waits" in ended["reason"]
    assert "in test_waits" in service.log(run["id"])


def test_all_mistakes_are_told_at_once_and_nothing_is_stored(service: Service) -> None:
    somebody = f"{service.requester}-mistaken"
    body = {
        "requester": somebody,
        "environment": 100_000,
        "targets": ["../secret.py", "no_such_file.py", 3],
        "variables": {"1x": "y", "GOOD": 1},
        "options": {"timeout_s": 0, "max_failures": "many", "cheat": True},
        "note": "x" * 5000,
        "colour": "red",
    }
    details = problem(service.request("POST", "/runs", json=body), 422)
    found = pointers(details)
    expected = {"/environment", "/targets/0", "/targets/1", "/targets/2", "/note", "/colour"}
    expected |= {"/options/timeout_s", "/options/max_failures", "/options/cheat", "/variables/1x", "/variables/GOOD"}
    assert found >= expected, expected - found
    assert service.get("/runs", requester=somebody)["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"requester": None}, "/requester"),
        ({"requester": ""}, "/requester"),
        ({"requester": "   "}, "/requester"),
        ({"requester": "x" * 129}, "/requester"),
        ({"requester": 7}, "/requester"),
        ({"requester": "a\u202eb"}, "/requester"),
        ({"requester": "a\x00b"}, "/requester"),
        ({"environment": 0}, "/environment"),
        ({"environment": -1}, "/environment"),
        ({"environment": 101}, "/environment"),
        ({"environment": "7"}, "/environment"),
        ({"environment": 7.5}, "/environment"),
        ({"environment": None}, "/environment"),
        ({"environment": 10**30}, "/environment"),
        ({"targets": []}, "/targets"),
        ({"targets": "test_a.py"}, "/targets"),
        ({"targets": [""]}, "/targets/0"),
        ({"targets": ["-p"]}, "/targets/0"),
        ({"targets": ["--collect-only"]}, "/targets/0"),
        ({"targets": ["@arguments"]}, "/targets/0"),
        ({"targets": ["/etc/passwd"]}, "/targets/0"),
        ({"targets": ["a/../../b"]}, "/targets/0"),
        ({"targets": ["a\x00b"]}, "/targets/0"),
        ({"targets": ["x.py"] * 1001}, "/targets"),
        ({"variables": {"LD_PRELOAD": "x"}}, "/variables/LD_PRELOAD"),
        ({"variables": {"PYTHONPATH": "x"}}, "/variables/PYTHONPATH"),
        ({"variables": {"PYTEST_ADDOPTS": "-p x"}}, "/variables/PYTEST_ADDOPTS"),
        ({"variables": {"PROCTOR_RUN_ID": "1"}}, "/variables/PROCTOR_RUN_ID"),
        ({"variables": {"A": "x\x00y"}}, "/variables/A"),
        ({"variables": {"A": "x" * 40_000}}, "/variables/A"),
        ({"variables": ["A=1"]}, "/variables"),
        ({"options": {"timeout_s": -1}}, "/options/timeout_s"),
        ({"options": {"timeout_s": 10**12}}, "/options/timeout_s"),
        ({"options": {"retry_lost": 4}}, "/options/retry_lost"),
        ({"options": {"keyword": 3}}, "/options/keyword"),
        ({"options": {"arguments": ["-x"]}}, "/options/arguments"),
        ({"options": []}, "/options"),
        ({"note": "x" * 4097}, "/note"),
        ({"note": {}}, "/note"),
        ({"unknown": 1}, "/unknown"),
        ({"id": 1}, "/id"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_each_field_is_checked(change: JSON, pointer: str, service: Service) -> None:
    body = service.body("passing", environment=ENVIRONMENTS[0]) | change
    details = problem(service.request("POST", "/runs", json=body), 422)
    assert pointers(details) == {pointer}


@pytest.mark.parametrize("field", ["requester", "environment", "targets"])
def test_what_is_missing_is_named(field: str, service: Service) -> None:
    body = service.body("passing")
    del body[field]
    assert pointers(problem(service.request("POST", "/runs", json=body), 422)) == {f"/{field}"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b'{"requester": "a"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_is_refused(body: bytes, service: Service) -> None:
    headers = {"Content-Type": "application/json"}
    problem(service.request("POST", "/runs", data=body, headers=headers), (400, 422))


def test_another_content_type_is_refused(service: Service) -> None:
    headers = {"Content-Type": "text/plain"}
    problem(service.request("POST", "/runs", data=b"{}", headers=headers), 415)


def test_a_body_that_is_too_large_is_refused_with_the_limit(service: Service) -> None:
    body = service.body("passing", note="x" * 1_100_000)
    details = problem(service.request("POST", "/runs", json=body), 413)
    assert "1048576" in details["detail"].replace(",", "").replace(" ", "") or "1 MiB" in details["detail"]


def test_the_same_key_makes_one_run(service: Service, environment: int) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    body = service.body("passing", environment=environment)
    first = service.request("POST", "/runs", json=body, headers=headers)
    again = service.request("POST", "/runs", json=body, headers=headers)
    assert first.status_code == 201
    assert again.status_code in (200, 201)
    assert again.json()["id"] == first.json()["id"]
    other = service.request("POST", "/runs", json=body | {"note": "another"}, headers=headers)
    problem(other, 409)
    without = service.request("POST", "/runs", json=body)
    assert without.json()["id"] != first.json()["id"]


def test_runs_are_numbered_as_they_are_created(service: Service, environment: int) -> None:
    numbers = [service.submit("passing", environment=environment)["id"] for _ in range(3)]
    assert numbers == sorted(numbers)
    for number in numbers:
        service.cancel(number)
