"""Collects what was asked for, and nothing beside it.

From version 8 on, pytest makes a node of every file in a directory before it picks the one that was named. Where nobody
else takes part in the collection, what would not be picked is not made: nobody could tell the difference.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import pytest

# Modules of pytest in which a directory lists its entries.
LISTING = ("_pytest.main", "_pytest.python")
# Who implements one of these sees, or makes, nodes that would not be picked.
TAKING_PART = (
    "pytest_ignore_collect",
    "pytest_collect_directory",
    "pytest_collect_file",
    "pytest_pycollect_makemodule",
    "pytest_make_collect_report",
    "pytest_collectstart",
    "pytest_collectreport",
)
OWN = ("_pytest.", f"{__package__}.")


@contextmanager
def narrowed(session: pytest.Session) -> Iterator[None]:
    """While this lasts, directories list only what leads to the paths that the session was asked for."""
    modules = [module for module in map(sys.modules.get, LISTING) if hasattr(module, "scandir")]
    if len(modules) < len(LISTING) or not hasattr(session, "isinitpath") or others_take_part(session.config):
        yield
        return
    usual = [module.scandir for module in modules]  # type: ignore[union-attr]
    for module, scandir in zip(modules, usual):
        module.scandir = Narrow(session, scandir)  # type: ignore[union-attr]
    try:
        yield
    finally:
        for module, scandir in zip(modules, usual):
            module.scandir = scandir  # type: ignore[union-attr]


def others_take_part(config: pytest.Config) -> bool:
    """Whether a plugin that is not pytest's own, or a conftest.py, is asked about files and directories."""
    # Not `config.hook`: before pytest 9 that has functions in their place.
    hooks = (getattr(config.pluginmanager.hook, name, None) for name in TAKING_PART)
    callers = (caller for caller in hooks if caller is not None)
    return any(not impl.function.__module__.startswith(OWN) for caller in callers for impl in caller.get_hookimpls())


class Narrow:
    """Lists a directory as pytest does, without what it would not pick."""

    def __init__(self, session: pytest.Session, scandir: Any) -> None:
        self._session = session
        self._scandir = scandir
        self._paths: tuple[object, object] | None = None
        self._asked: set[str] = set()
        self._towards: set[str] = set()

    def __call__(self, path: str | os.PathLike[str], *args: Any, **named: Any) -> list[os.DirEntry[str]]:
        entries: list[os.DirEntry[str]] = self._scandir(path, *args, **named)
        if not self._knows_paths() or is_in(os.fspath(path), self._asked):
            return entries
        return [entry for entry in entries if entry.path in self._towards]

    def _knows_paths(self) -> bool:
        """Whether this version of pytest tells what it was asked for; somebody may have it collect a second time."""
        asked = getattr(self._session, "_initialpaths", None)
        towards = getattr(self._session, "_initialpaths_with_parents", None)
        if asked is None or towards is None:
            return False
        if self._paths is None or self._paths[0] is not asked or self._paths[1] is not towards:
            self._paths = (asked, towards)
            self._asked, self._towards = set(map(str, asked)), set(map(str, towards))
        return True


def is_in(path: str, directories: set[str]) -> bool:
    """Whether a path is one of these, or below one."""
    while path not in directories:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True
