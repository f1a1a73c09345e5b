"""A warm interpreter: imports pytest once and forks a child for each run.

It has one thread and never imports code of the tests. The supervisor speaks with it on descriptor 3, a socket that
keeps packets whole: one JSON object in each, with descriptors where needed.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import io
import json
import os
import sys
from tempfile import TemporaryDirectory

from .child import Descriptors, run_child
from .libc import Libc
from .namespaces import Namespaces
from .prebuilt import Prebuilt
from .rehearsal import in_a_copy, is_same, write_tests
from .session import SUPPORTED_PYTEST, display_arguments, import_plugins, rehearse
from .watch import files_of_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    BecomeRunner = Callable[[Descriptors, bool], NoReturn]

SOCKET_FD = 3
PROTOCOL = 2
# Bytes of one packet.
LONGEST = 128 * 1024
# Descriptors that come with a packet, and after them the doors of the run's control groups.
NAMED = len(Descriptors.__slots__)
MOST_DOORS = 4


def serve(first_modules: frozenset[str]) -> NoReturn:
    """Get warm, say so, and fork until the supervisor is gone.

    `first_modules` are those that an interpreter has imported before it looks into the tests root.
    """
    channel = Channel(SOCKET_FD)
    try:
        libc = Libc()
        prebuilt = get_warm()
        check_threads()
    except RefusalError as refusal:
        channel.send({"kind": "refused", "reason": str(refusal)})
        os._exit(0)
    namespaces = Namespaces(libc)

    def become_runner(descriptors: Descriptors, user: bool) -> NoReturn:
        run_child(descriptors, nothing, libc, prebuilt, user=user)

    ready = describe(first_modules)
    sink = os.open(os.devnull, os.O_RDWR)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.close(sink)
    # A child cannot open it: the init of its run may just be putting the sandbox up around it.
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    channel.send(ready)
    del ready
    libc.give_back()
    while True:
        packet, fds = channel.receive()
        if packet is None:
            os._exit(0)
        fork_runner(channel, namespaces, become_runner, packet, fds)


class RefusalError(Exception):
    """This interpreter cannot be kept warm; the text is for the person who looks at the run."""


def get_warm() -> Prebuilt | None:
    """Import what a session imports before it comes to the tests, and nothing else; build what it builds before."""
    place = os.getcwd()
    with TemporaryDirectory() as empty:
        os.chdir(empty)
        sys.path[0] = empty
        # In a copy: plugins may start threads when a session begins, and those would stay.
        names = in_a_copy(names_of_session) or []
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            version = import_plugins()
        if version.split(".")[0] not in map(str, SUPPORTED_PYTEST):
            raise RefusalError(f"pytest {version} is not supported")
        for name in names:
            if name not in sys.modules and is_without_effect(name):
                importlib.import_module(name)
        prebuilt = build_ahead()
        os.chdir(place)
    gc.collect()
    gc.freeze()
    return prebuilt


def names_of_session() -> list[str]:
    """The modules that a whole session imports, in their order."""
    rehearse()
    return list(sys.modules)


def build_ahead() -> Prebuilt | None:
    """Nothing for a pytest whose sessions are not the same with it."""
    try:
        prebuilt = Prebuilt(display_arguments())
        write_tests()
        return prebuilt if is_same(prebuilt, display_arguments()) else None
    except Exception:  # noqa: BLE001 - it was only to be faster
        return None


def is_without_effect(name: str) -> bool:
    """Whether a module is one of Python's or pytest's own; plugins may do anything when they are imported late."""
    package = name.partition(".")[0]
    if package in ("_pytest", "pluggy", "pygments"):
        return True
    # The package itself: to look for a module of it would import the package, which may be anybody's.
    if package != name and not is_without_effect(package):
        return False
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return False
    origin = (spec and spec.origin) or ""
    return origin.startswith(os.path.dirname(os.__file__)) and "site-packages" not in origin


def check_threads() -> None:
    """A copy of a process has only the thread that copied it: locks of the others stay locked."""
    tasks = os.listdir("/proc/self/task")
    if len(tasks) > 1:
        raise RefusalError(f"a plugin of pytest started {len(tasks) - 1} threads when it was imported")


def describe(first_modules: frozenset[str]) -> dict[str, Any]:
    """What the supervisor has to know to say whether a run can be a child of this process."""
    import pytest

    names = {name.partition(".")[0] for name in sys.modules}
    names -= {name.partition(".")[0] for name in first_modules}
    names -= {"__main__", "_proctor_runner", *sys.builtin_module_names}
    return {
        "kind": "ready",
        "protocol": PROTOCOL,
        "python": sys.version.split()[0],
        "pytest": pytest.__version__,
        "modules": sorted(names),
        "files": files_of_modules(),
    }


def fork_runner(
    channel: Channel, namespaces: Namespaces, become_runner: BecomeRunner, packet: dict[str, Any], fds: list[int]
) -> None:
    """Fork the child of one run. It becomes a child of the run's init, because the process between them ends."""
    me = os.getpid()
    job = packet["job"]
    try:
        descriptors = Descriptors(*fds[:NAMED])
        doors = fds[NAMED:]
        between = namespaces.fork(descriptors.init, user=packet["user_namespace"], network=packet["own_network"])
        if between:
            os.waitpid(between, 0)
        else:
            runner = os.fork()
            if runner == 0:
                enter(doors)
                channel.send({"kind": "forked", "job": job, "pid": os.getpid()})
                channel.forget()
                become_runner(descriptors, packet["user_namespace"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, the run starts cold and the next one is served
        channel.send({"kind": "failed", "job": job, "reason": repr(error)})
    if os.getpid() != me:
        os._exit(0)
    for fd in fds:
        os.close(fd)


def enter(doors: list[int]) -> None:
    """Go into the control groups of the run, before anything of it has an effect."""
    for door in doors:
        os.write(door, b"0")


class Channel:
    """One end of the socket to the supervisor."""

    def __init__(self, fd: int) -> None:
        known = "_socket" in sys.modules
        from _socket import AF_UNIX, CMSG_SPACE, SOCK_SEQPACKET, socket

        if not known:  # Nor do tests find it imported.
            del sys.modules["_socket"]

        self._socket = socket(AF_UNIX, SOCK_SEQPACKET, 0, fd)
        self._space = CMSG_SPACE(4 * (NAMED + MOST_DOORS))

    def send(self, packet: dict[str, Any]) -> None:
        self._socket.send(json.dumps(packet, separators=(",", ":")).encode())

    def receive(self) -> tuple[dict[str, Any] | None, list[int]]:
        """The next packet and its descriptors; None when the supervisor is gone."""
        data, ancillary, _, _ = self._socket.recvmsg(LONGEST, self._space)
        fds: list[int] = []
        for _, _, numbers in ancillary:
            fds += memoryview(numbers[: len(numbers) // 4 * 4]).cast("i")
        return (json.loads(data) if data else None), fds

    def forget(self) -> None:
        """Close it in a child, whose descriptors are others."""
        os.close(self._socket.detach())
