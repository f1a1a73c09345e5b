//! What is left when a process is killed or stopped: nothing of the run in its environment, and every run with its true
//! end. Environments are claimed by the tests themselves with a lock that lasts as long as any process of theirs, so a
//! run that starts too early says "double".

mod one_at_a_time;
mod rounds;
mod rungs;
mod stopped;

use proctor::wire::Outcome;

use crate::gated::{GATED, gated_run, let_pass, no_double};
use crate::harness::{Process, Proctor, faults, wait_until};

/// As [`GATED`], with daemons that have left its session, ignore every signal they can, and hold the claim too.
const DAEMONS: &str = "
import os, signal, time
from tools import RUN, claim, say, wait_for

def daemon():
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    say('daemon')
    while True:
        time.sleep(1)

def test_leaves_daemons():
    held = claim()
    for _ in range(3):
        if os.fork() == 0:
            daemon()
    wait_for(RUN)
";

fn write_tests(proctor: &Proctor) {
    proctor.tests.write("test_gated.py", GATED);
    proctor.tests.write("test_daemons.py", DAEMONS);
}

/// Starts a run with daemons and waits until they are all there.
fn run_with_daemons(proctor: &Proctor, environment: i64) -> i64 {
    let run = proctor.api().submit(environment, "test_daemons.py");
    wait_until("three daemons are there", || {
        let said = proctor.tests.said();
        said.iter().filter(|one| one.run == run && one.words == "daemon").count() == 3
    });
    run
}

/// Waits for the end of a run and checks that nothing of it is left when it is told.
#[track_caller]
fn end_without_remains(proctor: &Proctor, run: i64) -> (Outcome, String) {
    let run = proctor.api().wait_until_finished(run).run;
    faults::note_free();
    let left = proctor.processes_of(run.id);
    assert!(left.is_empty(), "run {} has ended and there are {left:#?}", run.id);
    (run.outcome.unwrap(), run.reason.unwrap_or_default())
}

/// The first process of a run's tree, which is the child of a supervisor.
fn init_of(proctor: &Proctor, run: i64) -> Process {
    let supervisors = proctor.supervisors();
    let runner = runner_of(proctor, run);
    crate::harness::processes()
        .into_iter()
        .find(|one| one.pid == runner.parent && supervisors.iter().any(|s| s.pid == one.parent))
        .expect("the runner is the child of an init of a supervisor")
}

/// The process that executes pytest.
fn runner_of(proctor: &Proctor, run: i64) -> Process {
    let processes = proctor.processes_of(run);
    let pids: Vec<_> = processes.iter().map(|one| one.pid).collect();
    processes.into_iter().find(|one| !pids.contains(&one.parent)).expect("the run has processes")
}
