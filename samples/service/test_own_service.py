"""Proctor, tested through its own REST service by a run of its own."""

import json
import os
import urllib.error
import urllib.request

import pytest

SERVER = os.environ.get("PROCTOR_SERVER")

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(not SERVER, reason="PROCTOR_SERVER is not set: say where Proctor listens"),
]


def get(path):
    with urllib.request.urlopen(f"{SERVER}{path}", timeout=10) as answer:
        return json.load(answer)


def test_there_are_a_hundred_environments():
    environments = get("/api/v1/environments?limit=200")["items"]
    assert {environment["id"] for environment in environments} >= set(range(1, 101))


def test_this_run_is_running():
    if "PROCTOR_RUN_ID" not in os.environ:
        pytest.skip("PROCTOR_RUN_ID is not set: this test needs to be run by Proctor")
    run = get(f"/api/v1/runs/{os.environ['PROCTOR_RUN_ID']}")
    print(f"run {run['id']} of {run['requester']} in environment {run['environment']['id']}")
    assert run["state"] == "running"


def test_an_unknown_run_is_not_found():
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get("/api/v1/runs/999999999")
    assert refusal.value.code == 404
    assert refusal.value.headers["content-type"].startswith("application/problem+json")
