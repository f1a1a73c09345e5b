//! The lease of an environment: who may start, claim, renew, expire.

use std::collections::HashMap;

use crate::domain::any::AnyHead;
use crate::domain::policy::{Head, Snapshot};
use crate::domain::{EnvironmentId, Epoch, Millis, RunId, Serves, WorkerId};

use super::environments::{self, ForRuns, Held};
use super::{LeaseNow, Read, Result, Row, Tx, any_queues, from_json, many};

/// Runs of each queue for any environment that are candidates.
const PLACES: u32 = 16;

/// The run that is next in every environment that could take it now, and how many runs their requesters have running. In a
/// reserved environment only runs of the person who keeps it are, and none that takes any environment. Only environments
/// that a worker serves.
pub async fn snapshot(db: &impl Read, now: Millis, serves: &Serves) -> Result<Snapshot> {
    // Environments know who is first in their queue, so that nobody has to look into all queues.
    let sql = format!(
        "SELECT c.queue, c.run, c.requester, c.labels, COALESCE(busy.runs, 0) AS running, \
         (SELECT COUNT(*) FROM workers WHERE state = 'active' AND state <> 'gone') AS workers FROM (\
         SELECT e.id AS queue, e.first_run_id AS run, e.first_requester AS requester, e.labels FROM environments e \
         WHERE e.first_run_id IS NOT NULL AND e.holder_run_id IS NULL AND e.maintenance IS NULL \
         AND (e.reserved_by IS NULL OR e.reserved_until <= $1) \
         UNION ALL SELECT e.id, r.id, r.requester, e.labels FROM environments e JOIN runs r ON r.id = \
         (SELECT q.id FROM runs q WHERE q.environment_id = e.id AND q.state = 'queued' \
         AND q.requester = e.reserved_by ORDER BY q.sequence LIMIT 1) \
         WHERE e.first_run_id IS NOT NULL AND e.holder_run_id IS NULL AND e.maintenance IS NULL \
         AND e.reserved_by IS NOT NULL AND e.reserved_until > $1 \
         UNION ALL SELECT r.environment_id, r.id, r.requester, r.any_labels FROM {}) AS c LEFT JOIN \
         (SELECT o.requester, COUNT(*) AS runs FROM runs o WHERE o.state = 'running' GROUP BY o.requester) AS busy \
         ON busy.requester = c.requester",
        any_queues::first_of_each(PLACES)
    );
    let mut snapshot = Snapshot::default();
    for row in db.rows(sql, vec![now.0.into()]).await? {
        snapshot.workers = usize::try_from(row.get::<i64>("workers")?).unwrap_or(1);
        candidate(&row, serves, &mut snapshot)?;
    }
    // Numbers are given under the lock of the queue: this is the order of each.
    snapshot.waiting.sort_by_key(|any| any.run);
    if !snapshot.waiting.is_empty() {
        snapshot.open = any_queues::open(db, now).await?;
        let all = snapshot.open.len();
        snapshot.open.retain(|(environment, labels)| serves.allows(*environment, labels));
        snapshot.is_for_others |= snapshot.open.len() < all;
    }
    Ok(snapshot)
}

fn candidate(row: &Row, serves: &Serves, snapshot: &mut Snapshot) -> Result<()> {
    let (run, queue) = (RunId(row.get("run")?), EnvironmentId(row.get("queue")?));
    let requester: String = row.get("requester")?;
    let labels = || from_json::<Vec<String>>("labels", &row.get::<String>("labels")?);
    if queue.0 < 0 {
        let (labels, requester) = (labels()?, requester.clone());
        snapshot.waiting.push(AnyHead { run, queue, requester, labels });
    } else if serves.0.is_empty() || serves.allows(queue, &labels()?) {
        let (labels, requester) = (Vec::new(), requester.clone());
        snapshot.heads.push(Head { run, environment: queue, queue, requester, labels });
    } else {
        snapshot.is_for_others = true;
        return Ok(());
    }
    snapshot.running.insert(requester, row.get("running")?);
    Ok(())
}

