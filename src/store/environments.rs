//! Environments with their holder and queue, and the row of the lease.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use crate::domain::environment::Variable;
use crate::domain::run::Network;
use crate::domain::{Environment, EnvironmentId, Epoch, Holder, Millis, Reservation, RunId};

use super::{Error, Read, Result, Row, Tx, Value, from_json, many, to_json};

const COLUMNS: &str = "id, name, description, labels, variables, network, maintenance, holder_run_id, held_since, epoch, \
                       reserved_by, reserved_since, reserved_until, reservation_reason";

pub async fn list(db: &impl Read) -> Result<Vec<Environment>> {
    let all = without_queues(db).await?;
    with_queues(db, all).await
}

/// All of them as if nobody waited there: queues may be long.
pub async fn without_queues(db: &impl Read) -> Result<Vec<Environment>> {
    let rows = db.rows(format!("SELECT {COLUMNS} FROM environments ORDER BY id"), vec![]).await?;
    rows.iter().map(from_row).collect()
}

/// Those with these numbers, with their queues.
pub async fn find_many(db: &impl Read, ids: &BTreeSet<EnvironmentId>) -> Result<Vec<Environment>> {
    if ids.len() > MANY {
        let mut all = list(db).await?;
        all.retain(|one| ids.contains(&one.id));
        return Ok(all);
    }
    let (places, values) = many::table(vec![], ids.iter().map(|id| vec![id.0.into()]).collect());
    let sql = format!("SELECT {COLUMNS} FROM environments WHERE id IN ({places}) ORDER BY id");
    let rows = if ids.is_empty() { Vec::new() } else { db.rows(sql, values).await? };
    let found = rows.iter().map(from_row).collect::<Result<_>>()?;
    with_queues(db, found).await
}

/// Looked up one by one at most; of more than that all are read.
const MANY: usize = 256;

/// These, and who is and who waits there. Both in one statement: a run that starts in between would be seen nowhere.
pub async fn with_queues(
    db: &impl Read,
    mut environments: Vec<Environment>,
) -> Result<Vec<Environment>> {
    if environments.is_empty() {
        return Ok(environments);
    }
    let (among, values) = if environments.len() > MANY {
        (String::new(), vec![])
    } else {
        let ids = environments.iter().map(|one| vec![one.id.0.into()]).collect();
        let (places, values) = many::table(vec![], ids);
        (format!(" WHERE e.id IN ({places})"), values)
    };
    // Who has reserved an environment is first there.
    let sql = format!(
        "SELECT e.id, e.holder_run_id, e.held_since, r.id AS queued FROM environments e \
         LEFT JOIN runs r ON r.environment_id = e.id AND r.state = 'queued'{among} ORDER BY e.id, \
         CASE WHEN r.requester = e.reserved_by THEN 0 ELSE 1 END, r.sequence"
    );
    let mut present: HashMap<i64, (Option<Holder>, Vec<RunId>)> = HashMap::new();
    for row in db.rows(sql, values).await? {
        let (_, queue) = match present.entry(row.get("id")?) {
            Entry::Occupied(seen) => seen.into_mut(),
            Entry::Vacant(new) => new.insert((holder(&row)?, Vec::new())),
        };
        queue.extend(row.get::<Option<i64>>("queued")?.map(RunId));
    }
    for one in &mut environments {
        if let Some(present) = present.remove(&one.id.0) {
            (one.holder, one.queue) = present;
        }
    }
    Ok(environments)
}

pub async fn find(db: &impl Read, id: EnvironmentId) -> Result<Option<Environment>> {
    let sql = format!("SELECT {COLUMNS} FROM environments WHERE id = $1");
    let Some(row) = db.opt(sql, vec![id.0.into()]).await? else { return Ok(None) };
    Ok(with_queues(db, vec![from_row(&row)?]).await?.pop())
}

/// What every run in an environment gets.
#[derive(Debug, Clone, Default)]
pub struct ForRuns {
    /// By name.
    pub variables: BTreeMap<String, Variable>,
    /// Where neither run nor template says otherwise.
    pub network: Network,
}

pub(super) fn for_runs_of(row: &Row) -> Result<ForRuns> {
    let variables = from_json("variables", &row.get::<String>("variables")?)?;
    Ok(ForRuns { variables, network: network(row)? })
}

fn network(row: &Row) -> Result<Network> {
    let name = row.get::<String>("network")?;
    Network::from_str(&name).map_err(|source| Error::content("a network", source))
}

/// Takes the next place in an environment's queue and locks its row, so commit order is queue order.
/// `None`: there is no such environment.
pub async fn next_place(tx: &Tx, id: EnvironmentId) -> Result<Option<NewPlace>> {
    let sql = "UPDATE environments SET next_sequence = next_sequence + 1 WHERE id = $1 \
               RETURNING next_sequence - 1 AS sequence, \
               CAST(CASE WHEN first_run_id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS is_first, \
               CAST(CASE WHEN holder_run_id IS NULL AND (first_run_id IS NULL OR reserved_by IS NOT NULL) \
               THEN 1 ELSE 0 END AS BIGINT) AS may_start";
    let place = |row: Row| {
        let is_first = row.get::<i64>("is_first")? != 0;
        let may_start = row.get::<i64>("may_start")? != 0;
        Ok(NewPlace { queue: id, sequence: row.get("sequence")?, is_first, may_start })
    };
    tx.opt(sql, vec![id.0.into()]).await?.map(place).transpose()
}

