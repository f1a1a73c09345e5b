"""Every row of the table of faults, many times, through real processes; a summary at the end.

    python bench/faults.py [--rounds 25] [--at-once N] [--seed N] [--only WORD] [--histories 100000]

A round of a row runs its tests once more, each with a Proctor of its own; those that play by chance have another seed
in each round. What failed is printed with its seed: `--only` and `--seed` play it again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")


@dataclass
class Row:
    """A fault, and the tests that show what is promised of it."""

    fault: str
    tests: list[str]
    # Those that take long are played less often.
    share: float = 1.0


KILLS = "kills::one_at_a_time::"
STOPS = "kills::stopped::"

ROWS = [
    Row("kill -9 of serve mid-run", ["restarts::a_log_has_no_gap_for_whoever_follows_it_while_serve_is_killed"]),
    Row(
        "kill -9 of the worker",
        [
            f"{KILLS}a_killed_worker_takes_its_runs_along_before_others_start_there",
            f"{KILLS}a_lost_run_that_may_be_repeated_keeps_its_place_and_starts_again",
        ],
    ),
    Row("kill -9 of the worker, 200 runs a round", ["kills::rounds::two_hundred_runs_survive_kills_of_their_worker"]),
    Row("kill -9 of any process, 50 runs a round", ["kills::rounds::runs_survive_kills_of_every_process"]),
    Row(
        "all killed at once",
        [
            f"{KILLS}everything_killed_is_found_and_freed_by_the_next_serve",
            f"{KILLS}without_a_serve_the_next_worker_frees_what_a_killed_one_left",
            f"{KILLS}a_worker_and_its_supervisor_killed_together_leave_nothing",
        ],
    ),
    Row(
        "kill -9 of the supervisor",
        [
            f"{KILLS}a_killed_supervisor_ends_its_runs_and_the_worker_goes_on_with_another",
            f"{KILLS}runs_asked_for_while_the_supervisor_is_killed_are_run",
        ],
    ),
    Row(
        "kill -9 of the zygote",
        [
            "warm::endings::runs_outlive_the_interpreter_that_forked_them_and_another_one_comes",
            "warm::endings::runs_asked_for_while_zygotes_are_killed_pass",
        ],
    ),
    Row("kill -9 of init", [f"{KILLS}a_killed_init_ends_its_run_and_no_other"]),
    Row("kill -9 of pytest", [f"{KILLS}a_killed_pytest_is_named_with_its_test_and_disturbs_no_other_run"]),
    Row(
        "SIGSTOP beyond the lease, SIGCONT",
        [
            f"{STOPS}a_worker_stopped_beyond_its_lease_has_nothing_running_when_the_next_run_starts",
            f"{STOPS}a_worker_back_before_its_lease_has_run_out_says_why_its_run_was_ended",
            f"{STOPS}a_run_whose_start_was_delayed_beyond_its_lease_never_starts",
            f"{STOPS}a_lost_run_that_begins_again_where_it_was_lost_is_not_disturbed_by_its_first_attempt",
        ],
        share=0.4,
    ),
    Row(
        "SIGSTOP of supervisor and zygote",
        [
            f"{STOPS}a_stopped_supervisor_is_replaced",
            f"{STOPS}a_stopped_supervisor_does_not_keep_the_environments_of_a_killed_worker",
            "warm::endings::a_stopped_zygote_keeps_no_run_waiting",
        ],
        share=0.4,
    ),
    Row(
        "stopped in the middle of a write",
        [f"{STOPS}a_worker_stopped_in_the_middle_of_a_write_is_killed_so_that_others_can_write"],
        share=0.4,
    ),
    Row("a host is lost (PostgreSQL)", ["hosts::when_a_host_is_lost_its_environments_are_free_within_the_lease"]),
    Row("many hosts (PostgreSQL)", ["hosts::runs_spread_over_the_hosts_and_never_two_are_in_one_environment"]),
    Row(
        "cut from the database (PostgreSQL)",
        ["hosts::without_the_database_requests_say_so_runs_go_on_and_nothing_is_lost"],
    ),
    Row(
        "kill -9 of PostgreSQL, recovery",
        ["faults::failover::a_killed_database_that_comes_back_has_all_that_was_answered"],
        share=0.4,
    ),
    Row(
        "kill -9 of the primary, promotion",
        [
            "faults::failover::a_killed_primary_loses_nothing_that_was_answered_and_its_standby_goes_on",
            "faults::failover::while_the_database_takes_no_writes_requests_are_told_to_try_again",
            "faults::failover::who_has_seen_what_the_new_primary_never_had_misses_nothing_of_what_it_has",
        ],
        share=0.4,
    ),
    Row(
        "connections are forgotten on the way (PostgreSQL)",
        ["faults::failover::connections_that_nobody_knows_of_any_more_stop_nothing_and_no_run_is_lost"],
        share=0.4,
    ),
    Row(
        "kill -9 of the standby",
        ["faults::failover::what_is_on_one_host_only_is_not_answered_and_work_goes_on_with_the_standby"],
        share=0.4,
    ),
    Row(
        "the primary's host is lost, Patroni",
        ["faults::patroni::the_standby_takes_over_from_a_lost_host_by_itself_and_no_run_is_lost"],
        share=0.2,
    ),
    Row(
        "the primary's host stalls, Patroni",
        ["faults::patroni::a_primary_that_was_stopped_takes_nothing_back_from_the_standby_that_took_over"],
        share=0.2,
    ),
    Row(
        "data disk full",
        ["faults::disk::with_a_full_disk_reading_works_asking_is_refused_in_words_and_all_goes_on_with_room"],
        share=0.4,
    ),
    Row("database damaged", ["faults::disk::a_damaged_database_is_refused_in_words_and_nothing_is_deleted"], share=0.4),
    Row("clock jumps", ["faults::clock::a_clock_that_jumps_loses_no_lease_and_changes_no_order"], share=0.2),
    Row(
        "tests that ignore signals, daemonise",
        [
            "runs::ends::daemons_of_a_run_that_has_passed_are_gone_before_the_next_one_starts",
            "runs::ends::a_cancelled_run_that_ignores_every_signal_is_killed_with_its_daemons",
        ],
        share=0.4,
    ),
    Row(
        "tests that take memory, fork, flood",
        [
            "limits::a_control_group_holds_each_run_to_its_limits",
            "limits::logs_and_files_have_an_end_in_words",
            "runs::output::two_hundred_megabytes_of_output_leave_the_workers_memory_as_it_was",
        ],
        share=0.1,
    ),
    Row(
        "slow and vanished readers",
        ["faults::readers::readers_that_take_nothing_or_vanish_cost_nobody_anything"],
        share=0.2,
    ),
    Row(
        "crash before or after a commit",
        ["faults::borders::a_worker_that_crashes_around_its_commits_leaves_neither_ghosts_nor_doubles"],
        share=0.4,
    ),
    Row(
        "two submits at once", ["queue::twenty_runs_asked_for_at_once_follow_each_other_in_the_order_of_their_numbers"]
    ),
    Row(
        "upgrade with an older worker at work",
        ["faults::upgrade::an_older_worker_finishes_what_it_has_while_a_new_one_takes_what_comes"],
        share=0.4,
    ),
]


@dataclass
class Sum:
    """What came of a row."""

    rounds: int = 0
    accepted: int = 0
    double: int = 0
    lost: int = 0
    free_ms: list[int] = field(default_factory=list)
    left_out: int = 0
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, played: Played) -> None:
        for line in played.lines:
            self.accepted += line.get("accepted", 0)
            self.double += line.get("double", 0)
            self.lost += line.get("lost", 0)
            if "free_ms" in line:
                self.free_ms.append(line["free_ms"])
        self.left_out += played.left_out
        if played.failed:
            self.failed.append(played.failed)


@dataclass
class Played:
    """What one round told."""

    lines: list[dict[str, int]]
    left_out: int
    failed: str | None


def main() -> None:
    asked = _arguments()
    print(f"seed {asked.seed}, {asked.rounds} rounds", flush=True)
    sums: list[tuple[str, Sum]] = []
    rows = [row for row in ROWS if asked.only in row.fault]
    processes = _program("processes", "--features", "failpoints") if rows else ""
    for row in rows:
        sums.append((row.fault, _play(row, processes, asked)))
        _tell(*sums[-1])
    if asked.histories and asked.only in "simulation":
        # Histories are many, and worth an optimised program.
        sums.append((f"simulation, {asked.histories:,} histories", _simulate(_program("store", "--release"), asked)))
        _tell(*sums[-1])
    print(f"\n{table(sums)}")
    failed = [f"{fault}: {one}" for fault, found in sums for one in found.failed]
    if failed:
        sys.exit("\n".join(["", "FAILED", *failed]))


def _play(row: Row, binary: str, asked: argparse.Namespace) -> Sum:
    found = Sum()
    began = time.monotonic()
    found.rounds = max(1, round(asked.rounds * row.share))
    command = [binary, "--exact", *row.tests, "--test-threads=1", "--nocapture"]
    seeds = range(asked.seed, asked.seed + found.rounds)
    with ThreadPoolExecutor(asked.at_once) as rounds:
        for played in rounds.map(lambda seed: _once(command, seed, asked), seeds):
            found.add(played)
    found.seconds = time.monotonic() - began
    return found


def _simulate(binary: str, asked: argparse.Namespace) -> Sum:
    found = Sum(rounds=asked.histories)
    began = time.monotonic()
    # No history lets the machine itself crash, so the disk need not be waited for.
    place = {"TMPDIR": str(MEMORY)} if MEMORY.is_dir() else {}
    found.add(_once([binary, "simulation::", "--nocapture"], asked.seed, asked, place))
    found.seconds = time.monotonic() - began
    return found


def _once(command: list[str], seed: int, asked: argparse.Namespace, place: dict[str, str] | None = None) -> Played:
    with tempfile.TemporaryDirectory() as home:
        notes = Path(home, "notes")
        chosen = {
            "PROCTOR_FAULTS": str(notes),
            "PROCTOR_SEED": str(seed),
            "PROCTOR_ROUNDS": "1",
            "PROCTOR_HISTORIES": str(asked.histories),
        }
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **chosen, **(place or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
    failed = None
    if done.returncode or " 0 passed" in done.stdout:
        descriptor, kept = tempfile.mkstemp(".txt", f"proctor-faults-{seed}-")
        with open(descriptor, "w") as file:
            file.write(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
        failed = f"seed {seed}, see {kept}"
    return Played(lines, done.stderr.count("left out:"), failed)


def table(sums: list[tuple[str, Sum]]) -> str:
    """As Markdown, like the other figures."""
    lines = [
        "| fault | rounds | failed | runs accepted | double | lost | longest until free |",
        "|---|---|---|---|---|---|---|",
    ]
    for fault, one in sums:
        free = f"{max(one.free_ms) / 1000:.2f} s" if one.free_ms else "–"
        note = " (left out here)" if one.left_out else ""
        lines.append(
            f"| {fault}{note} | {one.rounds:,} | {len(one.failed)} | {one.accepted:,} | {one.double} | {one.lost} "
            f"| {free} |"
        )
    return "\n".join(lines)


def _tell(fault: str, one: Sum) -> None:
    worst = f", free after at most {max(one.free_ms)} ms" if one.free_ms else ""
    words = f"{one.rounds:,} rounds in {one.seconds:.0f} s, {one.accepted:,} runs, double {one.double}, lost {one.lost}"
    print(f"{fault}: {words}{worst}{', FAILED' if one.failed else ''}", flush=True)


def _program(name: str, *options: str) -> str:
    """The path of some tests, built."""
    command = ["cargo", "test", "--locked", "--no-run", "--message-format=json", "--test", name, *options]
    built = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith("{")]
    return next(one["executable"] for one in messages if one.get("executable") and one["target"]["name"] == name)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25, help="of each row; some take a part of them")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round")
    parser.add_argument("--only", default="", metavar="WORD", help="rows with this in their name")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="rounds of a row that are played at once")
    parser.add_argument("--histories", type=int, default=100_000, help="of the simulation; 0 for none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
