//! kill -9 of each process of a Proctor, one at a time.

use std::time::Instant;

use nix::sys::signal::Signal;
use proctor::wire::{EnvironmentState, Outcome, State};

use super::{
    end_without_remains, gated_run, init_of, let_pass, no_double, run_with_daemons, runner_of,
    write_tests,
};
use crate::harness::{Proctor, kill, wait_until};

fn proctor() -> Proctor {
    let proctor = Proctor::start();
    write_tests(&proctor);
    proctor
}

#[test]
fn a_killed_worker_takes_its_runs_along_before_others_start_there() {
    let proctor = proctor();
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    let killed = Instant::now();
    kill(proctor.worker().pid, Signal::SIGKILL);

    let (outcome, reason) = end_without_remains(&proctor, lost);
    eprintln!("worker killed: its run is lost after {} ms", killed.elapsed().as_millis());
    assert_eq!((outcome, reason.as_str()), (Outcome::Lost, "its worker process was killed"));
    proctor.tests.wait_until_said(next, "start");
    eprintln!("worker killed: the next run prints after {} ms", killed.elapsed().as_millis());
    let_pass(&proctor, next);
    no_double(&proctor);
    wait_until("the supervisor of the killed worker has left", || proctor.supervisors().len() == 1);
}

#[test]
fn a_killed_supervisor_ends_its_runs_and_the_worker_goes_on_with_another() {
    let proctor = proctor();
    let worker = proctor.worker();
    let ended = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(proctor.supervisor().pid, Signal::SIGKILL);

    let (outcome, reason) = end_without_remains(&proctor, ended);
    assert_eq!(outcome, Outcome::Error);
    assert!(reason.contains("supervisor"), "{reason}");
    let_pass(&proctor, next);
    no_double(&proctor);
    assert!(worker.is_alive());
}

#[test]
fn runs_asked_for_while_the_supervisor_is_killed_are_run() {
    let proctor = proctor();
    for round in 0..5 {
        let_pass(&proctor, gated_run(&proctor, 10));
        // The worker learns of the death and starts the run at about the same time.
        let run = std::thread::scope(|scope| {
            let supervisor = proctor.supervisor().pid;
            scope.spawn(move || kill(supervisor, Signal::SIGKILL));
            proctor.api().submit(round + 1, "test_gated.py")
        });
        proctor.tests.open(&run.to_string());
        let run = proctor.api().wait_until_finished(run).run;
        let reason = run.reason.unwrap_or_default();
        let killed_with_it = run.outcome == Some(Outcome::Error) && reason.contains("supervisor");
        assert!(run.outcome == Some(Outcome::Passed) || killed_with_it, "{reason}");
    }
}

#[test]
fn a_worker_and_its_supervisor_killed_together_leave_nothing() {
    let proctor = proctor();
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    let supervisor = proctor.supervisor().pid;
    kill(proctor.worker().pid, Signal::SIGKILL);
    kill(supervisor, Signal::SIGKILL);

    assert_eq!(end_without_remains(&proctor, lost).0, Outcome::Lost);
    let_pass(&proctor, next);
    no_double(&proctor);
}

#[test]
fn a_killed_init_ends_its_run_and_no_other() {
    let proctor = proctor();
    let other = gated_run(&proctor, 8);
    let ended = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(init_of(&proctor, ended).pid, Signal::SIGKILL);

    let (outcome, reason) = end_without_remains(&proctor, ended);
    assert_eq!(outcome, Outcome::Error);
    assert!(reason.contains("killed from outside"), "{reason}");
    let_pass(&proctor, next);
    let_pass(&proctor, other);
    no_double(&proctor);
}

#[test]
fn a_killed_pytest_is_named_with_its_test_and_disturbs_no_other_run() {
    let proctor = proctor();
    let other = gated_run(&proctor, 8);
    let ended = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    kill(runner_of(&proctor, ended).pid, Signal::SIGKILL);

    let (outcome, reason) = end_without_remains(&proctor, ended);
    assert_eq!(outcome, Outcome::Error);
    let expected = "killed by SIGKILL while test_daemons.py::test_leaves_daemons was running";
    assert_eq!(reason, expected);
    let_pass(&proctor, next);
    let_pass(&proctor, other);
    no_double(&proctor);
}

#[test]
fn everything_killed_is_found_and_freed_by_the_next_serve() {
    let mut proctor = proctor();
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    let (worker, supervisor) = (proctor.worker().pid, proctor.supervisor().pid);
    proctor.kill_serve();
    kill(worker, Signal::SIGKILL);
    kill(supervisor, Signal::SIGKILL);
    proctor.serve();

    assert_eq!(end_without_remains(&proctor, lost).0, Outcome::Lost);
    let_pass(&proctor, next);
    no_double(&proctor);
}

#[test]
fn without_a_serve_the_next_worker_frees_what_a_killed_one_left() {
    let mut proctor = proctor();
    let lost = run_with_daemons(&proctor, 7);
    let next = proctor.api().submit(7, "test_gated.py");
    let worker = proctor.worker().pid;
    proctor.kill_serve();
    kill(worker, Signal::SIGKILL);
    let mut another = proctor.start_worker();
    proctor.tests.wait_until_said(next, "start");
    assert!(proctor.processes_of(lost).is_empty());
    no_double(&proctor);

    proctor.serve();
    assert_eq!(proctor.api().run(lost).run.outcome, Some(Outcome::Lost));
    assert_eq!(proctor.workers().len(), 1, "serve takes the worker that is there");
    let_pass(&proctor, next);
    another.kill().unwrap();
    another.wait().unwrap();
}

#[test]
fn a_lost_run_that_may_be_repeated_keeps_its_place_and_starts_again() {
    let proctor = proctor();
    let again = proctor.api().submit_json(serde_json::json!({
        "requester": "ann", "environment": 7, "targets": ["test_gated.py"], "options": {"retry_lost": 1},
    }));
    proctor.tests.wait_until_said(again, "start");
    let behind = proctor.api().submit(7, "test_gated.py");
    kill(proctor.worker().pid, Signal::SIGKILL);
    let second = proctor.api().wait_for_run(again, "the second attempt is running", |run| {
        run.attempt == 2 && run.state == State::Running
    });
    assert_eq!(second.attempts[0].outcome, Some(Outcome::Lost));
    assert_eq!(proctor.api().run(behind).run.state, State::Queued);
    let_pass(&proctor, again);
    let_pass(&proctor, behind);
    no_double(&proctor);
    assert_eq!(proctor.api().environment(7).state, EnvironmentState::Free);
    let log = proctor.api().log(again);
    assert_eq!(log.matches("it has begun").count(), 1, "the log is that of the last attempt");
}
