//! The record of who changed which file below the tests root.

use crate::domain::{FileChange, FileChangeKind, Millis};

use super::{Read, Result, Row, Tx, Value, many};

const COLUMNS: &str =
    "kind, path, sha256, size, replaced_sha256, moved_from, changed_by, changed_at";

/// Writes the lines down in their order.
pub async fn insert(tx: &Tx, changes: &[FileChange]) -> Result<()> {
    let into = format!("INSERT INTO file_changes ({COLUMNS})");
    many::insert(tx, &into, "", changes, values).await
}

/// What happened to the file at `path`, or to all files, newest first: at most `limit` lines before the one with number
/// `before`.
pub async fn history(
    db: &impl Read,
    path: Option<&str>,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, FileChange)>> {
    let of_path = path.map_or("", |_| "AND (path = $2 OR moved_from = $2)");
    let sql = format!(
        "SELECT id, {COLUMNS} FROM file_changes WHERE id < $1 {of_path} ORDER BY id DESC LIMIT {limit}"
    );
    let mut values = vec![before.unwrap_or(i64::MAX).into()];
    values.extend(path.map(Value::from));
    let rows = db.rows(sql, values).await?;
    rows.iter().map(|row| Ok((row.get("id")?, from_row(row)?))).collect()
}

/// Whether the file at `path` had the content `sha256` before or after a change that is on record.
pub async fn had_content(db: &impl Read, path: &str, sha256: &str) -> Result<bool> {
    let sql = "SELECT id FROM file_changes WHERE (path = $1 OR moved_from = $1) \
               AND (sha256 = $2 OR replaced_sha256 = $2) LIMIT 1";
    Ok(db.opt(sql, vec![path.into(), sha256.into()]).await?.is_some())
}

fn values(change: &FileChange) -> Vec<Value> {
    vec![
        kind_name(change.kind).into(),
        change.path.as_str().into(),
        change.sha256.clone().into(),
        change.size.into(),
        change.replaced_sha256.clone().into(),
        change.moved_from.clone().into(),
        change.changed_by.clone().into(),
        change.changed_at.0.into(),
    ]
}

fn from_row(row: &Row) -> Result<FileChange> {
    Ok(FileChange {
        kind: kind(&row.get::<String>("kind")?),
        path: row.get("path")?,
        sha256: row.get("sha256")?,
        size: row.get("size")?,
        replaced_sha256: row.get("replaced_sha256")?,
        moved_from: row.get("moved_from")?,
        changed_by: row.get("changed_by")?,
        changed_at: Millis(row.get("changed_at")?),
    })
}

fn kind_name(kind: FileChangeKind) -> &'static str {
    match kind {
        FileChangeKind::Uploaded => "uploaded",
        FileChangeKind::Replaced => "replaced",
        FileChangeKind::Moved => "moved",
        FileChangeKind::Deleted => "deleted",
    }
}

fn kind(name: &str) -> FileChangeKind {
    match name {
        "replaced" => FileChangeKind::Replaced,
        "moved" => FileChangeKind::Moved,
        "deleted" => FileChangeKind::Deleted,
        _ => FileChangeKind::Uploaded,
    }
}
