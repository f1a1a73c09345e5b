//! The lease of an environment: who may start, claim, renew, expire.

use crate::domain::policy::{Head, Snapshot};
use crate::domain::{EnvironmentId, Epoch, Millis, RunId, Serves, WorkerId};

use super::{LeaseNow, Read, Result, Tx, any_queues, from_json};

/// The run that is next in every environment that could take it now, and how many runs their requesters have running. In a
/// reserved environment only runs of the person who keeps it are, and none that takes any environment. Only environments
/// that a worker serves.
pub async fn snapshot(db: &impl Read, now: Millis, serves: &Serves) -> Result<Snapshot> {
    // One look into the queue of each environment, however long the queues are.
    let sql = "SELECT r.id, r.environment_id, r.requester, \
               (SELECT e.labels FROM environments e WHERE e.id = r.environment_id) AS labels, \
               (SELECT COUNT(*) FROM runs o WHERE o.state = 'running' AND o.requester = r.requester) AS running \
               FROM runs r WHERE r.id IN \
               (SELECT (SELECT q.id FROM runs q WHERE q.environment_id = e.id AND q.state = 'queued' \
               ORDER BY q.sequence LIMIT 1) \
               FROM environments e WHERE e.holder_run_id IS NULL AND e.maintenance IS NULL \
               AND (e.reserved_by IS NULL OR e.reserved_until <= $1) \
               UNION ALL \
               SELECT (SELECT q.id FROM runs q WHERE q.environment_id = e.id AND q.state = 'queued' \
               AND q.requester = e.reserved_by ORDER BY q.sequence LIMIT 1) \
               FROM environments e WHERE e.holder_run_id IS NULL AND e.maintenance IS NULL \
               AND e.reserved_by IS NOT NULL AND e.reserved_until > $1)";
    let mut snapshot = Snapshot::default();
    for row in db.rows(sql, vec![now.0.into()]).await? {
        let environment = EnvironmentId(row.get("environment_id")?);
        let labels: Vec<String> = from_json("labels", &row.get::<String>("labels")?)?;
        if !serves.allows(environment, &labels) {
            continue;
        }
        let requester: String = row.get("requester")?;
        snapshot.running.insert(requester.clone(), row.get("running")?);
        snapshot.heads.push(Head {
            run: RunId(row.get("id")?),
            environment,
            queue: environment,
            requester,
        });
    }
    let mut waiting = Vec::new();
    for (head, running) in any_queues::heads(db).await? {
        snapshot.running.insert(head.requester.clone(), running);
        waiting.push(head);
    }
    if !waiting.is_empty() {
        let mut open = any_queues::open(db, now).await?;
        open.retain(|(environment, labels)| serves.allows(*environment, labels));
        snapshot.place(waiting, &open);
    }
    Ok(snapshot)
}

/// Takes the lease of a free, open environment for a run. `None`: somebody else was faster, or it was closed.
pub async fn take(tx: &Tx, claim: &Claim, others: Others) -> Result<Option<Taken>> {
    let lock = match others {
        Others::AreWaitedFor => tx.dialect().for_update(),
        Others::AreLeftAlone => tx.dialect().for_update_unless_locked(),
    };
    let lease_now = tx.dialect().lease_now("$5");
    let sql = format!(
        "UPDATE environments SET holder_run_id = $2, holder_worker_id = $3, held_since = $4, lease_until = {lease_now} + $7, \
         epoch = epoch + 1 WHERE id = \
         (SELECT id FROM environments WHERE id = $1 AND holder_run_id IS NULL AND maintenance IS NULL \
         AND (reserved_by IS NULL OR reserved_until <= $4 OR reserved_by = $6){lock}) \
         RETURNING epoch, CAST(CASE WHEN reserved_until > $4 THEN 1 ELSE 0 END AS BIGINT) AS reserved"
    );
    let values = vec![
        claim.environment.0.into(),
        claim.run.0.into(),
        claim.worker.0.into(),
        claim.now.0.into(),
        claim.lease_now.into(),
        claim.requester.clone().into(),
        claim.lease_ms.into(),
    ];
    let Some(row) = tx.opt(sql, values).await? else { return Ok(None) };
    let among = match row.get::<i64>("reserved")? {
        0 => Among::Everybody,
        _ => Among::Own,
    };
    Ok(Some(Taken { epoch: Epoch(row.get("epoch")?), among }))
}

/// A lease, with its fence.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub epoch: Epoch,
    pub among: Among,
}

/// Whose runs a run has to be the first of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    Everybody,
    /// The requester keeps the environment.
    Own,
}

/// What is done when somebody else is just changing the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    AreWaitedFor,
    AreLeftAlone,
}

/// Who wants which environment until when.
#[derive(Debug)]
pub struct Claim {
    pub environment: EnvironmentId,
    pub run: RunId,
    /// Whose reservation does not count; `None` for a run that takes any environment.
    pub requester: Option<String>,
    pub worker: WorkerId,
    pub now: Millis,
    pub lease_now: LeaseNow,
    pub lease_ms: i64,
}

/// Lets a lease last `lease_ms` from now, if the run still holds the environment with this fence. Answers whether it does.
pub async fn renew(
    tx: &Tx,
    environment: EnvironmentId,
    run: RunId,
    epoch: Epoch,
    (lease_now, lease_ms): (LeaseNow, i64),
) -> Result<bool> {
    let sql = format!(
        "UPDATE environments SET lease_until = {} + $5 WHERE id = $1 AND holder_run_id = $2 AND epoch = $3",
        tx.dialect().lease_now("$4")
    );
    let values =
        vec![environment.0.into(), run.0.into(), epoch.0.into(), lease_now.into(), lease_ms.into()];
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
