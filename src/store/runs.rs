//! Runs: find and insert. Lists are in `listing`, the moves between states in `run_states`.

use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;

use crate::domain::run::{Cancel, Source, StartMode, Status};
use crate::domain::{
    Attempt, EnvironmentId, Epoch, LogSize, Millis, NewRun, Outcome, Progress, Run, RunDetails,
    RunId, State, WorkerId,
};

use super::times::Work;
use super::{Error, Read, Result, Row, Tx, from_json, many, to_json};

pub(super) const COLUMNS: &str = "r.id, r.environment_id, COALESCE(r.environment_name, e.name, '') AS environment_name, r.any_labels, r.sequence, r.state, r.outcome, r.reason, \
     r.requester, r.targets, r.plans, r.template, r.note, r.rerun_of, r.attempt, r.epoch, r.worker_id, r.created_at, \
     r.started_at, r.finished_at, r.cancel_at, r.cancel_by, r.start_mode, r.start_mode_reason, r.collected, r.passed, \
     r.failed, r.error, r.skipped, r.xfailed, r.xpassed, r.log_lines, r.log_bytes, \
     r.comments, (SELECT COUNT(*) FROM runs again WHERE again.rerun_of = r.id) AS reruns";

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
    let sql = format!("SELECT {DETAILS} FROM run_details d WHERE d.run_id = $1");
    let Some(row) = db.opt(sql, vec![id.0.into()]).await? else { return Ok(None) };
    Ok(Some(RunDetails { attempts: attempts(db, id).await?, ..details_of(&row)? }))
}

/// What whoever executes these runs needs. It does not need their attempts: those are left out.
pub async fn to_execute(
    db: &impl Read,
    ids: impl Iterator<Item = RunId>,
) -> Result<HashMap<RunId, (Run, RunDetails)>> {
    let (places, values) = many::table(vec![], ids.map(|id| vec![id.0.into()]).collect());
    let sql = format!(
        "SELECT {COLUMNS}, {DETAILS} FROM runs r JOIN run_details d ON d.run_id = r.id \
         LEFT JOIN environments e ON e.id = r.environment_id WHERE r.id IN ({places})"
    );
    let rows = db.rows(sql, values).await?;
    let run = |row: &Row| Ok((RunId(row.get("id")?), (from_row(row)?, details_of(row)?)));
    rows.iter().map(run).collect()
}

const DETAILS: &str = "d.parameters, d.variables, d.options, d.sources, d.snapshot, d.command, d.isolation, d.rung, d.usage, \
                       d.log_complete";

fn details_of(row: &Row) -> Result<RunDetails> {
    let usage: Option<String> = row.get("usage")?;
    Ok(RunDetails {
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
        attempts: Vec::new(),
    })
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
        reruns: row.get("reruns")?,
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

/// `$first, $first+1, …`, `count` of them.
pub(super) fn placeholders(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}
