"""What the worker asks for: one JSON document, version 1."""

from __future__ import annotations

import json
import os

PROTOCOL = 1


class RequestError(Exception):
    """The request cannot be carried out; the text is for the person who reads the log."""


class Request:
    """One session: which targets to run or to collect, and with which filters."""

    __slots__ = ("keyword", "leak_iterations", "markers", "max_failures", "mode", "nonce", "targets")

    def __init__(self, document: dict[str, object]) -> None:
        if document.get("protocol") != PROTOCOL:
            raise RequestError(f"this runner speaks protocol {PROTOCOL}, not {document.get('protocol')!r}")
        self.mode = document["mode"]
        if self.mode not in ("run", "collect"):
            raise RequestError(f"mode is 'run' or 'collect', not {self.mode!r}")
        self.nonce = str(document["nonce"])
        self.targets = _targets(document["targets"])
        self.keyword = _text(document, "keyword")
        self.markers = _text(document, "markers")
        self.max_failures = _count(document, "max_failures")
        # Absent unless the run is a leak hunt.
        self.leak_iterations = _count(document, "leak_iterations")

    def pytest_arguments(self) -> list[str]:
        """What somebody would type after `python -m pytest`.

        Expressions are attached to their option, so that none can become an option of its own.
        """
        arguments = ["--collect-only", "-q"] if self.mode == "collect" else []
        if self.keyword:
            arguments.append(f"-k={self.keyword}")
        if self.markers:
            arguments.append(f"-m={self.markers}")
        if self.max_failures is not None:
            arguments.append(f"--maxfail={self.max_failures}")
        return arguments + self.targets


def read_request(fd: int) -> Request:
    """Read the request to its end and close the descriptor."""
    chunks = []
    while chunk := os.read(fd, 65536):
        chunks.append(chunk)
    os.close(fd)
    try:
        document = json.loads(b"".join(chunks))
        return Request(document)
    except KeyError as missing:
        raise RequestError(f"the request has no {missing}") from None
    except (ValueError, AttributeError):
        raise RequestError("the request is not a JSON object") from None


def _targets(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(target, str) for target in value):
        raise RequestError("targets is a list of paths")
    for target in value:
        # The worker has checked this already. pytest would take such a word for an option or a file of options.
        if target.startswith(("-", "@")) or not target:
            raise RequestError(f"target {target!r} is not a path below the tests root")
    return list(value)


def _text(document: dict[str, object], key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise RequestError(f"{key} is a text or null")
    return value


def _count(document: dict[str, object], key: str) -> int | None:
    value = document.get(key)
    if value is not None and (type(value) is not int or value < 1):
        raise RequestError(f"{key} is a number from 1 or null")
    return value
