"""The output of a run: live, in order, with a line per test, and marked so that each part can be told."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import Callable

import pytest
from harness import NONCE, Cold, run_cold, start_cold

Write = Callable[[dict[str, str]], Path]

WAITING = """
import os, subprocess, sys
def wait():
    with open("gate") as gate: gate.read()
def test_waits():
    {statement}
    wait()
"""


@pytest.mark.parametrize(
    "statement",
    [
        "print('said')",
        "print('said', end='')",
        "print('said', file=sys.stderr)",
        "os.write(1, b'said')",
        "subprocess.run(['echo', 'said'])",
        "subprocess.run([sys.executable, '-c', 'print(\"said\")'])",
        "sys.stdout.buffer.write(b'said')",
        "print('said', file=sys.__stdout__)",
    ],
)
def test_output_is_there_as_soon_as_it_is_written(statement: str, write: Write, python: str) -> None:
    root = write({"test_a.py": WAITING.format(statement=statement)})
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: b"said" in child.received["output"])
    assert b"PASSED" not in child.received["output"]
    (root / "gate").write_text("go on")
    assert child.finish().status == 0


def test_output_of_an_import_and_of_fixtures_is_live(write: Write, python: str) -> None:
    root = write(
        {
            "conftest.py": """
            import pytest
            def wait(name):
                print("at", name)
                with open(name) as gate: gate.read()
            @pytest.fixture
            def slow():
                wait("setup")
                yield
                wait("teardown")
            """,
            "test_a.py": "from conftest import wait\nwait('import')\ndef test_a(slow): pass\n",
        }
    )
    gates = ["import", "setup", "teardown"]
    for gate in gates:
        os.mkfifo(root / gate)
    child = start_cold(root, "test_a.py", python=python)
    for gate in gates:
        child.read_until(lambda gate=gate: f"at {gate}\n".encode() in child.received["output"])
        (root / gate).write_text("go on")
    cold = child.finish()
    assert cold.status == 0
    assert "at setup" in cold.part("test_a.py::test_a", "setup")
    assert "at teardown" in cold.part("test_a.py::test_a", "teardown")


def test_streams_children_and_raw_writes_keep_their_order(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os, subprocess, sys
            def test_a():
                for turn in range(20):
                    print(turn, "stdout")
                    print(turn, "stderr", file=sys.stderr)
                    os.write(1, f"{turn} raw\\n".encode())
                    subprocess.run(["echo", str(turn), "child"])
                    print(turn, end=" ")
                    os.write(2, b"raw after a part of a line\\n")
            """
        }
    )
    words = ["stdout", "stderr", "raw", "child", "raw after a part of a line"]
    expected = [f"{turn} {word}" for turn in range(20) for word in words]
    lines = run_cold(root, "test_a.py", python=python).part("test_a.py::test_a", "call").splitlines()
    assert [line for line in lines if line[:1].isdigit()] == expected


