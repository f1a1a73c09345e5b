//! Environments with their holder and queue, and the row of the lease.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use crate::domain::environment::Variable;
use crate::domain::run::Network;
use crate::domain::{Environment, EnvironmentId, Epoch, Holder, Millis, Reservation, RunId};

use super::{Error, Read, Result, Row, Tx, from_json, to_json};

const COLUMNS: &str = "id, name, description, labels, variables, network, maintenance, holder_run_id, held_since, epoch, \
                       reserved_by, reserved_since, reserved_until, reservation_reason";

pub async fn list(db: &impl Read) -> Result<Vec<Environment>> {
    let rows = db.rows(format!("SELECT {COLUMNS} FROM environments ORDER BY id"), vec![]).await?;
    // Who has reserved an environment is first there.
    let sql = "SELECT r.environment_id, r.id FROM runs r JOIN environments e ON e.id = r.environment_id \
               WHERE r.state = 'queued' ORDER BY r.environment_id, \
               CASE WHEN r.requester = e.reserved_by THEN 0 ELSE 1 END, r.sequence";
    let mut queues: HashMap<i64, Vec<RunId>> = HashMap::new();
    for row in db.rows(sql, vec![]).await? {
        queues.entry(row.get("environment_id")?).or_default().push(RunId(row.get("id")?));
    }
    rows.iter()
        .map(|row| {
            let id: i64 = row.get("id")?;
            from_row(row, queues.remove(&id).unwrap_or_default())
        })
        .collect()
}

pub async fn find(db: &impl Read, id: EnvironmentId) -> Result<Option<Environment>> {
    let sql = format!("SELECT {COLUMNS} FROM environments WHERE id = $1");
    let Some(row) = db.opt(sql, vec![id.0.into()]).await? else { return Ok(None) };
    let sql = "SELECT id FROM runs WHERE state = 'queued' AND environment_id = $1 \
               ORDER BY CASE WHEN requester = $2 THEN 0 ELSE 1 END, sequence";
    let first = row.get::<Option<String>>("reserved_by")?;
    let queue = db.rows(sql, vec![id.0.into(), first.into()]).await?;
    let queue = queue.iter().map(|row| row.get("id").map(RunId)).collect::<Result<_>>()?;
    Ok(Some(from_row(&row, queue)?))
}

/// What every run in an environment gets.
#[derive(Debug, Clone, Default)]
pub struct ForRuns {
    /// By name.
    pub variables: BTreeMap<String, Variable>,
    /// Where neither run nor template says otherwise.
    pub network: Network,
}

pub async fn for_runs(db: &impl Read, id: EnvironmentId) -> Result<ForRuns> {
    let sql = "SELECT variables, network FROM environments WHERE id = $1";
    let Some(row) = db.opt(sql, vec![id.0.into()]).await? else { return Ok(ForRuns::default()) };
    let variables = from_json("variables", &row.get::<String>("variables")?)?;
    Ok(ForRuns { variables, network: network(&row)? })
}

fn network(row: &Row) -> Result<Network> {
    let name = row.get::<String>("network")?;
    Network::from_str(&name).map_err(|source| Error::content("a network", source))
}

/// Takes the next place in an environment's queue and locks its row, so commit order is queue order.
/// `None`: there is no such environment.
pub async fn next_sequence(tx: &Tx, id: EnvironmentId) -> Result<Option<i64>> {
    let sql = "UPDATE environments SET next_sequence = next_sequence + 1 WHERE id = $1 \
               RETURNING next_sequence - 1 AS sequence";
    tx.opt(sql, vec![id.0.into()]).await?.map(|row| row.get("sequence")).transpose()
}

/// Locks the row of an environment, or of a queue for any, until the transaction ends.
pub async fn lock(tx: &Tx, id: EnvironmentId) -> Result<()> {
    let (table, number) = if id.0 < 0 { ("any_queues", -id.0) } else { ("environments", id.0) };
    let sql = format!("SELECT id FROM {table} WHERE id = $1{}", tx.dialect().for_update());
    tx.opt(sql, vec![number.into()]).await?;
    Ok(())
}

