//! What goes wrong around a Proctor: its disk is full, its database damaged, restarted or failed over, the clock jumps,
//! readers are slow or vanish, a worker of an older version is still at work. `kills` has what goes wrong in it.

#[cfg(feature = "failpoints")]
mod borders;
mod clock;
mod disk;
mod failover;
mod readers;
mod upgrade;

use crate::harness::Proctor;
use proctor::wire::Outcome;

/// Claims its environment until the gate with the number of its run is open.
const GATED: &str = "
from tools import RUN, claim, wait_for

def test_waits():
    held = claim()
    print('it has begun')
    wait_for(RUN)
";

/// Claims its environment for a moment.
const SHORT: &str = "
import time
from tools import claim

def test_short():
    held = claim()
    time.sleep(0.05)
";

fn gated_run(proctor: &Proctor, environment: i64) -> i64 {
    let run = proctor.api().submit(environment, "test_gated.py");
    proctor.tests.wait_until_said(run, "start");
    run
}

#[track_caller]
fn let_pass(proctor: &Proctor, run: i64) {
    proctor.tests.open(&run.to_string());
    let run = proctor.api().wait_until_finished(run).run;
    assert_eq!(run.outcome, Some(Outcome::Passed), "{run:#?}");
}

#[track_caller]
fn no_double(proctor: &Proctor) {
    let said = proctor.tests.said();
    assert!(said.iter().all(|one| one.words != "double"), "two in one environment: {said:#?}");
}
