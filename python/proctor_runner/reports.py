"""From pytest's reports to what events say."""

from __future__ import annotations

import re

from _pytest.reports import TestReport

from .events import cut, encode_text, text_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Union

    from _pytest.reports import CollectReport

    Report = Union[CollectReport, TestReport]

# pytest colours the differences of an assertion itself when the log has colours.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(: |$)")
# One line for tables and summaries.
MESSAGE_LIMIT = 4096
# Log sections of one phase; more of them are a flood.
SECTIONS = 20

# How bad each outcome is. A test that failed and whose teardown failed too counts as failed; its phases tell both.
RANKS = {"passed": 1, "skipped": 2, "xfailed": 3, "xpassed": 4, "error": 5, "failed": 6}


class TestRecord:
    """A test that was started and has not ended: what its end has to say."""

    __test__ = False
    __slots__ = ("duration", "index", "message", "nodeid_json", "outcome", "repeats", "sections")

    def __init__(self, index: int, nodeid_json: str) -> None:
        self.index = index
        self.nodeid_json = nodeid_json
        self.restart()

    def restart(self) -> None:
        """Forget the reports of an attempt that is repeated."""
        self.outcome = ""
        self.duration = 0.0
        self.message: str | None = None
        self.sections = 0
        self.repeats = False

    def count(self, outcome: str, message: str | None) -> None:
        """Let the worst outcome stand, with its message."""
        if RANKS.get(outcome, 0) > RANKS.get(self.outcome, 0):
            self.outcome = outcome
            self.message = message

    def take_sections(self, report: TestReport) -> str:
        """JSON of the sections that are new: reports repeat those of the phases before."""
        sections = report.sections
        if not sections:
            return "[]"
        new = sections[self.sections :] if len(sections) >= self.sections else sections
        self.sections = len(sections)
        return sections_json(new)


def is_subtest(report: TestReport) -> bool:
    """Whether it comes from the subtests of pytest 9 or of the pytest-subtests plugin."""
    kind = type(report)
    return kind is not TestReport and kind.__name__.lower() == "subtestreport"


def outcome_of(report: TestReport, category: str) -> str:
    """The outcome by which pytest's own summary counts the report; empty when it does not count."""
    if category in RANKS:
        return category
    if category == "rerun" or is_subtest(report) or (report.outcome == "passed" and report.when != "call"):
        return ""
    # A category of the tests' own making.
    if report.outcome == "failed" and report.when != "call":
        return "error"
    return report.outcome


def message_of(report: Report) -> str | None:
    """One line that says why, in pytest's words."""
    longrepr = report.longrepr
    if longrepr is None:
        return None
    if isinstance(longrepr, tuple):
        text = longrepr[2]
        text = text[9:] if text.startswith("Skipped: ") else text
    else:
        crash = getattr(longrepr, "reprcrash", None)
        text = crash.message if crash is not None else _error_line(str(longrepr))
    for line in _plain(text).splitlines():
        if line.strip():
            return cut(line, MESSAGE_LIMIT)
    return ""


def traceback_of(report: Report) -> str | None:
    """What pytest prints below FAILURES, without colours."""
    if report.longrepr is None or isinstance(report.longrepr, tuple):
        return None
    return _plain(report.longreprtext)


def sections_json(sections: list[tuple[str, str]]) -> str:
    pairs = (f"[{text_json(name)},{text_json(text)}]" for name, text in sections[:SECTIONS])
    return "[" + ",".join(pairs) + "]"


def message_json(message: str | None) -> str:
    return "null" if message is None else encode_text(message)


def _plain(text: str) -> str:
    return COLOURS.sub("", text) if "\x1b" in text else text


def _error_line(text: str) -> str:
    """What pytest marks as the error: the line that names the exception, or the first one, or else all of the text."""
    marked = [line[1:].strip() for line in text.splitlines() if line.startswith("E  ")]
    named = [line for line in marked if EXCEPTION.match(line)]
    return (named or marked or [text])[0]
