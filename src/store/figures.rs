//! What operators graph: numbers of rows, each from an index.

use crate::domain::{EnvironmentId, Millis};

use super::{Read, Result};

/// The queue of an environment, or a queue for any environment, whose number is below 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueFigures {
    pub environment: EnvironmentId,
    pub length: i64,
    /// When the run that has waited longest was asked for.
    pub oldest: Millis,
}

/// The queues that are not empty.
pub async fn queues(db: &impl Read) -> Result<Vec<QueueFigures>> {
    // The first of a queue has waited longest, so that the others are only counted, in an index.
    let sql = "SELECT q.environment_id, q.length, r.created_at AS oldest FROM \
               (SELECT environment_id, COUNT(*) AS length, MIN(sequence) AS first FROM runs \
               WHERE state = 'queued' GROUP BY environment_id) AS q \
               JOIN runs r ON r.environment_id = q.environment_id AND r.sequence = q.first AND r.state = 'queued' \
               ORDER BY q.environment_id";
    let rows = db.rows(sql, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(QueueFigures {
                environment: EnvironmentId(row.get("environment_id")?),
                length: row.get("length")?,
                oldest: Millis(row.get("oldest")?),
            })
        })
        .collect()
}

/// How many runs that were asked for since then ended in which way.
pub async fn outcomes_since(db: &impl Read, since: Millis) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT outcome, COUNT(*) AS runs FROM runs WHERE created_at >= $1 AND outcome IS NOT NULL \
               GROUP BY outcome ORDER BY outcome";
    let rows = db.rows(sql, vec![since.0.into()]).await?;
    rows.iter().map(|row| Ok((row.get("outcome")?, row.get("runs")?))).collect()
}

/// What all workers have done since the database was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub claims: i64,
    pub log_bytes: i64,
    pub lost: i64,
    pub refused_writes: i64,
    /// What was asked of the object store, what of that failed, and the microseconds that it took.
    pub objects: [i64; 3],
}

pub async fn totals(db: &impl Read) -> Result<Totals> {
    let sql = "SELECT CAST(COALESCE(SUM(claims), 0) AS BIGINT) AS claims, \
               CAST(COALESCE(SUM(log_bytes), 0) AS BIGINT) AS log_bytes, \
               CAST(COALESCE(SUM(lost), 0) AS BIGINT) AS lost, \
               CAST(COALESCE(SUM(object_operations), 0) AS BIGINT) AS operations, \
               CAST(COALESCE(SUM(object_errors), 0) AS BIGINT) AS errors, \
               CAST(COALESCE(SUM(object_micros), 0) AS BIGINT) AS micros, \
               (SELECT COUNT(*) FROM refused_writes) AS refused FROM workers";
    let row = db.opt(sql, vec![]).await?.ok_or(super::Error::Missing("the sum of its workers"))?;
    Ok(Totals {
        claims: row.get("claims")?,
        log_bytes: row.get("log_bytes")?,
        lost: row.get("lost")?,
        refused_writes: row.get("refused")?,
        objects: [row.get("operations")?, row.get("errors")?, row.get("micros")?],
    })
}
