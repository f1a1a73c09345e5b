//! Runs as forks of a warm interpreter: when they are, why they are not, and what becomes of them when it dies.

mod endings;
mod reasons;

use proctor::wire::{Outcome, Run};
use serde_json::{Value, json};

use crate::harness::{Process, Proctor, processes, wait_until};

/// Waits until the gate with the number of its run is open.
const GATED: &str = "
from tools import RUN, claim, wait_for

def test_waits():
    held = claim()
    wait_for(RUN)
";

fn submit(proctor: &Proctor, start: &str, target: &str, more: Value) -> i64 {
    let mut body = json!({
        "requester": "ann", "environment": 7, "targets": [target], "options": {"start": start},
    });
    let more = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().unwrap().extend(more);
    proctor.api().submit_json(body)
}

/// Runs a file that passes.
#[track_caller]
fn run(proctor: &Proctor, start: &str, more: Value) -> Run {
    proctor.tests.write("test_passes.py", "def test_passes(): pass\n");
    let run = submit(proctor, start, "test_passes.py", more);
    let run = proctor.api().wait_until_finished(run).run;
    assert_eq!(run.outcome, Some(Outcome::Passed), "{run:#?}");
    run
}

#[track_caller]
fn assert_warm(run: &Run) {
    assert_eq!(run.start_mode.as_deref(), Some("warm"), "{run:#?}");
    assert_eq!(run.start_mode_reason, None);
}

#[track_caller]
fn assert_cold(run: &Run, reason: &str) {
    assert_eq!(run.start_mode.as_deref(), Some("cold"), "{run:#?}");
    let shown = run.start_mode_reason.as_deref().unwrap_or_default();
    assert!(shown.contains(reason), "{shown}");
}

fn zygotes(proctor: &Proctor) -> Vec<Process> {
    let supervisors = proctor.supervisors();
    let is_one = |process: &Process| {
        process.arguments.last().is_some_and(|word| word == "zygote")
            && supervisors.iter().any(|one| one.pid == process.parent)
    };
    processes().into_iter().filter(is_one).collect()
}

/// The one zygote, once it is there.
fn zygote(proctor: &Proctor) -> Process {
    wait_until("a zygote is there", || zygotes(proctor).len() == 1);
    zygotes(proctor).remove(0)
}
