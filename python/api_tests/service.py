"""Speaks with a running Proctor, as any script could."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

JSON = dict[str, Any]
T = TypeVar("T")
# For things that take a fraction of a second on an idle machine.
PATIENCE_S = 30.0
# Out of the way of people, who begin with low numbers.
ENVIRONMENTS = [number for number in range(91, 100) if str(number) != os.environ.get("PROCTOR_ENVIRONMENT_ID")]


@dataclass
class Service:
    """The REST service at an address, asked by one requester."""

    address: str
    requester: str
    # Where the target files are below the tests root.
    folder: str = ""

    def __post_init__(self) -> None:
        self.session = requests.Session()
        # A proxy of the surroundings has no business here.
        self.session.trust_env = False

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        options.setdefault("timeout", PATIENCE_S)
        base = self.address if path.startswith(("/api", "/healthz", "/readyz")) else f"{self.address}/api/v1"
        return self.session.request(method, base + path, **options)

    def get(self, path: str, /, **query: Any) -> Any:
        """The JSON of a good answer."""
        return good(self.request("GET", path, params=query)).json()

    def target(self, name: str) -> str:
        """A target file by its short name: `passing`, or `passing::test_addition`."""
        file, separator, rest = name.partition("::")
        folder = f"{self.folder}/" if self.folder else ""
        return f"{folder}test_target_{file}.py{separator}{rest}"

    def body(self, *names: str, environment: int = ENVIRONMENTS[0], **fields: Any) -> JSON:
        targets = [self.target(name) for name in names]
        return {"requester": self.requester, "environment": environment, "targets": targets} | fields

    def submit(self, *names: str, environment: int = ENVIRONMENTS[0], **fields: Any) -> JSON:
        body = self.body(*names, environment=environment, **fields)
        answer = self.request("POST", "/runs", json=body)
        assert answer.status_code == 201, answer.text
        run: JSON = answer.json()
        return run

    def run(self, run_id: int) -> JSON:
        found: JSON = self.get(f"/runs/{run_id}")
        return found

    def cancel(self, run_id: int) -> requests.Response:
        return self.request("POST", f"/runs/{run_id}/cancel")

    def log(self, run_id: int) -> str:
        return good(self.request("GET", f"/runs/{run_id}/log")).content.decode()

    def wait_until(self, run_id: int, state: str) -> JSON:
        """The run as soon as it is in the state."""

        def reached() -> JSON | None:
            run = self.run(run_id)
            if run["state"] == state:
                return run
            assert run["state"] != "finished", f"run {run_id} was never {state}: {run['outcome']}, {run['reason']}"
            return None

        def instead() -> str:
            run = self.run(run_id)
            return f"run {run_id} is {run['state']}, never {state}; it waits for: {run['waits_for']}"

        return wait_for(reached, instead)

    def wait_for_log(self, run_id: int, text: str) -> None:
        wait_for(lambda: text in self.log(run_id), lambda: f"the log of run {run_id} never says {text!r}")

    def start_waiting(self, environment: int = ENVIRONMENTS[0]) -> int:
        """A run that runs until it is cancelled."""
        run_id: int = self.submit("waiting", environment=environment)["id"]
        self.wait_until(run_id, "running")
        self.wait_for_log(run_id, "waiting\n")
        return run_id

    def stream(self, *topics: str, last_event_id: str | None = None) -> Iterator[Event]:
        """Events as they come; ends never, or with a failure when nothing comes for long."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        query = {"topics": ",".join(topics)}
        answer = good(self.request("GET", "/stream", params=query, headers=headers, stream=True))
        assert answer.headers["content-type"].startswith("text/event-stream")
        with answer:
            fields: dict[str, str] = {}
            for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = fields[name] + "\n" + value[1:] if name in fields else value.removeprefix(" ")
                elif "data" in fields:
                    yield Event(fields.get("event", "message"), json.loads(fields["data"]), fields.get("id"))
                    fields = {}
                else:
                    fields = {}  # A comment that keeps the connection alive.


def wait_for(condition: Callable[[], T | None], otherwise: Callable[[], str] = lambda: "never happened") -> T:
    """What the condition answers as soon as that is true; `otherwise` says what is instead, when it never is."""
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := condition()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)
    return answer


@dataclass
class Event:
    kind: str
    data: JSON
    cursor: str | None


def good(answer: requests.Response) -> requests.Response:
    assert answer.ok, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:2000]}"
    return answer


def problem(answer: requests.Response, status: int | tuple[int, ...], code: str | None = None) -> JSON:
    """The problem details of a refusal, which has to be one."""
    statuses = status if isinstance(status, tuple) else (status,)
    assert answer.status_code in statuses, f"{answer.url}: {answer.status_code} {answer.text[:2000]}"
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
    details: JSON = answer.json()
    assert details["status"] == answer.status_code
    for name in ("type", "title", "detail", "code", "request_id"):
        assert isinstance(details[name], str), name
        assert details[name], name
    if code is not None:
        assert details["code"] == code
    return details


def pointers(details: JSON) -> set[str]:
    """Which fields the mistakes are in; each has words."""
    assert all(mistake["detail"] for mistake in details["errors"])
    return {mistake["pointer"] for mistake in details["errors"] if "pointer" in mistake}
