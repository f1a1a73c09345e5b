//! Runs: find, insert, and the moves between their states. Lists are in `listing`.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::domain::run::{Cancel, Source, StartMode, Status, Usage};
use crate::domain::verdict::Verdict;
use crate::domain::{
    Attempt, EnvironmentId, Epoch, LogSize, Millis, NewRun, Outcome, Progress, Run, RunDetails,
    RunId, State, WorkerId,
};

use super::boards;
use super::claims::Among;
use super::outbox;
use super::times::Work;
use super::{Error, Read, Result, Row, Tx, Value, from_json, to_json};

pub(super) const COLUMNS: &str = "r.id, r.environment_id, COALESCE(r.environment_name, e.name, '') AS environment_name, r.any_labels, r.sequence, r.state, r.outcome, r.reason, \
     r.requester, r.targets, r.plans, r.template, r.note, r.rerun_of, r.attempt, r.epoch, r.worker_id, r.created_at, \
     r.started_at, r.finished_at, r.cancel_at, r.cancel_by, r.start_mode, r.start_mode_reason, r.collected, r.passed, \
     r.failed, r.error, r.skipped, r.xfailed, r.xpassed, r.log_lines, r.log_bytes, \
     r.comments";

/// Runs of one chain of reruns.
const CHAIN: u32 = 50;

pub use super::listing::list;

pub async fn find(db: &impl Read, id: RunId) -> Result<Option<Run>> {
    Ok(find_many(db, &[id]).await?.pop())
}

/// The runs with these ids, in no particular order; unknown ids are left out.
pub async fn find_many(db: &impl Read, ids: &[RunId]) -> Result<Vec<Run>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM runs r LEFT JOIN environments e ON e.id = r.environment_id WHERE r.id IN ({})",
        placeholders(1, ids.len())
    );
    let values = ids.iter().map(|id| id.0.into()).collect();
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

/// What only the page of one run shows.
pub async fn details(db: &impl Read, id: RunId) -> Result<Option<RunDetails>> {
    let sql = "SELECT parameters, variables, options, sources, snapshot, command, isolation, rung, usage, log_complete \
               FROM run_details WHERE run_id = $1";
    let Some(row) = db.opt(sql, vec![id.0.into()]).await? else { return Ok(None) };
    let usage: Option<String> = row.get("usage")?;
    Ok(Some(RunDetails {
        parameters: from_json("parameters", &row.get::<String>("parameters")?)?,
        variables: from_json("variables", &row.get::<String>("variables")?)?,
        options: from_json("options", &row.get::<String>("options")?)?,
        command: from_json("a command", &row.get::<String>("command")?)?,
        isolation: row.get("isolation")?,
        rung: row.get("rung")?,
        usage: usage.map(|text| from_json("usage", &text)).transpose()?,
        sources: from_json::<Vec<Source>>("sources", &row.get::<String>("sources")?)?,
        snapshot: row.get("snapshot")?,
        log_complete: row.get::<i64>("log_complete")? != 0,
        attempts: attempts(db, id).await?,
    }))
}

async fn attempts(db: &impl Read, id: RunId) -> Result<Vec<Attempt>> {
    let sql = "SELECT number, worker_id, worker_name, started_at, finished_at, outcome, reason \
               FROM attempts WHERE run_id = $1 ORDER BY number";
    let rows = db.rows(sql, vec![id.0.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Attempt {
                number: row.get("number")?,
                worker: WorkerId(row.get("worker_id")?),
                worker_name: row.get("worker_name")?,
                started_at: Millis(row.get("started_at")?),
                finished_at: row.get::<Option<i64>>("finished_at")?.map(Millis),
                outcome: named(row.get("outcome")?)?,
                reason: row.get("reason")?,
            })
        })
        .collect()
}

/// Stores a run at the end of its queue: that of its environment, or one of those for any.
pub async fn insert(
    tx: &Tx,
    run: &NewRun,
    queue: EnvironmentId,
    sequence: i64,
    now: Millis,
) -> Result<RunId> {
    let sql = format!(
        "INSERT INTO runs (environment_id, sequence, state, requester, targets, plans, template, note, search, \
         rerun_of, attempt, retries_left, created_at, work, any_queue, any_labels) \
         VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, 1, $10, {created_at}, $12, $13, $14) RETURNING id",
        created_at = tx.dialect().not_before_the_newest_run("$11"),
    );
    let values = vec![
        queue.0.into(),
        sequence.into(),
        run.requester.as_str().into(),
        lines(&run.targets).into(),
        to_json(&run.plans).into(),
        run.template.clone().into(),
        run.note.clone().into(),
        search_text(run).into(),
        run.rerun_of.into(),
        i64::from(run.options.retry_lost.unwrap_or(0)).into(),
        now.0.into(),
        Work::of(&run.targets, &run.options).number().into(),
        run.any.as_ref().map(|_| queue.0).into(),
        run.any.as_ref().map(to_json).into(),
    ];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    let id = RunId(row.get("id")?);
    let sql = "INSERT INTO run_details (run_id, parameters, variables, options, sources, snapshot, command) \
               VALUES ($1, $2, $3, $4, $5, $6, '[]')";
    let values = vec![
        id.0.into(),
        to_json(&run.parameters).into(),
        to_json(&run.variables).into(),
        to_json(&run.options).into(),
        to_json(&run.sources).into(),
        run.snapshot.clone().into(),
    ];
    tx.execute(sql, values).await?;
    for plan in run.plans.iter().collect::<BTreeSet<_>>() {
        let sql = "INSERT INTO run_plans (plan, run_id) VALUES ($1, $2)";
        tx.execute(sql, vec![(*plan).into(), id.0.into()]).await?;
    }
    Ok(id)
}

