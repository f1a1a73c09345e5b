"""Fills the store of a stopped server with finished runs."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import datetime, timedelta, timezone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

RUNS = 100_000
# All of them within about a year.
FIRST = datetime(2025, 1, 1, tzinfo=timezone.utc)
YEAR = timedelta(minutes=500_000)
# When each tenth of the runs begins.
SEEDED_FROM = [(FIRST + YEAR * tenth // 10).strftime("%Y-%m-%dT%H:%M:%SZ") for tenth in range(11)]

NUMBERS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :runs)"
# What is rare is spread evenly, so that a list has to go through all runs for a page of it.
RUNS_SQL = f"""
INSERT INTO runs (id, environment_id, sequence, state, outcome, reason, requester, targets, plans, template, note,
                  search, attempt, retries_left, epoch, worker_id, created_at, started_at, finished_at, start_mode,
                  collected, passed, log_lines, log_bytes)
{NUMBERS}, facts AS (
    SELECT n, 1 + n % 98 AS environment,
           CASE WHEN n % 10000 = 77 THEN 'visitor' ELSE 'person-' || (n % 40) END AS requester,
           'area_' || (n % 50) || '/' || CASE WHEN n % 10000 = 78 THEN 'rare/' ELSE '' END
               || 'test_' || (n % 700) || '.py' AS target,
           CASE WHEN n % 10000 = 79 THEN 'yearly' WHEN n % 10 = 0 THEN 'nightly' END AS template,
           CASE WHEN n % 10000 = 81 THEN '[900]' WHEN n % 20 = 0 THEN '[3]' ELSE '[]' END AS plans,
           CASE WHEN n % 10000 = 80 THEN 'lost' WHEN n % 9 = 0 THEN 'failed' WHEN n % 31 = 0 THEN 'error'
                ELSE 'passed' END AS outcome,
           :first + n * :every AS created_at
    FROM numbers)
SELECT n, environment, n, 'finished', outcome, CASE WHEN outcome = 'passed' THEN NULL ELSE '1 failed' END, requester,
       '["' || target || '"]', plans, template, NULL,
       requester || char(10) || target || coalesce(char(10) || template, ''), 1, 0, 1, 1,
       created_at, created_at + 40, created_at + 900, 'cold', 12, 12, 30, 2000
FROM facts
"""
DETAILS_SQL = f"""
INSERT INTO run_details (run_id, parameters, variables, options, sources, command, log_complete)
{NUMBERS} SELECT n, '{{}}', '{{}}', '{{}}', '[]', '["python","-m","pytest"]', 1 FROM numbers
"""
ATTEMPTS_SQL = f"""
INSERT INTO attempts (run_id, number, worker_id, worker_name, epoch, started_at, finished_at, outcome)
{NUMBERS} SELECT n, 1, 1, 'somewhere', 1, :first + n * :every + 40, :first + n * :every + 900, 'passed' FROM numbers
"""


PLANS_SQL = """
INSERT INTO run_plans (plan, run_id)
SELECT plan.value, r.id FROM runs r, json_each(r.plans) AS plan WHERE r.plans <> '[]'
"""
# Each test case in each of the runs; one in fifty results is a failure, and one test case is flaky.
TESTS_SQL = f"""
INSERT INTO run_tests (run_id, number, nodeid, nodeid_key, outcome, duration_ms, phases, sections, from_line, to_line)
{NUMBERS}, cases (c) AS (SELECT 0 UNION ALL SELECT c + 1 FROM cases WHERE c + 1 < :cases)
SELECT n, c, case_nodeid(c), case_key(c),
       CASE WHEN c = 7 AND n % 3 = 0 THEN 'failed' WHEN (n + c) % 50 = 0 THEN 'failed' ELSE 'passed' END,
       5.0 + (n * 31 + c * 7) % 400, '[]', '[]', c + 1, c + 1
FROM numbers CROSS JOIN cases
"""


def nodeid(case: int) -> str:
    """The name of a test case of the seeded results."""
    return f"area_{case // 100}/test_{case // 10}.py::test_reply[{case}]"


def seed_tests(data: Path, runs: int, cases: int) -> None:
    """Store results of `cases` test cases in each of the runs 1 to `runs`."""
    with sqlite3.connect(data / "proctor.sqlite3") as store:
        store.create_function("case_nodeid", 1, nodeid, deterministic=True)
        store.create_function("case_key", 1, _key, deterministic=True)
        store.execute(TESTS_SQL, {"runs": runs, "cases": cases})
    store.close()


def _key(case: int) -> int:
    """The first 64 bits of the SHA-256 of the node id, as the store keeps it."""
    return int.from_bytes(hashlib.sha256(nodeid(case).encode()).digest()[:8], "big", signed=True)


def seed(data: Path, runs: int = RUNS) -> None:
    """Store finished runs 1 to `runs`."""
    values = {
        "runs": runs,
        "first": int(FIRST.timestamp() * 1000),
        "every": int(YEAR.total_seconds() * 1000) // max(1, runs),
    }
    with sqlite3.connect(data / "proctor.sqlite3") as store:
        for sql in (RUNS_SQL, DETAILS_SQL, ATTEMPTS_SQL):
            store.execute(sql, values)
        store.execute(PLANS_SQL)
    store.close()