/// A place at the end of a queue.
#[derive(Debug, Clone, Copy)]
pub struct NewPlace {
    /// Of an environment; or of those that take any, which are named like one, but below zero.
    pub queue: EnvironmentId,
    pub sequence: i64,
    /// Nobody waits before it, which is to be noted beside its environment.
    pub is_first: bool,
    /// Nothing that ends or starts first will lead a worker to it.
    pub may_start: bool,
}

/// Keeps beside an environment who is first in its queue.
pub(super) const FIRST_OF_QUEUE: &str = "(first_run_id, first_requester) = \
    (SELECT q.id, q.requester FROM runs q WHERE q.environment_id = environments.id AND q.state = 'queued' \
    ORDER BY q.sequence LIMIT 1)";

/// Notes who is first in the queue of an environment, after a change of it. The caller has locked it in an earlier statement:
/// this one sees what others committed before.
pub async fn note_first(tx: &Tx, id: EnvironmentId) -> Result<()> {
    let sql = format!("UPDATE environments SET {FIRST_OF_QUEUE} WHERE id = $1");
    tx.execute(sql, vec![id.0.into()]).await?;
    Ok(())
}

/// Locks the row of an environment, or of a queue for any, until the transaction ends.
pub async fn lock(tx: &Tx, id: EnvironmentId) -> Result<()> {
    let (table, number) = if id.0 < 0 { ("any_queues", -id.0) } else { ("environments", id.0) };
    let sql = format!("SELECT id FROM {table} WHERE id = $1{}", tx.dialect().for_update());
    tx.opt(sql, vec![number.into()]).await?;
    Ok(())
}

/// What is written of a free environment; `$1` is the present time.
const FREE: &str = "holder_run_id = NULL, holder_worker_id = NULL, held_since = NULL, lease_until = NULL, \
                    reserved_since = CASE WHEN reserved_by IS NULL THEN NULL ELSE COALESCE(reserved_since, $1) END";

/// Frees an environment, if the run still holds it with this fence. Answers whether it did. A reservation that waited for
/// the run begins.
pub async fn release(
    tx: &Tx,
    id: EnvironmentId,
    run: RunId,
    epoch: Epoch,
    now: Millis,
) -> Result<bool> {
    Ok(!release_all(tx, &[(id, run, epoch)], now).await?.is_empty())
}

/// Frees all of these environments that the run named beside it still holds with this fence. Answers which, with that fence:
/// one may be named twice, with an older one. A reservation that waited for the run begins.
pub async fn release_all(
    tx: &Tx,
    held: &[Held],
    now: Millis,
) -> Result<BTreeSet<(EnvironmentId, Epoch)>> {
    let (places, values) = many::table(vec![now.0.into()], rows_of(held));
    let sql = format!(
        "UPDATE environments SET {FREE} WHERE id IN \
         (SELECT e.id FROM {} ORDER BY e.id{}) RETURNING id, epoch",
        held_among(&places),
        tx.dialect().for_update_of("e")
    );
    let rows = tx.rows(sql, values).await?;
    rows.iter().map(|row| Ok((EnvironmentId(row.get("id")?), Epoch(row.get("epoch")?)))).collect()
}

/// Which of these environments the run named beside it still holds with this fence; locks their rows, so the answer stays
/// true in the transaction.
pub async fn hold_still(tx: &Tx, held: &[Held]) -> Result<BTreeSet<EnvironmentId>> {
    let (places, values) = many::table(vec![], rows_of(held));
    let lock = tx.dialect().for_update_of("e");
    let sql = format!("SELECT e.id FROM {} ORDER BY e.id{lock}", held_among(&places));
    let rows = tx.rows(sql, values).await?;
    rows.iter().map(|row| row.get("id").map(EnvironmentId)).collect()
}

/// An environment, the run that is said to hold it, and with which fence.
pub type Held = (EnvironmentId, RunId, Epoch);

fn rows_of(held: &[Held]) -> Vec<Vec<Value>> {
    let row = |(id, run, epoch): &Held| vec![id.0.into(), run.0.into(), epoch.0.into()];
    held.iter().map(row).collect()
}

fn held_among(places: &str) -> String {
    format!(
        "({places}) AS w JOIN environments e ON e.id = w.column1 \
         AND e.holder_run_id = w.column2 AND e.epoch = w.column3"
    )
}

/// As if nobody waited there.
fn from_row(row: &Row) -> Result<Environment> {
    Ok(Environment {
        id: EnvironmentId(row.get("id")?),
        name: row.get("name")?,
        description: row.get("description")?,
        labels: from_json("labels", &row.get::<String>("labels")?)?,
        variables: from_json("variables", &row.get::<String>("variables")?)?,
        network: network(row)?,
        maintenance: row.get("maintenance")?,
        epoch: Epoch(row.get("epoch")?),
        holder: holder(row)?,
        reservation: reservation(row)?,
        queue: Vec::new(),
    })
}

fn holder(row: &Row) -> Result<Option<Holder>> {
    let Some(run) = row.get::<Option<i64>>("holder_run_id")? else { return Ok(None) };
    Ok(Some(Holder { run: RunId(run), since: Millis(row.get("held_since")?) }))
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
