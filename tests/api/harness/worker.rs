//! A worker of straw: it claims, prints and reports what a test wants.

use std::fs;

use proctor::actions::{self, Batch, Claimed, Claimer, LeaseTimes};
use proctor::domain::verdict::Verdict;
use proctor::domain::{Outcome, Progress, RunId, Serves, TestOutcome, TestReport, WorkerId};
use proctor::logs::{self, LogWriter, Nonce};

use super::{NOW, Server};

const LOG_LIMITS: logs::Limits = logs::Limits { max_bytes: u64::MAX };

/// Plays the part of a worker.
pub struct Worker<'a> {
    pub(super) server: &'a Server,
    pub(super) id: WorkerId,
}

impl Worker<'_> {
    /// Takes the next run.
    pub async fn claim(&self) -> Claimed {
        self.try_claim().await.expect("nothing to claim")
    }

    pub async fn try_claim(&self) -> Option<Claimed> {
        let ctx = &self.server.ctx;
        let (times, serves) = (LeaseTimes::default(), Serves::default());
        let claimer = Claimer { worker: self.id, name: "straw", times, serves: &serves };
        actions::claim(ctx, &claimer).await.unwrap()
    }

    /// Says what has happened in a run so far.
    pub async fn record(&self, claimed: &Claimed, tests: Vec<TestReport>) {
        let batch = batch(tests);
        actions::record(&self.server.ctx, claimed.lease, &batch).await.unwrap();
    }

    /// Ends a run.
    pub async fn finish(&self, claimed: &Claimed, tests: Vec<TestReport>, outcome: Outcome) {
        let reason = (outcome != Outcome::Passed).then(|| "as the test wants it".to_owned());
        let verdict = Verdict { outcome, reason };
        let batch = batch(tests);
        actions::finish(&self.server.ctx, claimed.lease, &batch, &verdict, None).await.unwrap();
        actions::remember_times(&self.server.ctx, &[claimed.run.id]).await.unwrap();
    }

    /// Prints into the log of a run.
    pub fn print(&self, run: RunId, text: &[u8]) {
        let directory = self.server.run_directory(run);
        fs::create_dir_all(&directory).unwrap();
        let nonce = Nonce::random().unwrap();
        let mut log = LogWriter::create(&directory, &nonce, LOG_LIMITS).unwrap();
        log.append(text, NOW).unwrap();
        log.finish(NOW).unwrap();
    }
}

fn batch(tests: Vec<TestReport>) -> Batch {
    let count =
        |outcome| i64::try_from(tests.iter().filter(|one| one.outcome == outcome).count()).unwrap();
    let progress = Progress {
        collected: i64::try_from(tests.len()).unwrap(),
        passed: count(TestOutcome::Passed),
        failed: count(TestOutcome::Failed),
        ..Progress::default()
    };
    Batch { progress, tests, ..Batch::default() }
}

/// A test case that has ended.
pub fn test_report(number: i64, nodeid: &str, outcome: TestOutcome) -> TestReport {
    let failed = outcome == TestOutcome::Failed;
    TestReport {
        number,
        nodeid: nodeid.into(),
        outcome,
        duration_ms: Some(12.5),
        message: failed.then(|| "assert 1 == 2".into()),
        traceback: failed.then(|| "E   assert 1 == 2".into()),
        phases: Vec::new(),
        sections: Vec::new(),
        from_line: Some(1),
        to_line: Some(2),
        memory: None,
        file_key: None,
        started_at: None,
    }
}
