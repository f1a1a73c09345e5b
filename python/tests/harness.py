"""Runs tests with plain pytest, and with the runner through a stand-in for the worker."""

from __future__ import annotations

import contextlib
import json
import os
import re
import selectors
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Callable

RUNNER = Path(__file__).parents[1] / "proctor_runner" / "start.py"
# The folder of a plugin for plain pytest.
SPY = Path(__file__).parent / "spy"
NONCE = "0123456789abcdef0123456789abcdef"
# Nothing here takes longer than a second or two; a hang has to end as a failure.
PATIENCE_S = 40.0
# After the end of the process, for what is still in its pipes.
GRACE_S = 0.3

MARK = re.compile(rb"\x1b_proctor;" + NONCE.encode() + rb";(begin|setup|call|teardown|end);(\d+)\x1b\\")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SUMMARY = re.compile(r"^=* ?((?:\d+ [a-z ]+(?:, )?)+|no tests ran) in [\d.]+s.*$", re.MULTILINE)


@dataclass(frozen=True)
class Report:
    """What was reported of one phase of a test."""

    nodeid: str
    phase: str
    outcome: str
    # What stands below FAILURES, if anything.
    text: str | None


@dataclass
class Bare:
    """What `python -m pytest` did."""

    status: int
    text: str
    # What the spy wrote of each report of a test.
    spied: list[dict[str, Any]]

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each test that was counted: a test that failed stays so when its teardown fails too."""
        worst = ["passed", "skipped", "xfailed", "xpassed", "error", "failed"]
        found: dict[str, str] = {}
        for seen in self.spied:
            nodeid = seen["nodeid"]
            for category in seen["categories"]:
                if category in worst:
                    found[nodeid] = max(category, found.get(nodeid, "passed"), key=worst.index)
        return found

    @property
    def reports(self) -> list[Report]:
        whole = [seen for seen in self.spied if not seen["subtest"]]
        return [Report(seen["nodeid"], seen["phase"], seen["outcome"], seen["text"]) for seen in whole]

    @property
    def summary(self) -> str | None:
        return _summary(self.text)


@dataclass
class Mark:
    what: str
    index: int
    # Where the mark stood, counted in the log without marks.
    offset: int


@dataclass
class Cold:
    """What the runner did: its exit status (below 0: the signal), its output and its events."""

    status: int
    output: bytes
    events_bytes: bytes
    marks: list[Mark] = field(default_factory=list)
    log: bytes = b""

    def __post_init__(self) -> None:
        end = 0
        parts: list[bytes] = []
        length = 0
        for match in MARK.finditer(self.output):
            parts.append(self.output[end : match.start()])
            length += len(parts[-1])
            self.marks.append(Mark(match[1].decode(), int(match[2]), length))
            end = match.end()
        parts.append(self.output[end:])
        self.log = b"".join(parts)

    @property
    def text(self) -> str:
        """The log without colours."""
        return COLOUR.sub("", self.log.decode("utf-8", "replace"))

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.events_bytes.splitlines()]

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["kind"] == kind]

    @property
    def outcomes(self) -> dict[str, str]:
        return {event["nodeid"]: event["outcome"] for event in self.of_kind("test_finished")}

    @property
    def reports(self) -> list[Report]:
        nodeids = {event["index"]: event["nodeid"] for event in self.of_kind("test_started")}
        phases = self.of_kind("phase")
        return [Report(nodeids[one["index"]], one["phase"], one["outcome"], one["traceback"]) for one in phases]

    @property
    def collected(self) -> list[str]:
        return [nodeid for event in self.of_kind("collected") for nodeid in event["nodeids"]]

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.outcomes.values())

    @property
    def summary(self) -> str | None:
        return _summary(self.text)

    def part(self, nodeid: str, phase: str | None = None) -> str:
        """The text of a test, or of one of its phases."""
        (index,) = {event["index"] for event in self.of_kind("test_started") if event["nodeid"] == nodeid}
        marks = [mark for mark in self.marks if mark.index == index]
        if phase is None:
            start, end = marks[0].offset, marks[-1].offset
        else:
            position = [mark.what for mark in marks].index(phase)
            start = marks[position].offset
            end = marks[position + 1].offset if position + 1 < len(marks) else len(self.log)
        return COLOUR.sub("", self.log[start:end].decode("utf-8", "replace"))


class Child:
    """A started process whose pipes are read while it runs."""

    patience_s = PATIENCE_S

    def __init__(self, pid: int, readers: dict[str, int]) -> None:
        self.pid = pid
        self.received = {name: bytearray() for name in readers}
        self._selector = selectors.DefaultSelector()
        for name, fd in readers.items():
            self._selector.register(fd, selectors.EVENT_READ, name)
        self._pidfd = os.pidfd_open(pid)
        self._selector.register(self._pidfd, selectors.EVENT_READ, None)
        self._status: int | None = None

    def read_until(self, condition: Callable[[], bool]) -> None:
        """Read until the condition is met; it is asked after each piece of output."""
        deadline = time.monotonic() + self.patience_s
        while not condition():
            self._read(deadline)
            assert self._status is None, f"ended with {self._status} before; {self._tail()}"

    def wait(self) -> int:
        deadline = time.monotonic() + self.patience_s
        while self._status is None:
            self._read(deadline)
        # Not until the end of the files: a daemon of a test may hold the pipes open.
        deadline = time.monotonic() + GRACE_S
        while self._selector.get_map() and time.monotonic() < deadline:
            self._read(None)
        for key in list(self._selector.get_map().values()):
            self._close(key.fd)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(self._status)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def _read(self, deadline: float | None) -> None:
        """Read what is there, or wait for it; past the deadline the process is hanging."""
        if deadline is not None and time.monotonic() > deadline:
            os.killpg(self.pid, signal.SIGKILL)
            raise AssertionError(f"hangs; {self._tail()}")
        for key, _ in self._selector.select(GRACE_S):
            if key.fd == self._pidfd:
                _, self._status = os.waitpid(self.pid, 0)
                self._close(key.fd)
            elif piece := os.read(key.fd, 1 << 16):
                self.received[key.data] += piece
            else:
                self._close(key.fd)

    def _close(self, fd: int) -> None:
        self._selector.unregister(fd)
        os.close(fd)

    def _tail(self) -> str:
        return f"the output was: {bytes(self.received['output'][-2000:])!r}"


class ColdChild(Child):
    """The runner, started as the worker starts it."""

    def __init__(self, root: Path, request: object, *, python: str, env: dict[str, str], runner: Path = RUNNER) -> None:
        request_read, request_write = os.pipe()
        output_read, output_write = os.pipe()
        events_read, events_write = os.pipe()
        # High numbers first, so that none is overwritten before it has moved to its place.
        moved = [
            os.dup2(fd, 400 + i, inheritable=False) for i, fd in enumerate((output_write, request_read, events_write))
        ]
        pid = _spawn(
            [python, str(runner)],
            root,
            env,
            [(moved[0], 1), (moved[0], 2), (moved[1], 3), (moved[2], 4)],
        )
        for fd in (*moved, request_read, output_write, events_write):
            os.close(fd)
        document = request if isinstance(request, bytes) else json.dumps(request).encode()
        with os.fdopen(request_write, "wb") as pipe:
            pipe.write(document)
        super().__init__(pid, {"output": output_read, "events": events_read})

    def finish(self) -> Cold:
        status = self.wait()
        return Cold(status, bytes(self.received["output"]), bytes(self.received["events"]))


def make_request(*targets: str, **fields: object) -> dict[str, object]:
    request: dict[str, object] = {
        "protocol": 1,
        "mode": "run",
        "nonce": NONCE,
        "targets": list(targets),
        "keyword": None,
        "markers": None,
        "max_failures": None,
    }
    return request | fields


def start_cold(
    root: Path, *targets: str, python: str = sys.executable, env: dict[str, str] | None = None, **fields: object
) -> ColdChild:
    return ColdChild(root, make_request(*targets, **fields), python=python, env=environment(root, env))


def run_cold(
    root: Path, *targets: str, python: str = sys.executable, env: dict[str, str] | None = None, **fields: object
) -> Cold:
    return start_cold(root, *targets, python=python, env=env, **fields).finish()


class BareChild(Child):
    """Plain pytest. Fields of a request are given to it as options."""

    def __init__(self, root: Path, *arguments: str, python: str, env: dict[str, str], **fields: object) -> None:
        options = [f"--maxfail={fields['max_failures']}"] if fields.get("max_failures") else []
        options += [f"-k={fields['keyword']}"] if fields.get("keyword") else []
        options += [f"-m={fields['markers']}"] if fields.get("markers") else []
        read, write = os.pipe()
        moved = os.dup2(write, 400, inheritable=False)
        self._folder = tempfile.TemporaryDirectory()
        self._spied = Path(self._folder.name) / "spied"
        self._spied.touch()
        spy = {"PYTHONPATH": str(SPY), "SPY_FILE": str(self._spied), "PYTEST_ADDOPTS": "-p spy_of_plain_pytest"}
        pid = _spawn([python, "-m", "pytest", *options, *arguments], root, env | spy, [(moved, 1), (moved, 2)])
        os.close(write)
        os.close(moved)
        super().__init__(pid, {"output": read})

    def finish(self) -> Bare:
        status = self.wait()
        spied = [json.loads(line) for line in self._spied.read_text().splitlines()]
        self._folder.cleanup()
        return Bare(status, self.received["output"].decode("utf-8", "replace"), spied)


def run_both(
    root: Path, *arguments: str, python: str = sys.executable, env: dict[str, str] | None = None, **fields: object
) -> tuple[Bare, Cold]:
    """Run plain pytest and the runner side by side."""
    bare = BareChild(root, *arguments, python=python, env=environment(root, env), **fields)
    cold = start_cold(root, *arguments, python=python, env=env, **fields)
    return bare.finish(), cold.finish()


def environment(root: Path, extra: dict[str, str] | None = None) -> dict[str, str]:
    """A ready-made environment, as the worker prepares it: nothing of the one who runs these tests."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        # Two sessions may run in one folder here, and neither should find the other's files.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Of many sessions at once, one may warn that another clears away old temporary directories too.
        "PYTEST_DEBUG_TEMPROOT": str(root.parent),
    }
    return env | (extra or {})


def _spawn(command: list[str], cwd: Path, env: dict[str, str], descriptors: list[tuple[int, int]]) -> int:
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, source, target) for source, target in descriptors]
    shell = ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(cwd), *command]
    return os.posix_spawn(shell[0], shell, env, file_actions=actions, setsid=True)


def _summary(text: str) -> str | None:
    """pytest's last line without the time: `1 failed, 2 passed`."""
    found = SUMMARY.findall(text)
    return found[-1] if found else None
