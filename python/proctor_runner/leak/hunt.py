"""The pytest plugin that repeats a test and tells whether it leaks."""

from __future__ import annotations

import copy
import json
import warnings

import pytest
from _pytest.runner import runtestprotocol

from ..events import EventWriter
from .memory import Meter, Series
from .sites import find_sites
from .verdict import judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MIB = 1024 * 1024
# Lines about the progress of a hunt.
LINES = 20


class LeakHunt:
    """Runs the one test of the session many times where it would run once.

    Each repetition has fresh fixtures of its own; those of class, module and session stay, as between two tests. The
    reports of the last repetition, or of the first that did not pass, are those of the test.
    """

    def __init__(
        self, events: EventWriter, iterations: int, *, say: Callable[[str], None], shown: Callable[[str], str]
    ) -> None:
        self._events = events
        self._iterations = iterations
        self._warm_up = max(5, iterations // 4)
        self._say = say
        self._shown = shown
        self._series = Series(iterations)
        self._meter = Meter()
        self._reports: list[pytest.TestReport] = []
        self._root = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self._root = str(session.config.invocation_params.dir)
        if session.config.pluginmanager.get_plugin("dsession") is not None:
            raise pytest.UsageError("a leak hunt repeats a test in one process: hunt without -n of pytest-xdist")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        count = len(session.items)
        if count > 1:
            first = session.items[0].nodeid
            raise pytest.UsageError(f"a leak hunt takes one test case, and here are {count}: name one, such as {first}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        try:
            self._hunt(item, nextitem)
        except BaseException:
            self._tell(item, stopped="it was stopped")
            raise
        for report in self._reports:
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _hunt(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        neighbour = copy.copy(item)
        total = self._warm_up + self._iterations
        for number in range(total):
            if not self._repeat(item, neighbour):
                self._tell(item, stopped=f"the test {self._ending()} in repetition {number + 1}")
                return
            if number >= self._warm_up:
                self._meter.measure(self._series)
                self._tell_progress()
        self._tell(item, trace=lambda: self._repeat(item, neighbour))
        self._reports = runtestprotocol(item, nextitem=nextitem, log=False)

    def _repeat(self, item: pytest.Item, neighbour: pytest.Item) -> bool:
        """Run the test as if another one of the same parent followed; whether it passed."""
        self._reports = []
        with Forgetting(item), warnings.catch_warnings(record=True):
            self._reports = runtestprotocol(item, nextitem=neighbour, log=False)
        return all(report.passed for report in self._reports)

    def _ending(self) -> str:
        return "was skipped" if any(report.skipped for report in self._reports) else "did not pass"

    def _tell_progress(self) -> None:
        done = len(self._series)
        if done * LINES % self._iterations < LINES:
            self._say(f"leak hunt: iteration {done} of {self._iterations}, {self._series.memory[-1] / MIB:.2f} MiB")

    def _tell(
        self, item: pytest.Item, *, stopped: str | None = None, trace: Callable[[], object] | None = None
    ) -> None:
        series = self._series
        verdict = judge(series.memory, series.blocks, series.heap)
        if stopped is not None:
            verdict.word, verdict.reason = "unclear", stopped
        tracer: str | None = None
        sites: list[dict[str, Any]] = []
        if trace is not None and verdict.word != "clean":
            self._say("leak hunt: tracing allocations")
            tracer, sites = find_sites(lambda: self._traced(trace), self._root)
        result = {
            "nodeid": self._shown(item.nodeid),
            **verdict.fields(),
            "warm_up": self._warm_up,
            "iterations": series.memory,
            "blocks": series.blocks,
            "heap_bytes": series.heap,
            "traced_by": tracer,
            "sites": sites,
        }
        self._events.send("leak", json.dumps(result)[1:-1])
        self._say(f"leak hunt: {verdict.word}, {verdict.slope:.0f} bytes per iteration: {verdict.reason}")

    def _traced(self, repeat: Callable[[], object]) -> None:
        repeat()
        # Reports and their times are new objects each time.
        self._reports = []


class Forgetting:
    """Takes away what pytest keeps of each repetition until the session ends, which is no leak of the test.

    That is how to end fixtures: those that last collect it of all that were made from them and have ended since, and
    before pytest 8 so do modules and classes, again and again.
    """

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._properties = len(item.user_properties)
        found = getattr(item, "_fixtureinfo", None)
        lasting = [one for several in found.name2fixturedefs.values() for one in several] if found else []
        self._of_fixtures = [(one._finalizers, len(one._finalizers)) for one in lasting if one.cached_result]
        self._of_nodes = [(finalizers, len(finalizers)) for finalizers, _ in item.session._setupstate.stack.values()]

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        self._item._report_sections.clear()
        del self._item.user_properties[self._properties :]
        for finalizers, count in self._of_fixtures:
            del finalizers[count:]
        for finalizers, count in self._of_nodes:
            # Others come from the test.
            finalizers[count:] = [
                one for one in finalizers[count:] if getattr(one, "__module__", None) != "_pytest.fixtures"
            ]
