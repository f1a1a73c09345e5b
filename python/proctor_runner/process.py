"""The process of a session: its descriptors, its identity and its end."""

from __future__ import annotations

import atexit
import builtins
import faulthandler
import gc
import io
import os
import signal
import sys
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

# SIGRTMAX-2 and SIGRTMAX-3 of glibc: rarely used by anybody, so tests keep SIGUSR1 and SIGUSR2.
DUMP_STACKS = 62
DUMP_STACKS_GENTLY = 61

# Out of reach of tests that close "all" descriptors up to 255, below the usual limit of 1024.
HIGH_DESCRIPTORS = (1000, 500, 250, 120, 60)


class Channels:
    """The descriptors of a session that tests neither hold nor see."""

    __slots__ = ("events", "output")

    def __init__(self, *, events_fd: int, output_fd: int) -> None:
        self.events = move_high(events_fd, offset=0)
        self.output = move_high(output_fd, offset=1)
        os.close(events_fd)
        # Close-on-exec does not help with children that only fork, such as those of multiprocessing.
        os.register_at_fork(after_in_child=self._close_events)

    def _close_events(self, close=os.close) -> None:  # type: ignore[no-untyped-def]
        try:
            close(self.events)
        except OSError:
            pass


def move_high(fd: int, *, offset: int) -> int:
    for number in HIGH_DESCRIPTORS:
        try:
            return os.dup2(fd, number + offset, inheritable=False)
        except OSError:  # Above the limit of this process.
            continue
    raise OSError(f"no descriptor is free below {HIGH_DESCRIPTORS[0]}")


def dump_stacks_on_signal(output_fd: int) -> None:
    """Let the worker ask where every thread is.

    The first signal works at once, also when the main thread hangs in C code, but it reads the stacks of threads that
    go on running, and CPython 3.12 and later may crash when one of them is busy. The second one waits until the main
    thread is back in Python, or in a wait of Python, and stops the others meanwhile. So the worker sends the gentle
    one first and the other one a little later; when the gentle one has worked, the other one has no effect.
    """
    faulthandler.register(DUMP_STACKS, file=output_fd, all_threads=True, chain=False)

    def dump_gently(*_: object, write=os.write) -> None:  # type: ignore[no-untyped-def]
        signal.signal(DUMP_STACKS, signal.SIG_IGN)
        # The line of the running test is open as long as it has printed nothing.
        write(output_fd, b"\n")
        faulthandler.dump_traceback(output_fd, all_threads=True)

    signal.signal(DUMP_STACKS_GENTLY, dump_gently)


def pose_as_pytest(arguments: list[str]) -> None:
    """Make `__main__` and `sys.argv` what they are under `python -m pytest`.

    Spawned children of multiprocessing import the main module by its spec, and other code looks at its file.
    """
    spec = spec_of_pytest()
    namespace = vars(sys.modules["__main__"])
    namespace.clear()
    namespace.update(
        __name__="__main__",
        __doc__="The pytest entry point.",
        __package__="pytest",
        __loader__=spec.loader,
        __spec__=spec,
        __file__=spec.origin,
        __cached__=spec.cached,
        __builtins__=builtins,
    )
    sys.argv[:] = [spec.origin, *arguments]
    if hasattr(sys, "orig_argv"):
        sys.orig_argv[:] = [sys.orig_argv[0], "-m", "pytest", *arguments]


@cache
def spec_of_pytest() -> Any:
    """Of the module that `python -m pytest` executes."""
    from importlib.util import find_spec

    spec = find_spec("pytest.__main__")
    if spec is None or spec.origin is None:
        raise ImportError("pytest has no __main__")
    return spec


def refuse(message: str) -> NoReturn:
    """End before any test: the status is the one pytest has for wrong usage."""
    os.write(2, f"proctor: {message}\n".encode("utf-8", "replace"))
    os._exit(4)


def finish(status: int) -> NoReturn:
    """End as an interpreter does, but without taking everything apart, which costs tens of milliseconds."""
    try:
        threading = sys.modules.get("threading")
        if threading is not None:
            threading._shutdown()
    except BaseException:  # noqa: BLE001 - what a thread raises does not change how the session ended
        sys.excepthook(*sys.exc_info())
    try:
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001 - shown by Python 3.9 already, and without effect there too
        pass
    if not _flush_standard_streams():
        status = 120
    _flush_open_files()
    os._exit(status & 0xFF)


def _flush_standard_streams() -> bool:
    """Whether both could be flushed; the interpreter ends with status 120 otherwise."""
    flushed = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:  # noqa: BLE001 - the stream may be anything that a test left there
            flushed = False
    return flushed


def _flush_open_files() -> None:
    """Write what tests left in files that they never closed: the interpreter's own end would do so."""
    for candidate in gc.get_objects():
        # Not isinstance: it would wake up proxies, whose class may be computed by anybody's code.
        if issubclass(type(candidate), (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            try:
                candidate.flush()
            except Exception:  # noqa: BLE001 - closed, read only, or its reader is gone
                continue
