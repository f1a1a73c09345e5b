//! What running runs print, for readers on other hosts. When an attempt has ended, its log is kept otherwise, and they go.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Tx, Value, many};

/// A part of the log of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub run: RunId,
    pub attempt: i64,
    /// The first byte in the log.
    pub start: u64,
    pub printed_at: Millis,
    pub bytes: Vec<u8>,
}

/// Where the log of a run is: at its newest attempt, in the data directory with this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub attempt: i64,
    pub home: String,
}

/// Keeps pieces; one that is there already, from a try whose answer was lost, stays as it is. Late ones of a log that is kept
/// otherwise are dropped.
pub async fn insert(tx: &Tx, pieces: &[Piece]) -> Result<()> {
    let into = "INSERT INTO log_pieces (run_id, attempt, start, printed_at, bytes)";
    let on_conflict = "ON CONFLICT (run_id, attempt, start) DO NOTHING";
    let is_open = "NOT EXISTS (SELECT 1 FROM kept_logs k WHERE k.run_id = w.column1 AND k.attempt = w.column2)";
    many::insert_some(tx, into, (is_open, on_conflict), pieces, |piece| {
        vec![
            piece.run.0.into(),
            piece.attempt.into(),
            number(piece.start),
            piece.printed_at.0.into(),
            piece.bytes.clone().into(),
        ]
    })
    .await
}

/// The pieces from byte `from` on, at most `limit` of them; none of a log that is kept otherwise.
pub async fn after(
    db: &impl Read,
    (run, attempt): (RunId, i64),
    from: u64,
    limit: u32,
) -> Result<Vec<Piece>> {
    let sql = format!(
        "SELECT start, printed_at, bytes FROM log_pieces WHERE run_id = $1 AND attempt = $2 AND start >= $3 \
         AND NOT EXISTS (SELECT 1 FROM kept_logs k WHERE k.run_id = $1 AND k.attempt = $2) \
         ORDER BY start LIMIT {limit}"
    );
    let rows = db.rows(sql, vec![run.0.into(), attempt.into(), number(from)]).await?;
    rows.iter()
        .map(|row| {
            Ok(Piece {
                run,
                attempt,
                start: row.get::<i64>("start")?.unsigned_abs(),
                printed_at: Millis(row.get("printed_at")?),
                bytes: row.get("bytes")?,
            })
        })
        .collect()
}

/// Removes all pieces of an attempt.
pub async fn remove(tx: &Tx, (run, attempt): (RunId, i64)) -> Result<()> {
    let sql = "DELETE FROM log_pieces WHERE run_id = $1 AND attempt = $2";
    tx.execute(sql, vec![run.0.into(), attempt.into()]).await?;
    Ok(())
}

/// What is to become of the pieces of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lot {
    /// The attempt goes on, or its worker is about to keep its log.
    Wanted,
    /// Its worker will not keep its log: whoever finds them does.
    Left,
    /// They came too late: the log is kept already, or was pruned.
    Late,
}

/// The attempt with pieces that comes next after another one, and what is to become of them.
pub async fn next(
    db: &impl Read,
    (run, attempt): (RunId, i64),
) -> Result<Option<((RunId, i64), Lot)>> {
    let sql = "SELECT p.run_id, p.attempt, CASE WHEN k.run_id IS NOT NULL OR a.run_id IS NULL OR g.run_id IS NOT NULL THEN 'late' \
               WHEN a.finished_at IS NULL THEN 'wanted' \
               WHEN a.outcome = 'lost' OR w.id IS NULL OR w.state IN ('silent', 'gone') THEN 'left' \
               ELSE 'wanted' END AS lot \
               FROM (SELECT f.run_id, f.attempt FROM log_pieces f WHERE (f.run_id, f.attempt) > ($1, $2) \
               ORDER BY f.run_id, f.attempt LIMIT 1) AS p \
               LEFT JOIN attempts a ON a.run_id = p.run_id AND a.number = p.attempt \
               LEFT JOIN workers w ON w.id = a.worker_id \
               LEFT JOIN kept_logs k ON k.run_id = p.run_id AND k.attempt = p.attempt \
               LEFT JOIN prunings g ON g.run_id = p.run_id AND g.part = 'log'";
    let row = db.opt(sql, vec![run.0.into(), attempt.into()]).await?;
    row.map(|row| {
        let lot = match row.get::<String>("lot")?.as_str() {
            "late" => Lot::Late,
            "left" => Lot::Left,
            _ => Lot::Wanted,
        };
        Ok(((RunId(row.get("run_id")?), row.get("attempt")?), lot))
    })
    .transpose()
}

/// `None` for a run that was never started.
pub async fn place(db: &impl Read, run: RunId) -> Result<Option<Place>> {
    let sql = "SELECT a.number, w.home FROM attempts a JOIN workers w ON w.id = a.worker_id \
               WHERE a.run_id = $1 ORDER BY a.number DESC LIMIT 1";
    let row = db.opt(sql, vec![run.0.into()]).await?;
    row.map(|row| Ok(Place { attempt: row.get("number")?, home: row.get("home")? })).transpose()
}

fn number(bytes: u64) -> Value {
    i64::try_from(bytes).unwrap_or(i64::MAX).into()
}
