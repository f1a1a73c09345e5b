"""What events say, and how large they can become."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest
from harness import Cold, run_cold, start_cold

Write = Callable[[dict[str, str]], Path]

KIB = 1024


def test_a_session_tells_its_versions_and_counts(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\ndef test_b(): pass\n"})
    cold = run_cold(root, "test_a.py", python=python)
    started, collected = cold.events[0], cold.events[1]
    assert (started["kind"], started["rootdir"]) == ("session_started", str(root))
    assert started["pytest"][0] in "789"
    assert started["python"].startswith("3.")
    assert (collected["total"], collected["more"]) == (2, False)
    assert cold.collected == ["test_a.py::test_a", "test_a.py::test_b"]
    assert all(isinstance(event["at"], int) and event["at"] > 1_600_000_000_000 for event in cold.events)
    assert cold.events[-1]["kind"] == "session_finished"


def test_each_outcome_is_known_when_the_test_has_ended(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\ndef test_b():\n    with open('gate') as gate: gate.read()\n"})
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: child.received["events"].count(b'"test_started"') == 2)
    assert child.received["events"].count(b'"test_finished"') == 1
    (root / "gate").write_text("go on")
    assert child.finish().status == 0


def test_the_last_outcome_does_not_wait_for_the_end_of_the_session(write: Write, python: str) -> None:
    root = write(
        {
            "conftest.py": "def pytest_sessionfinish():\n    with open('gate') as gate: gate.read()\n",
            "test_a.py": "def test_a(): pass\n",
        }
    )
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: b'"test_finished"' in child.received["events"])
    child.read_until(lambda: b";end;0" in child.received["output"])
    (root / "gate").write_text("go on")
    assert child.finish().status == 0


def test_a_failure_has_a_message_and_a_traceback_without_colours(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            def test_assert(): assert [1, 2] == [1, 3]
            def test_words(): assert not [1], "there is one"
            def test_exception(): {}["key"]
            def test_many_lines(): raise ValueError("first\\nsecond")
            def test_colours(): raise ValueError("\\x1b[31mred\\x1b[0m")
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    messages = {event["nodeid"].split("::")[1]: event["message"] for event in cold.of_kind("test_finished")}
    assert messages == {
        "test_assert": "assert [1, 2] == [1, 3]",
        "test_words": "AssertionError: there is one",
        "test_exception": "KeyError: 'key'",
        "test_many_lines": "ValueError: first",
        "test_colours": "ValueError: red",
    }
    failed = [event for event in cold.of_kind("phase") if event["outcome"] == "failed"]
    assert "At index 1 diff: 2 != 3" in failed[0]["traceback"]
    assert not any("\x1b" in event["traceback"] for event in failed)


def test_reasons_of_skips_and_expected_failures_are_messages(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            def test_skip(): pytest.skip("no paper")
            @pytest.mark.skip(reason="never")
            def test_mark(): pass
            @pytest.mark.xfail(reason="known")
            def test_xfail(): assert 0
            @pytest.mark.xfail(reason="was wrong")
            def test_xpass(): pass
            @pytest.mark.xfail(strict=True, reason="has to fail")
            def test_strict(): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert [(event["outcome"], event["message"]) for event in cold.of_kind("test_finished")] == [
        ("skipped", "no paper"),
        ("skipped", "never"),
        ("xfailed", "known"),
        ("xpassed", "was wrong"),
        ("failed", "[XPASS(strict)] has to fail"),
    ]


def test_log_records_come_with_their_phase_only(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import logging, pytest
            log = logging.getLogger("shop")
            @pytest.fixture
            def noisy():
                log.warning("in setup")
                yield
                log.warning("in teardown")
            def test_a(noisy): log.warning("in call"); assert 0
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    sections = {event["phase"]: [name for name, _ in event["sections"]] for event in cold.of_kind("phase")}
    assert sections == {
        "setup": ["Captured log setup"],
        "call": ["Captured log call"],
        "teardown": ["Captured log teardown"],
    }


def test_warnings_name_their_test(write: Write, python: str) -> None:
    root = write({"test_a.py": "import warnings\ndef test_a(): warnings.warn('old', DeprecationWarning)\n"})
    (warning,) = run_cold(root, "test_a.py", python=python).of_kind("warning")
    assert warning["message"] == "old"
    assert warning["category"] == "DeprecationWarning"
    assert warning["filename"] == str(root / "test_a.py")
    assert warning["line"] == 2
    assert warning["nodeid"] == "test_a.py::test_a"


def test_files_that_cannot_be_collected_are_named(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": "import no_such_module\n",
            "test_b.py": "def test_b(:\n",
            "test_c.py": "import pytest\npytest.importorskip('no_such_module')\n",
            "test_d.py": "def test_d(): pass\n",
        }
    )
    cold = run_cold(root, ".", python=python)
    assert cold.status == 2
    errors = {event["nodeid"]: event["message"] for event in cold.of_kind("collect_error")}
    assert errors["test_a.py"] == "ModuleNotFoundError: No module named 'no_such_module'"
    assert errors["test_b.py"].startswith("SyntaxError: ")
    (skipped,) = cold.of_kind("collect_skipped")
    assert skipped["nodeid"] == "test_c.py"
    assert "could not import 'no_such_module'" in skipped["message"]
    assert cold.collected == ["test_d.py::test_d"]


def test_ids_can_be_given_as_targets_wherever_the_rootdir_is(write: Write, python: str) -> None:
    """The ini file of a directory makes it pytest's rootdir, and ids are relative to that."""
    files = {"test_a.py": "import warnings\ndef test_a(): warnings.warn('x')\n"}
    root = write({f"project/{name}": text for name, text in files.items()} | {"project/pytest.ini": "[pytest]\n"})
    cold = run_cold(root, "project", python=python)
    assert cold.events[0]["rootdir"] == str(root / "project")
    assert cold.collected == list(cold.outcomes) == ["project/test_a.py::test_a"]
    assert cold.of_kind("warning")[0]["nodeid"] == "project/test_a.py::test_a"
    assert run_cold(root, *cold.collected, python=python).outcomes == {"project/test_a.py::test_a": "passed"}


