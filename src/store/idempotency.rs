//! Answers to requests that are repeated with the same key.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Tx};

/// What an earlier request with the same key made.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub run: RunId,
    pub body_sha256: String,
}

pub async fn find(db: &impl Read, key: &str, not_before: Millis) -> Result<Option<Answered>> {
    let sql =
        "SELECT run_id, body_sha256 FROM idempotency_keys WHERE key = $1 AND created_at >= $2";
    let row = db.opt(sql, vec![key.into(), not_before.0.into()]).await?;
    row.map(|row| {
        Ok(Answered { run: RunId(row.get("run_id")?), body_sha256: row.get("body_sha256")? })
    })
    .transpose()
}

/// Remembers an answer, in place of one that is too old to count.
pub async fn put(tx: &Tx, key: &str, answered: &Answered, now: Millis) -> Result<()> {
    let sql = "INSERT INTO idempotency_keys (key, body_sha256, run_id, created_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (key) DO UPDATE SET body_sha256 = excluded.body_sha256, run_id = excluded.run_id, \
               created_at = excluded.created_at";
    let values =
        vec![key.into(), answered.body_sha256.as_str().into(), answered.run.0.into(), now.0.into()];
    tx.execute(sql, values).await?;
    Ok(())
}

pub async fn prune(tx: &Tx, before: Millis) -> Result<u64> {
    tx.execute("DELETE FROM idempotency_keys WHERE created_at < $1", vec![before.0.into()]).await
}