/// Targets as they are stored: a part of one is then a part of the text.
fn lines(targets: &[String]) -> String {
    targets.join("\n")
}

/// What the search box looks in.
fn search_text(run: &NewRun) -> String {
    let mut parts = vec![run.requester.as_str()];
    parts.extend(run.targets.iter().map(String::as_str));
    parts.extend(run.template.as_deref());
    parts.extend(run.note.as_deref());
    fold(&parts.join("\n"))
}

/// In lower case, character by character, so that a part of a text is also a part of the folded text, and both databases
/// compare alike.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

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
    let sql = "UPDATE run_details SET log_complete = 1, usage = $2 WHERE run_id = $1";
    tx.execute(sql, vec![id.0.into(), usage.map(|usage| to_json(&usage)).into()]).await?;
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

/// The numbers of a run, its reruns and theirs, and of what it is a rerun of, oldest first, at most [`CHAIN`].
pub async fn chain(db: &impl Read, id: RunId) -> Result<Vec<RunId>> {
    let sql = format!(
        "WITH RECURSIVE up (id, rerun_of) AS (SELECT id, rerun_of FROM runs WHERE id = $1 \
         UNION ALL SELECT r.id, r.rerun_of FROM runs r JOIN up ON r.id = up.rerun_of), \
         down (id) AS (SELECT MIN(id) FROM up \
         UNION ALL SELECT r.id FROM runs r JOIN down ON r.rerun_of = down.id) \
         SELECT id FROM down ORDER BY id LIMIT {CHAIN}"
    );
    let rows = db.rows(sql, vec![id.0.into()]).await?;
    rows.iter().map(|row| row.get("id").map(RunId)).collect()
}

/// The reruns of a run itself, oldest first, at most [`CHAIN`].
pub async fn reruns(db: &impl Read, id: RunId) -> Result<Vec<RunId>> {
    let sql = format!("SELECT id FROM runs WHERE rerun_of = $1 ORDER BY id LIMIT {CHAIN}");
    let rows = db.rows(sql, vec![id.0.into()]).await?;
    rows.iter().map(|row| row.get("id").map(RunId)).collect()
}

/// The running runs of a worker.
pub async fn of_worker(db: &impl Read, worker: WorkerId) -> Result<Vec<Run>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM runs r LEFT JOIN environments e ON e.id = r.environment_id \
         WHERE r.state = 'running' AND r.worker_id = $1 ORDER BY r.id"
    );
    db.rows(sql, vec![worker.0.into()]).await?.iter().map(from_row).collect()
}

pub(super) fn from_row(row: &Row) -> Result<Run> {
    Ok(Run {
        id: RunId(row.get("id")?),
        requester: row.get("requester")?,
        environment: EnvironmentId(row.get("environment_id")?),
        environment_name: row.get("environment_name")?,
        any: row
            .get::<Option<String>>("any_labels")?
            .map(|labels| from_json("labels", &labels))
            .transpose()?,
        sequence: row.get("sequence")?,
        targets: row.get::<String>("targets")?.split('\n').map(Into::into).collect(),
        plans: from_json("plans", &row.get::<String>("plans")?)?,
        template: row.get("template")?,
        note: row.get("note")?,
        rerun_of: row.get::<Option<i64>>("rerun_of")?.map(RunId),
        attempt: row.get("attempt")?,
        created_at: Millis(row.get("created_at")?),
        status: status(row)?,
        progress: Progress {
            collected: row.get("collected")?,
            passed: row.get("passed")?,
            failed: row.get("failed")?,
            error: row.get("error")?,
            skipped: row.get("skipped")?,
            xfailed: row.get("xfailed")?,
            xpassed: row.get("xpassed")?,
        },
        cancel: cancel(row)?,
        start_mode: row
            .get::<Option<String>>("start_mode")?
            .map(|mode| Ok::<_, Error>(StartMode { mode, reason: row.get("start_mode_reason")? }))
            .transpose()?,
        log: LogSize {
            lines: row.get::<i64>("log_lines")?.unsigned_abs(),
            bytes: row.get::<i64>("log_bytes")?.unsigned_abs(),
        },
        comments: row.get("comments")?,
    })
}

fn status(row: &Row) -> Result<Status> {
    let state = State::from_str(&row.get::<String>("state")?)
        .map_err(|source| Error::content("a state", source))?;
    let started_at = row.get::<Option<i64>>("started_at")?.map(Millis);
    Ok(match state {
        State::Queued => Status::Queued,
        State::Running => Status::Running {
            started_at: started_at.ok_or(sqlx::Error::RowNotFound)?,
            worker: WorkerId(row.get("worker_id")?),
            epoch: Epoch(row.get("epoch")?),
        },
        State::Finished => Status::Finished {
            started_at,
            finished_at: Millis(row.get("finished_at")?),
            outcome: named(row.get("outcome")?)?.ok_or(sqlx::Error::RowNotFound)?,
            reason: row.get("reason")?,
        },
    })
}

fn cancel(row: &Row) -> Result<Option<Cancel>> {
    let Some(at) = row.get::<Option<i64>>("cancel_at")? else { return Ok(None) };
    Ok(Some(Cancel { at: Millis(at), by: row.get("cancel_by")? }))
}

fn named(text: Option<String>) -> Result<Option<Outcome>> {
    text.map(|text| Outcome::from_str(&text).map_err(|source| Error::content("an outcome", source)))
        .transpose()
}

fn count(value: u64) -> Value {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

/// `$first, $first+1, …`, `count` of them.
pub(super) fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
