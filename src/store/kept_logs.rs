//! Logs of attempts that have ended, compressed.

use crate::domain::{LogSize, RunId};

use super::{Read, Result, Row, Tx, Value, many};

/// The log of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLog {
    pub run: RunId,
    pub attempt: i64,
    /// Of what was printed.
    pub size: LogSize,
    pub packed: Packed,
}

/// What it was packed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packed {
    Here(Vec<u8>),
    /// A content with this hash.
    Content(String),
}

/// Keeps it, unless it is kept already, or its run or its log was pruned.
pub async fn insert(tx: &Tx, log: &KeptLog) -> Result<()> {
    // Whoever prunes the log holds the row, too.
    let sql = format!("SELECT id FROM runs WHERE id = $1{}", tx.dialect().for_update());
    let is_there = tx.opt(sql, vec![log.run.0.into()]).await?.is_some();
    let sql = "SELECT id FROM prunings WHERE run_id = $1 AND part IN ('log', 'run')";
    if !is_there || tx.opt(sql, vec![log.run.0.into()]).await?.is_some() {
        return Ok(());
    }
    let into = "INSERT INTO kept_logs (run_id, attempt, lines, bytes, packed, sha256)";
    let on_conflict = "ON CONFLICT (run_id, attempt) DO NOTHING";
    many::insert(tx, into, on_conflict, &[log], |log| {
        let (packed, sha256) = match &log.packed {
            Packed::Here(bytes) => (bytes.clone(), None),
            Packed::Content(sha256) => (Vec::new(), Some(sha256.clone())),
        };
        let (lines, bytes) = (number(log.size.lines), number(log.size.bytes));
        vec![log.run.0.into(), log.attempt.into(), lines, bytes, packed.into(), sha256.into()]
    })
    .await?;
    Ok(())
}

/// `None` as long as there are pieces of it.
pub async fn find(db: &impl Read, (run, attempt): (RunId, i64)) -> Result<Option<KeptLog>> {
    let sql =
        "SELECT lines, bytes, packed, sha256 FROM kept_logs WHERE run_id = $1 AND attempt = $2";
    let row = db.opt(sql, vec![run.0.into(), attempt.into()]).await?;
    row.map(|row| from_row(&row, (run, attempt))).transpose()
}

fn from_row(row: &Row, (run, attempt): (RunId, i64)) -> Result<KeptLog> {
    let size = LogSize {
        lines: row.get::<i64>("lines")?.unsigned_abs(),
        bytes: row.get::<i64>("bytes")?.unsigned_abs(),
    };
    let packed = match row.get::<Option<String>>("sha256")? {
        Some(sha256) => Packed::Content(sha256),
        None => Packed::Here(row.get("packed")?),
    };
    Ok(KeptLog { run, attempt, size, packed })
}

fn number(count: u64) -> Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}
