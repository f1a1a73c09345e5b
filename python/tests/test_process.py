"""How a session is asked, is interrupted and ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Callable

import pytest
from harness import RUNNER, ColdChild, environment, make_request, run_both, run_cold, start_cold

Write = Callable[[dict[str, str]], Path]

DUMP_STACKS = 62
DUMP_STACKS_GENTLY = 61


def waits_for_a_lock(pid: int) -> bool:
    """Whether its main thread is in a futex without a time limit; proc(5) tells the call's number and arguments."""
    words = Path(f"/proc/{pid}/task/{pid}/syscall").read_text().split()
    return words[0] in ("202", "98") and words[4] == "0x0"


def test_where_all_threads_are_is_told_on_demand(write: Write, python: str) -> None:
    """Also when the main thread waits for a lock, and while other threads are busy."""
    root = write(
        {
            "test_a.py": """
            import os, threading
            gate = threading.Lock()
            stop = threading.Event()
            def busy():
                while not stop.is_set(): sorted(str(number) for number in range(20))
            def helper():
                print("helper waits"); open("gate").read(); gate.release()
            def test_hangs():
                gate.acquire()
                for target in (busy, helper): threading.Thread(target=target).start()
                gate.acquire()
                stop.set()
            """
        }
    )
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: b"helper waits" in child.received["output"])
    # A signal just before the wait is heard only after it: that is what the other signal is for.
    while not waits_for_a_lock(child.pid):
        os.sched_yield()
    child.signal(DUMP_STACKS_GENTLY)
    for where in (b"in test_hangs", b"in helper", b"in busy", b"in <module>"):
        child.read_until(lambda where=where: where in child.received["output"])
    child.signal(DUMP_STACKS)  # Without effect, since the gentle way works.
    (root / "gate").write_text("go on")
    cold = child.finish()
    assert cold.status == 0
    assert cold.part("test_a.py::test_hangs", "call").count("in test_hangs") == 1


def test_where_all_threads_are_is_told_also_when_the_main_thread_hangs_in_c_code(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import ctypes, os
            def test_hangs():
                mutex = ctypes.create_string_buffer(64)
                lock = ctypes.CDLL(None).pthread_mutex_lock
                lock(mutex)
                print("hanging")
                lock(mutex)
            """
        }
    )
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: b"hanging" in child.received["output"])
    child.signal(DUMP_STACKS_GENTLY)
    child.signal(DUMP_STACKS)
    child.read_until(lambda: b"in test_hangs" in child.received["output"])
    child.signal(signal.SIGKILL)
    assert child.finish().status == -signal.SIGKILL


def test_stacks_are_told_also_when_a_test_has_closed_its_streams(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os
            def test_hangs():
                os.close(1); os.close(2)
                open("ready", "w").close(); open("gate").read()
            """
        }
    )
    os.mkfifo(root / "gate")
    os.mkfifo(root / "ready")
    child = start_cold(root, "test_a.py", python=python)
    (root / "ready").read_text()
    child.signal(DUMP_STACKS)
    child.read_until(lambda: b"in test_hangs" in child.received["output"])
    (root / "gate").write_text("go on")
    assert child.finish().status == 0


