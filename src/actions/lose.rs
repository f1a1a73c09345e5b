//! Runs whose worker is gone. Their process trees are dead before anybody calls this: the supervisor sees to it.

use crate::domain::run::Status;
use crate::domain::verdict::Verdict;
use crate::domain::{Event, Millis, Outcome, Run, RunId, WorkerId};
use crate::live::Hint;
use crate::store::run_states::End;
use crate::store::{self, LeaseNow, claims, environments, run_states, runs, tests, workers};

use super::Context;
use super::context::Change;
use super::finish::finish_all;

/// Ends (or queues again) every run of a worker whose processes are known to be dead, and forgets the worker.
pub async fn lose_worker(
    context: &Context,
    worker: WorkerId,
    reason: &str,
) -> store::Result<Vec<RunId>> {
    let mut lost = Vec::new();
    for run in runs::of_worker(&context.db, worker).await? {
        if lose(context, run.id, Cause::WorkerGone { worker, reason }).await? {
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
    let lease_now = context.lease_now();
    let mut lost = Vec::new();
    for id in claims::expired(&context.db, lease_now).await? {
        if lose(context, id, Cause::LeaseExpired { lease_now }).await? {
            lost.push(id);
        }
    }
    Ok(lost)
}

/// Why a run is taken from its worker.
enum Cause<'a> {
    WorkerGone { worker: WorkerId, reason: &'a str },
    LeaseExpired { lease_now: LeaseNow },
}

/// Answers whether the cause still held when the environment was locked.
async fn lose(context: &Context, id: RunId, cause: Cause<'_>) -> store::Result<bool> {
    let now = context.clock.now();
    let mut change = context.begin().await?;
    let Some(seen) = runs::find(&change.tx, id).await? else { return Ok(false) };
    environments::lock(&change.tx, seen.environment).await?;
    let Some(run) = runs::find(&change.tx, id).await? else { return Ok(false) };
    if run.environment != seen.environment {
        return Ok(false);
    }
    let Status::Running { worker, epoch, .. } = run.status else { return Ok(false) };
    let reason = match cause {
        Cause::WorkerGone { worker: gone, reason } if gone == worker => reason,
        // Renewed since it was looked for, perhaps: then its processes live on.
        Cause::LeaseExpired { lease_now }
            if claims::has_expired(&change.tx, run.environment, id, lease_now).await? =>
        {
            "contact with its worker was lost"
        }
        _ => return Ok(false),
    };
    let verdict = Verdict { outcome: Outcome::Lost, reason: Some(reason.to_owned()) };
    for (id, number) in tests::lose_running(&change.tx, &[id]).await? {
        change.event(Event::Test(id, number));
    }
    environments::release(&change.tx, run.environment, id, epoch, now).await?;
    end_lost(&mut change, &run, &verdict, now).await?;
    change.event(Event::Run(id));
    change.event(Event::Environment(run.environment));
    change.hint(Hint::Queue);
    change.commit().await?;
    Ok(true)
}

/// Ends an attempt that was lost: the run begins again in its old place if its requester wanted that.
pub(super) async fn end_lost(
    change: &mut Change<'_>,
    run: &Run,
    verdict: &Verdict,
    now: Millis,
) -> store::Result<()> {
    if let Status::Running { worker, .. } = run.status {
        workers::count_loss(&change.tx, worker).await?;
    }
    if run.cancel.is_none() && run_states::retries_left(&change.tx, run.id).await? > 0 {
        run_states::requeue(&change.tx, run.id, verdict, now).await?;
        environments::note_first(&change.tx, run.environment).await
    } else {
        change.hint(Hint::Log { run: run.id, size: run.log, complete: true });
        let end = End { run: run.id, verdict, usage: None, last: None };
        finish_all(change, &[end], now).await
    }
}
