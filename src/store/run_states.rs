//! The moves of a run between its states, and what is noted of it on the way.

use crate::domain::run::{StartMode, Usage};
use crate::domain::verdict::Verdict;
use crate::domain::{EnvironmentId, Epoch, LogSize, Millis, Progress, RunId, WorkerId};

use super::boards;
use super::claims::Among;
use super::outbox;
use super::{Read, Result, Tx, Value, to_json};

/// The first of a queue to running; the caller holds the environment's lease with `epoch`. Answers whether the run was
/// the first of the queue, or waited at all.
pub async fn start(tx: &Tx, queue: EnvironmentId, id: RunId, claim: &Start) -> Result<bool> {
    let own = match claim.among {
        Among::Everybody => "",
        Among::Own => " AND q.requester = runs.requester",
    };
    let sql = format!(
        "UPDATE runs SET state = 'running', epoch = $2, worker_id = $3, started_at = $4, environment_id = $6 \
               WHERE id = $1 AND state = 'queued' AND environment_id = $5 AND sequence = \
               (SELECT MIN(q.sequence) FROM runs q WHERE q.environment_id = $5 AND q.state = 'queued'{own}) \
               RETURNING attempt"
    );
    let (epoch, worker, now) = (claim.epoch.0, claim.worker.0, claim.now.0);
    let environment = claim.environment.0;
    let values = vec![
        id.0.into(),
        epoch.into(),
        worker.into(),
        now.into(),
        queue.0.into(),
        environment.into(),
    ];
    let Some(row) = tx.opt(sql, values).await? else { return Ok(false) };
    let sql = "INSERT INTO attempts (run_id, number, worker_id, worker_name, epoch, started_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let values = vec![
        id.0.into(),
        row.get::<i64>("attempt")?.into(),
        worker.into(),
        claim.worker_name.as_str().into(),
        epoch.into(),
        now.into(),
    ];
    tx.execute(sql, values).await?;
    Ok(true)
}

/// Who starts a run, when, and with which fence.
#[derive(Debug)]
pub struct Start {
    pub environment: EnvironmentId,
    pub worker: WorkerId,
    pub worker_name: String,
    pub epoch: Epoch,
    pub among: Among,
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
    let sql = "UPDATE runs SET collected = $2, passed = $3, failed = $4, error = $5, skipped = $6, xfailed = $7, \
               xpassed = $8, log_lines = $9, log_bytes = $10 WHERE id = $1";
    let values = vec![
        id.0.into(),
        progress.collected.into(),
        progress.passed.into(),
        progress.failed.into(),
        progress.error.into(),
        progress.skipped.into(),
        progress.xfailed.into(),
        progress.xpassed.into(),
        count(log.lines),
        count(log.bytes),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// To finished, from wherever it is; closes the open attempt.
pub async fn finish(
    tx: &Tx,
    id: RunId,
    verdict: &Verdict,
    usage: Option<Usage>,
    now: Millis,
) -> Result<()> {
    let (outcome, reason) = (verdict.outcome.as_str(), verdict.reason.clone());
    let sql = "UPDATE runs SET state = 'finished', outcome = $2, reason = $3, finished_at = $4, \
               environment_name = (SELECT e.name FROM environments e WHERE e.id = runs.environment_id) WHERE id = $1";
    tx.execute(sql, vec![id.0.into(), outcome.into(), reason.into(), now.0.into()]).await?;
    close_attempt(tx, id, verdict, now).await?;
    boards::count_run(tx, id, now).await?;
    outbox::put(tx, id, verdict.outcome, now).await?;
    let sql = "UPDATE run_details SET log_complete = 1, usage = $2, artifacts_bytes = $3 WHERE run_id = $1";
    let (artifacts, usage) = (usage.map_or(0, |usage| usage.artifacts_bytes), usage.as_ref());
    tx.execute(sql, vec![id.0.into(), usage.map(to_json).into(), artifacts.into()]).await?;
    Ok(())
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
