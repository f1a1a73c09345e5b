//! What running runs print, for readers on other hosts.

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

/// Keeps pieces; one that is there already, from a try whose answer was lost, stays as it is.
pub async fn insert(tx: &Tx, pieces: &[Piece]) -> Result<()> {
    let into = "INSERT INTO log_pieces (run_id, attempt, start, printed_at, bytes)";
    let on_conflict = "ON CONFLICT (run_id, attempt, start) DO NOTHING";
    many::insert(tx, into, on_conflict, pieces, |piece| {
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

/// The pieces from byte `from` on, at most `limit` of them.
pub async fn after(
    db: &impl Read,
    (run, attempt): (RunId, i64),
    from: u64,
    limit: u32,
) -> Result<Vec<Piece>> {
    let sql = format!(
        "SELECT start, printed_at, bytes FROM log_pieces WHERE run_id = $1 AND attempt = $2 AND start >= $3 \
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
