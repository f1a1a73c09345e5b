"""Runs tests three ways, and says where they differ: plain pytest, a cold start, and a fork of a warm interpreter."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Union

from harness import COLOUR, Bare, BareChild, Cold, Report, environment, run_both, run_cold
from warm import run_warm

Run = Union[Bare, Cold]

# What differs from process to process, whoever starts it.
CHANCE = re.compile(r"0x[0-9a-f]+|pytest-\d+/|\bpid=\d+|(?<=Thread-)\d+|(?<=process )\d+|\bin \d+\.\d+s|/tmp/\w+")


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
    """The same where order and words depend on which process is first; in turns, because they leave files."""
    bare = BareChild(root, *targets, python=sys.executable, env=environment(root)).finish()
    cold = run_cold(root, *targets)
    warm = run_warm(root, *targets)
    if warm is not None:
        assert_same_in_any_order(bare, warm)
    return bare, cold


def assert_same(bare: Bare, cold: Cold) -> None:
    """The same tests in the same order, each phase with its outcome, and failures with the same words."""
    assert_same_in_any_order(bare, cold)
    plain, ours = shown(bare), shown(cold)
    # That the setup of a test passed waits for the next report, which a test that ends the process has not.
    ended_early = not cold.of_kind("session_finished")
    if ended_early and plain and (plain[-1].phase, plain[-1].outcome) == ("setup", "passed"):
        plain.pop()
    assert ours == plain


def assert_same_in_any_order(bare: Bare, cold: Cold) -> None:
    assert cold.status == bare.status, f"{bare.text}\n--- cold ---\n{cold.text}"
    assert cold.summary == bare.summary, f"{bare.text}\n--- cold ---\n{cold.text}"
    assert cold.outcomes == bare.outcomes
    assert [event["seq"] for event in cold.events] == list(range(1, len(cold.events) + 1))
    if cold.status >= 0 and cold.of_kind("session_finished"):
        assert cold.events[-1] == cold.events[-1] | {"kind": "session_finished", "exit_status": cold.status}


def shown(run: Run) -> list[Report]:
    """Each report in the order in which it came, up to what is different each time."""
    return [Report(one.nodeid, one.phase, _known(one.outcome), without_chance(one.text)) for one in run.reports]


def _known(outcome: str) -> str:
    """Plugins have outcomes of their own, for example for a test that they repeat: events then say that it failed."""
    return outcome if outcome in ("passed", "skipped") else "failed"


def without_chance(text: str | None) -> str | None:
    return None if text is None else CHANCE.sub("…", COLOUR.sub("", text))


def words(run: Cold) -> str:
    """What was printed, up to addresses, times and numbers of processes."""
    text = CHANCE.sub("…", run.text)
    # Where a crash happened is told down to the first line of the process.
    text = re.sub(r"  File \"[^\n]*/proctor_runner/[^\n]*\n", "", text)
    # The rules beside a line depend on its length.
    return re.sub(r"={3,}|-{3,}|_{3,}|(?<=[A-Z]) +(?=\[)", "==", text)


def told(run: Cold) -> list[tuple[object, ...]]:
    """The order of events, with their tests and outcomes."""
    keys = ("kind", "nodeid", "index", "phase", "outcome", "total", "nodeids", "exit_status", "category", "line")
    return [tuple(str(event.get(key)) for key in keys) for event in run.events]