def test_collecting_runs_nothing_and_gives_lines(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest

            def test_a(): open("ran", "w")

            class TestB:
                @pytest.mark.parametrize("x", [1, 2])
                def test_c(self, x): pass
            """,
            "test_broken.py": "1 / 0\n",
        }
    )
    cold = run_cold(root, "test_a.py", python=python, mode="collect")
    assert cold.status == 0
    (collected,) = cold.of_kind("collected")
    assert collected["items"] == [
        {"nodeid": "test_a.py::test_a", "line": 3},
        {"nodeid": "test_a.py::TestB::test_c[1]", "line": 6},
        {"nodeid": "test_a.py::TestB::test_c[2]", "line": 6},
    ]
    assert not (root / "ran").exists()
    assert cold.marks == []
    broken = run_cold(root, "test_broken.py", python=python, mode="collect")
    assert [event["message"] for event in broken.of_kind("collect_error")] == ["ZeroDivisionError: division by zero"]
    assert broken.status == 2


def test_deselected_tests_are_not_collected(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_one(): pass\ndef test_two(): pass\n"})
    cold = run_cold(root, "test_a.py", python=python, keyword="two")
    assert cold.collected == ["test_a.py::test_two"]


def test_long_lists_come_in_pieces(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            @pytest.mark.parametrize("x", range(1001))
            def test_a(x): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python, mode="collect")
    pieces = cold.of_kind("collected")
    assert [(len(piece["items"]), piece["more"], piece["total"]) for piece in pieces] == [
        (500, True, 1001),
        (500, True, 1001),
        (1, False, 1001),
    ]


def test_long_texts_are_cut_in_the_middle(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import logging, pytest
            @pytest.mark.parametrize("x", ["a" * 1_000_000])
            def test_id(x): pass
            def test_message(): raise ValueError("b" * 3_000_000 + "the end")
            def test_lines(): raise ValueError("\\n".join(["\\u20ac" * 100] * 10_000))
            def test_section():
                for _ in range(5000): logging.getLogger("c").error("d" * 200)
                assert 0
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 1
    assert len(cold.of_kind("test_finished")) == 4
    assert max(len(line) for line in cold.events_bytes.splitlines()) < 1024 * KIB
    by_test = {event["nodeid"][11:18]: event for event in cold.of_kind("test_finished")}
    assert len(by_test["test_me"]["message"]) < 5 * KIB
    tracebacks = [event["traceback"] for event in cold.of_kind("phase") if event["traceback"]]
    assert all(len(text.encode()) <= 256 * KIB for text in tracebacks)
    assert "bytes left out by proctor …]" in tracebacks[0]
    assert "the end" in tracebacks[0]


def test_text_that_is_no_text_is_made_readable(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            def test_lone_surrogate(): raise ValueError("\\udc80")
            def test_controls(): raise ValueError("\\x00\\x1f\\x7f\\u2028")
            class Bad(Exception):
                def __str__(self): raise RuntimeError
            def test_no_words(): raise Bad
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 1
    assert cold.counts == {"failed": 3}


def test_failing_subtests_fail_their_test(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import unittest
            class A(unittest.TestCase):
                def test_a(self):
                    for i in range(3):
                        with self.subTest(i=i):
                            print("subtest", i)
                            self.assertNotEqual(i, 1)
                def test_b(self): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 1
    assert cold.outcomes == {"test_a.py::A::test_a": "failed", "test_a.py::A::test_b": "passed"}


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="subtests come with pytest 9")
def test_output_of_subtests_is_live(write: Write) -> None:
    root = write(
        {
            "test_a.py": """
            def test_a(subtests):
                with subtests.test("waits"):
                    print("inside")
                    with open("gate") as gate: gate.read()
            """
        }
    )
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py")
    child.read_until(lambda: b"inside" in child.received["output"])
    (root / "gate").write_text("go on")
    cold: Cold = child.finish()
    assert cold.status == 0
    assert [event["description"] for event in cold.of_kind("subtest")] == ["[waits]"]


def test_categories_of_ones_own_do_not_hide_a_test(write: Write, python: str) -> None:
    root = write(
        {
            "conftest.py": """
            def pytest_report_teststatus(report):
                if report.when == "call" and report.passed: return "fine", "F", "FINE"
                if report.when == "call" and report.failed: return "", "", ""
            """,
            "test_a.py": "def test_a(): pass\ndef test_b(): assert 0\n",
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.outcomes == {"test_a.py::test_a": "passed", "test_a.py::test_b": "failed"}


def test_a_flood_of_events_waits_for_its_reader(write: Write, python: str) -> None:
    """More than a pipe holds, before anybody reads."""
    root = write(
        {
            "test_a.py": """
            import pytest
            @pytest.mark.parametrize("x", range(2000))
            def test_a(x): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0
    assert len(cold.of_kind("test_finished")) == 2000


def test_the_memory_of_each_test_is_told(write: Write) -> None:
    root = write(
        {
            "test_a.py": """
            kept = []
            def test_keeps(): kept.append(bytearray(b"x") * (32 << 20))
            def test_rests(): pass
            def test_takes_for_a_moment(): bytearray(b"x") * (48 << 20)
            def test_gives_back(): kept.clear()
            def test_rests_again(): pass
            """
        }
    )
    cold = run_cold(root, targets=["test_a.py"])
    told = [event["memory"] for event in cold.of_kind("test_finished")]
    grown = [(after - before) >> 20 for before, _, after in told]
    peaks = [(peak - before) >> 20 for before, peak, _ in told]
    assert grown == pytest.approx([32, 0, 0, -32, 0], abs=4)
    assert peaks == pytest.approx([32, 0, 48, 0, 0], abs=4)


def test_a_test_that_closes_everything_has_no_memory_to_tell(write: Write) -> None:
    root = write(
        {
            "test_a.py": """
            import os
            def test_closes():
                os.close(1002)
                os.dup2(0, 1002)
            def test_goes_on(): pass
            """
        }
    )
    cold = run_cold(root, targets=["test_a.py"])
    assert [event["memory"] for event in cold.of_kind("test_finished")] == [None, None]
