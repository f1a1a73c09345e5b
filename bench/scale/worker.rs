//! A worker process whose runs only say that they have passed.

use std::collections::VecDeque;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use proctor::actions::{self, Batch, Claimer, Context, LastRecord, LeaseTimes};
use proctor::domain::verdict::Verdict;
use proctor::domain::{Outcome, Serves, TestOutcome, TestReport, WorkerId};
use proctor::executor::{Ended, Ends};
use proctor::scheduler;
use proctor::store::workers::NewWorker;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::{Any, Place};

/// What one of them did.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// How long each call took that claimed one run; or how long a slot stood empty before each run.
    pub times_us: Vec<u64>,
    pub cpu_ms: f64,
    /// When the first one was looked for, and when each ended, in milliseconds of the wall clock.
    pub first_ms: u64,
    pub ended_ms: Vec<u64>,
}

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Claims one run, ends it, and claims the next.
    OneByOne,
    /// What a worker with [`SLOTS`] does, for so long.
    WithSlots,
    /// The same, until nobody wants it any more.
    Waits,
}

/// Of each worker.
const SLOTS: usize = 8;
const WORDS: [(&str, What); 3] =
    [("one-by-one", What::OneByOne), ("with-slots", What::WithSlots), ("waits", What::Waits)];

/// Several of them.
pub struct Workers(Vec<Child>);

impl Workers {
    pub fn start(place: &Place, count: usize, what: What, seconds: u64) -> Any<Self> {
        let word = WORDS.iter().find(|(_, one)| *one == what).map_or("", |(word, _)| word);
        let start = |number: usize| {
            Command::new(std::env::current_exe()?)
                .args(["as-worker", &place.of_host(number).word(), word, &seconds.to_string()])
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
    let what = WORDS.iter().find(|(word, _)| *word == what).ok_or("no such kind of worker")?.1;
    let ctx = place.open().await?;
    let new = NewWorker {
        name: format!("bench-{}", std::process::id()),
        home: place.home(),
        boot_id: "boot".into(),
        pid: std::process::id().into(),
        version: String::new(),
        slots: i64::try_from(SLOTS)?,
        labels: vec![],
        serves: Serves::default(),
    };
    let times = LeaseTimes { lease_ms: 600_000, ..LeaseTimes::default() };
    let id = actions::register(&ctx, &new, times).await?;
    let for_so_long = Duration::from_secs(seconds);
    let mut report = Report { first_ms: now_ms(), ..Report::default() };
    (report.times_us, report.ended_ms) = match what {
        What::OneByOne => one_by_one(&ctx, id, &new.name, Instant::now() + for_so_long).await?,
        What::WithSlots => with_slots(&ctx, id, &new.name, Some(for_so_long)).await?,
        What::Waits => with_slots(&ctx, id, &new.name, None).await?,
    };
    let used = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = used.user_time().num_microseconds() + used.system_time().num_microseconds();
    report.cpu_ms = used as f64 / 1e3;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// One run after the other, as quickly as it goes.
async fn one_by_one(
    ctx: &Context,
    id: WorkerId,
    name: &str,
    end: Instant,
) -> Any<(Vec<u64>, Vec<u64>)> {
    let (times, serves) = (LeaseTimes::default(), Serves::default());
    let claimer = Claimer { worker: id, name, times, serves: &serves };
    let ends = Arc::new(Ends::new(ctx.clone()));
    let (mut claims, mut ended) = (Vec::new(), Vec::new());
    while Instant::now() < end {
        let began = Instant::now();
        let Some(claimed) = actions::claim(ctx, &claimer).await? else { break };
        claims.push(u64::try_from(began.elapsed().as_micros())?);
        pass(&ends, &claimed).await;
        ended.push(now_ms());
    }
    Ok((claims, ended))
}

/// As a worker does it.
async fn with_slots(
    ctx: &Context,
    id: WorkerId,
    name: &str,
    for_so_long: Option<Duration>,
) -> Any<(Vec<u64>, Vec<u64>)> {
    let (stop, stopped) = watch::channel(false);
    std::thread::spawn(move || {
        match for_so_long {
            Some(long) => std::thread::sleep(long),
            None => _ = std::io::stdin().read_to_end(&mut Vec::new()),
        }
        stop.send_replace(true);
    });
    let (times, serves) = (LeaseTimes::default(), Serves::default());
    let me = scheduler::Worker { id, name: name.to_owned(), slots: SLOTS, times, serves };
    let ends = Arc::new(Ends::new(ctx.clone()));
    let empty = Arc::new(Mutex::new((VecDeque::from(vec![Instant::now(); SLOTS]), Vec::new())));
    let times = Arc::new(Mutex::new(Vec::new()));
    scheduler::schedule(ctx.clone(), me, ends.turn(), stopped, {
        let (empty, times) = (Arc::clone(&empty), Arc::clone(&times));
        move |claimed, slot| {
            let (ends, empty) = (Arc::clone(&ends), Arc::clone(&empty));
            if let (Ok(mut empty), Ok(mut times)) = (empty.lock(), times.lock()) {
                let stood = empty.0.pop_front().map(|since| since.elapsed().as_micros());
                times.extend(stood.and_then(|us| u64::try_from(us).ok()));
            }
            async move {
                // As soon as the processes of a run would be gone.
                if let Ok(mut empty) = empty.lock() {
                    empty.0.push_back(Instant::now());
                }
                drop(slot);
                pass(&ends, &claimed).await;
                if let Ok(mut empty) = empty.lock() {
                    empty.1.push(now_ms());
                }
            }
        }
    })
    .await;
    let ended = empty.lock().map(|mut empty| std::mem::take(&mut empty.1)).unwrap_or_default();
    let times = times.lock().map(|mut times| std::mem::take(&mut *times)).unwrap_or_default();
    Ok((times, ended))
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// One test case that has passed.
async fn pass(ends: &Arc<Ends>, claimed: &actions::Claimed) {
    let test = TestReport {
        number: 0,
        nodeid: format!("{}::test_one", claimed.run.targets.concat()),
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
    let last = LastRecord { lease: claimed.lease, batch, verdict, usage: None };
    while let Ended::NotNow(error) = ends.write(last.clone()).await {
        eprintln!("{error}");
    }
}
