from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from service import ENVIRONMENTS, JSON, Service

SERVER = os.environ.get("PROCTOR_SERVER", "").rstrip("/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not SERVER:
        reason = "PROCTOR_SERVER is not set: say where Proctor listens, such as http://127.0.0.1:8000"
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    service = Service(SERVER, f"api-test-{uuid.uuid4().hex[:12]}")
    service.folder = _find_targets(service)
    yield service
    for state in ("queued", "running"):
        for run in service.get("/runs", requester=service.requester, state=state, limit=200)["items"]:
            service.cancel(run["id"])


def _find_targets(service: Service) -> str:
    files = service.get("/tests", q="test_target_passing.py")["files"]
    folders = [file["path"].rpartition("/")[0] for file in files if file["name"] == "test_target_passing.py"]
    if not folders:
        pytest.exit(f"the tests root of {SERVER} has no api_targets; start it with --tests python", returncode=4)
    return str(folders[0])


@pytest.fixture(scope="session")
def environments() -> Iterator[int]:
    """Environments to use, in turns."""
    return cycle(ENVIRONMENTS)


@pytest.fixture
def environment(environments: Iterator[int]) -> int:
    return next(environments)


@pytest.fixture(scope="session")
def finished(service: Service, environments: Iterator[int]) -> Callable[..., JSON]:
    """A finished run of a target; the same one for all that ask for the same."""
    known: dict[str, JSON] = {}

    def finish(name: str, **fields: Any) -> JSON:
        key = f"{name} {sorted(fields.items())}"
        if key not in known:
            run = service.submit(name, environment=next(environments), **fields)
            known[key] = service.wait_until(run["id"], "finished")
        return known[key]

    return finish
