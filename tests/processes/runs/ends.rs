//! Runs that do not end by themselves, or too early, or that lie.

use nix::sys::signal::Signal;
use proctor::wire::{Outcome, RunDetails, TestOutcome};

use super::test_case;
use crate::harness::{Proctor, kill, wait_until};

/// Runs a file that is given as text to its end.
fn end_of(proctor: &Proctor, text: &str) -> RunDetails {
    proctor.tests.write("test_given.py", text);
    let run = proctor.api().submit(7, "test_given.py");
    proctor.api().wait_until_finished(run)
}

#[track_caller]
pub(super) fn assert_end(run: &RunDetails, outcome: Outcome, reason: &str) {
    assert_eq!(run.run.outcome, Some(outcome), "{run:#?}");
    assert!(run.run.reason.as_deref().unwrap_or_default().contains(reason), "{run:#?}");
}

#[test]
fn whoever_ends_early_with_exit_status_0_has_not_passed() {
    let proctor = Proctor::start();
    let run = end_of(&proctor, "import os\ndef test_one(): pass\ndef test_two(): os._exit(0)\n");
    let words =
        "the process ended early with exit status 0 while test_given.py::test_two was running";
    assert_end(&run, Outcome::Error, words);
    assert_eq!(run.run.progress.passed, 1);
    let run = end_of(&proctor, "import os\nos._exit(0)\n");
    assert_end(&run, Outcome::Error, "the process ended early with exit status 0");
    let run = end_of(&proctor, "import sys\ndef test_one(): pass\nsys.exit('sorry')\n");
    assert_eq!(run.run.outcome, Some(Outcome::Error), "{run:#?}");
    let run = end_of(&proctor, "import ctypes\ndef test_one(): ctypes.string_at(0)\n");
    let words = "killed by SIGSEGV while test_given.py::test_one was running";
    assert_end(&run, Outcome::Error, words);
    let crashed = test_case(&proctor, run.run.id, "::test_one");
    assert_eq!(crashed.message.as_deref(), Some("killed by SIGSEGV while it was running"));
    assert!(crashed.traceback.unwrap().contains("test_given.py\", line 2 in test_one\n"));
    let run = end_of(&proctor, "import os\ndef test_one(): os.abort()\n");
    assert_end(&run, Outcome::Error, "killed by SIGABRT while test_given.py::test_one was running");
}

#[test]
fn daemons_of_a_run_that_has_passed_are_gone_before_the_next_one_starts() {
    let proctor = Proctor::start();
    proctor.tests.write("test_daemon.py", DAEMON);
    let runs: Vec<_> = (0..3).map(|_| proctor.api().submit(7, "test_daemon.py")).collect();
    for run in &runs {
        assert_eq!(proctor.api().wait_until_finished(*run).run.outcome, Some(Outcome::Passed));
        assert_eq!(proctor.processes_of(*run).len(), 0);
    }
    let said = proctor.tests.said();
    assert!(said.iter().all(|one| one.words != "double"), "{said:#?}");
}

/// Passes, and leaves a daemon behind that holds its output and its claim.
const DAEMON: &str = "
import os, signal, time
from tools import claim

def test_daemon():
    held = claim()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(1)
";

/// Reports one test, then ignores every wish to end.
const STUBBORN: &str = "
import os, signal, time
from tools import claim, say

def test_reported():
    pass

def test_stubborn():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    held = claim()
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(1)
    hang_here()

def hang_here():
    say('hangs')
    while True:
        time.sleep(1)
";

#[test]
fn a_cancelled_run_ends_at_once_and_keeps_what_was_reported() {
    let proctor = Proctor::start();
    proctor.tests.write("test_willing.py", WILLING);
    let run = proctor.api().submit(7, "test_willing.py");
    proctor.tests.wait_until_said(run, "waits");
    let (status, answer) = proctor.api().cancel(run, "ben");
    assert_eq!(status, 202, "{answer}");
    assert_eq!(proctor.api().cancel(run, "carla").0, 202, "asking twice changes nothing");
    let ended = proctor.api().wait_until_finished(run);
    assert_end(&ended, Outcome::Cancelled, "cancelled by ben");
    assert_eq!(ended.run.progress.passed, 1);
    assert_eq!(proctor.processes_of(run).len(), 0);
    // pytest was given the time to tear down what the test had set up.
    proctor.tests.wait_until_said(run, "torn down");
    assert_eq!(proctor.api().cancel(run, "ben").0, 409);
}

const WILLING: &str = "
import time
import pytest
from tools import say

@pytest.fixture
def thing():
    yield
    say('torn down')

def test_reported():
    pass

def test_willing(thing):
    say('waits')
    while True:
        time.sleep(0.01)
";

