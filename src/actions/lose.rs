//! Runs whose worker is gone. Their process trees are dead before anybody calls this: the supervisor sees to it.

use crate::domain::run::Status;
use crate::domain::verdict::Verdict;
use crate::domain::{Event, Outcome, RunId, WorkerId};
use crate::live::Hint;
use crate::store::{self, claims, environments, runs, tests, workers};

use super::Context;

/// Ends (or queues again) every run of a worker whose processes are known to be dead, and forgets the worker.
pub async fn lose_worker(
    context: &Context,
    worker: WorkerId,
    reason: &str,
) -> store::Result<Vec<RunId>> {
    let mut lost = Vec::new();
    for run in runs::of_worker(&context.db, worker).await? {
        if lose(context, run.id, worker, reason).await? {
            lost.push(run.id);
        }
    }
    let change = context.begin().await?;
    workers::set_gone(&change.tx, worker).await?;
    change.commit().await?;
    Ok(lost)
}

/// Ends every run whose lease has run out: its worker's own supervisor has killed it well before.
pub async fn lose_expired(context: &Context) -> store::Result<Vec<RunId>> {
    let lease_now = context.clock.lease_now();
    let mut lost = Vec::new();
    for id in claims::expired(&context.db, lease_now).await? {
        let Some(run) = runs::find(&context.db, id).await? else { continue };
        let Status::Running { worker, .. } = run.status else { continue };
        if lose(context, id, worker, "contact with its worker was lost").await? {
            lost.push(id);
        }
    }
    Ok(lost)
}

/// Answers whether the run was still that worker's.
async fn lose(context: &Context, id: RunId, of: WorkerId, reason: &str) -> store::Result<bool> {
    let now = context.clock.now();
    let mut change = context.begin().await?;
    let Some(run) = runs::find(&change.tx, id).await? else { return Ok(false) };
    environments::lock(&change.tx, run.environment).await?;
    let Some(run) = runs::find(&change.tx, id).await? else { return Ok(false) };
    let Status::Running { worker, epoch, .. } = run.status else { return Ok(false) };
    if worker != of {
        return Ok(false);
    }
    let verdict = Verdict { outcome: Outcome::Lost, reason: Some(reason.to_owned()) };
    for number in tests::lose_running(&change.tx, id).await? {
        change.event(Event::Test(id, number)).await?;
    }
    environments::release(&change.tx, run.environment, id, epoch).await?;
    if run.cancel.is_none() && runs::retries_left(&change.tx, id).await? > 0 {
        runs::requeue(&change.tx, id, &verdict, now).await?;
    } else {
        runs::finish(&change.tx, id, &verdict, None, now).await?;
        change.hint(Hint::Log { run: id, size: run.log, complete: true });
    }
    change.event(Event::Run(id)).await?;
    change.event(Event::Environment(run.environment)).await?;
    change.hint(Hint::Queue);
    change.commit().await?;
    Ok(true)
}
