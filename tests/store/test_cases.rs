//! Lists of a run's test cases, and the cases that a file has.

use proctor::actions;
use proctor::domain::{RunId, TestOutcome, TestReport};
use proctor::store::cases::{self, CaseList, CaseState};
use proctor::store::tests::{self, TestFilter};

use crate::world::{World, batch_of, on_both, test_case};

const OUTCOMES: [TestOutcome; 4] =
    [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Passed, TestOutcome::Skipped];

#[test]
fn every_filter_and_page_shows_what_it_should() {
    on_both(async |world| {
        let (run, all) = world.run_with_tests().await;
        let outcomes = [
            vec![],
            vec![TestOutcome::Failed],
            vec![TestOutcome::Failed, TestOutcome::Skipped],
            vec![TestOutcome::Lost],
        ];
        let parts = [None, Some("test_1"), Some("[ü-1]"), Some("%"), Some("TEST"), Some("nothing")];
        for outcomes in outcomes {
            for part in parts {
                let filter = TestFilter { outcomes: outcomes.clone(), q: part.map(Into::into) };
                let matches = |test: &&TestReport| {
                    (outcomes.is_empty() || outcomes.contains(&test.outcome))
                        && part.is_none_or(|part| test.nodeid.contains(part))
                };
                let expected: Vec<_> = all.iter().filter(matches).cloned().collect();
                for limit in [1, 7, 1000] {
                    assert_eq!(world.walk(run, &filter, limit).await, expected, "{filter:?}");
                }
            }
        }
    });
}

#[test]
fn test_cases_are_found_by_number_and_the_failed_by_name() {
    on_both(async |world| {
        let (run, all) = world.run_with_tests().await;
        let found = tests::find_many(&world.ctx.db, run, &[5, 2, 999]).await.unwrap();
        assert_eq!(found, [all[2].clone(), all[5].clone()]);
        assert_eq!(tests::find_many(&world.ctx.db, run, &[]).await.unwrap(), []);
        assert_eq!(tests::find_many(&world.ctx.db, RunId(99), &[5]).await.unwrap(), []);
        let failed = all.iter().filter(|test| test.outcome == TestOutcome::Failed);
        let failed: Vec<_> = failed.map(|test| test.nodeid.clone()).collect();
        assert_eq!(tests::failed_nodeids(&world.ctx.db, run).await.unwrap(), failed);
    });
}

#[test]
fn the_cases_of_a_file_are_wanted_once_and_then_known() {
    on_both(async |world| {
        let ctx = &world.ctx;
        assert_eq!(cases::find(&ctx.db, "a.py", "v1").await.unwrap(), None);
        for (path, key) in [("a.py", "v1"), ("b.py", "v1"), ("a.py", "v1"), ("a.py", "v2")] {
            actions::want_cases(ctx, (path, key), None).await.unwrap();
            ctx.clock.advance(1);
        }
        let wanted = cases::wanted(&ctx.db, 10).await.unwrap();
        let names: Vec<_> =
            wanted.iter().map(|list| (list.path.as_str(), list.content_key.as_str())).collect();
        assert_eq!(names, [("a.py", "v1"), ("b.py", "v1"), ("a.py", "v2")]);
        assert_eq!(cases::wanted(&ctx.db, 1).await.unwrap(), wanted[..1]);
        let known = CaseList {
            state: CaseState::Known,
            items: r#"[{"nodeid":"a.py::test_ü","line":3}]"#.into(),
            error: Some("1 error".into()),
            ..wanted[0].clone()
        };
        actions::answer_cases(ctx, &known).await.unwrap();
        assert_eq!(cases::find(&ctx.db, "a.py", "v1").await.unwrap(), Some(known.clone()));
        assert_eq!(cases::wanted(&ctx.db, 10).await.unwrap(), wanted[1..]);
        actions::want_cases(ctx, ("a.py", "v1"), None).await.unwrap();
        assert_eq!(cases::find(&ctx.db, "a.py", "v1").await.unwrap(), Some(known));
    });
}

impl World {
    async fn run_with_tests(&self) -> (RunId, Vec<TestReport>) {
        let worker = self.worker("one").await;
        let run = self.submit(3).await;
        let lease = self.claim(worker).await.unwrap().lease;
        let tests = (0..25).zip(OUTCOMES.iter().cycle()).map(|(number, outcome)| TestReport {
            nodeid: format!("odd/test_ids.py::test_{number}[ü-{}%]", number % 3),
            ..test_case(number, *outcome)
        });
        let tests: Vec<_> = tests.collect();
        actions::record(&self.ctx, lease, &batch_of(tests.clone())).await.unwrap();
        (run, tests)
    }

    /// Every page, one after the other.
    async fn walk(&self, run: RunId, filter: &TestFilter, limit: u32) -> Vec<TestReport> {
        let mut all: Vec<TestReport> = Vec::new();
        loop {
            let after = all.last().map(|test| test.number);
            let page = tests::list(&self.ctx.db, run, filter, after, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }
}
