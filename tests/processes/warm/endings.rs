//! kill -9 of a zygote.

use nix::sys::signal::Signal;
use proctor::wire::Outcome;
use serde_json::Value;

use super::{GATED, assert_warm, run, submit, zygote, zygotes};
use crate::harness::{Proctor, kill, wait_until};

#[test]
fn runs_outlive_the_interpreter_that_forked_them_and_another_one_comes() {
    let proctor = Proctor::start();
    proctor.tests.write("test_gated.py", GATED);
    let going_on = submit(&proctor, "warm", "test_gated.py", Value::Null);
    proctor.tests.wait_until_said(going_on, "start");
    let killed = zygote(&proctor);
    kill(killed.pid, Signal::SIGKILL);
    proctor.tests.open(&going_on.to_string());
    let ended = proctor.api().wait_until_finished(going_on).run;
    assert_eq!(ended.outcome, Some(Outcome::Passed), "{ended:#?}");
    assert_warm(&ended);

    run(&proctor, "auto", Value::Null);
    assert_warm(&run(&proctor, "warm", Value::Null));
    assert_ne!(zygote(&proctor).pid, killed.pid);
}

#[test]
fn runs_asked_for_while_zygotes_are_killed_pass() {
    let proctor = Proctor::start();
    proctor.tests.write("test_passes.py", "def test_passes(): pass\n");
    for _ in 0..20 {
        let wanted = submit(&proctor, "auto", "test_passes.py", Value::Null);
        for zygote in zygotes(&proctor) {
            kill(zygote.pid, Signal::SIGKILL);
        }
        let ended = proctor.api().wait_until_finished(wanted).run;
        assert_eq!(ended.outcome, Some(Outcome::Passed), "{ended:#?}");
    }
}

#[test]
fn a_stopped_zygote_keeps_no_run_waiting() {
    let proctor = Proctor::start();
    run(&proctor, "warm", Value::Null);
    kill(zygote(&proctor).pid, Signal::SIGSTOP);
    let ended = run(&proctor, "auto", Value::Null);
    super::assert_cold(&ended, "did not answer in time");
    assert_warm(&run(&proctor, "warm", Value::Null));
}

#[test]
fn zygotes_end_with_their_worker() {
    let proctor = Proctor::start();
    run(&proctor, "warm", Value::Null);
    let zygote = zygote(&proctor);
    kill(proctor.worker().pid, Signal::SIGKILL);
    wait_until("its zygote has gone", || !zygote.is_alive());
}
