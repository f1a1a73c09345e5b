"""GET /tests and /tests/cases: what there is below the tests root"""

from __future__ import annotations

import re

import pytest
from service import Service, problem


def test_the_tree_is_walked_directory_by_directory(service: Service) -> None:
    root = service.get("/tests")
    assert root["path"] == ""
    for directory in root["directories"]:
        assert set(directory) >= {"path", "name"}
        assert directory["path"] == directory["name"]
    if service.folder:
        assert service.folder.split("/")[0] in [directory["path"] for directory in root["directories"]]


def test_a_directory_lists_its_files(service: Service) -> None:
    tree = service.get("/tests", path=service.folder)
    assert tree["path"] == service.folder
    files = {file["name"]: file for file in tree["files"]}
    assert {"test_target_passing.py", "test_target_empty.py", "test_target_broken.py"} <= set(files)
    passing = files["test_target_passing.py"]
    assert passing["path"] == service.target("passing")
    assert passing["size"] > 0
    assert re.fullmatch(r"[0-9a-f]{64}", passing["sha256"])
    assert passing["modified_at"].endswith("Z")


def test_files_are_found_by_a_part_of_their_path(service: Service) -> None:
    found = service.get("/tests", q="target_outc")["files"]
    assert service.target("outcomes") in [file["path"] for file in found]
    assert service.get("/tests", q="no such file anywhere")["files"] == []


@pytest.mark.parametrize(
    "path", ["..", "../..", "/etc", "api_targets/../..", "no/such/directory", "a\x00b", "-p", "./.."]
)
def test_nothing_outside_is_shown(path: str, service: Service) -> None:
    problem(service.request("GET", "/tests", params={"path": path}), (400, 404, 422))
    problem(service.request("GET", "/tests/cases", params={"path": path}), (400, 404, 422))


def test_the_cases_of_a_file_have_lines(service: Service) -> None:
    answer = service.get("/tests/cases", path=service.target("passing"))
    assert answer["error"] is None
    assert [(case["nodeid"], case["line"]) for case in answer["items"]] == [
        (service.target("passing::test_addition"), 4),
        (service.target("passing::test_subtraction"), 9),
    ]


def test_the_cases_of_a_parametrized_test_are_each_there(service: Service) -> None:
    answer = service.get("/tests/cases", path=service.target("ids"))
    assert service.target("ids::test_id[a/b]") in [case["nodeid"] for case in answer["items"]]
    assert len(answer["items"]) == 8


def test_a_file_without_tests_has_no_cases(service: Service) -> None:
    assert service.get("/tests/cases", path=service.target("empty")) == {"items": [], "error": None}


def test_a_file_that_cannot_be_imported_says_why(service: Service) -> None:
    answer = service.get("/tests/cases", path=service.target("broken"))
    assert answer["items"] == []
    assert "a_module_that_nobody_has" in answer["error"]


def test_a_case_can_be_run_by_its_id(service: Service, environment: int) -> None:
    case = service.get("/tests/cases", path=service.target("ids"))["items"][1]["nodeid"]
    run = service.submit(environment=environment, targets=[case])
    ended = service.wait_until(run["id"], "finished")
    assert ended["outcome"] == "passed"
    assert ended["progress"]["collected"] == 1