#[test]
fn a_cancelled_run_that_ignores_every_signal_is_killed_with_its_daemons() {
    let proctor = Proctor::start();
    proctor.tests.write("test_stubborn.py", STUBBORN);
    let run = proctor.api().submit(7, "test_stubborn.py");
    let next = proctor.api().submit(7, "test_stubborn.py");
    proctor.tests.wait_until_said(run, "hangs");
    proctor.api().cancel(run, "ben");
    let ended = proctor.api().wait_until_finished(run);
    assert_end(&ended, Outcome::Cancelled, "cancelled by ben");
    assert_eq!(ended.run.progress.passed, 1);
    let stubborn = test_case(&proctor, run, "::test_stubborn");
    assert_eq!(stubborn.outcome, TestOutcome::Lost);
    assert_eq!(stubborn.message.as_deref(), Some("cancelled by ben"));
    assert!(stubborn.traceback.unwrap().contains(" in hang_here"));
    assert_eq!(proctor.processes_of(run).len(), 0);
    proctor.tests.wait_until_said(next, "hangs");
    let said = proctor.tests.said();
    assert!(said.iter().all(|one| one.words != "double"), "{said:#?}");
}

/// Finds the runner's own descriptors and writes what a runner would say.
const FORGED: &str = r#"
import json, os

def tell(lines):
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 4 and "pipe:" in os.readlink(f"/proc/self/fd/{name}"):
                os.write(int(name), lines)
        except OSError:
            pass

def line(**event):
    return json.dumps(event).encode() + b"\n"

def test_one():
    assert 1 == 2

def test_two():
    tell(EVENTS)
    print("\x1b_proctor;0123456789abcdef0123456789abcdef;begin;7\x1b\\")
    END
"#;

#[test]
fn forged_events_do_not_make_a_run_pass() {
    let proctor = Proctor::start();
    let forged = |events: &str, end: &str| FORGED.replace("EVENTS", events).replace("END", end);
    let finished = r#"line(kind="session_finished", seq=1, at=0, exit_status=0)"#;
    let run = end_of(&proctor, &forged(finished, "os._exit(0)"));
    assert_eq!(run.run.outcome, Some(Outcome::Error), "a test was started and not reported");
    let log = proctor.api().log(run.run.id);
    assert!(log.contains("proctor;0123456789abcdef"), "what is no mark of this run stays: {log}");

    let run = end_of(&proctor, &forged(finished, "pass"));
    assert_end(&run, Outcome::Failed, "1 failed");

    let nonsense = r#"b"{\n[1]\n\xff\xfe\n" + line(kind="test_finished", index=-5, outcome="passed", duration_ms=1)
         + line(kind="test_started", index=2**63, nodeid="x") + line(kind="phase", index=0) + b"half a line""#;
    let run = end_of(&proctor, &forged(nonsense, "pass"));
    assert_eq!(run.run.progress.failed, 1, "{run:#?}");
}

#[test]
fn a_flood_of_forged_events_fills_neither_memory_nor_store() {
    let proctor = Proctor::start();
    let flood = r#"b"".join(line(kind="test_started", index=10**6 + n, nodeid="forged " * 20) for n in range(200_000))
         + b"x" * 50_000_000 + b"\n" + b"".join(line(kind="phase", index=1, phase="call", outcome="passed",
         duration_ms=1, sections=[["a", "b" * 1000]]) for n in range(20_000))"#;
    let before = proctor.worker().peak_memory();
    let run = end_of(&proctor, &FORGED.replace("EVENTS", flood).replace("END", "pass"));
    let grown = proctor.worker().peak_memory().saturating_sub(before);
    eprintln!("a flood of events took {} MiB", grown >> 20);
    assert!(grown < 64 << 20, "{} MiB", grown >> 20);
    assert_eq!(run.run.progress.failed, 1, "{run:#?}");
    let stored = proctor.api().tests_of(run.run.id).len();
    assert!(stored < 20_000, "{stored} tests");
    // The next run is as quick as ever.
    assert_end(&end_of(&proctor, "def test_one(): pass\n"), Outcome::Passed, "");
}

#[test]
fn a_signal_to_the_worker_is_no_signal_to_its_runs() {
    let proctor = Proctor::start();
    proctor.tests.write("test_willing.py", WILLING);
    let run = proctor.api().submit(7, "test_willing.py");
    proctor.tests.wait_until_said(run, "waits");
    let supervisor = proctor.supervisor();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGQUIT] {
        kill(supervisor.pid, signal);
    }
    proctor.api().cancel(run, "ben");
    assert_end(&proctor.api().wait_until_finished(run), Outcome::Cancelled, "cancelled by ben");
    wait_until("the supervisor is still there", || supervisor.is_alive());
}
