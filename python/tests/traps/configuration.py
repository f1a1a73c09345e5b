"""What pytest reads before it runs anything: folders, ini files, conftest files, plugins."""

from __future__ import annotations

# name: (files, targets)
TRAPS: dict[str, tuple[dict[str, str], list[str]]] = {
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
    "wrong ini": ({"pytest.ini": "[pytest]\naddopts = --no-such-option\n", "test_a.py": ""}, ["test_a.py"]),
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
}
