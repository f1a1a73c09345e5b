"""Leaves out what pytest writes at its end where nobody will ever read it.

After its last test pytest keeps a cache for its next session, in a folder beside the tests. Where a run has a layer of
its own above the tests, that folder is made in it and taken away with it. So it is made only if somebody is still to
come who could look: a plugin, a `conftest.py`, a thread, another process, or a function that is called at the end.
"""

from __future__ import annotations

import atexit
import os
from _thread import _count as count_threads
from contextlib import ExitStack, contextmanager
from os import P_ALL, WEXITED, WNOHANG, WNOWAIT, waitid

from .memory import resource_of_python

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import pytest

OWN = ("_pytest.", f"{__package__}.")
# Hooks that are called while or after the cache is written.
LATER = (
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_report_teststatus",
    "pytest_warning_recorded",
    "pytest_exception_interact",
    "pytest_internalerror",
    "pytest_fixture_post_finalizer",
    "pytest_plugin_unregistered",
    "pytest_unconfigure",
)


class Ending:
    """What is known, before anything of the tests is imported, of how the session will end."""

    def __init__(self, directory: str, layer: str) -> None:
        self._directory = directory
        self._layer = layer
        self._functions = atexit._ncallbacks()

    @contextmanager
    def without_unseen(self, session: pytest.Session) -> Iterator[None]:
        """While this lasts, the cache is not written where nobody could read it."""
        cache: Any = getattr(session.config, "cache", None)
        try:
            unseen = is_own(cache.set) and self._is_unseen(session, str(cache._cachedir))
        except Exception:  # noqa: BLE001 - there is no cache, or tests have left nothing as it was
            unseen = False
        if not unseen:
            yield
            return
        cache.set = lambda _key, _value: None
        try:
            yield
        finally:
            del cache.set

    def _is_unseen(self, session: pytest.Session, folder: str) -> bool:
        return (
            count_threads() == 0
            and atexit._ncallbacks() == self._functions
            and not others_are_called(session)
            and has_no_children()
            and self._would_be_new(folder)
            and is_mounted(self._directory, self._layer)
        )

    def _would_be_new(self, folder: str) -> bool:
        """Whether it could be made now, in this layer and not in what is mounted in it."""
        above = os.path.dirname(folder)
        same = os.stat(above).st_dev == os.stat(self._directory).st_dev
        return same and is_in(folder, self._directory) and os.access(above, os.W_OK) and not os.path.lexists(folder)


def is_in(path: str, directory: str) -> bool:
    return os.path.normpath(path).startswith(directory + os.sep)


def others_are_called(session: pytest.Session) -> bool:
    """Whether the tests, or a plugin that is not pytest's own, still have something to do."""
    config: Any = session.config
    hooks = (getattr(config.pluginmanager.hook, name, None) for name in LATER)
    if any(not is_own(impl.function) for hook in hooks if hook is not None for impl in hook.get_hookimpls()):
        return True
    # Fixtures that are still set up, after a run that was broken off.
    if session._setupstate.stack:
        return True
    stack = getattr(config, "_cleanup_stack", None)
    callbacks = config._cleanup if stack is None else [callback for _, callback in stack._exit_callbacks]
    return not all(map(is_own_cleanup, callbacks))


def is_own(function: Any) -> bool:
    return str(getattr(function, "__module__", None)).startswith(OWN)


def is_own_cleanup(callback: Any) -> bool:
    function = getattr(callback, "__wrapped__", callback)
    function = getattr(function, "func", function)
    return isinstance(getattr(function, "__self__", None), ExitStack) or is_own(function)


def has_no_children() -> bool:
    """Whether this process never had any: those that ended left their largest size."""
    try:
        waitid(P_ALL, 0, WEXITED | WNOHANG | WNOWAIT)
    except ChildProcessError:
        resource = resource_of_python()
        return int(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) == 0
    return False


def is_mounted(directory: str, layer: str) -> bool:
    """Whether what is written in the directory goes to this layer, see proc_pid_mountinfo(5)."""
    upper = f"upperdir={layer}/"
    with open("/proc/self/mountinfo") as lines:
        return any(upper in line and line.split()[4] == directory for line in lines)
