//! The queues of runs that take any free environment with the labels they name: one for each set of labels.

use std::collections::BTreeSet;

use crate::domain::{EnvironmentId, Millis, RunId};

use super::environments::NewPlace;
use super::runs::placeholders;
use super::{Read, Result, Tx, from_json, to_json};

/// Takes the next place in the queue for these labels, which are sorted, and locks its row, so commit order is queue order.
pub async fn next_place(tx: &Tx, labels: &[String]) -> Result<NewPlace> {
    let sql = "INSERT INTO any_queues AS old (labels, next_sequence) VALUES ($1, 2) \
               ON CONFLICT (labels) DO UPDATE SET next_sequence = old.next_sequence + 1 \
               RETURNING -id AS queue, next_sequence - 1 AS sequence";
    let row = tx.opt(sql, vec![to_json(&labels).into()]).await?.ok_or(sqlx::Error::RowNotFound)?;
    let (queue, sequence) = (EnvironmentId(row.get("queue")?), row.get("sequence")?);
    Ok(NewPlace { queue, sequence, is_first: false, may_start: true })
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
    let sql = format!("SELECT r.id FROM {} ORDER BY r.id", first_of_each(1));
    let rows = db.rows(sql, vec![]).await?;
    rows.iter().map(|row| row.get("id").map(RunId)).collect()
}

/// The runs `r` in at most the first so many places of each queue: one look into each, however long it is.
pub(super) fn first_of_each(places: u32) -> String {
    format!(
        "any_queues a JOIN runs r ON r.environment_id = -a.id AND r.state = 'queued' AND r.sequence < {places} + \
         (SELECT MIN(q.sequence) FROM runs q WHERE q.environment_id = -a.id AND q.state = 'queued')"
    )
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

/// Locks the rows of these queues, in the order of their numbers, until the transaction ends.
pub async fn lock(tx: &Tx, queues: &BTreeSet<EnvironmentId>) -> Result<()> {
    if queues.is_empty() {
        return Ok(());
    }
    let places = placeholders(1, queues.len());
    let lock = tx.dialect().for_update();
    let sql = format!("SELECT id FROM any_queues WHERE id IN ({places}) ORDER BY id{lock}");
    tx.rows(sql, queues.iter().map(|queue| (-queue.0).into()).collect()).await?;
    Ok(())
}
