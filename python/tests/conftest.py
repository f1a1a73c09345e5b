from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import Callable

import pytest

# Interpreters with pytest to check besides this one, for example those of several versions.
INTERPRETERS = [path for path in os.environ.get("PROCTOR_TEST_PYTHONS", "").split(os.pathsep) if path]


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
