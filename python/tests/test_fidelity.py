"""Whatever the tests do, a run reports what plain pytest reports: the same tests, outcomes and exit status."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Callable

import pytest
from comparison import assert_same, assert_same_in_any_order, run_in_any_order, run_three_ways
from traps import TRAPS

Write = Callable[[dict[str, str]], Path]


@pytest.mark.parametrize("name", TRAPS)
def test_a_run_reports_what_plain_pytest_reports(name: str, write: Write, python: str) -> None:
    files, targets = TRAPS[name]
    bare, cold = run_three_ways(write(files), *targets, python=python)
    assert_same(bare, cold)


@pytest.mark.parametrize(
    "fields",
    [
        {"keyword": "one or two"},
        {"keyword": "not one"},
        {"keyword": "--version"},
        {"keyword": "-p no:terminal"},
        {"keyword": "one and"},
        {"keyword": "[x] = 1"},
        {"markers": "slow"},
        {"markers": "not slow"},
        {"markers": "--collect-only"},
        {"max_failures": 1},
        {"max_failures": 2, "keyword": "fails"},
    ],
    ids=str,
)
def test_filters_mean_what_they_mean_to_pytest(fields: dict[str, object], write: Write, python: str) -> None:
    root = write(
        {
            "pytest.ini": "[pytest]\nmarkers = slow\n",
            "test_a.py": """
            import pytest
            def test_one(): pass
            @pytest.mark.slow
            def test_two(): pass
            def test_fails(): assert 0
            def test_fails_too(): assert 0
            """,
        }
    )
    bare, cold = run_three_ways(root, "test_a.py", python=python, **fields)
    assert_same(bare, cold)


def needs(plugin: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(plugin) is None
    return pytest.mark.skipif(missing, reason=f"{plugin} is not installed beside pytest")


THREE_TESTS = """
import pytest
def test_a(): print("printed by a")
def test_b(): assert 0
@pytest.fixture
def broken(): raise ValueError
def test_c(broken): pass
"""


@needs("xdist")
def test_tests_distributed_over_processes(write: Write) -> None:
    root = write({"pytest.ini": "[pytest]\naddopts = -n2\n", "test_a.py": THREE_TESTS})
    bare, cold = run_in_any_order(root, "test_a.py")
    assert_same_in_any_order(bare, cold)
    assert cold.marks == []
    (phase,) = [event for event in cold.of_kind("phase") if event["phase"] == "call" and event["outcome"] == "passed"]
    assert phase["sections"] == [["Captured stdout call", "printed by a\n"]]


@needs("xdist")
def test_a_distributed_test_that_ends_its_process(write: Write) -> None:
    root = write(
        {
            "pytest.ini": "[pytest]\naddopts = -n1\n",
            "test_a.py": "import os\ndef test_a(): os._exit(3)\ndef test_b(): pass\n",
        }
    )
    bare, cold = run_in_any_order(root, "test_a.py")
    assert cold.status == bare.status == 1
    assert cold.outcomes == {"test_a.py::test_a": "failed", "test_a.py::test_b": "passed"}


@needs("pytest_cov")
def test_coverage(write: Write) -> None:
    root = write(
        {
            "pytest.ini": "[pytest]\naddopts = --cov=code_of_mine --cov-report=term\n",
            "code_of_mine.py": "def f(x):\n    if x:\n        return 1\n    return 2\n",
            "test_a.py": "import code_of_mine\ndef test_a(): assert code_of_mine.f(1) == 1\n",
        }
    )
    bare, cold = run_in_any_order(root, "test_a.py")
    assert_same_in_any_order(bare, cold)
    shares = [re.search(r"TOTAL.*?(\d+)%", text) for text in (bare.text, cold.text)]
    assert shares[0]
    assert shares[1]
    assert shares[0][1] == shares[1][1] == "75"


@needs("pytest_asyncio")
def test_async_tests_with_their_plugin(write: Write) -> None:
    root = write(
        {
            "pytest.ini": "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n",
            "test_a.py": "import asyncio\nasync def test_a(): await asyncio.sleep(0)\nasync def test_b(): assert 0\n",
        }
    )
    assert_same(*run_three_ways(root, "test_a.py"))


@needs("pytest_rerunfailures")
def test_repeated_tests(write: Write) -> None:
    root = write(
        {
            "pytest.ini": "[pytest]\naddopts = --reruns 2\n",
            "test_a.py": """
            tries = []
            def test_flaky():
                print("try", len(tries)); tries.append(1); assert len(tries) > 1
            def test_never(): assert 0
            """,
        }
    )
    bare, cold = run_three_ways(root, "test_a.py")
    assert cold.status == bare.status == 1
    assert cold.summary == bare.summary == "1 failed, 1 passed, 3 rerun"
    assert cold.outcomes == {"test_a.py::test_flaky": "passed", "test_a.py::test_never": "failed"}
    assert [event["index"] for event in cold.of_kind("test_started")] == [0, 0, 1, 1, 1]
