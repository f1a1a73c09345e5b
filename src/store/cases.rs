//! The test cases of a file, collected by a worker at somebody's request and kept by content.

use crate::domain::Millis;

use super::runs::placeholders;
use super::{Read, Result, Row, Tx};

/// Paths in one statement.
const PORTION: usize = 500;

/// A collection as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseList {
    pub path: String,
    pub content_key: String,
    /// The tests root of which it is asked for; absent: as whoever collects has it.
    pub snapshot: Option<String>,
    pub state: CaseState,
    /// JSON list of `{nodeid, line}`.
    pub items: String,
    /// Why the file cannot be collected, in pytest's words.
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseState {
    Wanted,
    Known,
}

pub async fn find(db: &impl Read, path: &str, content_key: &str) -> Result<Option<CaseList>> {
    let sql = "SELECT path, content_key, snapshot, state, items, error FROM case_lists WHERE path = $1 AND content_key = $2";
    let row = db.opt(sql, vec![path.into(), content_key.into()]).await?;
    row.as_ref().map(from_row).transpose()
}

/// What is known of these files, whatever the content of which it was collected.
pub async fn known_of(db: &impl Read, paths: &[&str]) -> Result<Vec<CaseList>> {
    let mut known = Vec::with_capacity(paths.len());
    for portion in paths.chunks(PORTION) {
        let sql = format!(
            "SELECT path, content_key, snapshot, state, items, error FROM case_lists WHERE state = 'known' AND path IN ({})",
            placeholders(1, portion.len())
        );
        for row in db.rows(sql, portion.iter().map(|path| (*path).into()).collect()).await? {
            known.push(from_row(&row)?);
        }
    }
    Ok(known)
}

/// Asks for a collection; nothing happens when it was asked for before.
pub async fn want(
    tx: &Tx,
    (path, content_key): (&str, &str),
    snapshot: Option<String>,
    now: Millis,
) -> Result<()> {
    let sql = "INSERT INTO case_lists (path, content_key, snapshot, state, items, requested_at) \
               VALUES ($1, $2, $3, 'wanted', '[]', $4) ON CONFLICT (path, content_key) DO NOTHING";
    let values = vec![path.into(), content_key.into(), snapshot.into(), now.0.into()];
    tx.execute(sql, values).await?;
    Ok(())
}

/// The collections that somebody waits for, oldest first.
pub async fn wanted(db: &impl Read, limit: u32) -> Result<Vec<CaseList>> {
    let sql = format!(
        "SELECT path, content_key, snapshot, state, items, error FROM case_lists WHERE state = 'wanted' \
         ORDER BY requested_at LIMIT {limit}"
    );
    db.rows(sql, vec![]).await?.iter().map(from_row).collect()
}

pub async fn put(tx: &Tx, list: &CaseList) -> Result<()> {
    let sql = "UPDATE case_lists SET state = 'known', items = $3, error = $4 WHERE path = $1 AND content_key = $2";
    let values = vec![
        list.path.as_str().into(),
        list.content_key.as_str().into(),
        list.items.as_str().into(),
        list.error.clone().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<CaseList> {
    Ok(CaseList {
        path: row.get("path")?,
        content_key: row.get("content_key")?,
        snapshot: row.get("snapshot")?,
        state: if row.get::<String>("state")? == "known" {
            CaseState::Known
        } else {
            CaseState::Wanted
        },
        items: row.get("items")?,
        error: row.get("error")?,
    })
}
