//! A worker process whose runs only say that they have passed.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use proctor::actions::{self, Batch, Claimer, Context, LeaseTimes};
use proctor::domain::verdict::Verdict;
use proctor::domain::{Outcome, Serves, TestOutcome, TestReport, WorkerId};
use proctor::scheduler;
use proctor::store::workers::NewWorker;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{Any, Place};

/// What one of them did.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub claims_us: Vec<u64>,
    pub cpu_ms: f64,
}

/// Several of them.
pub struct Workers(Vec<Child>);

impl Workers {
    pub fn start(place: &Place, count: usize, what: &str, seconds: u64) -> Any<Self> {
        let start = |_| {
            Command::new(std::env::current_exe()?)
                .args(["as-worker", &place.word(), what, &seconds.to_string()])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
        };
        Ok(Self((0..count).map(start).collect::<Result<_, _>>()?))
    }

    /// Closes what they read from, which ends those that wait, and takes their reports.
    pub fn end(self) -> Any<Vec<Report>> {
        let report = |mut worker: Child| {
            drop(worker.stdin.take());
            let done = worker.wait_with_output()?;
            Ok(serde_json::from_slice(&done.stdout)?)
        };
        self.0.into_iter().map(report).collect()
    }
}

pub async fn work(place: &Place, what: &str, seconds: u64) -> Any {
    let ctx = place.open().await?;
    let new = NewWorker {
        name: format!("bench-{}", std::process::id()),
        home: "home".into(),
        boot_id: "boot".into(),
        pid: std::process::id().into(),
        version: String::new(),
        slots: 8,
        labels: vec![],
        serves: Serves::default(),
    };
    let times = LeaseTimes { lease_ms: 600_000, ..LeaseTimes::default() };
    let id = actions::register(&ctx, &new, times).await?;
    let mut report = Report::default();
    if what == "waits" {
        wait(&ctx, id, &new.name).await;
    } else {
        let end = Instant::now() + Duration::from_secs(seconds);
        report.claims_us = empty(&ctx, id, &new.name, end).await?;
    }
    let used = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = used.user_time().num_microseconds() + used.system_time().num_microseconds();
    report.cpu_ms = used as f64 / 1e3;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// One run after the other, as quickly as it goes.
async fn empty(ctx: &Context, worker: WorkerId, name: &str, end: Instant) -> Any<Vec<u64>> {
    let (times, serves) = (LeaseTimes::default(), Serves::default());
    let claimer = Claimer { worker, name, times, serves: &serves };
    let mut claims = Vec::new();
    while Instant::now() < end {
        let began = Instant::now();
        let Some(claimed) = actions::claim(ctx, &claimer).await? else { break };
        claims.push(u64::try_from(began.elapsed().as_micros())?);
        pass(ctx, &claimed).await?;
    }
    Ok(claims)
}

/// As a worker does it, until nobody listens any more.
async fn wait(ctx: &Context, id: WorkerId, name: &str) {
    let (stop, stopped) = watch::channel(false);
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.send_replace(true);
    });
    let (times, serves) = (LeaseTimes::default(), Serves::default());
    let me = scheduler::Worker { id, name: name.to_owned(), slots: 8, times, serves };
    let context = ctx.clone();
    scheduler::schedule(ctx.clone(), me, stopped, move |claimed| {
        let context = context.clone();
        async move {
            if let Err(error) = pass(&context, &claimed).await {
                eprintln!("{error}");
            }
        }
    })
    .await;
}

/// One test case that has passed.
async fn pass(ctx: &Context, claimed: &actions::Claimed) -> Any {
    let test = TestReport {
        number: 0,
        nodeid: "area_1/test_001.py::test_one".into(),
        outcome: TestOutcome::Passed,
        duration_ms: Some(1.0),
        message: None,
        traceback: None,
        phases: Vec::new(),
        sections: Vec::new(),
        from_line: Some(1),
        to_line: Some(1),
        memory: None,
        file_key: None,
        started_at: None,
    };
    let batch = Batch { tests: vec![test], ..Batch::default() };
    let verdict = Verdict { outcome: Outcome::Passed, reason: None };
    Ok(actions::finish(ctx, claimed.lease, &batch, &verdict, None).await?)
}
