//! The moves of a run between its states, and what is noted of it on the way.

use crate::domain::run::{StartMode, Usage};
use crate::domain::verdict::Verdict;
use crate::domain::{EnvironmentId, Epoch, LogSize, Millis, Progress, RunId, WorkerId};

use super::boards;
use super::claims::Among;
use super::outbox;
use super::{Read, Result, Tx, Value, many, to_json};

/// The first of their queues to running; the caller holds the rows of their environments and queues. Answers those that were
/// the first, with the number of their attempt. At most one of each queue: who is the first is looked at once.
pub async fn start_all(tx: &Tx, starts: &[Start], by: &Starter) -> Result<Vec<(RunId, i64)>> {
    let mut started = Vec::with_capacity(starts.len());
    for among in [Among::Everybody, Among::Own] {
        let of_kind: Vec<_> = starts.iter().filter(|start| start.among == among).collect();
        started.extend(start_among(tx, &of_kind, among, by).await?);
    }
    Ok(started)
}

/// A statement for each kind: of one that looked at both, PostgreSQL would make a new plan each time.
async fn start_among(
    tx: &Tx,
    starts: &[&Start],
    among: Among,
    by: &Starter,
) -> Result<Vec<(RunId, i64)>> {
    if starts.is_empty() {
        return Ok(Vec::new());
    }
    let rows = starts.iter().map(|start| {
        let Start { run, queue, environment, epoch, .. } = **start;
        vec![run.0.into(), queue.0.into(), environment.0.into(), epoch.0.into()]
    });
    let (places, values) = many::table(vec![by.worker.0.into(), by.now.0.into()], rows.collect());
    let whose = match among {
        Among::Everybody => "",
        Among::Own => " AND q.requester = runs.requester",
    };
    let sql = format!(
        "UPDATE runs SET state = 'running', epoch = w.column4, worker_id = $1, started_at = $2, \
         environment_id = w.column3 FROM ({places}) AS w \
         WHERE runs.id = w.column1 AND runs.state = 'queued' AND runs.environment_id = w.column2 \
         AND runs.sequence = (SELECT MIN(q.sequence) FROM runs q \
         WHERE q.environment_id = w.column2 AND q.state = 'queued'{whose}) RETURNING id, attempt"
    );
    let rows = tx.rows(sql, values).await?;
    rows.iter().map(|row| Ok((RunId(row.get("id")?), row.get("attempt")?))).collect()
}

/// Notes the attempts that have just begun.
pub async fn begin_attempts(tx: &Tx, begun: &[Begun], by: &Starter) -> Result<()> {
    let into = "INSERT INTO attempts (run_id, number, worker_id, worker_name, epoch, started_at)";
    many::insert(tx, into, "", begun, |(run, number, epoch)| {
        vec![
            run.0.into(),
            (*number).into(),
            by.worker.0.into(),
            by.worker_name.as_str().into(),
            epoch.0.into(),
            by.now.0.into(),
        ]
    })
    .await
}

/// A run, the number of its attempt, and the fence of its lease.
pub type Begun = (RunId, i64, Epoch);

/// Which run starts where, with which fence.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    pub run: RunId,
    /// Where it waits.
    pub queue: EnvironmentId,
    pub environment: EnvironmentId,
    pub epoch: Epoch,
    pub among: Among,
}

/// Who starts runs, and when.
#[derive(Debug)]
pub struct Starter {
    pub worker: WorkerId,
    pub worker_name: String,
    pub now: Millis,
}

