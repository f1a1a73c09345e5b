//! Processes that are stopped and come back when others have taken their place.

use nix::sys::signal::Signal;
use proctor::wire::{Outcome, State};

use super::{gated_run, let_pass, no_double, run_with_daemons, write_tests};
use crate::harness::{
    Proctor, Settings, kill, stop_between_writes, stop_while_writing, wait_until,
};

/// Short enough for a test, long enough for a busy machine.
const LEASE: &str = "[lease]\nlease_ms = 4000\nrenew_ms = 500\nkill_ms = 2500\n";

/// So many tests that the worker is writing most of the time.
const MANY: &str = "
import pytest, time
from tools import claim

held = claim()

@pytest.mark.parametrize('number', range(100_000))
def test_one_of_many(number):
    time.sleep(0.001)
";

/// `serve` and a worker started by hand: one that `serve` keeps would be killed when it is stopped for too long.
fn proctor_with_a_worker() -> (Proctor, std::process::Child) {
    let settings = Settings { workers: 0, toml: LEASE.to_owned(), ..Settings::default() };
    let proctor = Proctor::with(settings);
    write_tests(&proctor);
    let worker = proctor.start_worker();
    proctor.worker();
    wait_until("its supervisor is there", || !proctor.supervisors().is_empty());
    (proctor, worker)
}

#[test]
fn a_worker_stopped_beyond_its_lease_has_nothing_running_when_the_next_run_starts() {
    let (proctor, mut worker) = proctor_with_a_worker();
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    let stopped = proctor.worker();
    stop_between_writes(&stopped);
    let mut other = proctor.start_worker();

    proctor.tests.wait_until_said(next, "start");
    no_double(&proctor);
    assert!(proctor.processes_of(lost).is_empty());
    let before = proctor.api().run(lost);
    assert_eq!(before.run.outcome, Some(Outcome::Lost), "{before:#?}");
    let log_before = proctor.api().log(lost);

    // What it comes back with is refused, and it works on as if nothing had been.
    kill(stopped.pid, Signal::SIGCONT);
    let_pass(&proctor, next);
    other.kill().unwrap();
    other.wait().unwrap();
    let_pass(&proctor, gated_run(&proctor, 7));
    let mut after = proctor.api().run(lost);
    let refused = std::mem::take(&mut after.refused);
    assert!(!refused.is_empty(), "what it came back with is kept as evidence");
    assert_eq!(after, before);
    assert_eq!(proctor.api().log(lost), log_before);
    no_double(&proctor);
    assert!(stopped.is_alive());
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn a_worker_back_before_its_lease_has_run_out_says_why_its_run_was_ended() {
    let (proctor, mut worker) = proctor_with_a_worker();
    let lost = gated_run(&proctor, 7);
    let stopped = proctor.worker();
    stop_between_writes(&stopped);
    wait_until("its supervisor ends the run", || proctor.processes_of(lost).is_empty());
    assert_eq!(proctor.api().run(lost).run.state, State::Running);
    kill(stopped.pid, Signal::SIGCONT);

    let lost = proctor.api().wait_until_finished(lost).run;
    assert_eq!(lost.outcome, Some(Outcome::Lost));
    assert!(
        lost.reason.as_ref().is_some_and(|reason| reason.contains("out of touch")),
        "{lost:#?}"
    );
    let_pass(&proctor, gated_run(&proctor, 7));
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn a_run_whose_start_was_delayed_beyond_its_lease_never_starts() {
    let (proctor, mut worker) = proctor_with_a_worker();
    let (stopped, supervisor) = (proctor.worker(), proctor.supervisor().pid);
    // The worker claims the run and asks for its processes, and nobody listens.
    kill(supervisor, Signal::SIGSTOP);
    let lost = proctor.api().submit(7, "test_gated.py");
    proctor.api().wait_until_running(lost);
    stop_between_writes(&stopped);
    let next = proctor.api().submit(7, "test_gated.py");
    let mut other = proctor.start_worker();
    proctor.tests.wait_until_said(next, "start");

    kill(supervisor, Signal::SIGCONT);
    kill(stopped.pid, Signal::SIGCONT);
    let_pass(&proctor, next);
    let_pass(&proctor, gated_run(&proctor, 7));
    let said = proctor.tests.said();
    assert!(said.iter().all(|one| one.run != lost), "{said:#?}");
    assert_eq!(proctor.api().run(lost).run.outcome, Some(Outcome::Lost));
    for worker in [&mut worker, &mut other] {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
}

#[test]
fn a_lost_run_that_begins_again_where_it_was_lost_is_not_disturbed_by_its_first_attempt() {
    let (proctor, mut worker) = proctor_with_a_worker();
    let again = proctor.api().submit_json(serde_json::json!({
        "requester": "ann", "environment": 7, "targets": ["test_gated.py"], "options": {"retry_lost": 1},
    }));
    proctor.tests.wait_until_said(again, "start");
    let stopped = proctor.worker();
    stop_between_writes(&stopped);
    proctor.api().wait_for_run(again, "queued again", |run| run.state == State::Queued);
    // The same worker takes it again, while it still has to learn that the first attempt is over.
    kill(stopped.pid, Signal::SIGCONT);
    proctor.api().wait_for_run(again, "the second attempt", |run| run.state == State::Running);
    let_pass(&proctor, again);
    let run = proctor.api().run(again);
    let outcomes: Vec<_> = run.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Lost), Some(Outcome::Passed)]);
    no_double(&proctor);
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn a_worker_stopped_in_the_middle_of_a_write_is_killed_so_that_others_can_write() {
    let proctor = Proctor::with(Settings { toml: LEASE.to_owned(), ..Settings::default() });
    write_tests(&proctor);
    proctor.tests.write("test_many.py", MANY);
    let lost = proctor.api().submit(7, "test_many.py");
    let next = proctor.api().submit(7, "test_gated.py");
    proctor.tests.wait_until_said(lost, "start");
    let stopped = proctor.worker();
    stop_while_writing(&stopped);

    proctor.tests.wait_until_said(next, "start");
    assert!(!stopped.is_alive());
    assert!(proctor.processes_of(lost).is_empty());
    assert_eq!(proctor.api().run(lost).run.outcome, Some(Outcome::Lost));
    let_pass(&proctor, next);
    no_double(&proctor);
}

#[test]
fn a_stopped_supervisor_is_replaced() {
    let (proctor, mut worker) = proctor_with_a_worker();
    let ended = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(proctor.supervisor().pid, Signal::SIGSTOP);
    proctor.tests.wait_until_said(next, "start");
    assert!(proctor.processes_of(ended).is_empty());
    let ended = proctor.api().run(ended).run;
    assert_eq!(ended.outcome, Some(Outcome::Error));
    assert!(ended.reason.as_ref().is_some_and(|why| why.contains("supervisor")), "{ended:#?}");
    let_pass(&proctor, next);
    no_double(&proctor);
    worker.kill().unwrap();
    worker.wait().unwrap();
}

#[test]
fn a_stopped_supervisor_does_not_keep_the_environments_of_a_killed_worker() {
    let proctor = Proctor::start();
    write_tests(&proctor);
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(proctor.supervisor().pid, Signal::SIGSTOP);
    kill(proctor.worker().pid, Signal::SIGKILL);
    proctor.tests.wait_until_said(next, "start");
    assert_eq!(proctor.api().run(lost).run.outcome, Some(Outcome::Lost));
    let_pass(&proctor, next);
    no_double(&proctor);
}
