"""Sessions that a warm interpreter runs for itself, each in a copy of its process, to learn what sessions do."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re

from .prebuilt import find_fixtures

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pytest

    from .prebuilt import Fixtures, Prebuilt

TESTS = {
    "pytest.ini": "[pytest]\naddopts = -ra\nmarkers =\n    mine: a mark\n",
    "conftest.py": """\
import pytest
def pytest_addoption(parser): parser.addini("own", "mine", default="7")
@pytest.fixture(autouse=True)
def around(request): yield; print("after", request.node.name)
""",
    "test_rehearsed.py": """\
import logging, sys, unittest, warnings, pytest
class TestClass:
    @pytest.fixture(params=[1, "two"])
    def value(self, request): return request.param
    @pytest.mark.mine
    def test_values(self, value, pytestconfig): assert value == int(pytestconfig.getini("own")) - 6
class Cases(unittest.TestCase):
    def test_case(self): self.assertIn(1, [2])
def test_places(tmp_path, monkeypatch): monkeypatch.chdir(tmp_path)
def test_output(capsys): print("one"); assert capsys.readouterr().out == "one\\n"
def test_log(caplog, record_property): logging.warning("word"); assert caplog.records == []
def test_warns(recwarn): warnings.warn("heard"); assert len(recwarn) == 1
def test_unheard(): print("printed"); warnings.warn("unheard")
def test_unknown(nobody): pass
@pytest.mark.skip(reason="of this")
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(doctest_namespace): assert doctest_namespace
""",
}


def in_a_copy(work: Callable[[], Any]) -> Any:
    """What `work` answers in a copy of this process, which ends with it; nothing when it ends otherwise."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                answer = work()
            with os.fdopen(write, "w") as file:
                json.dump(answer, file)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as file:
        text = file.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else None


def write_tests() -> None:
    """Into the present folder."""
    for name, text in TESTS.items():
        with open(name, "w") as file:
            file.write(text)


def is_same(prebuilt: Prebuilt, arguments: list[str]) -> bool:
    """Whether a session that uses what is prebuilt says the same as one that does not. Completes what is prebuilt."""
    plain = in_a_copy(lambda: record_session(arguments, find_fixtures))
    if plain is None:
        return False
    prebuilt.know_fixtures(plain.pop("found") or {})

    def use() -> dict[str, Any]:
        prebuilt.use()
        return record_session(arguments, lambda _: None)

    return bool(in_a_copy(use) == {**plain, "found": None})


def record_session(arguments: list[str], look: Callable[[pytest.Session], Fixtures | None]) -> dict[str, Any]:
    """Everything that a session said, and what is found in it at its end."""
    import pytest

    reports: list[tuple[str, ...]] = []
    found: list[Fixtures | None] = []

    class Recorder:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            words = (report.nodeid, str(report.when), report.outcome, report.longreprtext, str(report.sections))
            reports.append(words)

        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(self, session: pytest.Session) -> None:
            found.append(look(session))

    with contextlib.redirect_stdout(io.StringIO()) as output:
        status = int(pytest.main([*arguments, "--basetemp=temporary"], [Recorder()]))
    text = re.sub(r"0x[0-9a-f]+|\d+\.\d+s", "…", json.dumps([output.getvalue(), reports]))
    return {"status": status, "text": text, "found": found[-1] if found else None}
