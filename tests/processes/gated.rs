//! Runs that hold their environment until the test lets them go, and say so when another one is there.

use proctor::wire::Outcome;

use crate::harness::Proctor;

/// Claims its environment until the gate with the number of its run is open.
pub const GATED: &str = "
from tools import RUN, claim, wait_for

def test_waits():
    held = claim()
    print('it has begun')
    wait_for(RUN)
";

pub fn gated_run(proctor: &Proctor, environment: i64) -> i64 {
    let run = proctor.api().submit(environment, "test_gated.py");
    proctor.tests.wait_until_said(run, "start");
    run
}

/// Lets a run that waits end, and checks that it passes.
#[track_caller]
pub fn let_pass(proctor: &Proctor, run: i64) {
    proctor.tests.open(&run.to_string());
    let run = proctor.api().wait_until_finished(run).run;
    assert_eq!(run.outcome, Some(Outcome::Passed), "{run:#?}");
}

#[track_caller]
pub fn no_double(proctor: &Proctor) {
    let said = proctor.tests.said();
    let double: Vec<_> = said.iter().filter(|one| one.words == "double").collect();
    assert!(double.is_empty(), "two runs in one environment: {double:#?}");
}