/// Whether an environment has all of these labels.
pub async fn has_labels(tx: &Tx, id: EnvironmentId, wanted: &[String]) -> Result<bool> {
    let sql = "SELECT labels FROM environments WHERE id = $1";
    let Some(row) = tx.opt(sql, vec![id.0.into()]).await? else { return Ok(false) };
    let labels: Vec<String> = from_json("labels", &row.get::<String>("labels")?)?;
    Ok(wanted.iter().all(|label| labels.contains(label)))
}

/// Frees an environment, if the run still holds it with this fence. Answers whether it did. A reservation that waited for
/// the run begins.
pub async fn release(
    tx: &Tx,
    id: EnvironmentId,
    run: RunId,
    epoch: Epoch,
    now: Millis,
) -> Result<bool> {
    let sql = "UPDATE environments SET holder_run_id = NULL, holder_worker_id = NULL, held_since = NULL, \
               lease_until = NULL, \
               reserved_since = CASE WHEN reserved_by IS NULL THEN NULL ELSE COALESCE(reserved_since, $4) END \
               WHERE id = $1 AND holder_run_id = $2 AND epoch = $3";
    let values = vec![id.0.into(), run.0.into(), epoch.0.into(), now.0.into()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Whether a run holds its environment with this fence; locks the row, so the answer stays true in the transaction.
pub async fn holds(tx: &Tx, id: EnvironmentId, run: RunId, epoch: Epoch) -> Result<bool> {
    let sql = format!(
        "SELECT 1 AS held FROM environments WHERE id = $1 AND holder_run_id = $2 AND epoch = $3{}",
        tx.dialect().for_update()
    );
    Ok(tx.opt(sql, vec![id.0.into(), run.0.into(), epoch.0.into()]).await?.is_some())
}

fn from_row(row: &Row, queue: Vec<RunId>) -> Result<Environment> {
    let holder = row.get::<Option<i64>>("holder_run_id")?;
    Ok(Environment {
        id: EnvironmentId(row.get("id")?),
        name: row.get("name")?,
        description: row.get("description")?,
        labels: from_json("labels", &row.get::<String>("labels")?)?,
        variables: from_json("variables", &row.get::<String>("variables")?)?,
        network: network(row)?,
        maintenance: row.get("maintenance")?,
        epoch: Epoch(row.get("epoch")?),
        holder: match holder {
            Some(run) => Some(Holder { run: RunId(run), since: Millis(row.get("held_since")?) }),
            None => None,
        },
        reservation: reservation(row)?,
        queue,
    })
}

pub(super) fn reservation(row: &Row) -> Result<Option<Reservation>> {
    let Some(person) = row.get::<Option<String>>("reserved_by")? else { return Ok(None) };
    Ok(Some(Reservation {
        person,
        since: row.get::<Option<i64>>("reserved_since")?.map(Millis),
        until: Millis(row.get("reserved_until")?),
        reason: row.get("reservation_reason")?,
    }))
}

/// The next number: one more than the largest.
pub async fn next_id(db: &impl Read) -> Result<EnvironmentId> {
    let row = db.opt("SELECT MAX(id) AS last FROM environments", vec![]).await?;
    let last = row.map_or(Ok(None), |row| row.get::<Option<i64>>("last"))?;
    Ok(EnvironmentId(last.unwrap_or(0) + 1))
}

/// # Errors
/// A unique violation, when there is one with this number.
pub async fn insert(tx: &Tx, id: EnvironmentId) -> Result<()> {
    let sql = "INSERT INTO environments (id, name, description, labels, variables, epoch, next_sequence) \
               VALUES ($1, '', '', '[]', '{}', 0, 1)";
    tx.execute(sql, vec![id.0.into()]).await?;
    Ok(())
}

/// Writes what people say of an environment. The caller has locked it.
pub async fn update(tx: &Tx, environment: &Environment) -> Result<()> {
    let sql = "UPDATE environments SET name = $2, description = $3, labels = $4, variables = $5, maintenance = $6, \
               network = $7 WHERE id = $1";
    let values = vec![
        environment.id.0.into(),
        environment.name.as_str().into(),
        environment.description.as_str().into(),
        to_json(&environment.labels).into(),
        to_json(&environment.variables).into(),
        environment.maintenance.clone().into(),
        environment.network.as_str().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// The caller has locked it and seen that nothing is queued or running there.
pub async fn delete(tx: &Tx, id: EnvironmentId) -> Result<()> {
    tx.execute("DELETE FROM environments WHERE id = $1", vec![id.0.into()]).await?;
    Ok(())
}