/// How the interpreter was started, known once its processes exist.
pub async fn set_started_as(tx: &Tx, id: RunId, started: &StartedAs) -> Result<()> {
    let sql = "UPDATE runs SET start_mode = $2, start_mode_reason = $3 WHERE id = $1";
    let StartMode { mode, reason } = &started.mode;
    tx.execute(sql, vec![id.0.into(), mode.as_str().into(), reason.clone().into()]).await?;
    let sql = "UPDATE run_details SET command = $2, isolation = $3, rung = $4 WHERE run_id = $1";
    let values = vec![
        id.0.into(),
        to_json(&started.command).into(),
        started.isolation.as_str().into(),
        started.rung.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// The command, the start mode and the isolation of an attempt.
#[derive(Debug, Clone)]
pub struct StartedAs {
    pub mode: StartMode,
    pub command: Vec<String>,
    pub isolation: String,
    /// Of the ladder of isolation, 3 to 0.
    pub rung: i64,
}

/// Counts and log size as of now.
pub async fn set_progress(tx: &Tx, id: RunId, progress: Progress, log: LogSize) -> Result<()> {
    let columns = COUNTS.iter().zip(2..).map(|(name, place)| format!("{name} = ${place}"));
    let sql = format!("UPDATE runs SET {} WHERE id = $1", columns.collect::<Vec<_>>().join(", "));
    let values = std::iter::once(id.0.into()).chain(counts(progress, log)).collect();
    tx.execute(sql, values).await?;
    Ok(())
}

const COUNTS: [&str; 9] = [
    "collected",
    "passed",
    "failed",
    "error",
    "skipped",
    "xfailed",
    "xpassed",
    "log_lines",
    "log_bytes",
];

/// In the order of [`COUNTS`].
fn counts(now: Progress, log: LogSize) -> [Value; 9] {
    [
        now.collected.into(),
        now.passed.into(),
        now.failed.into(),
        now.error.into(),
        now.skipped.into(),
        now.xfailed.into(),
        now.xpassed.into(),
        count(log.lines),
        count(log.bytes),
    ]
}

/// A run that ends.
#[derive(Debug)]
pub struct End<'a> {
    pub run: RunId,
    pub verdict: &'a Verdict,
    pub usage: Option<Usage>,
    /// Its last counts and the size of its log, where they are news.
    pub last: Option<(Progress, LogSize)>,
}

/// To finished, from wherever they are; closes the open attempts. What is counted by test cases comes last: runs of the same
/// tests that end at the same moment wait for each other there. Answers whether somebody outside is to be told.
pub async fn finish_all(tx: &Tx, ends: &[End<'_>], now: Millis) -> Result<bool> {
    if ends.is_empty() {
        return Ok(false);
    }
    let rows = ends.iter().map(|end| {
        let (outcome, reason) = (end.verdict.outcome.as_str(), end.verdict.reason.clone());
        vec![end.run.0.into(), outcome.into(), reason.into()]
    });
    let rows: Vec<_> = rows.collect();
    let with_counts = rows.iter().zip(ends).map(|(row, end)| {
        let counts =
            end.last.map_or([const { Value::Int(None) }; 9], |(now, log)| counts(now, log));
        row.iter().cloned().chain(counts).collect()
    });
    let (places, values) = many::table(vec![now.0.into()], with_counts.collect());
    let counts = COUNTS
        .iter()
        .zip(4..)
        .map(|(name, place)| format!("{name} = COALESCE(w.column{place}, runs.{name})"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let sql = format!(
        "UPDATE runs SET state = 'finished', outcome = w.column2, reason = w.column3, finished_at = $1, environment_name = \
         (SELECT e.name FROM environments e WHERE e.id = runs.environment_id), {counts} \
         FROM ({places}) AS w WHERE runs.id = w.column1"
    );
    tx.execute(sql, values).await?;
    let (places, values) = many::table(vec![now.0.into()], rows);
    let sql = format!(
        "UPDATE attempts SET outcome = w.column2, reason = w.column3, finished_at = $1 \
         FROM ({places}) AS w WHERE attempts.run_id = w.column1 AND finished_at IS NULL"
    );
    tx.execute(sql, values).await?;
    let rows = ends.iter().map(|end| {
        let artifacts = end.usage.map_or(0, |usage| usage.artifacts_bytes);
        let usage: Option<String> = end.usage.as_ref().map(to_json);
        vec![end.run.0.into(), usage.into(), artifacts.into()]
    });
    let (places, values) = many::table(vec![], rows.collect());
    let sql = format!(
        "UPDATE run_details SET log_complete = 1, usage = w.column2, artifacts_bytes = w.column3 \
         FROM ({places}) AS w WHERE run_details.run_id = w.column1"
    );
    tx.execute(sql, values).await?;
    let is_awaited = outbox::put(tx, ends, now).await?;
    let runs: Vec<_> = ends.iter().map(|end| end.run).collect();
    boards::count_runs(tx, &runs, now).await?;
    Ok(is_awaited)
}

/// Back to the queue for one more attempt, in its old place, which is before everybody who came later. One that takes any
/// environment waits for any again: where it was may be what it was lost with.
pub async fn requeue(tx: &Tx, id: RunId, verdict: &Verdict, now: Millis) -> Result<()> {
    close_attempt(tx, id, verdict, now).await?;
    let sql = "UPDATE runs SET state = 'queued', attempt = attempt + 1, retries_left = retries_left - 1, \
               environment_id = COALESCE(any_queue, environment_id), \
               epoch = NULL, worker_id = NULL, started_at = NULL, start_mode = NULL, start_mode_reason = NULL, \
               collected = 0, passed = 0, failed = 0, error = 0, skipped = 0, xfailed = 0, xpassed = 0, \
               log_lines = 0, log_bytes = 0 WHERE id = $1";
    tx.execute(sql, vec![id.0.into()]).await?;
    tx.execute("DELETE FROM run_tests WHERE run_id = $1", vec![id.0.into()]).await?;
    Ok(())
}

async fn close_attempt(tx: &Tx, id: RunId, verdict: &Verdict, now: Millis) -> Result<()> {
    let sql = "UPDATE attempts SET outcome = $2, reason = $3, finished_at = $4 \
               WHERE run_id = $1 AND finished_at IS NULL";
    let values = vec![
        id.0.into(),
        verdict.outcome.as_str().into(),
        verdict.reason.clone().into(),
        now.0.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// Notes who wants the run to end; the first wish stays.
pub async fn set_cancel(tx: &Tx, id: RunId, by: &str, now: Millis) -> Result<u64> {
    let sql = "UPDATE runs SET cancel_at = $2, cancel_by = $3 WHERE id = $1 AND cancel_at IS NULL";
    tx.execute(sql, vec![id.0.into(), now.0.into(), by.into()]).await
}

/// How many more attempts a run gets when it is lost.
pub async fn retries_left(db: &impl Read, id: RunId) -> Result<i64> {
    let row = db.opt("SELECT retries_left FROM runs WHERE id = $1", vec![id.0.into()]).await?;
    row.map_or(Ok(0), |row| row.get("retries_left"))
}

fn count(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}
