//! What runs left in their directories on the hosts that executed them.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Row, Tx, many};

/// A file of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFile {
    /// In the directory of the run.
    pub name: String,
    pub sha256: String,
    /// Bytes.
    pub size: i64,
    pub modified_at: Millis,
}

pub async fn insert(tx: &Tx, (run, attempt): (RunId, i64), files: &[RunFile]) -> Result<()> {
    let into = "INSERT INTO run_files (run_id, attempt, name, sha256, size, modified_at)";
    let on_conflict = "ON CONFLICT (run_id, attempt, name) DO NOTHING";
    many::insert(tx, into, on_conflict, files, |file| {
        vec![
            run.0.into(),
            attempt.into(),
            file.name.as_str().into(),
            file.sha256.as_str().into(),
            file.size.into(),
            file.modified_at.0.into(),
        ]
    })
    .await
}

/// By name.
pub async fn list(db: &impl Read, (run, attempt): (RunId, i64)) -> Result<Vec<RunFile>> {
    let sql = "SELECT name, sha256, size, modified_at FROM run_files WHERE run_id = $1 AND attempt = $2 ORDER BY name";
    db.rows(sql, vec![run.0.into(), attempt.into()]).await?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<RunFile> {
    Ok(RunFile {
        name: row.get("name")?,
        sha256: row.get("sha256")?,
        size: row.get("size")?,
        modified_at: Millis(row.get("modified_at")?),
    })
}
