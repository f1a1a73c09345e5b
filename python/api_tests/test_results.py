"""GET /runs/{id}/tests and /runs/{id}/junit.xml"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from service import JSON, Service, good, problem, wait_for

FIELDS = {"nodeid", "outcome", "duration_ms", "phases", "message", "traceback", "sections", "log", "memory"}


def cases(service: Service, run: JSON, **query: object) -> list[JSON]:
    items: list[JSON] = service.get(f"/runs/{run['id']}/tests", **query)["items"]
    return items


def short(case: JSON) -> str:
    return str(case["nodeid"]).partition("::")[2]


@pytest.fixture
def outcomes(finished: Callable[..., JSON]) -> JSON:
    return finished("outcomes")


def test_every_case_has_its_outcome(service: Service, outcomes: JSON) -> None:
    found = cases(service, outcomes)
    assert {short(case): case["outcome"] for case in found} == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_has_an_error": "error",
        "test_skips": "skipped",
        "test_xfails": "xfailed",
        "test_xpasses": "xpassed",
    }
    assert all(set(case) >= FIELDS for case in found)
    assert all(case["nodeid"].startswith(service.target("outcomes") + "::") for case in found)
    assert outcomes["progress"] == dict.fromkeys(("passed", "failed", "error", "skipped", "xfailed", "xpassed"), 1) | {
        "collected": 6
    }


def test_a_case_has_phases_and_says_why_it_failed(service: Service, outcomes: JSON) -> None:
    by_name = {short(case): case for case in cases(service, outcomes)}
    failed = by_name["test_fails"]
    assert [(phase["name"], phase["outcome"]) for phase in failed["phases"]] == [
        ("setup", "passed"),
        ("call", "failed"),
        ("teardown", "passed"),
    ]
    assert failed["duration_ms"] > 0
    assert "assert {'pencil': 12} == {'pencil': 13}" in failed["message"]
    assert "def test_fails" in failed["traceback"]
    assert "\x1b" not in failed["traceback"]
    assert any("about to fail" in section["text"] for section in failed["sections"])
    assert "nobody answers" in by_name["test_has_an_error"]["message"]
    assert "no paper" in by_name["test_skips"]["message"]
    assert by_name["test_passes"]["traceback"] is None


def test_a_case_knows_its_lines_of_the_log(service: Service, outcomes: JSON) -> None:
    (case,) = [case for case in cases(service, outcomes) if short(case) == "test_passes"]
    count = case["log"]["to_line"] - case["log"]["from_line"] + 1
    lines = service.get(f"/runs/{outcomes['id']}/log", from_line=case["log"]["from_line"], count=count)["items"]
    text = [line["text"] for line in lines]
    assert "printed by the test that passes" in text
    assert not any("test_fails" in line for line in text)


def test_cases_can_be_filtered_and_come_in_pages(service: Service, outcomes: JSON) -> None:
    assert [short(case) for case in cases(service, outcomes, outcome="failed")] == ["test_fails"]
    found: list[str] = []
    page = service.get(f"/runs/{outcomes['id']}/tests", limit=4)
    while True:
        found += [short(case) for case in page["items"]]
        if page["next_cursor"] is None:
            break
        page = service.get(f"/runs/{outcomes['id']}/tests", limit=4, cursor=page["next_cursor"])
    assert len(found) == len(set(found)) == 6
    problem(service.request("GET", f"/runs/{outcomes['id']}/tests", params={"outcome": "splendid"}), (400, 422))


def test_odd_ids_stay_what_they_are(service: Service, finished: Callable[..., JSON]) -> None:
    run = finished("ids")
    found = {short(case) for case in cases(service, run)}
    assert found == {f"test_id[{text}]" for text in ("a/b", "[c]", "d e", "f::g", "<h>", "100%", 'i"j', "k&l")}


def test_a_running_test_is_shown_as_running(service: Service, environment: int) -> None:
    run_id = service.start_waiting(environment)
    (case,) = wait_for(lambda: service.get(f"/runs/{run_id}/tests")["items"])
    assert case["outcome"] == "running"
    assert case["duration_ms"] is None
    assert service.run(run_id)["progress"]["collected"] == 1
    service.cancel(run_id)
    service.wait_until(run_id, "finished")
    (case,) = service.get(f"/runs/{run_id}/tests")["items"]
    assert case["outcome"] == "lost"


def test_a_test_that_died_is_lost_and_those_before_it_are_not(service: Service, finished: Callable[..., JSON]) -> None:
    found = {short(case): case["outcome"] for case in cases(service, finished("killed"))}
    assert found == {"test_before": "passed", "test_kills_itself": "lost"}


def junit(service: Service, run: JSON) -> ElementTree.Element:
    answer = good(service.request("GET", f"/runs/{run['id']}/junit.xml"))
    assert "xml" in answer.headers["content-type"]
    root = ElementTree.fromstring(answer.content)
    suite = root if root.tag == "testsuite" else root.find("testsuite")
    assert suite is not None
    return suite


def test_the_junit_report_counts_what_the_run_counted(service: Service, outcomes: JSON) -> None:
    suite = junit(service, outcomes)
    found = list(suite.iter("testcase"))
    assert len(found) == 6
    assert int(suite.get("tests", "0")) == 6
    assert int(suite.get("failures", "0")) == 1
    assert int(suite.get("errors", "0")) == 1
    failures = [case for case in found if case.find("failure") is not None]
    assert [case.get("name") for case in failures] == ["test_fails"]
    failure = failures[0].find("failure")
    assert failure is not None
    assert "pencil" in str(failure.get("message")) + str(failure.text)
    assert [case.get("name") for case in found if case.find("error") is not None] == ["test_has_an_error"]
    assert {case.get("name") for case in found if case.find("skipped") is not None} >= {"test_skips", "test_xfails"}


def test_the_junit_report_holds_odd_ids(service: Service, finished: Callable[..., JSON]) -> None:
    names = {case.get("name") for case in junit(service, finished("ids")).iter("testcase")}
    assert names >= {"test_id[<h>]", 'test_id[i"j]', "test_id[k&l]", "test_id[[c]]"}


@pytest.mark.parametrize("target", ["empty", "broken", "killed"])
def test_the_junit_report_of_a_run_in_trouble_is_not_green(
    target: str, service: Service, finished: Callable[..., JSON]
) -> None:
    suite = junit(service, finished(target))
    assert len(list(suite.iter("error"))) >= 1
    assert int(suite.get("errors", "0")) >= 1
