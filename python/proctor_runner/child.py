"""The child of a warm interpreter: becomes what a cold start would be, runs one session, and ends."""

from __future__ import annotations

import json
import linecache
import os
import sys
import tempfile
import time

from .process import finish, refuse
from .session import run_prepared
from .unseen import Ending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .libc import Libc
    from .prebuilt import Prebuilt

# The word of the run's init that its processes may begin.
GO = b"g"
# Where a cold start finds them too.
OUTPUT, REQUEST, EVENTS = 1, 3, 4
FIRST_FREE = 10


class Descriptors:
    """What comes with the packet that asks for a child."""

    __slots__ = ("events", "go", "init", "launch", "output", "request")

    def __init__(self, launch: int, output: int, request: int, events: int, go: int, init: int) -> None:
        self.launch = launch
        self.output = output
        self.request = request
        self.events = events
        self.go = go
        self.init = init


def run_child(descriptors: Descriptors, nothing: int, libc: Libc, prebuilt: Prebuilt | None, *, user: bool) -> NoReturn:
    """Wait until the run may begin, and run it, with `nothing` to read from."""
    status = 4
    try:
        os.setsid()
        launch, go = arrange(descriptors, nothing)
        # Until here nothing of the run has an effect. Its init sets limits to this process before it lets it go.
        if os.read(go, 1) != GO:
            os._exit(0)
        os.close(go)
        if user:
            libc.drop_capabilities()
        arguments, environment, directory, document = read_launch(launch)
        libc.show_as(arguments, environment)
        set_environment(environment)
        enter_directory(directory)
        forget_past()
        confinement, snapshot = document["confinement"], document.get("snapshot")
        libc.confine(confinement["capabilities"], confinement["filters"])
        if prebuilt is not None:
            prebuilt.use()
        status = run_prepared(Ending(os.getcwd(), snapshot["own"]) if snapshot else None)
    except Exception as error:  # noqa: BLE001 - nobody above could tell it any more
        refuse(f"a warm interpreter could not become this run: {error}")
    finish(status)


def arrange(descriptors: Descriptors, nothing: int) -> tuple[int, int]:
    """Put the descriptors where a cold start has them, and close all others; the answer is where launch and go are."""
    places = {0: nothing, 1: descriptors.output, 2: descriptors.output, REQUEST: descriptors.request}
    places |= {EVENTS: descriptors.events, 5: descriptors.launch, 6: descriptors.go}
    # Out of the way first, so that no place is overwritten before it was copied.
    high = {place: os.dup2(fd, FIRST_FREE + 90 + place, inheritable=False) for place, fd in places.items()}
    for place, fd in high.items():
        os.dup2(fd, place, inheritable=place < 3)
    os.closerange(7, FIRST_FREE + 100)
    return 5, 6


def read_launch(fd: int) -> tuple[list[bytes], list[bytes], str, dict[str, Any]]:
    """Read what a cold start would execute: arguments, variables and the directory; and all that is said of it."""
    with os.fdopen(fd, "rb") as file:
        file.seek(0)
        document = json.load(file)
    arguments, environment = (
        [text.encode("utf-8", "surrogateescape") for text in document[key]] for key in ("arguments", "environment")
    )
    return arguments, environment, document["directory"], document


def set_environment(variables: list[bytes]) -> None:
    """Replace the environment, also that of C code and of child processes."""
    wanted = dict(variable.split(b"=", 1) for variable in variables)
    # What the interpreter has set itself at its start because of the locale, which is the same for this run.
    if b"LC_CTYPE" in os.environb:
        wanted.setdefault(b"LC_CTYPE", os.environb[b"LC_CTYPE"])
    for name in list(os.environb):
        if name not in wanted:
            del os.environb[name]
    for name, value in wanted.items():
        if os.environb.get(name) != value:
            os.environb[name] = value
    time.tzset()


def enter_directory(directory: str) -> None:
    os.chdir(directory)
    sys.path[0] = os.getcwd()


def forget_past() -> None:
    """Forget what modules remember of the place where they were imported."""
    linecache.clearcache()
    tempfile.tempdir = None
