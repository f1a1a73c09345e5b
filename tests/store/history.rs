//! Results of one test case over many runs.

use proctor::domain::{EnvironmentId, RunId, TestOutcome, TestReport};
use proctor::store::history::{HistoryFilter, results};
use proctor::store::{runs, tests};

use crate::seed;
use crate::world::{on_both, test_case};

/// More than are looked through for those of one environment.
const RUNS: i64 = 1300;
const NODEID: &str = "area_1/test_014.py::test_reply";

#[test]
fn the_results_of_one_environment_are_found_among_many_others() {
    on_both(async |world| {
        let db = &world.ctx.db;
        seed::seed(db, RUNS).await.unwrap();
        let tx = db.begin().await.unwrap();
        for number in 1..=RUNS {
            let again = TestReport { nodeid: NODEID.into(), ..test_case(0, TestOutcome::Failed) };
            let other = test_case(1, TestOutcome::Passed);
            let last = TestReport { nodeid: NODEID.into(), ..test_case(2, TestOutcome::Passed) };
            let run = RunId(number);
            tests::put(&tx, &[(run, &again), (run, &other), (run, &last)]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let all: Vec<_> = (1..=RUNS).rev().map(RunId).collect();
        let mut all = runs::find_many(db, &all).await.unwrap();
        all.sort_by_key(|run| std::cmp::Reverse(run.id));
        for environment in [1, 7, 60, 99] {
            for before in [None, Some(RunId(900)), Some(RunId(1))] {
                let environment = EnvironmentId(environment);
                let filter = HistoryFilter { environment: Some(environment), before };
                let found = results(db, NODEID, &filter, 25).await.unwrap();
                let found: Vec<_> = found.iter().map(|one| (one.run, one.outcome)).collect();
                let fitting = all.iter().filter(|run| {
                    run.environment == environment && before.is_none_or(|before| run.id < before)
                });
                let twice = |id| [(id, TestOutcome::Passed), (id, TestOutcome::Failed)];
                let expected: Vec<_> = fitting.flat_map(|run| twice(run.id)).take(25).collect();
                assert_eq!(found, expected, "environment {environment:?} before {before:?}");
            }
        }
    });
}
