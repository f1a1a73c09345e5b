"""Virtual environments to measure in, kept from one time to the next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from server import HERE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from server import Setup

PYTEST = "pytest>=9,<10"
# What many a team has installed, whether the test at hand needs it or not.
PLUGINS = (PYTEST, "pytest-asyncio", "pytest-xdist", "pytest-cov", "requests", "numpy")
XDIST = (PYTEST, "pytest-xdist")
UV = Path(sys.executable).with_name("uv")


def interpreter_with(setup: Setup, wanted: tuple[str, ...]) -> Path:
    """The interpreter of an environment with these, made of the one that is measured."""
    name = "-".join(word.partition(">")[0] for word in wanted)
    home = HERE.parent / "target/bench-venvs" / name
    ready = home / "ready"
    if not ready.exists():
        subprocess.run([UV, "venv", "--quiet", "--clear", "--python", setup.python, home], check=True)
        subprocess.run([UV, "pip", "install", "--quiet", "--python", home / "bin/python", *wanted], check=True)
        # As after the first run of whoever installs by pip, which compiles.
        subprocess.run([home / "bin/python", "-m", "compileall", "-q", home / "lib"], stdout=subprocess.DEVNULL)
        ready.touch()
    return home / "bin/python"
