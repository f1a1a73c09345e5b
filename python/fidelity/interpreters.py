"""The interpreters of this machine, and virtual environments made of them, kept until they are asked for otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MINORS = range(9, 16)
# pytest, and the oldest and the newest CPython 3.N that it is made for.
PYTESTS = {"pytest>=7,<8": (9, 12), "pytest>=8,<9": (9, 15), "pytest>=9,<10": (10, 15)}
# In the environment of whoever calls this, as the worker uses it.
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True)
class Interpreter:
    path: str
    minor: int


def find_interpreters() -> list[Interpreter]:
    """One CPython of each version that is there: on the PATH, of pyenv, or known to uv. None is fetched."""
    found = []
    for minor in MINORS:
        path = next((path for path in _candidates(minor) if _is_cpython(path, minor)), None)
        if path is not None:
            found.append(Interpreter(path, minor))
    return found


def _candidates(minor: int) -> Iterator[str]:
    on_path = shutil.which(f"python3.{minor}")
    if on_path:
        yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/3.{minor}.*/bin/python3.{minor}")))
    asked = [UV, "python", "find", "--no-python-downloads", "--system", f"cpython@3.{minor}"]
    answer = subprocess.run(asked, capture_output=True, text=True)
    if answer.returncode == 0:
        yield answer.stdout.strip()


def _is_cpython(path: str, minor: int) -> bool:
    """What is on the PATH may be a stand-in that only tells how to get the real one."""
    asked = [path, "-c", "import sys; print(sys.implementation.name, sys.version_info[1])"]
    answer = subprocess.run(asked, capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout.split() == ["cpython", str(minor)]


def pytests_for(interpreter: Interpreter) -> list[str]:
    return [wanted for wanted, (oldest, newest) in PYTESTS.items() if oldest <= interpreter.minor <= newest]


def make_environment(home: Path, interpreter: str, wanted: list[str]) -> str:
    """The interpreter of an environment with these requirements; it is made anew when they have changed."""
    python = home / "bin/python"
    asked = "\n".join([interpreter, *wanted])
    recipe = home / "recipe"
    if recipe.exists() and recipe.read_text() == asked:
        return str(python)
    shutil.rmtree(home, ignore_errors=True)
    _uv("venv", "--quiet", "--no-python-downloads", "--python", interpreter, str(home))
    _uv("pip", "install", "--quiet", "--python", str(python), *wanted)
    recipe.write_text(asked)
    return str(python)


def version_of(python: str, module: str) -> str:
    asked = [python, "-c", f"from importlib.metadata import version; print(version({module!r}))"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _uv(*words: str) -> None:
    subprocess.run([UV, *words], check=True)
