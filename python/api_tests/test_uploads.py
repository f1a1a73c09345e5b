"""POST /tests/uploads, PATCH and DELETE /tests: test files come, change and go"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from service import Service, problem

PASSING = b"def test_uploaded():\n    assert True\n"
FAILING = b"def test_uploaded():\n    assert False\n"
BROKEN = b"def test_uploaded(:\n    pass\n"


@pytest.fixture
def folder(service: Service) -> Iterator[str]:
    """A directory of its own below the tests root, gone afterwards."""
    name = f"api_test_{uuid.uuid4().hex[:12]}"
    yield name
    service.request("DELETE", "/tests", params={"path": name, "recursive": "true"})


def upload(service: Service, folder: str, *files: tuple[str, bytes], **fields: str) -> requests.Response:
    parts: list[tuple[str, Any]] = [("files[]", file) for file in files]
    form = {"directory": folder, "uploaded_by": service.requester} | fields
    answer = service.request("POST", "/tests/uploads", data=form, files=parts)
    if answer.status_code == 409 and answer.json()["code"] == "not_writable":
        pytest.skip("the tests root of this server may not be changed")
    return answer


def test_an_uploaded_file_is_listed_and_runs(service: Service, folder: str, environment: int) -> None:
    answer = upload(service, folder, ("deep/test_new.py", PASSING), ("data/values.json", b"{}"))
    assert answer.status_code == 201, answer.text
    items = {item["path"]: item for item in answer.json()["items"]}
    path = f"{folder}/deep/test_new.py"
    assert set(items) == {path, f"{folder}/data/values.json"}
    assert items[path]["size"] == len(PASSING)
    assert items[path]["replaced"] is False
    assert items[path]["syntax_error"] is None
    (listed,) = service.get("/tests", path=f"{folder}/deep")["files"]
    assert listed["sha256"] == items[path]["sha256"]
    body = {"requester": service.requester, "environment": environment, "targets": [path]}
    run = service.request("POST", "/runs", json=body).json()
    assert service.wait_until(run["id"], "finished")["outcome"] == "passed"


def test_a_file_is_replaced_only_when_asked_for_and_its_earlier_version_kept(service: Service, folder: str) -> None:
    first = upload(service, folder, ("test_new.py", PASSING)).json()["items"][0]
    refused = upload(service, folder, ("test_new.py", FAILING))
    assert problem(refused, 409)["code"] == "exists"
    second = upload(service, folder, ("test_new.py", FAILING), on_conflict="replace").json()["items"][0]
    assert second["replaced"] is True
    assert second["sha256"] != first["sha256"]
    query = {"path": first["path"], "sha256": first["sha256"]}
    assert service.request("GET", "/tests/source", params=query).content == PASSING
    changes = service.get("/tests/changes", path=first["path"])["items"]
    assert [change["kind"] for change in changes] == ["replaced", "uploaded"]
    assert {change["changed_by"] for change in changes} == {service.requester}


def test_a_syntax_error_is_told_with_its_line(service: Service, folder: str) -> None:
    answer = upload(service, folder, ("test_broken.py", BROKEN)).json()
    if answer["unchecked"]:
        pytest.skip(f"this server checks no syntax: {answer['unchecked']}")
    error = answer["items"][0]["syntax_error"]
    assert error["line"] == 1
    assert error["text"] == "def test_uploaded(:"


def test_an_archive_stands_for_its_files(service: Service, folder: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("suite/test_packed.py", PASSING)
        archive.writestr("suite/__pycache__/test_packed.pyc", b"x")
    answer = upload(service, folder, ("suite.zip", packed.getvalue())).json()
    assert [item["path"] for item in answer["items"]] == [f"{folder}/suite/test_packed.py"]
    assert answer["left_out"] == ["suite/__pycache__/test_packed.pyc"]


@pytest.mark.parametrize(
    "name", ["../test_out.py", "/test_out.py", "a/../../test_out.py", "-p.py", "con.py", "a\\b.py"]
)
def test_nothing_is_stored_under_a_name_that_attacks(service: Service, folder: str, name: str) -> None:
    answer = upload(service, folder, ("test_good.py", PASSING), (name, PASSING))
    mistakes = problem(answer, 422)["errors"]
    assert [mistake["pointer"] for mistake in mistakes] == ["/files/1"]
    assert service.request("GET", "/tests", params={"path": folder}).status_code == 404


def test_a_preview_stores_nothing(service: Service, folder: str) -> None:
    parts = [("files[]", ("test_new.py", PASSING)), ("files[]", ("../test_out.py", PASSING))]
    answer = service.request("POST", "/tests/uploads/preview", data={"directory": folder}, files=parts)
    verdicts = {item["part"]: item["verdict"] for item in answer.json()["items"]}
    assert verdicts == {0: "new", 1: "refused"}
    assert service.request("GET", "/tests", params={"path": folder}).status_code == 404


def test_a_file_moves_and_goes(service: Service, folder: str) -> None:
    upload(service, folder, ("test_new.py", PASSING))
    path, moved = f"{folder}/test_new.py", f"{folder}/deep/test_moved.py"
    body = {"path": moved, "requester": service.requester}
    answer = service.request("PATCH", "/tests", params={"path": path}, json=body)
    assert answer.json() == {"path": moved, "moved_from": path}
    problem(service.request("PATCH", "/tests", params={"path": path}, json=body), 404)
    refused = service.request("DELETE", "/tests", params={"path": folder})
    assert problem(refused, 409)["code"] == "not_empty"
    gone = service.request("DELETE", "/tests", params={"path": moved, "requester": service.requester})
    assert [item["path"] for item in gone.json()["items"]] == [moved]
    for root in (".", "..", "/"):
        problem(service.request("DELETE", "/tests", params={"path": root, "recursive": "true"}), 400)


def test_any_name_that_people_use_arrives_as_it_is(service: Service, folder: str) -> None:
    names = ["test_grüße.py", "test_漢字 mit leer.py", "data/report (1)%20.csv"]
    answer = upload(service, folder, *((name, PASSING) for name in names))
    assert answer.status_code == 201, answer.text
    assert [item["path"] for item in answer.json()["items"]] == [f"{folder}/{name}" for name in names]


def test_the_list_may_also_be_called_files(service: Service, folder: str) -> None:
    parts = [("files", ("test_a.py", PASSING)), ("files", ("test_b.py", PASSING))]
    answer = service.request("POST", "/tests/uploads", data={"directory": folder}, files=parts)
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["items"]) == 2


def test_all_mistakes_of_a_form_are_told_at_once(service: Service) -> None:
    fields = {"directory": "../up", "on_conflict": "maybe", "mode": "x"}
    answer = service.request("POST", "/tests/uploads", data=fields, files=[("files[]", ("a.py", PASSING))])
    pointers = {mistake["pointer"] for mistake in problem(answer, 422)["errors"]}
    assert pointers == {"/directory", "/on_conflict", "/mode"}
    without_files = service.request(
        "POST", "/tests/uploads", data={"directory": "."}, files=[("on_conflict", (None, "refuse"))]
    )
    assert [mistake["pointer"] for mistake in problem(without_files, 422)["errors"]] == ["/files"]
    problem(service.request("POST", "/tests/uploads", json={"directory": "."}), 415)


def test_more_than_an_upload_may_be_is_refused_with_the_limit(service: Service, folder: str) -> None:
    many = [(f"test_{number}.py", b"") for number in range(2001)]
    words = problem(upload(service, folder, *many), 413)["detail"]
    assert "2000 files" in words
    large = upload(service, folder, ("large.bin", b"\0" * (32 * 1024 * 1024 + 1)))
    assert "33554432 bytes" in problem(large, 413)["detail"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for number in range(2001):
            archive.writestr(f"test_{number}.py", b"")
    problem(upload(service, folder, ("many.zip", packed.getvalue())), 413)
    assert service.request("GET", "/tests", params={"path": folder}).status_code == 404
