"""One line per test with its id and outcome, and what the test prints between."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter


class TestLine:
    """The line of the running test in pytest's own report.

    pytest writes the id when a test starts and the outcome behind it when it ends. When the test prints in between,
    the line is ended first, and the outcome comes with the id again on a line of its own.
    """

    __test__ = False

    def __init__(self) -> None:
        self.is_open = False
        # The last byte that a test printed since pytest wrote something.
        self.printed = b""
        self._reporter: TerminalReporter | None = None

    def follow(self, reporter: TerminalReporter) -> None:
        """Take over how the reporter begins the line of a test."""
        self._reporter = reporter
        reporter.write_ensure_prefix = self._write  # type: ignore[method-assign]
        reporter.flush = _leave_to_phases  # type: ignore[method-assign]
        # Both are computed for every test otherwise, and more than once.
        reporter._locationline = lru_cache(maxsize=1)(reporter._locationline)  # type: ignore[method-assign]
        reporter._tw.fullwidth = reporter._tw.fullwidth

    def interrupt(self) -> None:
        """End the open line, because a test is about to print."""
        self.is_open = False
        if self._reporter is not None:
            self._end_line(self._reporter)
            self._reporter._tw.flush()

    def end_outcome(self) -> None:
        """End the line when the outcome was written, so that prints of the teardown start a new one."""
        if self._reporter is not None and self._reporter.currentfspath == -2:
            self.is_open = False
            self._end_line(self._reporter)

    def close(self) -> None:
        """End the line, so that the next byte of the output starts a new one."""
        if self._reporter is not None:
            self.is_open = False
            self._end_printed(self._reporter)
            self._reporter.ensure_newline()

    def _write(self, prefix: str, extra: str = "", **markup: bool) -> None:
        reporter = self._reporter
        assert reporter is not None
        if not self.is_open:
            self._end_printed(reporter)
            reporter.ensure_newline()
            reporter.write(prefix)
            reporter.currentfspath = prefix
            self.is_open = True
        if extra:
            reporter.write(extra, **markup)
            reporter.currentfspath = -2

    def _end_printed(self, reporter: TerminalReporter) -> None:
        if self.printed not in (b"", b"\n"):
            self._end_line(reporter)
        self.printed = b""

    def _end_line(self, reporter: TerminalReporter) -> None:
        reporter.line("")
        reporter.currentfspath = None


def _leave_to_phases() -> None:
    """Instead of the reporter's own flush: the plugin flushes once before each phase."""
