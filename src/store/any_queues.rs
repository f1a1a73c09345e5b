//! The queues of runs that take any free environment with the labels they name: one for each set of labels.

use crate::domain::any::AnyHead;
use crate::domain::{EnvironmentId, Millis, RunId};

use super::{Read, Result, Tx, from_json, to_json};

/// A place in a queue, which is named like an environment, but below zero.
#[derive(Debug, Clone, Copy)]
pub struct NewPlace {
    pub queue: EnvironmentId,
    pub sequence: i64,
}

/// Takes the next place in the queue for these labels, which are sorted, and locks its row, so commit order is queue order.
pub async fn next_place(tx: &Tx, labels: &[String]) -> Result<NewPlace> {
    let sql = "INSERT INTO any_queues AS old (labels, next_sequence) VALUES ($1, 2) \
               ON CONFLICT (labels) DO UPDATE SET next_sequence = old.next_sequence + 1 \
               RETURNING -id AS queue, next_sequence - 1 AS sequence";
    let row = tx.opt(sql, vec![to_json(&labels).into()]).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(NewPlace { queue: EnvironmentId(row.get("queue")?), sequence: row.get("sequence")? })
}

/// The queue for these labels, which are sorted; none when nobody has asked for them yet.
pub async fn find(db: &impl Read, labels: &[String]) -> Result<Option<EnvironmentId>> {
    let sql = "SELECT -id AS queue FROM any_queues WHERE labels = $1";
    let row = db.opt(sql, vec![to_json(&labels).into()]).await?;
    row.map(|row| row.get("queue").map(EnvironmentId)).transpose()
}

/// Who waits in a queue, first to start first.
pub async fn waiting(db: &impl Read, queue: EnvironmentId) -> Result<Vec<RunId>> {
    let sql =
        "SELECT id FROM runs WHERE state = 'queued' AND environment_id = $1 ORDER BY sequence";
    let rows = db.rows(sql, vec![queue.0.into()]).await?;
    rows.iter().map(|row| row.get("id").map(RunId)).collect()
}

/// The first of each queue.
pub async fn first(db: &impl Read) -> Result<Vec<RunId>> {
    Ok(heads(db).await?.into_iter().map(|(head, _)| head.run).collect())
}

/// The first of each queue, and how many runs their requesters have running.
pub(super) async fn heads(db: &impl Read) -> Result<Vec<(AnyHead, i64)>> {
    // One look into each queue, however long it is.
    let sql = "SELECT r.id, r.environment_id, r.requester, r.any_labels, \
               (SELECT COUNT(*) FROM runs o WHERE o.state = 'running' AND o.requester = r.requester) AS running \
               FROM runs r WHERE r.id IN \
               (SELECT (SELECT q.id FROM runs q WHERE q.environment_id = -a.id AND q.state = 'queued' \
               ORDER BY q.sequence LIMIT 1) FROM any_queues a) ORDER BY r.id";
    let rows = db.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            let head = AnyHead {
                run: RunId(row.get("id")?),
                queue: EnvironmentId(row.get("environment_id")?),
                requester: row.get("requester")?,
                labels: from_json("labels", &row.get::<String>("any_labels")?)?,
            };
            Ok((head, row.get("running")?))
        })
        .collect()
}

/// Environments that could take a run now, with their labels.
pub(super) async fn open(db: &impl Read, now: Millis) -> Result<Vec<(EnvironmentId, Vec<String>)>> {
    let sql = "SELECT id, labels FROM environments WHERE holder_run_id IS NULL AND maintenance IS NULL \
               AND (reserved_by IS NULL OR reserved_until <= $1) ORDER BY id";
    let rows = db.rows(sql, vec![now.0.into()]).await?;
    rows.iter()
        .map(|row| {
            let labels = from_json("labels", &row.get::<String>("labels")?)?;
            Ok((EnvironmentId(row.get("id")?), labels))
        })
        .collect()
}
