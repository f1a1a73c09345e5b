"""What holds for the whole service: its document, health, and refusals"""

from __future__ import annotations

import re

import pytest
from service import Service, good, problem

OPERATIONS = {
    "/runs": {"get", "post"},
    "/runs/{id}": {"get"},
    "/runs/{id}/cancel": {"post"},
    "/runs/{id}/rerun": {"post"},
    "/runs/{id}/tests": {"get"},
    "/runs/{id}/log": {"get"},
    "/runs/{id}/log/search": {"get"},
    "/runs/{id}/junit.xml": {"get"},
    "/environments": {"get"},
    "/environments/{id}": {"get"},
    "/tests": {"get"},
    "/tests/cases": {"get"},
    "/stream": {"get"},
}


def test_the_document_describes_every_operation(service: Service) -> None:
    document = service.get("/openapi.json")
    assert document["openapi"].startswith("3.1")
    for path, methods in OPERATIONS.items():
        described = document["paths"][f"/api/v1{path}"]
        assert methods <= set(described), path
        for method in methods:
            assert described[method]["operationId"]
            assert described[method]["responses"]


def test_the_document_can_be_read_without_internet_access(service: Service) -> None:
    page = good(service.request("GET", "/api/docs"))
    assert page.headers["content-type"].startswith("text/html")
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.text)


def test_health(service: Service) -> None:
    assert service.request("GET", "/healthz").status_code == 200
    assert service.request("GET", "/readyz").status_code == 200


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/runs", "/api/v1/runs/1/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_unknown_addresses_are_json_and_not_the_page(method: str, path: str, service: Service) -> None:
    problem(service.request(method, path), (404, 405))


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/runs"), ("PUT", "/runs/1"), ("GET", "/runs/1/cancel"), ("POST", "/stream")]
)
def test_a_wrong_method_is_refused_as_such(method: str, path: str, service: Service) -> None:
    problem(service.request(method, path), 405)


def test_each_answer_has_an_id_that_problems_repeat(service: Service) -> None:
    answer = service.request("GET", "/runs/999999999")
    assert problem(answer, 404)["request_id"] == answer.headers["x-request-id"]
    other = service.request("GET", "/runs/999999999")
    assert other.json()["request_id"] != answer.json()["request_id"]


def test_a_page_of_another_site_can_change_nothing(service: Service) -> None:
    headers = {"Origin": "http://evil.example"}
    answer = service.request("POST", "/runs", json=service.body("passing"), headers=headers)
    problem(answer, (400, 403))


def test_an_unknown_host_name_is_refused(service: Service) -> None:
    answer = service.request("GET", "/runs", headers={"Host": "rebound.example"})
    problem(answer, (400, 403, 421))


def test_answers_are_not_guessed_at_and_not_kept(service: Service) -> None:
    answer = service.request("GET", "/runs?limit=1")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers.get("cache-control", "") or "no-cache" in answer.headers["cache-control"]
