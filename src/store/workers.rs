//! The processes that execute runs.

use std::collections::HashMap;

use crate::domain::{Crew, Hand, Millis, RunId, Serves, WorkerId};

use super::{LeaseNow, Read, Result, Row, Tx, from_json, to_json};

/// A worker as it registered itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    pub id: WorkerId,
    pub name: String,
    /// The name of its data directory.
    pub home: String,
    pub boot_id: String,
    pub pid: i64,
    pub version: String,
    pub slots: i64,
    /// What its operator says of it.
    pub labels: Vec<String>,
    pub serves: Serves,
    /// How far runs are kept apart there, once that is known.
    pub rung: Option<i64>,
    pub state: State,
    pub started_at: Millis,
    /// When it last proved that it lives.
    pub seen_at: Millis,
    /// It has not proved for so long that it lives that its leases have run out.
    pub is_silent: bool,
}

/// What is known of a worker that is not gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It takes runs.
    Active,
    /// It finishes what it has.
    Draining,
    /// It let its leases run out, and may come back.
    Silent,
}

/// What a worker says of itself when it starts.
#[derive(Debug, Clone)]
pub struct NewWorker {
    pub name: String,
    pub home: String,
    pub boot_id: String,
    pub pid: i64,
    pub version: String,
    pub slots: i64,
    pub labels: Vec<String>,
    pub serves: Serves,
}

pub async fn insert(
    tx: &Tx,
    worker: &NewWorker,
    (lease_now, lease_ms): (LeaseNow, i64),
    now: Millis,
) -> Result<WorkerId> {
    let sql = format!(
        "INSERT INTO workers (name, boot_id, pid, version, slots, state, started_at, seen_at, alive_until, home, \
         labels, serves) VALUES ($1, $2, $3, $4, $5, 'active', $6, $6, {} + $8, $9, $10, $11) RETURNING id",
        tx.dialect().lease_now("$7")
    );
    let values = vec![
        worker.name.as_str().into(),
        worker.boot_id.as_str().into(),
        worker.pid.into(),
        worker.version.as_str().into(),
        worker.slots.into(),
        now.0.into(),
        lease_now.into(),
        lease_ms.into(),
        worker.home.as_str().into(),
        to_json(&worker.labels).into(),
        to_json(&worker.serves.0).into(),
    ];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    row.get("id").map(WorkerId)
}

/// Every worker that is not known to be gone, with those of which nothing is heard.
pub async fn list(db: &impl Read, lease_now: LeaseNow) -> Result<Vec<Worker>> {
    let sql = format!(
        "SELECT id, name, home, boot_id, pid, version, slots, labels, serves, rung, state, started_at, seen_at, \
         CAST(CASE WHEN alive_until < {} THEN 1 ELSE 0 END AS BIGINT) AS is_silent \
         FROM workers WHERE state <> 'gone' ORDER BY id",
        db.dialect().lease_now("$1")
    );
    db.rows(sql, vec![lease_now.into()]).await?.iter().map(from_row).collect()
}

/// The runs that each of them executes.
pub async fn running(db: &impl Read) -> Result<HashMap<WorkerId, Vec<RunId>>> {
    let sql = "SELECT id, worker_id FROM runs WHERE state = 'running' ORDER BY id";
    let mut running: HashMap<_, Vec<_>> = HashMap::new();
    for row in db.rows(sql, vec![]).await? {
        let worker = WorkerId(row.get("worker_id")?);
        running.entry(worker).or_default().push(RunId(row.get("id")?));
    }
    Ok(running)
}

pub async fn set_rung(tx: &Tx, id: WorkerId, rung: i64) -> Result<()> {
    tx.execute("UPDATE workers SET rung = $2 WHERE id = $1", vec![id.0.into(), rung.into()])
        .await?;
    Ok(())
}

/// Those that take runs.
pub async fn crew(db: &impl Read) -> Result<Crew> {
    let sql = "SELECT w.serves, w.slots, (SELECT COUNT(*) FROM runs r WHERE r.state = 'running' \
               AND r.worker_id = w.id) AS running FROM workers w WHERE w.state = 'active'";
    let hand = |row: &Row| {
        Ok(Hand {
            serves: Serves(from_json("environments", &row.get::<String>("serves")?)?),
            slots: row.get("slots")?,
            running: row.get("running")?,
        })
    };
    db.rows(sql, vec![]).await?.iter().map(hand).collect::<Result<_>>().map(Crew)
}

