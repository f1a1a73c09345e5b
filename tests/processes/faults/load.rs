//! A Proctor on PostgreSQL under load, while something happens to its database.

use std::sync::atomic::{AtomicBool, Ordering};

use proctor::wire::{EnvironmentState, Outcome, State};
use serde_json::json;

use super::{SHORT, no_double};
use crate::harness::{LONG, Proctor, Settings, faults, wait_until};

const ENVIRONMENTS: i64 = 6;

/// Asks for runs all the time, strikes, and checks that everything that was answered is there and ends. Answers how many
/// runs ended as lost.
pub fn under_load(database: &str, lease: &str, strike: impl FnOnce(&Proctor)) -> usize {
    let settings = Settings {
        toml: lease.into(),
        variables: vec![("PROCTOR_DATABASE", database.into())],
        ..Settings::default()
    };
    let proctor = Proctor::with(settings);
    proctor.tests.write("test_short.py", SHORT);
    proctor.worker();
    let is_over = AtomicBool::new(false);
    let (runs, refused) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask_until(&proctor, &is_over));
        // Also when something of this fails.
        let over = Over(&is_over);
        let finished = "/api/v1/runs?state=finished&limit=200";
        wait_until("it is under load", || {
            proctor.api().items::<serde_json::Value>(finished).len() >= 10
        });
        strike(&proctor);
        wait_until_answered(&proctor);
        // Work goes on.
        let mut next = None;
        wait_until("a run is accepted", || {
            next = submit(&proctor, 7).ok();
            next.is_some()
        });
        let run = proctor.api().wait_until_finished(next.unwrap()).run;
        assert_eq!(run.outcome, Some(Outcome::Passed), "{run:#?}");
        drop(over);
        asking.join().unwrap()
    });
    eprintln!("{} accepted, {refused} refused with 503", runs.len());
    let (ended, mut lost) = (proctor.api().wait_until_all_finished(&runs, LONG * 2), 0);
    for run in &ended {
        assert_eq!(run.run.state, State::Finished);
        let outcome = run.run.outcome;
        if outcome == Some(Outcome::Lost) {
            // Where none may be lost, it has to be known why.
            eprintln!("{run:#?}\n{}", proctor.complaints());
            lost += 1;
        }
        assert!(
            matches!(outcome, Some(Outcome::Passed | Outcome::Lost)),
            "{run:#?}\n{}",
            proctor.complaints()
        );
    }
    eprintln!("{lost} ended as lost");
    // What was refused because the answer did not come in time may be there all the same, and is run.
    wait_until("nothing is left to run", || {
        let environment = proctor.api().environment(1);
        (environment.state, environment.queue.length) == (EnvironmentState::Free, 0)
    });
    no_double(&proctor);
    lost
}

/// Until the service answers again.
pub fn wait_until_answered(proctor: &Proctor) {
    wait_until("the service answers again", || {
        proctor.api().status_and_text("/api/v1/runs?limit=1").0 == 200
    });
    faults::note_free();
}

/// Nobody asks for anything any more when this is dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The numbers that were answered, and how many were refused.
fn ask_until(proctor: &Proctor, is_over: &AtomicBool) -> (Vec<i64>, usize) {
    let (mut accepted, mut refused) = (Vec::new(), 0);
    for number in 1.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        match submit(proctor, 1 + number % ENVIRONMENTS) {
            Ok(run) => accepted.push(run),
            Err(status) => {
                assert_eq!(status, 503);
                refused += 1;
            }
        }
        // No more than can be run meanwhile.
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    (accepted, refused)
}

/// The number of the run, or the status of the refusal.
pub fn submit(proctor: &Proctor, environment: i64) -> Result<i64, u16> {
    let body = json!({
        "requester": "ann", "environment": environment, "targets": ["test_short.py"],
        "options": {"start": "warm"},
    });
    proctor.api().try_submit(body).map_err(|(status, _)| status)
}
