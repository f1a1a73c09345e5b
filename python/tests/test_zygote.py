"""A warm interpreter and the supervisor: what they say to each other, and what a fork of it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Callable

from comparison import run_three_ways
from harness import RUNNER, environment, make_request, run_cold
from warm import WarmChild, Zygote, run_warm, zygote

GOLDEN = Path(__file__).parents[2] / "tests" / "protocol"
Write = Callable[[dict[str, str]], Path]


def golden(name: str) -> dict[str, Any]:
    """A packet that the supervisor's own tests read, or write, too."""
    return json.loads((GOLDEN / f"zygote.{name}.json").read_text())  # type: ignore[no-any-return]


def test_a_zygote_says_what_the_supervisor_reads(write: Write, python: str) -> None:
    ready = zygote(python).first
    expected = golden("ready")
    assert ready.keys() == expected.keys()
    assert (ready["kind"], ready["protocol"]) == (expected["kind"], expected["protocol"])
    assert "argparse" in ready["modules"]
    assert "os" not in ready["modules"]
    assert all(type(time) is int for names in ready["files"].values() for time in names.values())

    root = write({"test_a.py": "def test_a(): pass\n"})
    child = WarmChild(root, make_request("test_a.py"), python=python, env=environment(root))
    assert child.asked == golden("fork") | {"job": 7, "user_namespace": os.geteuid() != 0}
    assert child.answer.keys() == golden("forked").keys()
    assert child.finish().status == 0


def test_a_question_without_descriptors_is_answered_and_the_next_one_is_served(write: Write, python: str) -> None:
    answer = zygote(python).ask(golden("fork"), [])
    assert answer.keys() == golden("failed").keys()
    assert answer["kind"] == "failed"
    warm = run_warm(write({"test_a.py": "def test_a(): pass\n"}), "test_a.py", python=python)
    assert warm is not None
    assert warm.status == 0


def test_a_runner_goes_into_its_control_groups_before_it_is_told_of(write: Write, python: str, tmp_path: Path) -> None:
    root = write({"test_a.py": "def test_a(): pass\n"})
    paths = [tmp_path / name for name in ("pids", "memory", "cpu", "cpuacct")]
    doors = [os.open(path, os.O_WRONLY | os.O_CREAT) for path in paths]
    child = WarmChild(root, make_request("test_a.py"), python=python, env=environment(root), doors=doors)
    assert child.answer["kind"] == "forked"
    assert [path.read_bytes() for path in paths] == [b"0"] * len(paths)
    assert child.finish().status == 0
    # A file that cannot be written to is a group that refuses.
    shut = os.open(paths[0], os.O_RDONLY)
    child = WarmChild(root, make_request("test_a.py"), python=python, env=environment(root), doors=[shut])
    assert child.answer["kind"] == "failed"
    assert "Bad file descriptor" in child.answer["reason"]
    child.wait()
    for door in [*doors, shut]:
        os.close(door)


def test_a_zygote_at_rest_has_next_to_nothing_mapped_that_is_in_files_anyway(write: Write, python: str) -> None:
    kept = Zygote(python, environment(Path("/tmp/tests")))
    # It answers once it is at rest.
    kept.ask(golden("fork"), [])
    plain = {"test_a.py": "def test_a(): print(open('/proc/self/smaps_rollup').read())\n"}
    cold = run_cold(write(plain), "test_a.py", python=python)
    at_rest = Path(f"/proc/{kept.pid}/smaps_rollup").read_text()
    assert mapped_kib(at_rest) < mapped_kib(cold.text) / 2
    assert kept.end() == 0


def mapped_kib(rollup: str) -> int:
    """Of files, as they are there."""
    sizes = dict(line.split()[:2] for line in rollup.splitlines() if line.endswith(" kB"))
    return int(sizes["Rss:"]) - int(sizes["Anonymous:"])


def test_a_zygote_ends_with_its_supervisor(python: str) -> None:
    env = environment(Path("/tmp/tests"))
    assert Zygote(python, env).end() == 0


def test_tests_find_no_module_imported_that_a_cold_start_has_not(write: Write, python: str) -> None:
    text = "import sys\nKNOWN = sorted(sys.modules)\ndef test_known(): open('known', 'w').write(' '.join(KNOWN))\n"
    root = write({"test_a.py": text})
    run_cold(root, "test_a.py", python=python)
    cold = set((root / "known").read_text().split())
    run_warm(root, "test_a.py", python=python)
    warm = set((root / "known").read_text().split())
    print(sorted(warm - cold), sorted(cold - warm))
    assert {name for name in warm ^ cold if not name.startswith("_proctor_runner")} == set()


def test_what_is_built_ahead_is_used(python: str) -> None:
    # Without it everything is the same, only slower.
    text = """
    import sys
    sys.path.insert(0, sys.argv[1])
    from proctor_runner.zygote import get_warm
    sys.exit(get_warm() is None)
    """
    subprocess.run([python, "-c", textwrap.dedent(text), str(RUNNER.parents[1])], check=True)


