"""Which files a warm interpreter was made from, so that the supervisor sees when they change."""

from __future__ import annotations

import os
import sys


def files_of_modules() -> dict[str, dict[str, int]]:
    """The folders that modules are looked up in, and the files of those that are imported, without Python's own.

    By folder, with the time of the last change in nanoseconds; the folder itself has the name ".".
    """
    library = os.path.dirname(os.__file__)
    found: dict[str, dict[str, int]] = {}
    for path in _paths():
        folder, name = os.path.split(path)
        if folder != library and not folder.startswith((f"{library}/lib-dynload", f"{library}/encodings")):
            _add(found, folder, name)
    for folder in {*sys.path[1:], *found}:
        if os.path.isdir(folder) and folder not in (library, f"{library}/lib-dynload"):
            _add(found, folder, ".")
    return found


def _paths() -> list[str]:
    paths = [os.path.join(sys.prefix, "pyvenv.cfg")]
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and os.path.isabs(file):
            paths.append(file)
    return paths


def _add(found: dict[str, dict[str, int]], folder: str, name: str) -> None:
    try:
        changed = os.stat(os.path.join(folder, name)).st_mtime_ns
    except OSError:
        return
    found.setdefault(folder, {})[name] = changed
