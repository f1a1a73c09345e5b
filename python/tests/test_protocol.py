"""Golden files of the protocol: what these sessions send is what the worker's own tests read.

`tests/protocol/<session>.request.jsonl` is what the worker asks, `<session>.events.jsonl` and `<session>.output` what
the runner answers, with times, versions and paths made equal. `PROCTOR_UPDATE_PROTOCOL=1` writes them anew.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Callable

import pytest
from harness import Cold, make_request, run_cold

GOLDEN = Path(__file__).parents[2] / "tests" / "protocol"
Write = Callable[[dict[str, str]], Path]

# The words of pytest and of Python are those of one version.
pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11) or pytest.version_tuple < (9,),
    reason="the golden files hold the words of pytest 9 on Python 3.11",
)

OUTCOMES = """
import logging, os, warnings
import pytest

@pytest.fixture
def broken():
    raise ValueError("no database")

@pytest.fixture
def breaks_later():
    yield
    raise ValueError("too late")

def test_passes():
    print("printed by the test")
    os.write(1, b"written to the descriptor\\n")

def test_fails():
    logging.getLogger("shop").warning("twelve pieces")
    assert [1, 2] == [1, 3]

def test_error_in_setup(broken): pass
def test_error_in_teardown(breaks_later): pass
def test_skips(): pytest.skip("no paper")

@pytest.mark.xfail(reason="known")
def test_xfails(): assert False

@pytest.mark.xfail
def test_xpasses(): pass

def test_warns(): warnings.warn("careful", DeprecationWarning)

@pytest.mark.parametrize("text", ["a/b", "[c]", "straße", 'quote"', "back\\\\slash"])
def test_odd_ids(text): pass
"""

SESSIONS: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "passed": ({"test_a.py": "def test_one(): pass\n"}, {}),
    "outcomes": ({"test_a.py": OUTCOMES}, {}),
    "filtered": (
        {"test_a.py": "def test_one(): pass\ndef test_two(): assert 0\ndef test_three(): assert 0\n"},
        {"keyword": "two or three", "max_failures": 1},
    ),
    "subtests": (
        {
            "test_a.py": """
            def test_one(subtests):
                for i in range(2):
                    with subtests.test(i=i): assert i == 0
            """
        },
        {},
    ),
    "collect": (
        {"test_a.py": "def test_one(): pass\n\nclass TestTwo:\n    def test_three(self): pass\n"},
        {"mode": "collect"},
    ),
    "collect_errors": (
        {"test_a.py": "import no_such_module\n", "test_b.py": "def test_b(:\n", "test_c.py": "def test_c(): pass\n"},
        {"targets": ["."]},
    ),
    "no_tests": ({"test_a.py": ""}, {}),
    "wrong_ini": ({"pytest.ini": "[pytest]\naddopts = --no-such-option\n", "test_a.py": ""}, {}),
    "killed": (
        {
            "test_a.py": """
            import os
            def test_one(): pass
            def test_two():
                print("last words")
                os.kill(os.getpid(), 9)
            """
        },
        {},
    ),
    "interrupted": (
        {"test_a.py": "def test_one(): pass\ndef test_two(): raise KeyboardInterrupt\ndef test_three(): pass\n"},
        {},
    ),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_as_the_golden_files_say(name: str, write: Write) -> None:
    files, fields = SESSIONS[name]
    files.setdefault("pytest.ini", "[pytest]\naddopts = -p no:asyncio -p no:cacheprovider\n")
    request = make_request(**{"targets": ["test_a.py"]} | fields)
    root = write(files)
    cold = run_cold(root, **request, env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})

    compare(f"{name}.request.jsonl", json.dumps(request, ensure_ascii=False) + "\n")
    compare(f"{name}.events.jsonl", "".join(_line(event, root) for event in cold.events))
    compare(f"{name}.output", _output(cold, root))


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("PROCTOR_UPDATE_PROTOCOL"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert path.read_text() == text


def _line(event: dict[str, Any], root: Path) -> str:
    event["at"] = 1_700_000_000_000 + event["seq"]
    if "duration_ms" in event:
        event["duration_ms"] = 0.5
    if event.get("memory"):
        event["memory"] = [1_000_000, 1_500_000, 1_200_000]
    if event["kind"] == "session_started":
        event |= {"pytest": "9.0.0", "python": "3.11.0"}
    return _without_places(json.dumps(event, ensure_ascii=False), root) + "\n"


def _output(cold: Cold, root: Path) -> str:
    text = _without_places(cold.output.decode(), root)
    text = re.sub(r"in \d+\.\d+s", "in 0.01s", text)
    return re.sub(r"Python \S+, pytest-\S+, pluggy-\S+", "Python 3.11.0, pytest-9.0.0, pluggy-1.6.0", text)


def _without_places(text: str, root: Path) -> str:
    """The text without where things are: the tests root, Python and pytest, objects in memory."""
    text = text.replace(str(root), "/tests")
    text = re.sub(r"<Dir \w+>", "<Dir tests>", text)
    text = re.sub(r"at 0x[0-9a-f]+", "at 0x7f0000000000", text)
    return re.sub(r"(?:/[\w.+-]+)+/(?=lib/python3)", "/usr/", text)
