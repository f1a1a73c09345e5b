"""Only what was asked for is collected, and nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

import pytest
from harness import run_both
from warm import run_warm

if TYPE_CHECKING:
    from pathlib import Path

    Write = Callable[[dict[str, str]], Path]

# Shows how many nodes pytest has made in the directory of this test.
COUNTS = """
def test_counts(request, pytestconfig):
    print("entries", pytestconfig.entries[request.node.parent.parent.nodeid])
"""
CONFTEST = """
def pytest_collection_modifyitems(session, config):
    config.entries = {node.nodeid: len(report.result) for node, report in session._collection_cache.items()}
"""
BESIDE = {"conftest.py": CONFTEST} | {f"sub/test_{letter}.py": "def test_other(): pass\n" for letter in "bcde"}
FROM_8 = pytest.mark.skipif(int(pytest.__version__.split(".")[0]) < 8, reason="only these look at whole directories")


def said(root: Path, *targets: str) -> list[list[str]]:
    """What a test printed after "entries", in plain pytest, cold and warm, which agree otherwise."""
    bare, cold = run_both(root, *targets)
    runs = [cold, *filter(None, [run_warm(root, *targets)])]
    for run in runs:
        assert (run.status, run.summary, run.outcomes) == (bare.status, bare.summary, bare.outcomes), run.text

    return [[line.split()[-1] for line in run.text.splitlines() if "entries " in line] for run in runs]


@FROM_8
def test_files_beside_the_one_that_was_asked_for_are_not_looked_at(write: Write) -> None:
    root = write({"sub/test_a.py": COUNTS, "sub/deeper/test_f.py": "def test_f(): pass\n", **BESIDE})
    assert all(counts == ["1"] for counts in said(root, "sub/test_a.py"))
    assert all(counts == ["1"] for counts in said(root, "sub/test_a.py::test_counts"))
    assert all(counts == ["2"] for counts in said(root, "sub/test_a.py", "sub/test_c.py"))
    assert all(counts == ["2"] for counts in said(root, "sub/deeper", "sub/test_a.py"))
    assert all(counts == ["6"] for counts in said(root, "sub"))


@FROM_8
def test_a_package_is_set_up_as_ever(write: Write) -> None:
    package = {"sub/__init__.py": "print('set up')\n", "sub/conftest.py": "collect_ignore = ['test_b.py']\n"}
    root = write({"sub/test_a.py": COUNTS, **BESIDE, **package})
    assert all(counts == ["1"] for counts in said(root, "sub/test_a.py"))
    assert all(counts == ["4"] for counts in said(root, "sub"))


@FROM_8
@pytest.mark.parametrize("place", ["conftest.py", "sub/conftest.py"])
def test_a_conftest_that_takes_part_sees_everything(place: str, write: Write) -> None:
    conftest = "def pytest_collect_file(file_path): print('seen', file_path.name)\n"
    root = write({"sub/test_a.py": COUNTS, **BESIDE, place: CONFTEST + conftest})
    assert all(counts == ["5"] for counts in said(root, "sub/test_a.py"))


@pytest.mark.parametrize(
    "targets",
    [["sub/notes.txt"], ["sub/test_a.py::test_none"], ["sub/test_a.py", "sub/test_a.py"], ["sub/test_b.py", "sub"]],
)
def test_what_is_not_there_and_what_is_there_twice(targets: list[str], write: Write) -> None:
    root = write({"sub/test_a.py": COUNTS, "sub/notes.txt": "no test\n", **BESIDE})
    said(root, *targets)


def test_a_link_is_not_what_it_leads_to(write: Write) -> None:
    root = write({"sub/test_a.py": COUNTS, **BESIDE})
    (root / "link").symlink_to("sub")
    (root / "test_linked.py").symlink_to("sub/test_a.py")
    said(root, "link/test_a.py")
    said(root, "test_linked.py")


def test_a_session_within_a_test_is_left_alone(write: Write) -> None:
    files = {"test_a.py": 'pytest_plugins = "pytester"\n' + INNER}
    said(write(files), "test_a.py")


INNER = """
def test_inner(pytester):
    pytester.makepyfile(test_x="def test_x(): pass", test_y="def test_y(): pass")
    pytester.inline_run("test_x.py").assertoutcome(passed=1)
    pytester.inline_run().assertoutcome(passed=2)
"""
