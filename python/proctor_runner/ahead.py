"""Compiles Python files for runs that will import them, and imports none of them itself."""

from __future__ import annotations

import importlib.util
import json
import os
import py_compile
import warnings
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

REQUEST_FD = 3


def compile_files() -> NoReturn:
    """Compile what descriptor 3 asks for; what cannot be compiled here is left to the runs."""
    with os.fdopen(REQUEST_FD) as file:
        document = json.load(file)
    place = os.getcwd()
    for number, (source, name) in enumerate(document["files"]):
        try:
            compile_file(os.path.join(place, source), name, os.path.join(document["to"], str(number)))
        except Exception as error:  # noqa: BLE001 - a run tells what is wrong with the file
            print(f"{source}: {error}")
    os._exit(0)


def compile_file(source: str, name: str, to: str) -> None:
    """Write the compiled form that an import of `source` would write as `name`, unless that would warn of something.

    Warnings of the compiler are for every run, and there are none where a compiled form is found.
    """
    unfinished = f"{to}.unfinished"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if name == os.path.basename(importlib.util.cache_from_source(source)):
            mode = py_compile.PycInvalidationMode.TIMESTAMP
            py_compile.compile(source, unfinished, doraise=True, invalidation_mode=mode)
        elif is_of_pytest(source, name):
            write_rewritten(Path(source), unfinished)
        else:
            return
    os.rename(unfinished, to)


def is_of_pytest(source: str, name: str) -> bool:
    from _pytest.assertion import rewrite

    return name == Path(source).name[: -len(".py")] + rewrite.PYC_TAIL


def write_rewritten(source: Path, to: str) -> None:
    """As the import hook of pytest does, with its own functions: what they hand over differs between versions."""
    from _pytest.assertion import rewrite

    module: Any = rewrite
    identity, code = module._rewrite_test(source, None)
    with open(to, "wb") as file:
        module._write_pyc_fp(file, identity, code)
