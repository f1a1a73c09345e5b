from __future__ import annotations

import os
import signal
import sys
import textwrap
from pathlib import Path
from typing import Callable

import pytest

# Interpreters with pytest to check besides this one, for example those of several versions.
INTERPRETERS = [path for path in os.environ.get("PROCTOR_TEST_PYTHONS", "").split(os.pathsep) if path]

# What is started in the background of a shell ignores Ctrl-C, and so would everything that is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=INTERPRETERS or [sys.executable])
def python(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write a tests root from the texts of its files."""

    def write_files(files: dict[str, str]) -> Path:
        root = tmp_path / "tests"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text).lstrip("\n"))
        return root

    return write_files
