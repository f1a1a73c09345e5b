"""What a session refuses before it starts, and in which words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
from harness import RUNNER, ColdChild, environment, make_request, run_both, run_cold

Write = Callable[[dict[str, str]], Path]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{", "not a JSON object"),
        (make_request(protocol=2), "speaks protocol 1, not 2"),
        ({"protocol": 1}, "has no 'mode'"),
        (make_request(mode="walk"), "mode is 'run' or 'collect'"),
        (make_request("-p"), "target '-p' is not a path"),
        (make_request("@file"), "target '@file' is not a path"),
        (make_request(""), "target '' is not a path"),
        (make_request(targets="test_a.py"), "targets is a list"),
        (make_request("test_a.py", keyword=3), "keyword is a text or null"),
        (make_request("test_a.py", max_failures=0), "max_failures is a number from 1"),
        (make_request("test_a.py", max_failures=True), "max_failures is a number from 1"),
    ],
    ids=str,
)
def test_a_bad_request_is_refused_in_words(document: object, words: str, write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\n"})
    cold = ColdChild(root, document, python=python, env=environment(root)).finish()
    assert cold.status == 4
    assert words in cold.text
    assert cold.events == []


@pytest.mark.parametrize(
    "pretence",
    ["sys.version_info = (3, 8, 18)", "sys.implementation = type('', (), {'name': 'pypy'})", "del sys.implementation"],
)
def test_another_interpreter_is_refused_in_words(pretence: str) -> None:
    start = f"exec(compile(open({str(RUNNER)!r}).read(), 'start.py', 'exec'), {{'__name__': '__main__'}})"
    refused = subprocess.run(
        [sys.executable, "-c", f"import sys; {pretence}; {start}"], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 4
    assert "is not supported. Choose an interpreter with CPython 3.9 or later." in refused.stderr


def test_an_interpreter_without_pytest_is_told_how_to_get_it(tmp_path: Path) -> None:
    bare_python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare_python.parents[1]], check=True)
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    cold = run_cold(tmp_path, "test_a.py", python=str(bare_python))
    assert cold.status == 4
    assert f"{bare_python} has no pytest. Install it with: {bare_python} -m pip install pytest" in cold.text


@pytest.mark.parametrize("version", ["6.2.5", "10.0.0"])
def test_another_pytest_is_refused(version: str, write: Write, python: str) -> None:
    root = write({"pytest.py": f"__version__ = {version!r}\n", "test_a.py": "def test_a(): pass\n"})
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 4
    assert f"pytest {version} is not supported. Install pytest 7, 8 or 9" in cold.text


def test_a_pytest_that_cannot_be_imported_ends_as_it_does_plainly(write: Write, python: str) -> None:
    root = write({"json.py": "raise ValueError('mine')\n", "test_a.py": "def test_a(): pass\n"})
    bare, cold = run_both(root, "test_a.py", python=python)
    assert cold.status == bare.status == 1
    assert "ValueError: mine" in cold.text


def test_expressions_never_become_options(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\n", "evil.py": "print('evil was imported')\n"})
    for expression in ("-p evil", "--rootdir=/", "= -p evil", "\n-p\nevil", "a --co", "@args"):
        for field in ("keyword", "markers"):
            cold = run_cold(root, "test_a.py", python=python, **{field: expression})
            assert "evil was imported" not in cold.text
            assert cold.status in (3, 4, 5), expression
