//! The processes that execute runs.

use crate::domain::policy::Workers;
use crate::domain::{Millis, WorkerId};

use super::{Read, Result, Row, Tx};

/// A worker as it registered itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Worker {
    pub id: WorkerId,
    pub name: String,
    pub boot_id: String,
    pub pid: i64,
    pub version: String,
    pub slots: i64,
    pub draining: bool,
    pub started_at: Millis,
    /// Milliseconds of the lease clock.
    pub alive_until: i64,
}

/// What a worker says of itself when it starts.
#[derive(Debug, Clone)]
pub struct NewWorker {
    pub name: String,
    pub boot_id: String,
    pub pid: i64,
    pub version: String,
    pub slots: i64,
}

pub async fn insert(
    tx: &Tx,
    worker: &NewWorker,
    alive_until: i64,
    now: Millis,
) -> Result<WorkerId> {
    let sql = "INSERT INTO workers (name, boot_id, pid, version, slots, state, started_at, alive_until) \
               VALUES ($1, $2, $3, $4, $5, 'active', $6, $7) RETURNING id";
    let values = vec![
        worker.name.as_str().into(),
        worker.boot_id.as_str().into(),
        worker.pid.into(),
        worker.version.as_str().into(),
        worker.slots.into(),
        now.0.into(),
        alive_until.into(),
    ];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    row.get("id").map(WorkerId)
}

/// Every worker that is not known to be gone.
pub async fn list(db: &impl Read) -> Result<Vec<Worker>> {
    let sql = "SELECT id, name, boot_id, pid, version, slots, state, started_at, alive_until \
               FROM workers WHERE state <> 'gone' ORDER BY id";
    db.rows(sql, vec![]).await?.iter().map(from_row).collect()
}

/// Whether anybody could execute a run now.
pub async fn present(db: &impl Read) -> Result<Workers> {
    let sql = "SELECT COUNT(*) AS workers, CAST(COALESCE(SUM(slots), 0) AS BIGINT) AS slots, \
               (SELECT COUNT(*) FROM runs r JOIN workers w ON w.id = r.worker_id \
               WHERE r.state = 'running' AND w.state = 'active') AS running \
               FROM workers WHERE state = 'active'";
    let Some(row) = db.opt(sql, vec![]).await? else { return Ok(Workers::None) };
    let (slots, running): (i64, i64) = (row.get("slots")?, row.get("running")?);
    Ok(match row.get::<i64>("workers")? {
        0 => Workers::None,
        _ if running < slots => Workers::Free,
        _ => Workers::Busy,
    })
}

pub async fn renew(tx: &Tx, id: WorkerId, alive_until: i64) -> Result<bool> {
    let sql = "UPDATE workers SET alive_until = $2 WHERE id = $1 AND state <> 'gone'";
    Ok(tx.execute(sql, vec![id.0.into(), alive_until.into()]).await? == 1)
}

pub async fn set_draining(tx: &Tx, id: WorkerId) -> Result<()> {
    let sql = "UPDATE workers SET state = 'draining' WHERE id = $1 AND state = 'active'";
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
        boot_id: row.get("boot_id")?,
        pid: row.get("pid")?,
        version: row.get("version")?,
        slots: row.get("slots")?,
        draining: row.get::<String>("state")? == "draining",
        started_at: Millis(row.get("started_at")?),
        alive_until: row.get("alive_until")?,
    })
}
