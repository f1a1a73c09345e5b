//! The order of what happened, for the stream.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::domain::{EnvironmentId, Event, RunId, TestsChange};

use super::runs::placeholders;
use super::{Read, Result, Row, Tx, Value, many};

/// Place in the order of events. A reader that fetches what is after its cursor misses nothing, also on PostgreSQL,
/// where rows appear in the order of commits and not of their numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Of PostgreSQL: each primary that took over from another one has its own, and goes on with the numbers that it knows.
    timeline: i64,
    transaction: i64,
    seq: i64,
}

impl Cursor {
    /// Whether both are places in one order.
    pub fn is_of_same_primary(self, other: Self) -> bool {
        self.timeline == other.timeline
    }
}

/// Transactions that a lost primary may have shown which the new one never had: of each connection one whose commit was waiting
/// for the other host. The new one gives their numbers to others, so readers go back that far; that something has changed may be
/// told twice.
const NEVER_HAD: i64 = 10_000;

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
    let (timeline, oldest_open) = (db.dialect().timeline(), db.dialect().oldest_open_transaction());
    let sql = format!(
        "SELECT transaction_id, seq, kind, run_id, test_number, environment_id, path, \
         (SELECT {timeline}) AS timeline, {oldest_open} AS oldest_open FROM events WHERE (transaction_id, seq) > \
         ((SELECT CASE WHEN $3 = {timeline} THEN $1 ELSE $1 - {NEVER_HAD} END), $2) \
         ORDER BY transaction_id, seq LIMIT {limit}",
    );
    let Cursor { transaction, seq, timeline } = cursor;
    let rows = db.rows(sql, vec![transaction.into(), seq.into(), timeline.into()]).await?;
    let is_cut = rows.len() >= limit as usize;
    let mut events =
        Events { items: Vec::with_capacity(rows.len()), cursor, unsettled: false, is_cut };
    for row in &rows {
        let place = place(row)?;
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

fn place(row: &Row) -> Result<Cursor> {
    let (transaction, seq) = (row.get("transaction_id")?, row.get("seq")?);
    Ok(Cursor { timeline: row.get("timeline")?, transaction, seq })
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

/// Those of these runs of which something is told after `cursor`, also where it is not settled yet.
pub async fn runs_after(db: &impl Read, cursor: Cursor, runs: &[RunId]) -> Result<BTreeSet<RunId>> {
    if runs.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = format!(
        "SELECT DISTINCT run_id FROM events WHERE (transaction_id, seq) > ($1, $2) AND kind = 'run' AND run_id IN ({})",
        placeholders(3, runs.len())
    );
    let place = [cursor.transaction, cursor.seq];
    let values = place.into_iter().chain(runs.iter().map(|run| run.0)).map(Value::from).collect();
    db.rows(sql, values).await?.iter().map(|row| row.get("run_id").map(RunId)).collect()
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
        "SELECT transaction_id, seq, {} AS timeline FROM events WHERE transaction_id < {} \
         ORDER BY transaction_id {direction}, seq {direction} LIMIT 1",
        db.dialect().timeline(),
        db.dialect().oldest_open_transaction()
    );
    db.opt(sql, vec![]).await?.as_ref().map(place).transpose()
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

/// Forgets all but the newest `keep` events, in the order in which readers are told of them, at most `most` of them at once.
pub async fn prune(tx: &Tx, keep: i64, most: u64) -> Result<u64> {
    let sql = format!(
        "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE (transaction_id, seq) <= \
         (SELECT transaction_id, seq FROM events WHERE transaction_id < {} \
         ORDER BY transaction_id DESC, seq DESC LIMIT 1 OFFSET $1) ORDER BY transaction_id, seq LIMIT {most})",
        tx.dialect().oldest_open_transaction()
    );
    tx.execute(sql, vec![keep.into()]).await
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { timeline, transaction, seq } = self;
        write!(f, "{transaction}-{seq}")?;
        if *timeline == 0 { Ok(()) } else { write!(f, "-{timeline}") }
    }
}

/// A text that is no cursor of the stream.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no cursor of the stream")]
pub struct NoCursor(String);

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> std::result::Result<Self, NoCursor> {
        let numbers =
            text.split('-').map(str::parse::<i64>).collect::<std::result::Result<Vec<_>, _>>();
        match numbers.as_deref() {
            Ok([transaction, seq]) => {
                Ok(Self { timeline: 0, transaction: *transaction, seq: *seq })
            }
            Ok([transaction, seq, timeline]) => {
                Ok(Self { timeline: *timeline, transaction: *transaction, seq: *seq })
            }
            _ => Err(NoCursor(text.to_owned())),
        }
    }
}
