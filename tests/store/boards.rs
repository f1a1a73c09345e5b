//! What the results of test cases add up to, and what became of them over runs.

use proctor::actions;
use proctor::domain::history::TestResult;
use proctor::domain::verdict::Verdict;
use proctor::domain::{Millis, NewRun, Outcome, RunId, TestOutcome, TestReport};
use proctor::store::boards::{self, Tally, Tops};
use proctor::store::history::{self, PastFilter};
use proctor::store::runs;

use crate::world::{START, World, asked, batch_of, on_both, test_case};

use TestOutcome::{Failed, Passed, Skipped};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A test case with its own name; its file's bytes have the number `file`.
fn result(number: i64, name: &str, outcome: TestOutcome, file: i64) -> TestReport {
    TestReport {
        nodeid: format!("a.py::{name}"),
        file_key: Some(file),
        duration_ms: Some(f64::from(u32::try_from(number + 1).unwrap()) * 10.0),
        ..test_case(number, outcome)
    }
}

async fn run(world: &World, asked: &NewRun, tests: Vec<TestReport>) -> RunId {
    let worker = world.worker("one").await;
    let id = world.submit_run(asked).await;
    let lease = world.claim(worker).await.unwrap().lease;
    let verdict = Verdict { outcome: Outcome::Failed, reason: None };
    actions::finish(&world.ctx, lease, &batch_of(tests), &verdict, None).await.unwrap();
    id
}

async fn tops(world: &World, days: u32) -> Tops {
    let since = boards::first_day(days, world.ctx.clock.now());
    boards::tops(&world.ctx.db, since, 10, 10).await.unwrap()
}

fn names(tallies: &[Tally]) -> Vec<&str> {
    tallies.iter().map(|tally| &tally.nodeid[6..]).collect()
}

#[test]
fn results_add_up_by_day() {
    on_both(async |world| {
        let both = |first, second| vec![result(0, "one", first, 1), result(1, "two", second, 1)];
        run(&world, &asked(7), both(Failed, Passed)).await;
        world.ctx.clock.advance(DAY_MS);
        run(&world, &asked(7), both(Failed, Passed)).await;
        let last = run(&world, &asked(8), both(Passed, Failed)).await;
        let mut more = both(Skipped, Passed);
        more.push(result(2, "good", Passed, 1));
        run(&world, &asked(8), more).await;

        let Tops { failing, slowest, mixed } = tops(&world, 2).await;
        assert_eq!(names(&failing), ["one", "two"]);
        let one = &failing[0];
        assert_eq!((one.good, one.bad, one.last_run), (1, 2, last));
        assert_eq!((one.mean_ms, one.longest_ms), (Some(10.0), 10.0));
        assert_eq!(names(&slowest), ["good", "two", "one"]);
        // Both have one of the rarer kind.
        assert_eq!(mixed.len(), 2, "{mixed:?}");
        let today = tops(&world, 1).await.failing;
        assert!(today.iter().all(|tally| tally.bad == 1) && today.len() == 2, "{today:?}");
        world.ctx.clock.advance(2 * DAY_MS);
        assert_eq!(tops(&world, 2).await, Tops::default());
        actions::prune(&world.ctx).await.unwrap();
        assert_eq!(tops(&world, 366).await.failing.len(), 2);
        world.ctx.clock.advance(366 * DAY_MS);
        actions::prune(&world.ctx).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM test_days").await, 0);
    });
}

#[test]
fn the_past_of_many_test_cases_is_of_finished_runs_up_to_one() {
    on_both(async |world| {
        let first = run(&world, &asked(7), vec![result(0, "one", Passed, -1)]).await;
        let worker = world.worker("two").await;
        let going_on = world.submit(7).await;
        let lease = world.claim(worker).await.unwrap().lease;
        let tests = vec![result(0, "one", Failed, 2), result(1, "two", Failed, 2)];
        actions::record(&world.ctx, lease, &batch_of(tests)).await.unwrap();
        let later = run(&world, &asked(8), vec![result(0, "one", Passed, 2)]).await;

        let wanted = ["a.py::one", "a.py::two", "a.py::none"].map(str::to_owned);
        let past = async |filter| history::past(&world.ctx.db, &wanted, filter).await.unwrap();
        let of = |found: &[TestResult]| {
            found.iter().map(|result| (result.run, result.outcome)).collect::<Vec<_>>()
        };
        let found = past(PastFilter { until: Some(going_on), since: None }).await;
        assert_eq!(of(&found["a.py::one"]), [(going_on, Failed), (first, Passed)]);
        assert_eq!(found["a.py::one"][1].sha256.as_deref(), Some("ffffffffffffffff"));
        assert_eq!(of(&found["a.py::two"]), [(going_on, Failed)]);
        assert_eq!(found.len(), 2);
        let found = past(PastFilter::default()).await;
        assert_eq!(of(&found["a.py::one"]), [(later, Passed), (first, Passed)]);
        let since = Some(Millis(START.0 + 1));
        assert!(past(PastFilter { until: None, since }).await.is_empty());
    });
}

#[test]
fn a_chain_of_reruns_is_found_from_any_of_its_runs() {
    on_both(async |world| {
        let again = |of: RunId| NewRun { rerun_of: Some(of.0), ..asked(7) };
        let both = vec![result(0, "one", Failed, 1), result(1, "two", Failed, 1)];
        run(&world, &asked(7), vec![result(0, "one", Failed, 1)]).await;
        let first = run(&world, &asked(7), both).await;
        let second = run(&world, &again(first), vec![result(0, "two", Passed, 1)]).await;
        let other = run(&world, &again(first), vec![result(0, "three", Failed, 1)]).await;
        let third = run(&world, &again(second), vec![result(0, "two", Failed, 1)]).await;
        let chain = [first, second, other, third];
        for id in chain {
            assert_eq!(runs::chain(&world.ctx.db, id).await.unwrap(), chain);
        }
        let became = history::failures_of_first(&world.ctx.db, &chain).await.unwrap();
        let named = |run, name: &str, outcome| (run, format!("a.py::{name}"), outcome);
        let expected = [
            named(first, "one", Failed),
            named(first, "two", Failed),
            named(second, "two", Passed),
            named(third, "two", Failed),
        ];
        assert_eq!(became, expected);
    });
}