/// Locks environments of these candidates that are free and open, at most `most`, those of the first ones first. Those
/// that somebody else is just changing are left out: he says so when he is done.
pub async fn lock_free(
    tx: &Tx,
    candidates: &[Head],
    most: usize,
    now: Millis,
) -> Result<HashMap<EnvironmentId, Free>> {
    let rows = (0_i64..).zip(candidates).map(|(place, head)| {
        // For a run that takes any, nobody's reservation counts as its own.
        let keeper = (!head.takes_any()).then(|| head.requester.clone());
        vec![head.environment.0.into(), keeper.into(), place.into()]
    });
    let (places, values) = many::table(vec![now.0.into()], rows.collect());
    let lock = tx.dialect().for_update_of_unless_locked("e");
    let sql = format!(
        "SELECT e.id, e.epoch, e.labels, e.variables, e.network, \
         CAST(CASE WHEN e.reserved_until > $1 THEN 1 ELSE 0 END AS BIGINT) AS reserved \
         FROM ({places}) AS w JOIN environments e ON e.id = w.column1 \
         WHERE e.holder_run_id IS NULL AND e.maintenance IS NULL \
         AND (e.reserved_by IS NULL OR e.reserved_until <= $1 OR e.reserved_by = w.column2) \
         ORDER BY w.column3 LIMIT {most}{lock}"
    );
    let free = |row: &Row| {
        let among = match row.get::<i64>("reserved")? {
            0 => Among::Everybody,
            _ => Among::Own,
        };
        let labels = from_json("labels", &row.get::<String>("labels")?)?;
        let (epoch, for_runs) = (Epoch(row.get("epoch")?), environments::for_runs_of(row)?);
        Ok((EnvironmentId(row.get("id")?), Free { epoch, among, labels, for_runs }))
    };
    tx.rows(sql, values).await?.iter().map(free).collect()
}

/// A free environment that this transaction has locked.
#[derive(Debug)]
pub struct Free {
    /// The fence of its last lease.
    pub epoch: Epoch,
    pub among: Among,
    pub labels: Vec<String>,
    pub for_runs: ForRuns,
}

/// Whose runs a run has to be the first of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    Everybody,
    /// The requester keeps the environment.
    Own,
}

/// Gives the leases of these environments, which are free and locked, to the runs that have just started there.
pub async fn hold(
    tx: &Tx,
    started: &[(EnvironmentId, RunId)],
    (worker, now): (WorkerId, Millis),
    (lease_now, lease_ms): (LeaseNow, i64),
) -> Result<()> {
    let rows = started.iter().map(|(id, run)| vec![id.0.into(), run.0.into()]);
    let first = vec![worker.0.into(), now.0.into(), lease_now.into(), lease_ms.into()];
    let (places, values) = many::table(first, rows.collect());
    let sql = format!(
        "UPDATE environments SET holder_run_id = w.column2, holder_worker_id = $1, held_since = $2, \
         lease_until = {} + $4, epoch = epoch + 1, {} FROM ({places}) AS w WHERE environments.id = w.column1",
        tx.dialect().lease_now("$3"),
        environments::FIRST_OF_QUEUE,
    );
    tx.execute(sql, values).await?;
    Ok(())
}

/// Lets a lease last `lease_ms` from now, if the run still holds the environment with this fence, and for this worker. Answers
/// whether it does.
pub async fn renew(
    tx: &Tx,
    worker: WorkerId,
    (environment, run, epoch): Held,
    (lease_now, lease_ms): (LeaseNow, i64),
) -> Result<bool> {
    let sql = format!(
        "UPDATE environments SET lease_until = {} + $5 WHERE id = $1 AND holder_run_id = $2 AND epoch = $3 \
         AND holder_worker_id = $6",
        tx.dialect().lease_now("$4")
    );
    let values = vec![
        environment.0.into(),
        run.0.into(),
        epoch.0.into(),
        lease_now.into(),
        lease_ms.into(),
        worker.0.into(),
    ];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Runs whose lease ended before `lease_now`.
pub async fn expired(db: &impl Read, lease_now: LeaseNow) -> Result<Vec<RunId>> {
    let sql = format!(
        "SELECT holder_run_id FROM environments WHERE holder_run_id IS NOT NULL AND lease_until < {}",
        db.dialect().lease_now("$1")
    );
    let rows = db.rows(sql, vec![lease_now.into()]).await?;
    rows.iter().map(|row| row.get("holder_run_id").map(RunId)).collect()
}

/// Whether the lease of this run ended before `lease_now`.
pub async fn has_expired(
    tx: &Tx,
    environment: EnvironmentId,
    run: RunId,
    lease_now: LeaseNow,
) -> Result<bool> {
    let sql = format!(
        "SELECT 1 AS expired FROM environments WHERE id = $1 AND holder_run_id = $2 AND lease_until < {}",
        tx.dialect().lease_now("$3")
    );
    let values = vec![environment.0.into(), run.0.into(), lease_now.into()];
    Ok(tx.opt(sql, values).await?.is_some())
}
