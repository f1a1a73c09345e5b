"""The pytest plugin: tells what happens, in events, and marks the output."""

from __future__ import annotations

import gc
import os
import platform
from contextlib import nullcontext

import pytest
from _pytest.assertion import rewrite
from _pytest.capture import CaptureManager
from _pytest.config import Config

from .events import EventWriter, text_json
from .line import TestLine
from .live import LIVE, LiveOutput
from .marks import MarkWriter
from .memory import MemoryGauge
from .narrow import narrowed
from .reports import (
    TestRecord,
    is_subtest,
    message_json,
    message_of,
    outcome_of,
    traceback_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import warnings
    from collections.abc import Callable, Generator
    from typing import Any, TypeVar

    from _pytest.terminal import TerminalReporter

    from .unseen import Ending

    Hook = TypeVar("Hook", bound=Callable[..., Any])
    Around = Generator[None, object, object]

PYTEST_MAJOR = int(pytest.__version__.split(".")[0])
PHASES = ("setup", "call", "teardown")
OUTCOMES = ("passed", "failed", "skipped")
NO_DETAILS = '"message":null,"traceback":null,"sections":[],"wasxfail":null'

first = pytest.hookimpl(tryfirst=True)
last = pytest.hookimpl(trylast=True)


def around(hook: Hook) -> Hook:
    """Mark a wrapper. Before pytest 8 pluggy may know only the older kind, which takes the same functions."""
    if PYTEST_MAJOR >= 8:
        return pytest.hookimpl(hook, tryfirst=True, wrapper=True)
    return pytest.hookimpl(hook, tryfirst=True, hookwrapper=True)


class SessionPlugin:
    """Follows one session from its start to the last test."""

    def __init__(
        self, events: EventWriter, marks: MarkWriter, output_fd: int, *, collect_only: bool, ending: Ending | None
    ) -> None:
        self._events = events
        self._marks = marks
        self._collect_only = collect_only
        self._ending = ending
        self._line = TestLine()
        self._live = LiveOutput(output_fd, self._line, self._begin_phase, marks.hold)
        self._memory = MemoryGauge()
        self._running: dict[str, TestRecord] = {}
        self._started = 0
        self._distributed = False
        self._collected = False
        self._reporter: TerminalReporter | None = None
        self._config: pytest.Config
        self._rootdir = self._tests_root = ""

    # The session and what was collected

    @first
    def pytest_plugin_registered(self, plugin: object) -> None:
        if isinstance(plugin, CaptureManager):
            self._live.attach(plugin)

    @first
    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        if early_config.getini("enable_assertion_pass_hook"):
            # Compiled with calls of that hook, so these are others than those that are found compiled without.
            rewrite.PYC_TAIL = f".hook{rewrite.PYC_TAIL}"
        # Plugins are imported, the tests' own code is not: what is there now stays, and collections may skip it.
        gc.freeze()
        gc.enable()

    @first
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        config = self._config = session.config
        self._events.send(
            "session_started",
            f'"pytest":"{pytest.__version__}","python":"{platform.python_version()}",'
            f'"rootdir":{text_json(str(config.rootpath))}',
        )
        self._rootdir = str(config.rootpath)
        self._tests_root = str(config.invocation_params.dir)
        manager = config.pluginmanager
        # With pytest-xdist the tests run elsewhere: their output comes with the reports, and lines interleave.
        self._distributed = manager.get_plugin("dsession") is not None
        self._reporter = manager.get_plugin("terminalreporter")
        if self._distributed:
            return
        if config.option.capture in ("fd", "sys"):
            config.option.capture = LIVE
        if self._reporter is not None:
            self._line.follow(self._reporter)
            if not hasattr(Config, "VERBOSITY_TEST_CASES"):
                manager.register(OwnLine(config))
        if manager.get_plugin("capturemanager") is None:
            manager.register(Phases(self._begin_phase))

    @around
    def pytest_collection(self, session: pytest.Session) -> Around:
        with narrowed(session):
            return (yield)

    @last
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        items = session.items
        if self._collect_only:
            self._send_collected("items", [self._item_json(item) for item in items])
        else:
            self._send_collected("nodeids", [text_json(self.shown(item.nodeid)) for item in items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        if not self._collected:  # Each of the processes has collected the same.
            self._send_collected("nodeids", [text_json(self.shown(nodeid)) for nodeid in ids])

    def _item_json(self, item: pytest.Item) -> str:
        line = item.location[1]
        return f'{{"nodeid":{text_json(self.shown(item.nodeid))},"line":{"null" if line is None else line + 1}}}'

    def _send_collected(self, key: str, entries: list[str]) -> None:
        self._collected = True
        sized = ((len(entry), entry) for entry in entries)
        self._events.send_chunks("collected", total=len(entries), key=key, entries=sized)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.passed:
            return
        kind = "collect_error" if report.failed else "collect_skipped"
        self._events.send(
            kind,
            f'"nodeid":{text_json(self.shown(report.nodeid))},"message":{message_json(message_of(report))},'
            f'"traceback":{text_json(traceback_of(report))}',
        )

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage, nodeid: str) -> None:
        self._events.send(
            "warning",
            f'"message":{text_json(str(warning_message.message))},'
            f'"category":{text_json(warning_message.category.__name__)},'
            f'"filename":{text_json(warning_message.filename)},"line":{warning_message.lineno},'
            f'"nodeid":{text_json(self.shown(nodeid) if nodeid else None)}',
        )

    # One test

    @around
    def pytest_runtestloop(self) -> Around:
        if not self._distributed:
            self._memory.begin()
        try:
            return (yield)
        finally:
            self._flush()

    @around
    def pytest_sessionfinish(self, session: pytest.Session) -> Around:
        with self._ending.without_unseen(session) if self._ending else nullcontext():
            return (yield)

    @first
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        record = self._start(nodeid)
        if self._distributed:
            self._events.flush()
        else:
            self._marks.add("begin", record.index)

    def _begin_phase(self, when: str, item: pytest.Item) -> None:
        """Called before any code of the tests runs in this phase."""
        record = self._running.get(item.nodeid)
        if record is not None:
            self._marks.add(when, record.index)
        self._marks.release()
        if when != "call":  # That the setup passed is told by the mark; nothing else is held then.
            self._events.flush()

    @last
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        record = self._running.get(report.nodeid) or self._start(report.nodeid)
        message = message_of(report)
        if is_subtest(report):
            self._add_subtest(record, report, message)
        elif report.when in PHASES:
            self._add_phase(record, report, message)
        outcome = outcome_of(report, self._category(report))
        if outcome:
            record.count(outcome, getattr(report, "wasxfail", None) or message)
        if not self._distributed:
            self._line.end_outcome()
        elif report.when not in PHASES:
            self._finish(report.nodeid, record)  # A process of pytest-xdist died in this test; nothing else follows.
        if report.outcome not in OUTCOMES:
            record.repeats = True
            self._flush()  # The plugin that repeats the test may wait before it does so.
        elif self._distributed:
            self._flush()

    @last
    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        record = self._running.get(nodeid)
        if record is None:
            return
        if not self._distributed:
            self._line.close()
            self._marks.add("end", record.index)
        self._finish(nodeid, record)
        if self._distributed:
            self._flush()
        # Otherwise the setup of the next test, or the end of the loop, lets out the end of this one.

    def _start(self, nodeid: str) -> TestRecord:
        record = self._running.get(nodeid)
        if record is None:
            record = self._running[nodeid] = TestRecord(self._started, text_json(self.shown(nodeid)))
            self._started += 1
        else:
            record.restart()  # A plugin repeats a test that failed.
        self._events.add("test_started", f'"index":{record.index},"nodeid":{record.nodeid_json}')
        return record

    def _flush(self) -> None:
        self._marks.release()
        self._events.flush()

    def say(self, words: str) -> None:
        """Write a line between those of the tests."""
        if self._reporter is not None:
            self._line.close()
            self._reporter.write_line(words)

    def shown(self, nodeid: str) -> str:
        """The id as pytest's own lines show it: relative to the tests root, so that it can be given as a target.

        They differ where the ini file of a subdirectory makes that pytest's rootdir.
        """
        if self._rootdir == self._tests_root or not nodeid:
            return nodeid
        path, separator, names = nodeid.partition("::")
        return os.path.relpath(os.path.join(self._rootdir, path), self._tests_root) + separator + names

    def _category(self, report: pytest.TestReport) -> str:
        """How pytest counts the report: read from its summary, because asking again may change the report."""
        if self._reporter is None:
            status = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
            return str(status[0])
        for category, reports in self._reporter.stats.items():
            if reports and reports[-1] is report:
                return category
        return ""

    def _add_phase(self, record: TestRecord, report: pytest.TestReport, message: str | None) -> None:
        duration = report.duration * 1000
        record.duration += duration
        outcome = report.outcome if report.outcome in OUTCOMES else "failed"
        if message is None and not report.sections and not hasattr(report, "wasxfail"):
            details = NO_DETAILS  # Nearly all phases.
        else:
            details = (
                f'"message":{message_json(message)},"traceback":{text_json(traceback_of(report))},'
                f'"sections":{record.take_sections(report)},'
                f'"wasxfail":{text_json(getattr(report, "wasxfail", None))}'
            )
        self._events.add(
            "phase",
            f'"index":{record.index},"phase":"{report.when}","outcome":"{outcome}",'
            f'"duration_ms":{duration:.3f},{details}',
        )

    def _add_subtest(self, record: TestRecord, report: pytest.TestReport, message: str | None) -> None:
        description = report.head_line.removeprefix(report.location[2]) if report.head_line else ""
        self._events.add(
            "subtest",
            f'"index":{record.index},"description":{text_json(description.strip())},'
            f'"outcome":"{report.outcome}","duration_ms":{report.duration * 1000:.3f},'
            f'"message":{message_json(message)},"traceback":{text_json(traceback_of(report))}',
        )

    def _finish(self, nodeid: str, record: TestRecord) -> None:
        if record.repeats:
            return  # Stays, to start again with the same index.
        del self._running[nodeid]
        self._events.add(
            "test_finished",
            f'"index":{record.index},"nodeid":{record.nodeid_json},"outcome":"{record.outcome or "passed"}",'
            f'"duration_ms":{record.duration:.3f},"message":{message_json(record.message)},'
            f'"memory":{self._memory.end_test()}',
        )


class OwnLine:
    """Has pytest before 8.1 write a line per test, without the longer assertions that verbosity brings."""

    def __init__(self, config: pytest.Config) -> None:
        self._option = config.option
        self._usual = config.option.verbose

    @around
    def pytest_runtest_logstart(self) -> Around:
        self._option.verbose = max(self._usual, 1)
        result = yield
        self._option.verbose = self._usual
        return result

    pytest_runtest_logreport = pytest_runtest_logstart
    pytest_runtest_logfinish = pytest_runtest_logstart


class Phases:
    """Tells of each phase where the capture plugin, which does it otherwise, is switched off."""

    def __init__(self, begin_phase: Callable[[str, pytest.Item], None]) -> None:
        self._begin_phase = begin_phase

    @around
    def pytest_runtest_setup(self, item: pytest.Item) -> Around:
        self._begin_phase("setup", item)
        return (yield)

    @around
    def pytest_runtest_call(self, item: pytest.Item) -> Around:
        self._begin_phase("call", item)
        return (yield)

    @around
    def pytest_runtest_teardown(self, item: pytest.Item) -> Around:
        self._begin_phase("teardown", item)
        return (yield)
