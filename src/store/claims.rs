//! The lease of an environment: who may start, claim, renew, expire.

use crate::domain::policy::{Head, Snapshot};
use crate::domain::{EnvironmentId, Epoch, Millis, RunId, WorkerId};

use super::{Read, Result, Tx};

/// The first queued run of every environment that is free and open, and how many runs their requesters have running.
pub async fn snapshot(db: &impl Read) -> Result<Snapshot> {
    // One look into the queue of each environment, however long the queues are.
    let sql = "SELECT r.id, r.environment_id, r.requester, \
               (SELECT COUNT(*) FROM runs o WHERE o.state = 'running' AND o.requester = r.requester) AS running \
               FROM runs r WHERE r.id IN \
               (SELECT (SELECT q.id FROM runs q WHERE q.environment_id = e.id AND q.state = 'queued' \
               ORDER BY q.sequence LIMIT 1) \
               FROM environments e WHERE e.holder_run_id IS NULL AND e.maintenance IS NULL)";
    let mut snapshot = Snapshot::default();
    for row in db.rows(sql, vec![]).await? {
        let requester: String = row.get("requester")?;
        snapshot.running.insert(requester.clone(), row.get("running")?);
        snapshot.heads.push(Head {
            run: RunId(row.get("id")?),
            environment: EnvironmentId(row.get("environment_id")?),
            requester,
        });
    }
    Ok(snapshot)
}

/// Takes the lease of a free, open environment for a run. `None`: somebody else was faster, or it was closed.
pub async fn take(tx: &Tx, claim: &Claim, others: Others) -> Result<Option<Epoch>> {
    let lock = match others {
        Others::AreWaitedFor => tx.dialect().for_update(),
        Others::AreLeftAlone => tx.dialect().for_update_unless_locked(),
    };
    let sql = format!(
        "UPDATE environments SET holder_run_id = $2, holder_worker_id = $3, held_since = $4, lease_until = $5, \
         epoch = epoch + 1 WHERE id = \
         (SELECT id FROM environments WHERE id = $1 AND holder_run_id IS NULL AND maintenance IS NULL{lock}) \
         RETURNING epoch"
    );
    let values = vec![
        claim.environment.0.into(),
        claim.run.0.into(),
        claim.worker.0.into(),
        claim.now.0.into(),
        claim.lease_until.into(),
    ];
    tx.opt(sql, values).await?.map(|row| row.get("epoch").map(Epoch)).transpose()
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
    pub worker: WorkerId,
    pub now: Millis,
    /// Milliseconds of the lease clock.
    pub lease_until: i64,
}

/// Extends a lease, if the run still holds the environment with this fence. Answers whether it does.
pub async fn renew(
    tx: &Tx,
    environment: EnvironmentId,
    run: RunId,
    epoch: Epoch,
    lease_until: i64,
) -> Result<bool> {
    let sql = "UPDATE environments SET lease_until = $4 WHERE id = $1 AND holder_run_id = $2 AND epoch = $3";
    let values = vec![environment.0.into(), run.0.into(), epoch.0.into(), lease_until.into()];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Runs whose lease ended before `lease_now`.
pub async fn expired(db: &impl Read, lease_now: i64) -> Result<Vec<RunId>> {
    let sql = "SELECT holder_run_id FROM environments WHERE holder_run_id IS NOT NULL AND lease_until < $1";
    let rows = db.rows(sql, vec![lease_now.into()]).await?;
    rows.iter().map(|row| row.get("holder_run_id").map(RunId)).collect()
}

/// Whether the lease of this run ended before `lease_now`.
pub async fn has_expired(
    tx: &Tx,
    environment: EnvironmentId,
    run: RunId,
    lease_now: i64,
) -> Result<bool> {
    let sql = "SELECT 1 AS expired FROM environments WHERE id = $1 AND holder_run_id = $2 AND lease_until < $3";
    let values = vec![environment.0.into(), run.0.into(), lease_now.into()];
    Ok(tx.opt(sql, values).await?.is_some())
}
