"""What is compiled ahead is what plain pytest and the interpreter would have compiled, and is found by them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Callable

from harness import RUNNER, environment

Write = Callable[[dict[str, str]], Path]
FILES = {
    "test_a.py": "import helper\ndef test_a(): assert helper.one() == 2\n",
    "helper.py": "def one(): return 1\n",
}


def compile_ahead(root: Path, files: list[list[str]], python: str) -> dict[str, bytes]:
    """By name."""
    to = root.parent / "compiled"
    to.mkdir()
    read, write = os.pipe()
    os.write(write, json.dumps({"files": files, "to": str(to)}).encode())
    os.close(write)
    text = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.execv(sys.argv[2], sys.argv[2:])"
    command = [python, "-c", text, str(read), python, "-I", str(RUNNER), "compile"]
    subprocess.run(command, cwd=root, pass_fds=[read], check=True)
    os.close(read)
    made = {name: to / str(number) for number, (_, name) in enumerate(files)}
    return {name: path.read_bytes() for name, path in made.items() if path.exists()}


def run_plain(root: Path, python: str) -> str:
    env = environment(root)
    del env["PYTHONDONTWRITEBYTECODE"]
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "test_a.py"]
    return subprocess.run(command, cwd=root, env=env, stdout=subprocess.PIPE, text=True, check=False).stdout


def test_plain_pytest_uses_what_was_compiled_ahead(write: Write, python: str) -> None:
    root = write(FILES)
    cache = root / "__pycache__"
    first = run_plain(root, python)
    names = sorted(path.name for path in cache.iterdir())
    assert len(names) == 2
    for path in cache.iterdir():
        path.unlink()
    made = compile_ahead(root, [[f"{name.partition('.')[0]}.py", name] for name in names], python)
    assert sorted(made) == names
    for name, text in made.items():
        (cache / name).write_bytes(text)
        os.utime(cache / name, (1, 1))
    second = run_plain(root, python)
    assert "assert 1 == 2" in first
    assert "assert 1 == 2" in second
    assert {path.name: path.stat().st_mtime for path in cache.iterdir()} == dict.fromkeys(names, 1)


def test_nothing_of_the_tests_is_imported_and_what_cannot_be_compiled_is_left_out(write: Write, python: str) -> None:
    evil = "open('imported', 'w').close()\n"
    shadows = {f"{name}.py": evil for name in ("json", "pathlib", "pytest", "sitecustomize", "conftest", "ast")}
    root = write({**FILES, **shadows, "_pytest/__init__.py": evil, "test_broken.py": "def\n"})
    tag = subprocess.run(
        [python, "-c", "import sys; print(sys.implementation.cache_tag)"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    wanted = [
        ["helper.py", f"helper.{tag}.pyc"],
        ["json.py", f"json.{tag}.pyc"],
        ["test_broken.py", f"test_broken.{tag}.pyc"],
        ["missing.py", f"missing.{tag}.pyc"],
        ["helper.py", "helper.cpython-11.pyc"],
    ]
    made = compile_ahead(root, wanted, python)
    assert sorted(made) == sorted([f"helper.{tag}.pyc", f"json.{tag}.pyc"])
    assert not (root / "imported").exists()
