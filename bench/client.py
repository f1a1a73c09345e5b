"""A client of the REST service as thin as one can be, so that what is measured is the service."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Json = dict[str, Any]

TIMEOUT_S = 600
# The server ends connections on which nobody asks for anything.
IDLE_S = 5


class Client:
    """One connection that is kept open."""

    def __init__(self, address: str) -> None:
        self._host = urllib.parse.urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT_S)
        self._used_at = 0.0

    def get(self, path: str, **query: object) -> Json:
        found: Json = json.loads(self.get_bytes(path, **query))
        return found

    def get_bytes(self, path: str, **query: object) -> bytes:
        words = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._ask(200, "GET", f"{path}{words}")

    def submit(self, environment: int, *targets: str, requester: str = "bench", start: str = "auto") -> int:
        """Ask for a run; answers its id."""
        options = {"start": start}
        body = {"requester": requester, "environment": environment, "targets": targets, "options": options}
        return int(json.loads(self._ask(201, "POST", "/runs", json.dumps(body)))["id"])

    def stream(self, topics: str) -> Stream:
        """The live feed of some topics, on a connection of its own."""
        return Stream(self._host, topics)

    def run(self, environment: int, *targets: str) -> Json:
        """Ask for a run and wait for its end, told by the stream."""
        with self.stream("runs") as stream:
            return stream.wait_for_end(self.submit(environment, *targets))

    def _ask(self, expected: int, method: str, path: str, body: str | None = None) -> bytes:
        if time.monotonic() - self._used_at > IDLE_S:
            self._connection.close()  # The next request opens it again.
        headers = {"content-type": "application/json"} if body else {}
        self._connection.request(method, f"/api/v1{path}", body, headers)
        response = self._connection.getresponse()
        answer = response.read()
        self._used_at = time.monotonic()
        if response.status != expected:
            raise SystemExit(f"the server answered {response.status}: {answer.decode(errors='replace')}")
        return answer


class Stream:
    """Server-sent events, once the present state has been told."""

    def __init__(self, host: str, topics: str) -> None:
        self._connection = http.client.HTTPConnection(host, timeout=TIMEOUT_S)
        self._connection.request("GET", f"/api/v1/stream?topics={topics}")
        self._response = self._connection.getresponse()
        self.present = self._present()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._response.close()
        self._connection.close()

    def events(self) -> Iterator[tuple[str, Json]]:
        """Changes as they come: kind and object."""
        for kind, data in self._blocks():
            if data:
                yield kind, json.loads(data)

    def wait_for_end(self, run: int) -> Json:
        """Read until the run has finished."""
        for kind, changed in self.events():
            if kind == "run" and changed["id"] == run and changed["state"] == "finished":
                return changed
        raise SystemExit(f"the stream ended before run {run}")

    def _present(self) -> list[tuple[str, Json]]:
        """The present state ends with a block of nothing but an id."""
        found = []
        for kind, data in self._blocks():
            if data:
                found.append((kind, json.loads(data)))
            elif kind == "id":
                break
        return found

    def _blocks(self) -> Iterator[tuple[str, bytes]]:
        kind, data = "", b""
        while line := self._response.readline():
            field, _, value = line.rstrip(b"\n").partition(b": ")
            if field == b"event":
                kind = value.decode()
            elif field == b"data":
                data = value
            elif field == b"id" and not kind:
                kind = "id"
            elif not line.strip():
                yield kind, data
                kind, data = "", b""
