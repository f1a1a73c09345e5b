//! Contents by hash, in parts: one of any size needs the memory of one part.

use std::collections::BTreeSet;

use crate::domain::Millis;

use super::runs::placeholders;
use super::{Read, Result, Tx, many, objects};

/// Bytes of every part but the last.
pub const PART: usize = 1024 * 1024;
/// Hashes in one statement.
const PORTION: usize = 500;

/// Keeps a part; contents with the same hash are the same.
pub async fn insert(tx: &Tx, sha256: &str, part: i64, bytes: Vec<u8>) -> Result<()> {
    let sql = "INSERT INTO blob_parts (sha256, part, bytes) VALUES ($1, $2, $3) ON CONFLICT (sha256, part) DO NOTHING";
    tx.execute(sql, vec![sha256.into(), part.into(), bytes.into()]).await?;
    Ok(())
}

/// Those of these that are not kept, or leave.
pub async fn missing(db: &impl Read, wanted: &[String]) -> Result<Vec<String>> {
    let mut missing: BTreeSet<&String> = wanted.iter().collect();
    for portion in wanted.chunks(PORTION) {
        let sql = format!(
            "SELECT sha256 FROM blob_parts WHERE part = 0 AND sha256 IN ({}) \
             AND sha256 NOT IN (SELECT l.sha256 FROM leaving_blobs l)",
            placeholders(1, portion.len())
        );
        let values = portion.iter().map(|sha256| sha256.as_str().into()).collect();
        for row in db.rows(sql, values).await? {
            missing.remove(&row.get::<String>("sha256")?);
        }
    }
    Ok(missing.into_iter().cloned().collect())
}

/// The first parts of these, as far as they are kept.
pub async fn first_parts(db: &impl Read, wanted: &[String]) -> Result<Vec<(String, Vec<u8>)>> {
    let sql = format!(
        "SELECT sha256, bytes FROM blob_parts WHERE part = 0 AND sha256 IN ({})",
        placeholders(1, wanted.len())
    );
    let values = wanted.iter().map(|sha256| sha256.as_str().into()).collect();
    let rows = db.rows(sql, values).await?;
    rows.iter().map(|row| Ok((row.get("sha256")?, row.get("bytes")?))).collect()
}

/// `None` behind the last one.
pub async fn part(db: &impl Read, sha256: &str, part: i64) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM blob_parts WHERE sha256 = $1 AND part = $2";
    let row = db.opt(sql, vec![sha256.into(), part.into()]).await?;
    row.map(|row| row.get("bytes")).transpose()
}

/// All that are kept, with their bytes.
pub async fn sizes(db: &impl Read) -> Result<Vec<(String, u64)>> {
    let sql = "SELECT sha256, CAST(SUM(LENGTH(bytes)) AS BIGINT) AS bytes FROM blob_parts GROUP BY sha256";
    let rows = db.rows(sql, vec![]).await?;
    let one = |row: &super::Row| Ok((row.get("sha256")?, row.get::<i64>("bytes")?.unsigned_abs()));
    rows.iter().map(one).collect()
}

/// Those that nothing named when they were last looked for, and since when.
pub async fn leaving(db: &impl Read) -> Result<Vec<(String, Millis)>> {
    let rows = db.rows("SELECT sha256, since FROM leaving_blobs", vec![]).await?;
    rows.iter().map(|row| Ok((row.get("sha256")?, Millis(row.get("since")?)))).collect()
}

pub async fn leave(tx: &Tx, contents: &[String], since: Millis) -> Result<()> {
    let into = "INSERT INTO leaving_blobs (sha256, since)";
    let on_conflict = "ON CONFLICT (sha256) DO NOTHING";
    many::insert(tx, into, on_conflict, contents, |one| vec![one.as_str().into(), since.0.into()])
        .await
}

/// It is named again. Whoever keeps one says this first: then nobody removes it any more.
pub async fn stay(tx: &Tx, sha256: &str) -> Result<()> {
    tx.execute("DELETE FROM leaving_blobs WHERE sha256 = $1", vec![sha256.into()]).await?;
    Ok(())
}

/// Those of these that leave.
pub async fn leaving_of(db: &impl Read, wanted: &[String]) -> Result<Vec<String>> {
    let mut leaving = Vec::new();
    for portion in wanted.chunks(PORTION) {
        let places = placeholders(1, portion.len());
        let sql =
            format!("SELECT sha256 FROM leaving_blobs WHERE sha256 IN ({places}) ORDER BY sha256");
        let values = portion.iter().map(|sha256| sha256.as_str().into()).collect();
        for row in db.rows(sql, values).await? {
            leaving.push(row.get("sha256")?);
        }
    }
    Ok(leaving)
}

/// Removes one that still leaves, and does so since `by` or longer, wherever it is.
pub async fn remove(tx: &Tx, sha256: &str, by: Millis, now: Millis) -> Result<()> {
    let sql = "DELETE FROM leaving_blobs WHERE sha256 = $1 AND since <= $2";
    if tx.execute(sql, vec![sha256.into(), by.0.into()]).await? == 1 {
        tx.execute("DELETE FROM blob_parts WHERE sha256 = $1", vec![sha256.into()]).await?;
        objects::release(tx, sha256, now).await?;
    }
    Ok(())
}
