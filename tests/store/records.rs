//! What a worker tells of a running run, and how runs end.

use proctor::actions::{self, Batch, CancelError};
use proctor::domain::leak::{LeakLine, LeakReport, LeakSite, LeakVerdict};
use proctor::domain::run::{Cancel, StartMode, Status, Usage};
use proctor::domain::verdict::Verdict;
use proctor::domain::{
    EnvironmentId, Event, LogSize, MemoryUse, Outcome, PhaseReport, Progress, RunId, Section,
    TestOutcome, TestReport,
};
use proctor::live::Hint;
use proctor::store::events::Cursor;
use proctor::store::run_states::StartedAs;
use proctor::store::runs;
use proctor::store::{environments, leaks, tests};

use crate::world::{START, World, batch_of, on_both, test_case};

#[test]
fn a_record_shows_in_the_run_and_its_tests() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        let started = StartedAs {
            mode: StartMode { mode: "cold".into(), reason: Some("no zygote yet".into()) },
            command: vec!["python".into(), "-m".into(), "pytest".into()],
            isolation: "namespaces".into(),
            rung: 3,
        };
        let test = TestReport {
            duration_ms: Some(0.1 + 0.2),
            message: Some("assert 1 == 2".into()),
            traceback: Some("    assert 1 == 2".into()),
            phases: vec![PhaseReport {
                name: "call".into(),
                outcome: "failed".into(),
                duration_ms: 1e-3,
            }],
            sections: vec![Section { name: "Captured log call".into(), text: "WARNING".into() }],
            to_line: Some(9),
            file_key: Some(i64::MIN),
            started_at: Some(START),
            memory: Some(MemoryUse { before: 1 << 40, peak: 3 << 40, after: 2 << 40 }),
            ..test_case(0, TestOutcome::Failed)
        };
        let batch = Batch {
            started_as: Some(started.clone()),
            tests: vec![test.clone(), test_case(1, TestOutcome::Running)],
            progress: Progress { collected: 5, failed: 1, ..Progress::default() },
            log: LogSize { lines: 9, bytes: 300 },
            leak: Some(leak_report()),
        };
        actions::record(&world.ctx, lease, &batch).await.unwrap();
        // A record that is repeated, because its answer was lost, changes nothing.
        actions::record(&world.ctx, lease, &batch).await.unwrap();
        let shown = world.run(run).await;
        assert_eq!((shown.progress, shown.log), (batch.progress, batch.log));
        assert_eq!(shown.start_mode, Some(started.mode));
        let details = runs::details(&world.ctx.db, run).await.unwrap().unwrap();
        assert_eq!(details.command, started.command);
        assert_eq!((details.isolation, details.rung), (Some(started.isolation), Some(3)));
        assert_eq!(world.tests(run).await, batch.tests);
        assert_eq!(leaks::find(&world.ctx.db, run).await.unwrap(), batch.leak);
        let usage = Usage { cpu_ms: 40, memory_peak_bytes: 1 << 40, ..Usage::default() };
        let verdict = Verdict { outcome: Outcome::Failed, reason: Some("1 failed".into()) };
        let last = Batch { started_as: None, tests: vec![], leak: None, ..batch };
        actions::finish(&world.ctx, lease, &last, &verdict, Some(usage)).await.unwrap();
        let details = runs::details(&world.ctx.db, run).await.unwrap().unwrap();
        assert_eq!((details.usage, details.log_complete), (Some(usage), true));
        assert_eq!(leaks::find(&world.ctx.db, run).await.unwrap(), Some(leak_report()));
        let outcomes: Vec<_> = world.tests(run).await.iter().map(|test| test.outcome).collect();
        assert_eq!(outcomes, [TestOutcome::Failed, TestOutcome::Lost], "it never ended");
    });
}

fn leak_report() -> LeakReport {
    let called_from = Some(LeakLine { file: "test_a.py".into(), line: 7 });
    let site =
        LeakSite { file: "/lib/json.py".into(), line: 353, bytes: 1 << 40, count: 2, called_from };
    LeakReport {
        nodeid: "test_a.py::test_a".into(),
        verdict: LeakVerdict::Leak,
        reason: "memory grows with every iteration".into(),
        bytes_per_iteration: 1 << 40,
        interval: [-1, 1 << 41],
        confidence: 0.1 + 0.2,
        threshold_bytes: 4096,
        warm_up: 5,
        iterations: vec![1, 2, 3],
        blocks: vec![4, 5, 6],
        heap_bytes: vec![],
        traced_by: Some("memray".into()),
        sites: vec![site],
    }
}

#[test]
fn many_tests_of_one_record_are_stored_and_told_of_in_order() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        for outcome in [TestOutcome::Running, TestOutcome::Passed] {
            let tests: Vec<_> = (0..75).map(|number| test_case(number, outcome)).collect();
            let before = world.events_after(Cursor::default()).await.cursor;
            actions::record(&world.ctx, lease, &batch_of(tests.clone())).await.unwrap();
            assert_eq!(world.tests(run).await, tests);
            let told = world.events_after(before).await.items;
            let expected = (0..75).map(|number| Event::Test(run, number));
            assert_eq!(told, expected.chain([Event::Run(run)]).collect::<Vec<_>>());
        }
    });
}

