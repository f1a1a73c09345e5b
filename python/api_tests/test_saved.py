"""/plans, /templates, and what runs and previews make of them"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from service import JSON, Service, pointers, problem


@pytest.fixture
def name() -> str:
    return f"api-test {uuid.uuid4().hex[:12]}"


@pytest.fixture
def plan(service: Service, name: str) -> Iterator[JSON]:
    body = {"name": name, "targets": [service.target("passing")]}
    answer = service.request("POST", "/plans", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/plans/{answer.json()['id']}"
    yield answer.json()
    service.request("DELETE", f"/plans/{answer.json()['id']}")


@pytest.fixture
def template(service: Service, plan: JSON, name: str) -> Iterator[JSON]:
    choice = {"name": "API_TEST_CHOICE", "choices": ["REST", "SOAP"], "default": "REST", "description": "how"}
    body = {
        "name": name,
        "targets": [service.target("variables")],
        "plans": [plan["id"]],
        "parameters": [choice],
        "variables": {"API_TEST_LEVEL": "3", "API_TEST_SIZE": "1"},
        "options": {"timeout_s": 60},
    }
    answer = service.request("POST", "/templates", json=body)
    assert answer.status_code == 201, answer.text
    yield answer.json()
    service.request("DELETE", f"/templates/{name}")


def test_a_plan_is_found_changed_and_deleted(service: Service, plan: JSON, name: str) -> None:
    path = f"/plans/{plan['id']}"
    assert service.get(path) == plan
    assert service.get("/plans", q=name)["items"] == [plan]
    changed = plan | {"targets": [service.target("empty")]}
    answer = service.request("PUT", path, json=changed)
    assert (answer.status_code, answer.json()) == (200, changed)
    problem(service.request("POST", "/plans", json={"name": name, "targets": ["."]}), 409, "name_taken")
    assert service.request("DELETE", path).status_code == 204
    problem(service.request("GET", path), 404)


def test_a_template_is_found_changed_and_deleted(service: Service, template: JSON, plan: JSON, name: str) -> None:
    path = f"/templates/{name}"
    assert service.get(path) == template
    assert service.get("/templates", q=name)["items"] == [template]
    problem(service.request("POST", "/templates", json={"name": name}), 409, "name_taken")
    problem(service.request("DELETE", f"/plans/{plan['id']}"), 409, "plan_in_use")
    answer = service.request("PUT", path, json=template | {"description": "changed"})
    assert answer.json() == template | {"description": "changed"}
    assert service.request("DELETE", path).status_code == 204
    problem(service.request("GET", path), 404)


def test_mistakes_are_told_at_once(service: Service) -> None:
    details = problem(service.request("POST", "/plans", json={"targets": ["no_such_file.py"], "colour": 1}), 422)
    assert pointers(details) == {"/name", "/targets/0", "/colour"}
    body = {"name": "a/b", "plans": [10**9], "parameters": [{"name": "1x", "choices": []}], "variables": {"PATH": ""}}
    details = problem(service.request("POST", "/templates", json=body), 422)
    expected = {"/name", "/plans/0", "/parameters/0/name", "/parameters/0/choices", "/variables/PATH"}
    assert pointers(details) == expected


def test_a_run_is_what_its_template_says_and_stays_so(
    service: Service, template: JSON, plan: JSON, environment: int
) -> None:
    body = service.body(
        environment=environment,
        template=template["name"],
        parameters={"API_TEST_CHOICE": "SOAP"},
        variables={"API_TEST_LEVEL": "4"},
    )
    preview = service.request("POST", "/runs/preview", json=body).json()
    run = service.request("POST", "/runs", json=body).json()
    for told in (preview, run):
        assert told["targets"] == [service.target("passing"), service.target("variables")]
        assert (told["plans"], told["template"]) == ([plan["id"]], template["name"])
        assert told["parameters"] == {"API_TEST_CHOICE": "SOAP"}
        assert told["variables"] == {"API_TEST_LEVEL": "4", "API_TEST_SIZE": "1"}
        assert told["options"]["timeout_s"] == 60
    assert preview["position"] >= 1
    assert preview["command"][:3] == ["python", "-m", "pytest"]
    assert preview["command_line"].startswith("proctor run ")
    service.request("DELETE", f"/templates/{template['name']}")
    ended = service.wait_until(run["id"], "finished")
    assert (ended["outcome"], ended["template"]) == ("passed", template["name"])
    log = service.log(run["id"])
    for line in ("API_TEST_CHOICE='SOAP'", "API_TEST_LEVEL='4'", "API_TEST_SIZE='1'"):
        assert line in log
    assert run["id"] in [one["id"] for one in service.get("/runs", template=template["name"])["items"]]
    assert run["id"] in [one["id"] for one in service.get("/runs", plan=plan["id"])["items"]]


def test_a_preview_stores_nothing_and_refuses_what_a_run_refuses(service: Service) -> None:
    requester = f"{service.requester}-previews"
    body = service.body("passing", requester=requester)
    assert service.request("POST", "/runs/preview", json=body).status_code == 200
    assert service.get("/runs", requester=requester)["items"] == []
    bad = body | {"template": "no such template", "plans": [10**9], "environment": 0}
    details = problem(service.request("POST", "/runs/preview", json=bad), 422)
    assert pointers(details) == {"/template", "/plans/0", "/environment"}