pub async fn renew(
    tx: &Tx,
    id: WorkerId,
    (lease_now, lease_ms): (LeaseNow, i64),
    now: Millis,
) -> Result<bool> {
    let sql = format!(
        "UPDATE workers SET alive_until = {} + $3, seen_at = $4, \
         state = CASE WHEN state = 'silent' THEN 'active' ELSE state END WHERE id = $1 AND state <> 'gone'",
        tx.dialect().lease_now("$2")
    );
    let values = vec![id.0.into(), lease_now.into(), lease_ms.into(), now.0.into()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Counts no more on those who have let their leases run out, until they are heard of again.
pub async fn set_silent(tx: &Tx, lease_now: LeaseNow) -> Result<u64> {
    let sql = format!(
        "UPDATE workers SET state = 'silent' WHERE state = 'active' AND alive_until < {}",
        tx.dialect().lease_now("$1")
    );
    tx.execute(sql, vec![lease_now.into()]).await
}

/// Forgets those who have been silent for `silent_ms` and have no run any more: their hosts are gone for good, and nobody
/// there can say so.
pub async fn forget_silent(tx: &Tx, lease_now: LeaseNow, silent_ms: i64) -> Result<u64> {
    let sql = format!(
        "UPDATE workers SET state = 'gone' WHERE state <> 'gone' AND alive_until < {} - $2 \
         AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.state = 'running' AND r.worker_id = workers.id)",
        tx.dialect().lease_now("$1")
    );
    tx.execute(sql, vec![lease_now.into(), silent_ms.into()]).await
}

/// What a worker has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub claims: u64,
    /// What its runs printed.
    pub log_bytes: u64,
    /// What it asked of the object store, what of that failed, and the microseconds that it took.
    pub objects: [u64; 3],
}

pub async fn set_done(tx: &Tx, id: WorkerId, done: Done) -> Result<()> {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX).into();
    let sql = "UPDATE workers SET claims = $2, log_bytes = $3, object_operations = $4, object_errors = $5, \
               object_micros = $6 WHERE id = $1";
    let [operations, errors, micros] = done.objects.map(number);
    let (claims, log_bytes) = (number(done.claims), number(done.log_bytes));
    let values = vec![id.0.into(), claims, log_bytes, operations, errors, micros];
    tx.execute(sql, values).await?;
    Ok(())
}

/// One more of its leases was lost.
pub async fn count_loss(tx: &Tx, id: WorkerId) -> Result<()> {
    tx.execute("UPDATE workers SET lost = lost + 1 WHERE id = $1", vec![id.0.into()]).await?;
    Ok(())
}

pub async fn set_draining(tx: &Tx, id: WorkerId) -> Result<()> {
    let sql = "UPDATE workers SET state = 'draining' WHERE id = $1 AND state <> 'gone'";
    tx.execute(sql, vec![id.0.into()]).await?;
    Ok(())
}

pub async fn set_gone(tx: &Tx, id: WorkerId) -> Result<()> {
    tx.execute("UPDATE workers SET state = 'gone' WHERE id = $1", vec![id.0.into()]).await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<Worker> {
    Ok(Worker {
        id: WorkerId(row.get("id")?),
        name: row.get("name")?,
        home: row.get("home")?,
        boot_id: row.get("boot_id")?,
        pid: row.get("pid")?,
        version: row.get("version")?,
        slots: row.get("slots")?,
        labels: from_json("labels", &row.get::<String>("labels")?)?,
        serves: Serves(from_json("environments", &row.get::<String>("serves")?)?),
        rung: row.get("rung")?,
        state: match row.get::<String>("state")?.as_str() {
            "draining" => State::Draining,
            "silent" => State::Silent,
            _ => State::Active,
        },
        started_at: Millis(row.get("started_at")?),
        seen_at: Millis(row.get("seen_at")?),
        is_silent: row.get::<i64>("is_silent")? != 0,
    })
}