#[test]
fn a_finished_run_frees_its_environment_in_the_same_moment() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let started_at = world.ctx.clock.now();
        let lease = world.claim(worker).await.unwrap().lease;
        world.ctx.clock.advance(700);
        let mut hints = world.ctx.live.subscribe();
        world.finish(lease, Outcome::Passed).await;
        let finished_at = world.ctx.clock.now();
        let started_at = Some(started_at);
        let outcome = Outcome::Passed;
        let ended = Status::Finished { started_at, finished_at, outcome, reason: None };
        assert_eq!(world.run(run).await.status, ended);
        let environment = environments::find(&world.ctx.db, EnvironmentId(3)).await.unwrap();
        assert_eq!(environment.unwrap().holder, None);
        let attempt = &runs::details(&world.ctx.db, run).await.unwrap().unwrap().attempts[0];
        assert_eq!((attempt.finished_at, attempt.outcome), (Some(finished_at), Some(outcome)));
        let mut heard = Vec::new();
        while let Ok(hint) = hints.try_recv() {
            heard.push(hint);
        }
        assert!(heard.contains(&Hint::Freed) && heard.contains(&Hint::Events), "{heard:?}");
    });
}

#[test]
fn every_change_tells_what_it_changed() {
    on_both(async |world| {
        let mut cursor = Cursor::default();
        let mut told = async || {
            let found = world.events_after(cursor).await;
            cursor = found.cursor;
            found.items
        };
        let worker = world.worker("one").await;
        let (run, environment) = (RunId(1), EnvironmentId(3));
        let both = [Event::Run(run), Event::Environment(environment)];
        assert_eq!(world.submit(3).await, run);
        assert_eq!(told().await, both);
        let lease = world.claim(worker).await.unwrap().lease;
        assert_eq!(told().await, both);
        let batch =
            batch_of(vec![test_case(0, TestOutcome::Passed), test_case(1, TestOutcome::Running)]);
        actions::record(&world.ctx, lease, &batch).await.unwrap();
        assert_eq!(told().await, [Event::Test(run, 0), Event::Test(run, 1), Event::Run(run)]);
        actions::cancel(&world.ctx, run, "ben").await.unwrap();
        assert_eq!(told().await, [Event::Run(run)]);
        actions::cancel(&world.ctx, run, "cai").await.unwrap();
        assert_eq!(told().await, []);
        world.finish(lease, Outcome::Cancelled).await;
        assert_eq!(told().await, [Event::Test(run, 1), both[0].clone(), both[1].clone()]);
    });
}

#[test]
fn a_queued_run_is_cancelled_at_once() {
    on_both(async |world| {
        let (first, second) = (world.submit(3).await, world.submit(3).await);
        actions::cancel(&world.ctx, first, "ben").await.unwrap();
        let run = world.run(first).await;
        let ended = Status::Finished {
            started_at: None,
            finished_at: world.ctx.clock.now(),
            outcome: Outcome::Cancelled,
            reason: Some("cancelled by ben".into()),
        };
        assert_eq!(run.status, ended);
        assert_eq!(run.cancel, Some(Cancel { at: world.ctx.clock.now(), by: "ben".into() }));
        assert_eq!(world.queue(3).await, [second]);
    });
}

#[test]
fn a_running_run_is_asked_to_end_and_ends_when_its_worker_says_so() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        let mut hints = world.ctx.live.subscribe();
        let asked_at = world.ctx.clock.now();
        actions::cancel(&world.ctx, run, "ben").await.unwrap();
        assert_eq!(hints.try_recv().unwrap(), Hint::Events);
        assert_eq!(hints.try_recv().unwrap(), Hint::Cancel(run));
        world.ctx.clock.advance(10);
        actions::cancel(&world.ctx, run, "cai").await.unwrap();
        let shown = world.run(run).await;
        assert!(matches!(shown.status, Status::Running { .. }));
        let first_wish = Some(Cancel { at: asked_at, by: "ben".into() });
        assert_eq!(shown.cancel, first_wish);
        world.finish(lease, Outcome::Cancelled).await;
        assert_eq!(world.run(run).await.cancel, first_wish);
    });
}

#[test]
fn a_finished_run_cannot_be_cancelled() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        world.finish(lease, Outcome::Passed).await;
        let before = world.run(run).await;
        let refused = actions::cancel(&world.ctx, run, "ben").await;
        assert!(matches!(refused, Err(CancelError::AlreadyFinished(id)) if id == run));
        assert_eq!(world.run(run).await, before);
        let refused = actions::cancel(&world.ctx, RunId(99), "ben").await;
        assert!(matches!(refused, Err(CancelError::NotFound(RunId(99)))));
    });
}

#[test]
fn a_run_that_is_claimed_and_cancelled_at_once_is_either_running_or_cancelled() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for _ in 0..30 {
            let run = world.submit(3).await;
            let cancelling = {
                let world = world.clone();
                tokio::spawn(async move { actions::cancel(&world.ctx, run, "ben").await.unwrap() })
            };
            let claimed = world.claim(worker).await;
            cancelling.await.unwrap();
            let shown = world.run(run).await;
            assert!(shown.cancel.is_some());
            match claimed {
                Some(claimed) => {
                    assert!(matches!(shown.status, Status::Running { .. }));
                    world.finish(claimed.lease, Outcome::Cancelled).await;
                }
                None => assert_eq!(shown.outcome(), Some(Outcome::Cancelled)),
            }
        }
    });
}

impl World {
    pub async fn tests(&self, run: RunId) -> Vec<TestReport> {
        let everything = tests::TestFilter::default();
        tests::list(&self.ctx.db, run, &everything, None, 10_000).await.unwrap()
    }
}
