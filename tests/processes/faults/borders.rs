//! A worker that crashes at the borders of its transactions: just before a commit, or just after one. Nothing starts that
//! nobody knows of, nothing is recorded twice, and nothing is lost.

use proctor::wire::{Outcome, RunDetails, State};

use super::{SHORT, no_double};
use crate::harness::{LONG, Proctor, Settings, faults};

const ENVIRONMENTS: i64 = 5;
const RUNS: i64 = 60;

#[test]
fn a_worker_that_crashes_around_its_commits_leaves_neither_ghosts_nor_doubles() {
    for _ in 0..faults::rounds(1) {
        let points = "before-commit=2%return;after-commit=2%return".to_owned();
        let variables = vec![("FAILPOINTS", points)];
        let proctor = Proctor::with(Settings { variables, ..Settings::default() });
        proctor.tests.write("test_short.py", SHORT);
        let ask = |number| proctor.api().submit(1 + number % ENVIRONMENTS, "test_short.py");
        let runs: Vec<i64> = (0..RUNS).map(ask).collect();
        let ended = proctor.api().wait_until_all_finished(&runs, LONG * 4);
        ended.iter().for_each(check);
        let lost = ended.iter().filter(|run| run.run.outcome == Some(Outcome::Lost)).count();
        eprintln!("{lost} of {RUNS} were lost with their worker");
        no_double(&proctor);
    }
}

#[test]
fn runs_of_which_a_worker_does_not_hear_whether_it_has_taken_them_are_run() {
    for point in ["claim-not-heard", "claim-not-sent"] {
        let variables = vec![("FAILPOINTS", format!("{point}=2*return"))];
        let proctor = Proctor::with(Settings { variables, ..Settings::default() });
        proctor.tests.write("test_short.py", SHORT);
        for environment in 1..=3 {
            let run = proctor.api().submit(environment, "test_short.py");
            let ended = proctor.api().wait_until_finished(run);
            assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{point}: {ended:#?}");
            assert_eq!(ended.attempts.len(), 1, "{ended:#?}");
        }
        assert!(proctor.complaints().contains("it is not known whether these runs were taken"));
        no_double(&proctor);
    }
}

fn check(run: &RunDetails) {
    assert_eq!(run.run.state, State::Finished, "{run:#?}");
    assert_eq!(run.attempts.len(), 1, "{run:#?}");
    assert!(run.log.complete, "{run:#?}");
    match run.run.outcome {
        Some(Outcome::Passed) => assert_eq!(run.run.progress.passed, 1, "{run:#?}"),
        Some(Outcome::Lost) => {
            let reason = run.run.reason.as_deref().unwrap_or_default();
            assert!(reason.contains("worker"), "{run:#?}");
        }
        _ => panic!("{run:#?}"),
    }
}
