"""Runs tests as forks of a zygote, through a stand-in for the supervisor."""

from __future__ import annotations

import array
import json
import os
import socket
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from harness import RUNNER, Child, Cold, environment, make_request

INIT = Path(__file__).parent / "warm_init.py"
LONGEST = 128 * 1024
# What a run may set besides: everything else acts when an interpreter starts, and the worker then starts it cold.
HARMLESS = ("TMPDIR", "TZ", "TOX_ENV_DIR", "PYTEST_ADDOPTS", "PYTEST_DEBUG_TEMPROOT")


class Zygote:
    """A warm interpreter; it ends with the process of these tests."""

    def __init__(self, python: str, env: dict[str, str]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # The kind of streams that a runner has.
        self.complaints, complain = os.pipe()
        self.pid = spawn([python, str(RUNNER), "zygote"], env, {1: complain, 2: complain, 3: theirs.fileno()})
        os.close(complain)
        theirs.close()
        self.first = self.hear()

    def hear(self) -> dict[str, Any]:
        packet = self._socket.recv(LONGEST)
        assert packet, f"the zygote died: {os.read(self.complaints, 4096)!r}"
        return json.loads(packet)  # type: ignore[no-any-return]

    def ask(self, packet: dict[str, Any], fds: list[int]) -> dict[str, Any]:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        self._socket.sendmsg([json.dumps(packet).encode()], rights)
        return self.hear()

    def end(self) -> int:
        """Let it go; its exit status."""
        self._socket.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def stands_in(self, root: Path) -> bool:
        """Whether something in the tests root would be imported instead of what this zygote has imported."""
        modules = (entry for entry in root.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").exists())
        return bool({entry.name.partition(".")[0] for entry in modules} & set(self.first["modules"]))


@cache
def zygote(python: str) -> Zygote:
    """The one of this interpreter."""
    env = environment(Path("/tmp/tests"))
    del env["PYTEST_DEBUG_TEMPROOT"]
    return Zygote(python, env)


class WarmChild(Child):
    """A run, from the making of its init to its end."""

    def __init__(
        self,
        root: Path,
        request: object,
        *,
        python: str,
        env: dict[str, str],
        layer: Path | None = None,
        mounted: bool = True,
        doors: Iterable[int] = (),
    ) -> None:
        parent = zygote(python)
        output, output_write = os.pipe()
        events, events_write = os.pipe()
        go, go_write = os.pipe()
        self._answers, answers_write = os.pipe()
        runner_read, runner = os.pipe()
        places = {3: answers_write, 4: runner_read, 5: go_write}
        layered = [str(root), str(layer)] if layer and mounted else []
        holder = spawn([sys.executable, "-SE", str(INIT), *layered], env, places)
        for fd in places.values():
            os.close(fd)
        number = int(os.read(self._answers, 32))
        if not number:
            os.waitpid(holder, 0)
            pytest.skip("this machine grants no layered mounts")
        init = os.pidfd_open(number)
        confinement = {"capabilities": 2**41 - 1, "filters": []}
        launch = {"arguments": [python], "environment": _pairs(env), "directory": str(root), "confinement": confinement}
        launch |= {"snapshot": {"own": str(layer)}} if layer else {}
        launch = _memory(launch)
        document = _memory(request)
        given = [launch, output_write, document, events_write, go, init]
        asked = {"kind": "fork", "protocol": 2, "job": 7, "user_namespace": os.geteuid() != 0, "own_network": False}
        self.asked = asked
        self.answer = parent.ask(asked, [*given, *doors])
        for fd in given:
            os.close(fd)
        os.write(runner, str(self.answer.get("pid", "")).encode())
        os.close(runner)
        super().__init__(holder, {"output": output, "events": events})

    def finish(self) -> Cold:
        self.wait()
        status = os.waitstatus_to_exitcode(int(os.read(self._answers, 32)))
        os.close(self._answers)
        return Cold(status, bytes(self.received["output"]), bytes(self.received["events"]))


def run_warm(
    root: Path, *targets: str, python: str = sys.executable, env: dict[str, str] | None = None, **fields: object
) -> Cold | None:
    """As a fork of a zygote, or nothing where the supervisor would start it cold."""
    wanted = environment(root, env)
    present = environment(root)
    changed = [name for name in {*wanted, *present} if wanted.get(name) != present.get(name)]
    if any(name not in HARMLESS for name in changed) or zygote(python).stands_in(root):
        return None
    return WarmChild(root, make_request(*targets, **fields), python=python, env=wanted).finish()


def spawn(command: list[str], env: dict[str, str], places: dict[int, int]) -> int:
    """Execute something with these descriptors, in a session of its own; the others are closed when it executes."""
    # Out of the way first, so that no place is overwritten before it was copied.
    moved = {place: os.dup2(fd, 400 + place, inheritable=False) for place, fd in places.items()}
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
    actions += [(os.POSIX_SPAWN_DUP2, fd, place) for place, fd in moved.items()]
    pid = os.posix_spawn(command[0], command, env, file_actions=actions, setsid=True)
    for fd in moved.values():
        os.close(fd)
    return pid


def _memory(document: object) -> int:
    fd = os.memfd_create("document")
    os.write(fd, json.dumps(document).encode())
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _pairs(env: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in env.items()]
