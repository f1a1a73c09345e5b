//! The order of what happened, for the stream.

use std::fmt;
use std::str::FromStr;

use crate::domain::{EnvironmentId, Event, RunId, TestsChange};

use super::{Read, Result, Row, Tx, many};

/// Place in the order of events. A reader that fetches what is after its cursor misses nothing, also on PostgreSQL,
/// where rows appear in the order of commits and not of their numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    transaction: i64,
    seq: i64,
}

/// Events with the place after the last of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Events {
    pub items: Vec<Event>,
    pub cursor: Cursor,
    /// There are more already, but what comes before them is not settled: worth another look in a moment.
    pub unsettled: bool,
    /// There may be more than was asked for.
    pub is_cut: bool,
}

/// Events after `cursor`, oldest first, at most `limit`.
pub async fn after(db: &impl Read, cursor: Cursor, limit: u32) -> Result<Events> {
    let sql = format!(
        "SELECT transaction_id, seq, kind, run_id, test_number, environment_id, path, {} AS oldest_open FROM events \
         WHERE (transaction_id, seq) > ($1, $2) ORDER BY transaction_id, seq LIMIT {limit}",
        db.dialect().oldest_open_transaction()
    );
    let rows = db.rows(sql, vec![cursor.transaction.into(), cursor.seq.into()]).await?;
    let is_cut = rows.len() >= limit as usize;
    let mut events =
        Events { items: Vec::with_capacity(rows.len()), cursor, unsettled: false, is_cut };
    for row in &rows {
        let place = Cursor { transaction: row.get("transaction_id")?, seq: row.get("seq")? };
        if place.transaction >= row.get("oldest_open")? {
            events.unsettled = true;
            break;
        }
        events.cursor = place;
        // Nothing for what a newer version wrote; this one has nothing to show for it.
        events.items.extend(event(row)?);
    }
    Ok(events)
}

fn event(row: &Row) -> Result<Option<Event>> {
    let kind: String = row.get("kind")?;
    Ok(match kind.as_str() {
        "run" => Some(Event::Run(RunId(row.get("run_id")?))),
        "test" => Some(Event::Test(RunId(row.get("run_id")?), row.get("test_number")?)),
        "environment" => Some(Event::Environment(EnvironmentId(row.get("environment_id")?))),
        "tests_in" => Some(Event::Tests(TestsChange::In(row.get("path")?))),
        "tests_below" => Some(Event::Tests(TestsChange::Below(row.get("path")?))),
        _ => None,
    })
}

/// The place after the newest event.
pub async fn latest(db: &impl Read) -> Result<Cursor> {
    edge(db, "DESC").await.map(Option::unwrap_or_default)
}

/// The place of the oldest event that is kept; a cursor before it cannot be resumed.
pub async fn oldest(db: &impl Read) -> Result<Option<Cursor>> {
    edge(db, "ASC").await
}

async fn edge(db: &impl Read, direction: &'static str) -> Result<Option<Cursor>> {
    let sql = format!(
        "SELECT transaction_id, seq FROM events WHERE transaction_id < {} \
         ORDER BY transaction_id {direction}, seq {direction} LIMIT 1",
        db.dialect().oldest_open_transaction()
    );
    let row = db.opt(sql, vec![]).await?;
    row.map(|row| Ok(Cursor { transaction: row.get("transaction_id")?, seq: row.get("seq")? }))
        .transpose()
}

/// Notes what happened, in this order.
pub async fn insert(tx: &Tx, events: &[Event]) -> Result<()> {
    let into = "INSERT INTO events (kind, run_id, test_number, environment_id, path)";
    many::insert(tx, into, "", events, |event| {
        let (kind, run, test, environment, path) = match event {
            Event::Run(run) => ("run", Some(run.0), None, None, None),
            Event::Test(run, number) => ("test", Some(run.0), Some(*number), None, None),
            Event::Environment(environment) => {
                ("environment", None, None, Some(environment.0), None)
            }
            Event::Tests(TestsChange::In(path)) => {
                ("tests_in", None, None, None, Some(path.clone()))
            }
            Event::Tests(TestsChange::Below(path)) => {
                ("tests_below", None, None, None, Some(path.clone()))
            }
        };
        vec![kind.into(), run.into(), test.into(), environment.into(), path.into()]
    })
    .await
}

/// Forgets all but the newest `keep` events, in the order in which readers are told of them.
pub async fn prune(tx: &Tx, keep: i64) -> Result<u64> {
    let sql = format!(
        "DELETE FROM events WHERE (transaction_id, seq) <= (SELECT transaction_id, seq FROM events \
         WHERE transaction_id < {} ORDER BY transaction_id DESC, seq DESC LIMIT 1 OFFSET $1)",
        tx.dialect().oldest_open_transaction()
    );
    tx.execute(sql, vec![keep.into()]).await
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.transaction, self.seq)
    }
}

/// A text that is no cursor of the stream.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no cursor of the stream")]
pub struct NoCursor(String);

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> std::result::Result<Self, NoCursor> {
        let number = |part: &str| part.parse::<i64>().map_err(|_| NoCursor(text.to_owned()));
        let (transaction, seq) = text.split_once('-').ok_or_else(|| NoCursor(text.to_owned()))?;
        Ok(Self { transaction: number(transaction)?, seq: number(seq)? })
    }
}
