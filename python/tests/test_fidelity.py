"""Whatever the tests do, a run reports what plain pytest reports: the same tests, outcomes and exit status."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Callable

import pytest
from harness import Bare, Cold, run_both
from warm import run_warm

Write = Callable[[dict[str, str]], Path]

# name: (files, targets)
CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "passing": ({"test_a.py": "def test_one(): pass\n"}, ["test_a.py"]),
    "every outcome": (
        {
            "test_a.py": """
            import pytest

            @pytest.fixture
            def broken():
                raise ValueError("no")

            @pytest.fixture
            def breaks_later():
                yield
                raise ValueError("later")

            def test_passes(): pass
            def test_fails(): assert [1, 2] == [1, 3]
            def test_setup_error(broken): pass
            def test_teardown_error(breaks_later): pass
            def test_fails_and_teardown_error(breaks_later): assert False
            def test_skips(): pytest.skip("why")
            @pytest.mark.skip(reason="marked")
            def test_marked(): pass
            @pytest.mark.xfail(reason="known")
            def test_xfails(): assert False
            @pytest.mark.xfail
            def test_xpasses(): pass
            @pytest.mark.xfail(strict=True)
            def test_strict_xpass_fails(): pass
            @pytest.mark.xfail(raises=KeyError)
            def test_xfail_with_another_error(): raise ValueError
            def test_xfails_by_itself(): pytest.xfail("now")
            def test_fails_without_traceback(): pytest.fail("words", pytrace=False)
            def test_unknown_fixture(nobody): pass
            """
        },
        ["test_a.py"],
    ),
    "same module name in two packages": (
        {
            "a/__init__.py": "",
            "a/test_same.py": "def test_a(): pass\n",
            "b/__init__.py": "",
            "b/test_same.py": "def test_b(): assert 0\n",
        },
        ["a/test_same.py", "b/test_same.py"],
    ),
    "same module name in two plain directories": (
        {"a/test_same.py": "def test_a(): pass\n", "b/test_same.py": "def test_b(): pass\n"},
        ["a", "b"],
    ),
    "conftest and ini of a target": (
        {
            "pytest.ini": "[pytest]\npython_functions = check_*\n",
            "conftest.py": "import pytest\n@pytest.fixture\ndef where(): return 'root'\n",
            "deep/conftest.py": "import pytest\n@pytest.fixture\ndef where(): return 'deep'\n",
            "deep/test_a.py": "def check_where(where): assert where == 'deep'\ndef test_not_collected(): assert 0\n",
            "test_b.py": "def check_where(where): assert where == 'root'\n",
        },
        ["deep/test_a.py", "test_b.py"],
    ),
    "rootdir above the tests root": (
        {"../pytest.ini": "[pytest]\n", "d/test_a.py": "def test_a(): pass\n"},
        ["d/test_a.py"],
    ),
    "ini below the tests root": (
        {
            "project/pytest.ini": "[pytest]\nxfail_strict = true\n",
            "project/test_a.py": "import pytest\n@pytest.mark.xfail\ndef test_a(): pass\n",
        },
        ["project"],
    ),
    "assertion rewriting in tests, conftest and helpers": (
        {
            "conftest.py": """
            import pytest
            pytest.register_assert_rewrite("helper")
            @pytest.fixture
            def compare():
                def compare(a, b): assert a == b
                return compare
            """,
            "helper.py": "def same(a, b): assert a == b\n",
            "test_a.py": """
            import pytest, helper
            def explained(function):
                with pytest.raises(AssertionError) as failure: function([1, 2], [1, 3])
                return "At index 1 diff" in str(failure.value)
            def test_conftest(compare): assert explained(compare)
            def test_helper(): assert explained(helper.same)
            def test_short():
                with pytest.raises(AssertionError, match="Use -v to get"):
                    assert list(range(40)) == list(range(1, 41))
            """,
        },
        ["test_a.py"],
    ),
    "modules that shadow standard ones": (
        {
            "resource.py": "LIMIT = 'mine'\n",
            "fcntl.py": "LIMIT = 'mine'\n",
            "proctor_runner.py": "LIMIT = 'mine'\n",
            "session.py": "LIMIT = 'mine'\n",
            "events.py": "LIMIT = 'mine'\n",
            "test_a.py": """
            import resource, fcntl, proctor_runner, session, events
            def test_mine():
                assert {m.LIMIT for m in (resource, fcntl, proctor_runner, session, events)} == {"mine"}
            """,
        },
        ["test_a.py"],
    ),
    "identity of the process": (
        {
            "test_a.py": """
            import __main__, os, sys
            def test_path():
                assert sys.path[0] == os.path.dirname(__file__)
                assert sys.path.count(os.path.dirname(__file__)) <= 2
                assert not [p for p in sys.path if "proctor" in p.lower()]
            def test_main():
                assert __main__.__spec__.name == "pytest.__main__"
                assert __main__.__package__ == "pytest"
                assert __main__.__file__ == sys.argv[0] == __main__.__spec__.origin
                assert __main__.__name__ == "__main__" and sys.modules["__main__"] is __main__
            def test_argv():
                assert sys.argv[-1] == "test_a.py"
                assert sys.argv[0].endswith("pytest/__main__.py")
            def test_orig_argv():
                if hasattr(sys, "orig_argv"):
                    assert sys.orig_argv[1:3] == ["-m", "pytest"] and sys.orig_argv[-1] == "test_a.py"
            def test_no_module_of_proctor_can_be_imported():
                import importlib.util
                for name in ("proctor_runner", "session", "plugin", "events", "marks", "live", "cold"):
                    assert importlib.util.find_spec(name) is None, name
            def test_no_descriptor_is_inherited():
                import subprocess
                code = "import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd')))"
                shown = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, close_fds=False, text=True)
                assert [n for n in eval(shown.stdout) if n > 4] == []
            def test_signals():
                import signal
                assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
                assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
                assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()
            def test_garbage_collector():
                import gc
                assert gc.isenabled()
            """
        },
        ["test_a.py"],
    ),
    "capture fixtures": (
        {
            "test_a.py": """
            import logging, os, subprocess, sys
            def test_capsys(capsys):
                print("out"); print("err", file=sys.stderr)
                assert capsys.readouterr() == ("out\\n", "err\\n")
                with capsys.disabled(): print("shown")
                print("left over")
            def test_capfd(capfd):
                os.write(1, b"raw\\n"); subprocess.run(["echo", "child"])
                assert capfd.readouterr().out == "raw\\nchild\\n"
            def test_capfdbinary(capfdbinary):
                os.write(1, b"\\xff")
                assert capfdbinary.readouterr().out == b"\\xff"
            def test_caplog(caplog):
                logging.getLogger("a").warning("careful")
                assert caplog.messages == ["careful"]
            def test_stdin():
                input()
            def test_stdin_descriptor():
                assert os.read(0, 10) == b""
            def test_stdin_of_a_child():
                assert subprocess.run(["cat"], stdout=subprocess.PIPE).stdout == b""
            def test_stdout_is_a_text_stream():
                assert sys.stdout.encoding == "utf-8" and sys.stdout.errors == "replace"
                assert not sys.stdout.isatty() and "w" in sys.stdout.mode or "r" in sys.stdout.mode
                print("\\udc80 \\N{SNOWMAN}"); sys.stdout.buffer.write(b"\\xff\\n")
                sys.stdout.writelines(["a", "b\\n"])
            def test_breakpoint():
                breakpoint()
            """
        },
        ["test_a.py"],
    ),
    "tests about pytest itself": (
        {
            "conftest.py": "pytest_plugins = ['pytester']\n",
            "test_a.py": """
            def test_inner(pytester):
                pytester.makepyfile("def test_x(): print('printed'); assert 0")
                result = pytester.runpytest_inprocess()
                result.assert_outcomes(failed=1)
                result.stdout.fnmatch_lines(["*Captured stdout call*", "printed"])
            """,
        },
        ["test_a.py"],
    ),
    "multiprocessing": (
        {
            # Whether a fork is warned of depends on when a thread of the pool ends.
            "pytest.ini": "[pytest]\nfilterwarnings = ignore\n",
            "test_a.py": """
            import asyncio, concurrent.futures, multiprocessing, sys
            import pytest
            def double(number): return number * 2
            @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
            def test_pool(method):
                with multiprocessing.get_context(method).Pool(1) as pool:
                    assert pool.map(double, [1, 2]) == [2, 4]
            def test_executor():
                with concurrent.futures.ProcessPoolExecutor(1) as executor:
                    assert executor.submit(double, 4).result() == 8
            def test_asyncio_subprocess():
                async def main():
                    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=-1)
                    return (await child.communicate())[0]
                assert asyncio.run(main()) == b"1\\n"
            """,
        },
        ["test_a.py"],
    ),
    "an alarm": (
        {
            "test_a.py": """
            import signal, time
            def test_alarm():
                seen = []
                signal.signal(signal.SIGALRM, lambda *a: seen.append(1))
                signal.setitimer(signal.ITIMER_REAL, 0.01)
                while not seen: signal.sigtimedwait([], 0.001)
            """
        },
        ["test_a.py"],
    ),
    "an interrupt of its own": (
        {
            "test_a.py": """
            import os, signal
            def test_before(): pass
            def test_interrupts(): os.kill(os.getpid(), signal.SIGINT); signal.pause()
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
    "_exit in a test": (
        {"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(7)\ndef test_c(): pass\n"},
        ["test_a.py"],
    ),
    "sys.exit in a test": ({"test_a.py": "import sys\ndef test_a(): sys.exit(3)\ndef test_b(): pass\n"}, ["test_a.py"]),
    "sys.exit in a module": ({"test_a.py": "import sys\nsys.exit(3)\n"}, ["test_a.py"]),
    "pytest.exit in a test": (
        {"test_a.py": "import pytest\ndef test_a(): pytest.exit('enough', 9)\ndef test_b(): pass\n"},
        ["test_a.py"],
    ),
    "killed by itself": (
        {"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), 9)\n"},
        ["test_a.py"],
    ),
    "segmentation fault": (
        {"test_a.py": "import os, signal\ndef test_a(): os.kill(os.getpid(), signal.SIGSEGV)\n"},
        ["test_a.py"],
    ),
    "abort": ({"test_a.py": "import os\ndef test_a(): os.abort()\n"}, ["test_a.py"]),
    "endless recursion and no memory": (
        {
            "test_a.py": """
            def f(): f()
            def test_recursion(): f()
            def test_memory(): raise MemoryError
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
    "unittest": (
        {
            "test_a.py": """
            import unittest
            class A(unittest.TestCase):
                @classmethod
                def setUpClass(cls): print("class")
                def test_passes(self): pass
                def test_fails(self): self.assertEqual(1, 2)
                def test_errors(self): raise ValueError
                @unittest.skip("no")
                def test_skipped(self): pass
                @unittest.expectedFailure
                def test_expected(self): self.fail()
                @unittest.expectedFailure
                def test_unexpected(self): pass
            class B(unittest.TestCase):
                def setUp(self): raise ValueError
                def test_never(self): pass
            class C(unittest.IsolatedAsyncioTestCase):
                async def test_async(self): pass
            def load_tests(loader, tests, pattern): raise AssertionError("pytest does not call it")
            """
        },
        ["test_a.py"],
    ),
    "unittest.main in a module": (
        {"test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\nunittest.main()\n"},
        ["test_a.py"],
    ),
    "syntax error": ({"test_a.py": "def test_a(:\n"}, ["test_a.py"]),
    "import error": ({"test_a.py": "import no_such_module\n", "test_b.py": "def test_b(): pass\n"}, ["."]),
    "error in conftest": ({"conftest.py": "1 / 0\n", "test_a.py": "def test_a(): pass\n"}, ["test_a.py"]),
    "empty file": ({"test_a.py": ""}, ["test_a.py"]),
    "plain script": ({"script.py": "print('hello')\n"}, ["script.py"]),
    "plain script that ends": ({"script.py": "raise SystemExit\n"}, ["script.py"]),
    "skipped module": (
        {"test_a.py": "import pytest\npytest.importorskip('no_such_module')\ndef test_a(): pass\n"},
        ["test_a.py"],
    ),
    "doctests": (
        {
            "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
            "test_a.py": """
            def double(x):
                '''
                >>> double(2)
                4
                >>> double(3)
                7
                '''
                return x * 2
            """,
        },
        ["test_a.py"],
    ),
    "ids with odd characters": (
        {
            "test_a.py": """
            import pytest
            @pytest.mark.parametrize("x", ["a/b", "[c]", "d::e", "straße", "f g", ""])
            def test_a(x): assert x != "[c]"
            @pytest.mark.parametrize("x", ["\\x1b[31m", "-k", "tab\\t", "nul\\0"])
            def test_b(x): assert x != "[c]"
            """
        },
        ["test_a.py"],
    ),
    "one case by its id": (
        {"test_a.py": "import pytest\n@pytest.mark.parametrize('x', ['a/b', '[c]'])\ndef test_a(x): pass\n"},
        ["test_a.py::test_a[a/b]"],
    ),
    "a case that does not exist": ({"test_a.py": "def test_a(): pass\n"}, ["test_a.py::test_b"]),
    "wrong ini": ({"pytest.ini": "[pytest]\naddopts = --no-such-option\n", "test_a.py": ""}, ["test_a.py"]),
    "async test without plugin": (
        {"pytest.ini": "[pytest]\naddopts = -p no:asyncio\n", "test_a.py": "async def test_a(): pass\n"},
        ["test_a.py"],
    ),
    "a warning raised once per process": (
        {
            "test_a.py": """
            import warnings
            def warn(): warnings.warn("once")
            def test_a(): warn()
            def test_b(): warn()
            """
        },
        ["test_a.py"],
    ),
    "warnings as errors": (
        {
            "pytest.ini": "[pytest]\nfilterwarnings = error\n",
            "test_a.py": "import warnings\ndef test_a(): warnings.warn('x')\ndef test_b(): pass\n",
        },
        ["test_a.py"],
    ),
    "unraisable and thread exceptions": (
        {
            "test_a.py": """
            import threading
            class Bad:
                def __del__(self): raise ValueError
            def test_a(): Bad()
            def test_b():
                thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()
            """
        },
        ["test_a.py"],
    ),
    "threads that outlive the session": (
        {
            "test_a.py": """
            import threading
            def test_a():
                main = threading.main_thread()
                threading.Thread(target=lambda: (main.join(), print("the thread is last"))).start()
            """
        },
        ["test_a.py"],
    ),
    "no capture asked for": (
        {
            "pytest.ini": "[pytest]\naddopts = -s\n",
            "test_a.py": "import sys\ndef test_a(): print('x'); assert sys.stdin.read() == ''\ndef test_b(): input()\n",
        },
        ["test_a.py"],
    ),
    "no capture plugin": (
        {"pytest.ini": "[pytest]\naddopts = -p no:capture\n", "test_a.py": "def test_a(): print('x')\n"},
        ["test_a.py"],
    ),
    "capture of sys only": (
        {
            "pytest.ini": "[pytest]\naddopts = --capture=sys\n",
            "test_a.py": """
            import os
            def test_a(capsys): print('x'); os.write(1, b'y\\n')
            def test_b(): print(1); input()
            """,
        },
        ["test_a.py"],
    ),
    "tee": (
        {"pytest.ini": "[pytest]\naddopts = --capture=tee-sys\n", "test_a.py": "def test_a(): print('x'); assert 0\n"},
        ["test_a.py"],
    ),
    "damage to the process": (
        {
            "test_a.py": """
            import io, os, sys
            def test_closes_stdout(): os.close(1)
            def test_after_closing_stdout(): print("shown again")
            def test_redirects_stdout():
                null = os.open(os.devnull, os.O_WRONLY); os.dup2(null, 1); print("gone")
            def test_after_redirecting(): print("shown again")
            def test_replaces_stdout(): sys.stdout = io.StringIO(); print("gone")
            def test_after_replacing(): print("shown again")
            def test_no_stdout(): sys.stdout = None; sys.stderr = None
            def test_changes_directory(tmp_path): os.chdir(tmp_path)
            def test_after_changing_directory(): assert 0
            def test_no_time(monkeypatch):
                import time
                monkeypatch.setattr(time, "time", lambda: 1 / 0)
                monkeypatch.setattr(os, "getpid", lambda: 1)
                monkeypatch.setattr(os, "write", lambda *a: 1 / 0)
            """
        },
        ["test_a.py"],
    ),
    "no variables left": (
        {"test_a.py": "import os\ndef test_a(): os.environ.clear()\ndef test_b(): pass\n"},
        ["test_a.py"],
    ),
    "a test that forks and falls through": (
        {
            "test_a.py": """
            import os
            def test_forks():
                child = os.fork()
                if child: os.waitpid(child, 0)
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
    "hooks that count in their own way": (
        {
            "conftest.py": """
            import pytest
            @pytest.hookimpl(tryfirst=True)
            def pytest_report_teststatus(report):
                if report.when == "call" and report.passed and "slow" in report.nodeid:
                    return "passed", ".", "PASSED"
            def pytest_collection_modifyitems(items): items.reverse()
            """,
            "test_a.py": "def test_slow(): pass\ndef test_b(): assert 0\n",
        },
        ["test_a.py"],
    ),
    "a plugin that is installed in the tests root": (
        {
            "mine.py": """
            import pytest
            @pytest.fixture
            def seven(): return 7
            def pytest_report_header(config):
                return f"installed: {[dist.project_name for _, dist in config.pluginmanager.list_plugin_distinfo()]}"
            """,
            "mine-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n",
            "mine-1.0.dist-info/entry_points.txt": "[pytest11]\nmine = mine\n",
            "test_a.py": """
            from importlib.metadata import distributions, entry_points
            def test_a(seven): assert seven == 7
            def test_all_that_is_installed_is_found():
                assert {"mine", "pytest", "pluggy"} <= {dist.metadata["Name"] for dist in distributions()}
                assert "mine" in str(entry_points())
            """,
        },
        ["test_a.py"],
    ),
    "fixtures with the names of pytest's own": (
        {
            "conftest.py": """
            import _pytest.recwarn, pytest
            @pytest.fixture
            def tmp_path(tmp_path): return tmp_path / "below"
            @pytest.fixture
            def added(): return "to a module of pytest"
            _pytest.recwarn.added = added
            """,
            "test_a.py": """
            def test_own(tmp_path, capsys): assert tmp_path.name == "below" and not tmp_path.exists()
            def test_added(added): pass
            def test_unknown(nobody): pass
            """,
        },
        ["test_a.py"],
    ),
    "plugins switched off and on": (
        {
            "pytest.ini": "[pytest]\naddopts = -p no:cacheprovider -p no:doctest -p mine --strict-markers\n",
            "mine.py": "def pytest_configure(config): config.addinivalue_line('markers', 'own: mine')\n",
            "test_a.py": """
            import pytest
            @pytest.mark.own
            def test_a(): pass
            def test_b(pytestconfig): assert not pytestconfig.pluginmanager.has_plugin("cacheprovider")
            """,
        },
        ["test_a.py"],
    ),
    "several targets and one twice": (
        {"test_a.py": "def test_a(): pass\n", "d/test_b.py": "def test_b(): pass\n"},
        ["d", "test_a.py", "d/test_b.py", "test_a.py"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_run_reports_what_plain_pytest_reports(name: str, write: Write, python: str) -> None:
    files, targets = CASES[name]
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
    assert_same(bare, cold)
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
    assert_same(bare, cold)
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


def run_three_ways(root: Path, *targets: str, python: str = sys.executable, **fields: object) -> tuple[Bare, Cold]:
    """Plain pytest and a cold start; a fork of a warm interpreter says the same as the latter, word for word."""
    bare, cold = run_both(root, *targets, python=python, **fields)
    warm = run_warm(root, *targets, python=python, **fields)
    if warm is not None:
        assert_same(bare, warm)
        assert words(warm) == words(cold)
        assert told(warm) == told(cold)
    return bare, cold


def run_in_any_order(root: Path, *targets: str) -> tuple[Bare, Cold]:
    """The same where the words depend on which process is first."""
    bare, cold = run_both(root, *targets)
    warm = run_warm(root, *targets)
    if warm is not None:
        assert_same(bare, warm)
    return bare, cold


def words(run: Cold) -> str:
    """What was printed, up to addresses, times and numbers of processes."""
    text = re.sub(r"\bin \d+\.\d+s", "in 0.00s", run.text)
    text = re.sub(r"0x[0-9a-f]+|pytest-\d+/|\bpid=\d+|(?<=Thread-)\d+|(?<=process )\d+", "…", text)
    # Where a crash happened is told down to the first line of the process.
    text = re.sub(r"  File \"[^\n]*/proctor_runner/[^\n]*\n", "", text)
    # The rules beside a line depend on its length.
    return re.sub(r"={3,}|-{3,}|_{3,}|(?<=[A-Z]) +(?=\[)", "==", text)


def told(run: Cold) -> list[tuple[object, ...]]:
    """The order of events, with their tests and outcomes."""
    keys = ("kind", "nodeid", "index", "phase", "outcome", "total", "nodeids", "exit_status", "category", "line")
    return [tuple(str(event.get(key)) for key in keys) for event in run.events]


def assert_same(bare: Bare, cold: Cold) -> None:
    assert cold.status == bare.status, f"{bare.text}\n--- cold ---\n{cold.text}"
    assert cold.summary == bare.summary, f"{bare.text}\n--- cold ---\n{cold.text}"
    assert cold.outcomes == bare.outcomes
    assert [event["seq"] for event in cold.events] == list(range(1, len(cold.events) + 1))
    if cold.status >= 0 and cold.of_kind("session_finished"):
        assert cold.events[-1] == cold.events[-1] | {"kind": "session_finished", "exit_status": cold.status}