def test_every_test_has_one_line_with_its_id_and_outcome(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            def test_quiet(): pass
            def test_prints(): print("first"); print("second")
            def test_ends_without_newline(): print("open end", end="")
            def test_fails(): print("before"); assert 0
            @pytest.fixture
            def loud():
                print("from setup")
                yield
                print("from teardown", end="")
            def test_fixture(loud): pass
            def test_skips(): pytest.skip("no paper")
            def test_last(): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    start = cold.text.index("test_a.py::test_quiet")
    shown = [line.partition(" [")[0].rstrip() for line in cold.text[start:].splitlines()]
    shown = shown[: shown.index("test_a.py::test_last PASSED") + 1]
    assert shown == [
        "test_a.py::test_quiet PASSED",
        "test_a.py::test_prints",
        "first",
        "second",
        "test_a.py::test_prints PASSED",
        "test_a.py::test_ends_without_newline",
        "open end",
        "test_a.py::test_ends_without_newline PASSED",
        "test_a.py::test_fails",
        "before",
        "test_a.py::test_fails FAILED",
        "test_a.py::test_fixture",
        "from setup",
        "test_a.py::test_fixture PASSED",
        "from teardown",
        "test_a.py::test_skips SKIPPED (no paper)",
        "test_a.py::test_last PASSED",
    ]


def test_marks_are_complete_and_in_order(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            @pytest.fixture
            def broken(): raise ValueError
            def test_passes(): pass
            def test_error(broken): pass
            def test_fails(): assert 0
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert [(mark.what, mark.index) for mark in cold.marks] == [
        *[(what, 0) for what in ("begin", "setup", "call", "teardown", "end")],
        *[(what, 1) for what in ("begin", "setup", "teardown", "end")],
        *[(what, 2) for what in ("begin", "setup", "call", "teardown", "end")],
    ]
    assert b"\x1b_" not in cold.log


def test_each_part_of_the_output_belongs_to_its_phase(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os, pytest, subprocess
            @pytest.fixture
            def loud():
                print("setting up"); os.write(1, b"raw setup\\n")
                yield
                subprocess.run(["echo", "tearing down"])
            def test_a(loud): print("calling")
            def test_b(): print("other")
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    parts = {phase: cold.part("test_a.py::test_a", phase) for phase in ("setup", "call", "teardown")}
    assert "setting up\nraw setup\n" in parts["setup"]
    assert parts["call"].startswith("calling\ntest_a.py::test_a PASSED")
    assert parts["teardown"] == "tearing down\n"
    whole = cold.part("test_a.py::test_a")
    assert whole.startswith("test_a.py::test_a")
    assert whole.endswith("tearing down\n")
    assert "other" not in whole


def test_forged_marks_do_not_count(write: Write, python: str) -> None:
    """A test does not know the number once of its session; the output of others stays what it is."""
    root = write({"test_a.py": "def test_a(): print('\\x1b_proctor;' + '0' * 32 + ';end;0\\x1b\\\\', 'after')\n"})
    cold = run_cold(root, "test_a.py", python=python)
    assert [mark.what for mark in cold.marks] == ["begin", "setup", "call", "teardown", "end"]
    assert "after" in cold.part("test_a.py::test_a", "call")


def test_the_number_of_the_session_is_nowhere_to_be_found(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": f"""
            import os, sys
            NONCE = "{NONCE[:16]}" + "{NONCE[16:]}"
            def test_a():
                assert NONCE not in str(sys.argv) + str(dict(os.environ)) + open("/proc/self/cmdline").read()
            """
        }
    )
    assert run_cold(root, "test_a.py", python=python).status == 0


def test_huge_output_arrives_whole(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os, sys
            def test_lines():
                for number in range(20_000): print(number)
            def test_one_endless_line():
                sys.stdout.write("x" * 3_000_000)
            def test_raw():
                os.write(1, b"y" * 200_000)
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0
    lines = cold.part("test_a.py::test_lines", "call").splitlines()
    assert lines[1:20_001] == [str(number) for number in range(20_000)]
    assert cold.log.count(b"x") >= 3_000_000
    assert max(sum(1 for _ in run) for byte, run in groupby(cold.log) if byte == ord("y")) == 200_000


def test_writes_interrupted_by_signals_are_completed(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import signal
            def test_a():
                signal.signal(signal.SIGALRM, lambda *args: None)
                signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
                for _ in range(20): print("z" * 200_000)
                signal.setitimer(signal.ITIMER_REAL, 0)
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0
    assert cold.log.count(b"z" * 200_000 + b"\n") == 20


@pytest.mark.parametrize(
    "damage",
    [
        "os.close(1)",
        "os.close(1); os.close(2)",
        "os.closerange(3, 256)",
        "sys.stdout.close()",
        "sys.stdout = sys.stderr = None",
        "sys.stdout = open(os.devnull, 'w')",
        "os.dup2(os.open(os.devnull, os.O_WRONLY), 1)",
        "os.chdir('/')",
        "os.setsid() if os.getpid() != os.getsid(0) else None",
    ],
)
def test_a_test_that_damages_its_process_harms_no_other(damage: str, write: Write, python: str) -> None:
    root = write({"test_a.py": f"import os, sys\ndef test_a(): {damage}\ndef test_b(): print('still here')\n"})
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.outcomes == {"test_a.py::test_a": "passed", "test_a.py::test_b": "passed"}
    assert "still here" in cold.part("test_a.py::test_b", "call")
    assert [mark.what for mark in cold.marks] == ["begin", "setup", "call", "teardown", "end"] * 2
    # pytest itself fails to close what a test has closed before.
    assert cold.status == 0 or "closerange" in damage


def test_colours_are_on_and_assertions_as_short_as_ever(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): assert list(range(40)) == list(range(1, 41))\n"})
    cold = run_cold(root, "test_a.py", python=python)
    assert b"\x1b[31m" in cold.output
    assert "Use -v to get" in cold.text
    assert "Full diff" not in cold.text


def test_printed_text_is_not_repeated_below_the_failures(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): print('only once'); assert 0\n"})
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.text.count("only once") == 2  # As printed, and in the source of the traceback.


def test_quiet_and_verbose_configurations_still_have_lines_and_marks(write: Write, python: str) -> None:
    for option in ("-q", "-qq", "-v", "-vv", "-rA", "--tb=no", "--no-header", "--show-capture=no"):
        cold = lines_with(option, write, python)
        assert cold.status == 1, option
        assert "test_a.py::test_a FAILED" in cold.text, option
        assert len(cold.marks) == 5, option


def lines_with(option: str, write: Write, python: str) -> Cold:
    root = write({"pytest.ini": f"[pytest]\naddopts = {option}\n", "test_a.py": "def test_a(): assert 0\n"})
    return run_cold(root, "test_a.py", python=python)
