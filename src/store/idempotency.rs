//! Answers to requests that are repeated with the same key.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Row, Tx};

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
    row.as_ref().map(from_row).transpose()
}

/// Remembers an answer unless there is one from `not_before` or later. Returns the answer that counts: whoever asks with
/// the same key at the same time, in whatever environment, waits here and is told of the same run.
pub async fn remember(
    tx: &Tx,
    key: &str,
    answered: &Answered,
    now: Millis,
    not_before: Millis,
) -> Result<Answered> {
    let sql = "INSERT INTO idempotency_keys AS old (key, body_sha256, run_id, created_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (key) DO UPDATE SET \
               body_sha256 = CASE WHEN old.created_at < $5 THEN excluded.body_sha256 ELSE old.body_sha256 END, \
               run_id = CASE WHEN old.created_at < $5 THEN excluded.run_id ELSE old.run_id END, \
               created_at = CASE WHEN old.created_at < $5 THEN excluded.created_at ELSE old.created_at END \
               RETURNING run_id, body_sha256";
    let values = vec![
        key.into(),
        answered.body_sha256.as_str().into(),
        answered.run.0.into(),
        now.0.into(),
        not_before.0.into(),
    ];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    from_row(&row)
}

pub async fn prune(tx: &Tx, before: Millis) -> Result<u64> {
    tx.execute("DELETE FROM idempotency_keys WHERE created_at < $1", vec![before.0.into()]).await
}

fn from_row(row: &Row) -> Result<Answered> {
    Ok(Answered { run: RunId(row.get("run_id")?), body_sha256: row.get("body_sha256")? })
}
