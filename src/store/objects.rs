//! Which contents are in the object store, and under which names.

use crate::domain::Millis;

use super::runs::placeholders;
use super::{Read, Result, Row, Tx, Value, many};

/// Hashes or names in one statement.
const PORTION: usize = 500;

/// A content in the object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub sha256: String,
    /// No other content has ever had it.
    pub name: String,
    pub bytes: u64,
}

/// What this installation has left in its object store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub name: String,
    /// Whether it is known to be there.
    pub is_left: bool,
}

/// Those of these that are in the object store, also when they leave.
pub async fn find(db: &impl Read, wanted: &[String]) -> Result<Vec<Object>> {
    let mut found = Vec::new();
    for portion in wanted.chunks(PORTION) {
        let sql = format!(
            "SELECT sha256, name, bytes FROM kept_objects WHERE sha256 IN ({})",
            placeholders(1, portion.len())
        );
        for row in db.rows(sql, texts(portion)).await? {
            found.push(from_row(&row)?);
        }
    }
    Ok(found)
}

/// Those of these that are in the object store, and stay.
pub async fn staying(db: &impl Read, wanted: &[String]) -> Result<Vec<String>> {
    let mut staying = Vec::new();
    for portion in wanted.chunks(PORTION) {
        let sql = format!(
            "SELECT sha256 FROM kept_objects WHERE sha256 IN ({}) \
             AND sha256 NOT IN (SELECT l.sha256 FROM leaving_blobs l)",
            placeholders(1, portion.len())
        );
        for row in db.rows(sql, texts(portion)).await? {
            staying.push(row.get("sha256")?);
        }
    }
    Ok(staying)
}

/// All of them, with their bytes.
pub async fn sizes(db: &impl Read) -> Result<Vec<(String, u64)>> {
    let rows = db.rows("SELECT sha256, bytes FROM kept_objects", vec![]).await?;
    let one = |row: &Row| Ok((row.get("sha256")?, row.get::<i64>("bytes")?.unsigned_abs()));
    rows.iter().map(one).collect()
}

/// Notes names that are about to be used, or to be removed.
pub async fn loosen(tx: &Tx, names: &[String], since: Millis) -> Result<()> {
    let into = "INSERT INTO loose_objects (name, since)";
    many::insert(tx, into, "", names, |name| vec![name.as_str().into(), since.0.into()]).await
}

/// Notes that a content has this name now. `false` when its name is being removed, because it took too long.
pub async fn bind(tx: &Tx, object: &Object, now: Millis) -> Result<bool> {
    let sql = "DELETE FROM loose_objects WHERE name = $1 AND going = 0";
    if tx.execute(sql, vec![object.name.as_str().into()]).await? == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO kept_objects (sha256, name, bytes) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING";
    let bytes = i64::try_from(object.bytes).unwrap_or(i64::MAX);
    let values = vec![object.sha256.as_str().into(), object.name.as_str().into(), bytes.into()];
    if tx.execute(sql, values).await? == 0 {
        // Another host kept the same meanwhile.
        loosen(tx, std::slice::from_ref(&object.name), now).await?;
    }
    Ok(true)
}

/// The content is kept no longer; what lies under its name is loose.
pub(super) async fn release(tx: &Tx, sha256: &str, now: Millis) -> Result<()> {
    let sql = "INSERT INTO loose_objects (name, since) SELECT name, $2 FROM kept_objects WHERE sha256 = $1";
    tx.execute(sql, vec![sha256.into(), now.0.into()]).await?;
    tx.execute("DELETE FROM kept_objects WHERE sha256 = $1", vec![sha256.into()]).await?;
    Ok(())
}

/// Takes names that are loose since `by` or longer, for their removal.
pub async fn take_loose(tx: &Tx, by: Millis, limit: u32) -> Result<Vec<String>> {
    let sql = format!(
        "UPDATE loose_objects SET going = 1 WHERE name IN \
         (SELECT l.name FROM loose_objects l WHERE l.since <= $1 ORDER BY l.name LIMIT {limit}) RETURNING name"
    );
    tx.rows(sql, vec![by.0.into()]).await?.iter().map(|row| row.get("name")).collect()
}

/// Nothing is under these names any more.
pub async fn forget(tx: &Tx, names: &[String]) -> Result<()> {
    for portion in names.chunks(PORTION) {
        let places = placeholders(1, portion.len());
        let sql = format!("DELETE FROM loose_objects WHERE going = 1 AND name IN ({places})");
        tx.execute(sql, texts(portion)).await?;
    }
    Ok(())
}

/// `None` as long as no host has used an object store.
pub async fn mark(db: &impl Read) -> Result<Option<Mark>> {
    let row = db.opt("SELECT name, marked FROM object_store", vec![]).await?;
    let mark =
        |row: Row| Ok(Mark { name: row.get("name")?, is_left: row.get::<i64>("marked")? != 0 });
    row.map(mark).transpose()
}

/// Gives the mark a name, unless it has one.
pub async fn name_mark(tx: &Tx, name: &str) -> Result<()> {
    let sql = "INSERT INTO object_store (one, name) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
    tx.execute(sql, vec![name.into()]).await?;
    Ok(())
}

/// The mark is in the object store.
pub async fn mark_left(tx: &Tx) -> Result<()> {
    tx.execute("UPDATE object_store SET marked = 1", vec![]).await?;
    Ok(())
}

fn texts(portion: &[String]) -> Vec<Value> {
    portion.iter().map(|text| text.as_str().into()).collect()
}

fn from_row(row: &Row) -> Result<Object> {
    Ok(Object {
        sha256: row.get("sha256")?,
        name: row.get("name")?,
        bytes: row.get::<i64>("bytes")?.unsigned_abs(),
    })
}