def test_an_interrupt_makes_pytest_report_what_it_has(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            @pytest.fixture
            def tidy():
                yield
                print("tidied up")
            def test_before(): assert 0
            def test_hangs(tidy):
                print("waiting"); open("gate").read()
            def test_after(): pass
            """
        }
    )
    os.mkfifo(root / "gate")
    child = start_cold(root, "test_a.py", python=python)
    child.read_until(lambda: b"waiting" in child.received["output"])
    child.signal(signal.SIGINT)
    cold = child.finish()
    assert cold.status == 2
    assert "tidied up" in cold.text
    assert cold.summary == "1 failed"
    assert cold.outcomes == {"test_a.py::test_before": "failed"}
    assert [event["nodeid"] for event in cold.of_kind("test_started")][-1] == "test_a.py::test_hangs"
    assert cold.events[-1]["kind"] == "session_finished"
    assert cold.events[-1]["exit_status"] == 2


@pytest.mark.parametrize(
    ("last_act", "status"),
    [("os._exit(0)", 0), ("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", -9), ("os.abort()", -6)],
)
def test_an_early_end_shows_by_what_is_missing(last_act: str, status: int, write: Write, python: str) -> None:
    root = write(
        {"test_a.py": f"import os\ndef test_a(): pass\ndef test_b():\n    print('last words')\n    {last_act}\n"}
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == status
    assert cold.outcomes == {"test_a.py::test_a": "passed"}
    assert cold.of_kind("session_finished") == []
    assert cold.events[-1]["kind"] == "test_started"
    assert cold.events[-1]["nodeid"] == "test_a.py::test_b"
    assert "last words" in cold.part("test_a.py::test_b", "call") or "last words" in cold.text
    assert cold.marks[-1].what == "call"


def test_a_crash_in_the_teardown_loses_no_report(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os, pytest
            @pytest.fixture
            def crashes():
                yield
                os._exit(3)
            def test_a(crashes): assert 1 == 2
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 3
    assert [(event["phase"], event["outcome"]) for event in cold.of_kind("phase")] == [
        ("setup", "passed"),
        ("call", "failed"),
    ]
    assert "assert 1 == 2" in cold.of_kind("phase")[-1]["traceback"]


@pytest.mark.parametrize("fork", ["os.fork()", "ctypes.CDLL(None).fork()"])
def test_forked_children_are_silent(fork: str, write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": f"""
            import ctypes, os, pytest
            def test_falls_through():
                child = {fork}
                if child: os.waitpid(child, 0)
            def test_after(): pass
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert [event["seq"] for event in cold.events] == list(range(1, len(cold.events) + 1))
    assert len(cold.of_kind("test_finished")) == 2
    assert len(cold.of_kind("session_finished")) == 1
    assert len(cold.marks) == 10


def test_children_do_not_hold_the_channels(write: Write, python: str) -> None:
    """Neither those that execute a program nor those that only fork, as multiprocessing does."""
    root = write(
        {
            "test_a.py": """
            import os, subprocess, sys
            def links():
                folder = "/proc/self/fd/"
                found = {}
                for number in os.listdir(folder):
                    try: found[int(number)] = os.readlink(folder + number)
                    except OSError: pass
                return found
            def test_forked():
                output = os.readlink("/proc/self/fd/1")
                child = os.fork()
                if child == 0:
                    pipes = {target for number, target in links().items() if target.startswith("pipe:")}
                    os._exit(0 if pipes <= {output} else 1)
                assert os.waitpid(child, 0)[1] == 0
            def test_executed():
                code = "import os; print([n for n in map(int, os.listdir('/proc/self/fd')) if n > 20])"
                child = subprocess.run([sys.executable, "-c", code], close_fds=False, stdout=subprocess.PIPE)
                assert child.stdout == b"[]\\n"
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0, cold.text


def test_a_daemon_of_a_test_does_not_hold_up_the_end(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os, subprocess
            def test_a(): subprocess.Popen(["cat", "gate"], start_new_session=True)
            """
        }
    )
    os.mkfifo(root / "gate")
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0
    (root / "gate").write_text("go on")


def test_what_runs_at_the_end_of_an_interpreter_runs(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import atexit, tempfile, threading
            unclosed = open("unclosed.txt", "w")
            folder = tempfile.TemporaryDirectory(dir=".")
            def test_a():
                unclosed.write("not lost")
                open("folder.txt", "w").write(folder.name)
                atexit.register(print, "at exit")
                main = threading.main_thread()
                threading.Thread(target=lambda: (main.join(), print("the last thread"))).start()
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python)
    assert cold.status == 0
    assert (root / "unclosed.txt").read_text() == "not lost"
    assert not Path((root / "folder.txt").read_text()).exists()
    assert cold.text.endswith("the last thread\nat exit\n")


@pytest.mark.parametrize(
    "at_exit", ["import os; os._exit(9)", "raise ValueError", "raise SystemExit(3)", "import sys; sys.stdout.close()"]
)
def test_the_status_is_the_one_of_plain_pytest_whatever_happens_at_exit(
    at_exit: str, write: Write, python: str
) -> None:
    root = write(
        {
            "test_a.py": f"""
            import atexit
            @atexit.register
            def last():
                {at_exit}
            def test_a(): pass
            """
        }
    )
    bare, cold = run_both(root, "test_a.py", python=python)
    assert cold.status == bare.status


@pytest.mark.parametrize(
    "conftest",
    [
        "def pytest_configure(): raise ValueError('configure')",
        "def pytest_configure(): raise SystemExit(9)",
        "def pytest_unconfigure(): raise ValueError('unconfigure')",
        "def pytest_sessionfinish(session): session.exitstatus = 42",
        "def pytest_sessionstart(): raise KeyboardInterrupt",
        "def pytest_configure(): raise KeyboardInterrupt",
        "def pytest_cmdline_main(): return 17",
        "raise KeyboardInterrupt",
        "import pytest; pytest.exit('at once', 11)",
        "def pytest_collection(): raise ValueError",
        "def pytest_runtest_logreport(report): raise ValueError",
        "def pytest_runtest_setup(item): raise KeyboardInterrupt",
        "import sys; sys.stdout = None",
    ],
)
def test_the_status_is_the_one_of_plain_pytest_whatever_hooks_do(conftest: str, write: Write, python: str) -> None:
    root = write({"conftest.py": conftest + "\n", "test_a.py": "def test_a(): pass\n"})
    bare, cold = run_both(root, "test_a.py", python=python)
    assert cold.status == bare.status, f"{bare.text}\n--- cold ---\n{cold.text}"


def test_a_low_limit_of_descriptors_is_enough(write: Write, python: str, tmp_path: Path) -> None:
    root = write({"test_a.py": "import os\ndef test_a(): os.closerange(5, 60)\ndef test_b(): pass\n"})
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -n 100\nexec {python} "$@"\n')
    limited.chmod(0o755)
    cold = run_cold(root, "test_a.py", python=str(limited))
    assert cold.outcomes == {"test_a.py::test_a": "passed", "test_a.py::test_b": "passed"}
    assert cold.events[-1]["kind"] == "session_finished"


def test_a_protected_path_stays_protected(write: Write, python: str) -> None:
    if subprocess.run([python, "-P", "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip("this Python has no safe path")
    root = write({"test_a.py": "import os, sys\ndef test_a(): assert sys.path[0] != os.getcwd()\n"})
    bare, cold = run_both(root, "test_a.py", python=python, env={"PYTHONSAFEPATH": "1"})
    assert cold.status == bare.status
    assert cold.outcomes == bare.outcomes


def test_the_package_is_not_compiled_again_at_each_start(write: Write, python: str, tmp_path: Path) -> None:
    copied = tmp_path / "runtime" / "proctor_runner"
    copied.mkdir(parents=True)
    for source in RUNNER.parent.glob("*.py"):
        (copied / source.name).write_bytes(source.read_bytes())
    root = write({"test_a.py": "def test_a(): pass\n"})
    request = json.dumps(make_request("test_a.py")).encode()
    env = environment(root)
    del env["PYTHONDONTWRITEBYTECODE"]
    cold = ColdChild(root, request, python=python, env=env, runner=copied / "start.py").finish()
    assert cold.status == 0
    assert {path.name.split(".")[0] for path in (copied / "__pycache__").iterdir()} >= {"session", "plugin", "live"}