def test_what_a_plugin_imports_late_is_not_imported_ahead(write: Write, python: str) -> None:
    """To look for a module of a package imports the package; pytest then warns that it cannot rewrite it."""
    site = write(
        {
            "late_plugin.py": "def pytest_sessionfinish(): import late_package.inner\n",
            "late_package/__init__.py": "",
            "late_package/inner.py": "",
            "late-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: late\nVersion: 1.0\n",
            "late-1.0.dist-info/entry_points.txt": "[pytest11]\nlate = late_plugin\n",
        }
    )
    text = """
    import sys
    sys.path[:1] = [sys.argv[1], sys.argv[2]]
    from proctor_runner.zygote import get_warm
    get_warm()
    assert "late_plugin" in sys.modules
    assert "late_package" not in sys.modules
    """
    subprocess.run([python, "-c", textwrap.dedent(text), str(RUNNER.parents[1]), str(site)], check=True)


def test_hooks_and_fixtures_that_somebody_exchanges_are_those_that_count(write: Write, python: str) -> None:
    """A warm interpreter remembers what pytest's own hooks and fixtures look like."""
    conftest = """
    import pytest
    from _pytest import cacheprovider

    def exchanged(self, session): print("exchanged", session.testscollected)
    cacheprovider.LFPlugin.pytest_sessionfinish = exchanged

    class Odd:
        __slots__ = ("__dict__", "pytest_runtest_logfinish")
        def __init__(self):
            self.pytest_runtest_setup = lambda item: print("own", item.name)
            self.pytest_runtest_logfinish = lambda nodeid: print("slot", nodeid)
        pytest_exception_interact = property(lambda self: 7)
        @staticmethod
        def pytest_runtest_call(item): print("static", item.name)
        @classmethod
        def pytest_runtest_teardown(cls, item): print("class", cls.__name__, item.name)

    def pytest_configure(config): config.pluginmanager.register(Odd())

    @pytest.fixture
    def recwarn(tmp_path_factory, request): return request.node.name
    """
    tests = """
    def test_mine(recwarn, tmp_path): assert recwarn == "test_mine" and tmp_path.is_dir()
    def test_fails(monkeypatch): assert not monkeypatch
    """
    root = write({"conftest.py": conftest, "test_a.py": tests})
    _, cold = run_three_ways(root, "test_a.py", python=python)
    assert "exchanged 2" in cold.text
    assert cold.outcomes == {"test_a.py::test_mine": "passed", "test_a.py::test_fails": "failed"}


def test_a_plugin_that_is_installed_in_the_tests_root_takes_part(write: Write, python: str) -> None:
    root = write(
        {
            "own_plugin.py": "def pytest_report_header(): return 'from the tests root'\n",
            "Own-1.0.DIST-INFO/METADATA": "Metadata-Version: 2.1\nName: own\nVersion: 1.0\n",
            "Own-1.0.DIST-INFO/entry_points.txt": "[pytest11]\nown = own_plugin\n",
            "test_a.py": "def test_a(pytestconfig): assert pytestconfig.pluginmanager.has_plugin('own')\n",
        }
    )
    bare, cold = run_three_ways(root, "test_a.py", python=python)
    assert bare.status == 0, bare.text
    assert "from the tests root" in cold.text


def test_a_variable_by_which_pytest_configures_itself_is_heeded(write: Write, python: str, tmp_path: Path) -> None:
    root = write({"test_a.py": "def test_a(pytestconfig): print('cache:', pytestconfig.getini('cache_dir'))\n"})
    warm = run_warm(root, "test_a.py", python=python, env={"TOX_ENV_DIR": str(tmp_path)})
    assert warm is not None
    assert f"cache: {tmp_path}/.pytest_cache" in warm.text


def test_forks_are_not_the_same_to_random_numbers(write: Write, python: str) -> None:
    text = """
    import random, tempfile, uuid
    def test_numbers(): print("numbers", random.random(), uuid.uuid4(), next(tempfile._get_candidate_names()))
    """
    root = write({"test_a.py": text})
    runs = [run_warm(root, "test_a.py", python=python) for _ in range(2)]
    lines = [line for run in runs if run for line in run.text.splitlines() if line.startswith("numbers")]
    assert len(lines) == 2
    assert not set(lines[0].split()[1:]) & set(lines[1].split()[1:])


def test_the_process_looks_as_one_that_was_executed(write: Write, python: str) -> None:
    text = """
    import os
    def test_looks():
        words = open("/proc/self/cmdline").read().split("\\0")
        assert words[0].endswith("python") or "python" in words[0]
        pairs = open("/proc/self/environ", "rb").read().split(b"\\0")
        assert sorted(pair for pair in pairs if pair and not pair.startswith(b"PYTEST")) == sorted(
            name + b"=" + value for name, value in os.environb.items() if not name.startswith(b"PYTEST"))
        assert os.getppid() == 1 and os.getsid(0) == os.getpid()
    """
    warm = run_warm(write({"test_a.py": text}), "test_a.py", python=python)
    assert warm is not None
    assert warm.status == 0, warm.text


def test_the_interpreter_is_the_one_that_was_asked_for() -> None:
    assert zygote(sys.executable).first["python"] == sys.version.split()[0]
