//! A worker takes the run that is to start next.

use crate::domain::run::Cancel;
use crate::domain::{Environment, Event, Run, RunDetails, WorkerId, policy};
use crate::store::runs::Start;
use crate::store::{self, claims, environments, runs};

use super::{Context, Lease, LeaseTimes};

/// A run that is this worker's to execute.
#[derive(Debug)]
pub struct Claimed {
    pub run: Run,
    pub details: RunDetails,
    pub environment: Environment,
    pub lease: Lease,
    /// When its processes have to be gone, in milliseconds of the lease clock, unless the lease is renewed.
    pub live_until: i64,
    /// Set when somebody cancelled it before it started.
    pub cancel: Option<Cancel>,
}

/// Takes the next run by [`policy::next`], or `None` when nothing can start now.
pub async fn claim(
    context: &Context,
    worker: WorkerId,
    worker_name: &str,
    times: LeaseTimes,
) -> store::Result<Option<Claimed>> {
    loop {
        let snapshot = claims::snapshot(&context.db).await?;
        let Some(head) = policy::next(&snapshot) else { return Ok(None) };
        if let Some(claimed) = claim_environment(context, head, worker, worker_name, times).await? {
            return Ok(Some(claimed));
        }
        // Another worker was faster; the next look shows what it left.
    }
}

/// Takes the environment's lease and its oldest queued run in one transaction.
async fn claim_environment(
    context: &Context,
    head: &policy::Head,
    worker: WorkerId,
    worker_name: &str,
    times: LeaseTimes,
) -> store::Result<Option<Claimed>> {
    let mut change = context.begin().await?;
    // After waiting for other writers, so that the lease is good for all of its time.
    let (now, sent_at) = (context.clock.now(), context.clock.lease_now());
    let wanted = claims::Claim {
        environment: head.environment,
        run: head.run,
        worker,
        now,
        lease_until: sent_at + times.lease_ms,
    };
    let Some(epoch) = claims::take(&change.tx, &wanted).await? else { return Ok(None) };
    // The order may have changed since the snapshot: a cancelled head, say.
    if claims::first_in_queue(&change.tx, head.environment).await? != Some(head.run) {
        return Ok(None);
    }
    let Some(run) = runs::find(&change.tx, head.run).await? else { return Ok(None) };
    let start = Start { worker, worker_name: worker_name.to_owned(), epoch, now };
    runs::start(&change.tx, &run, &start).await?;
    let (run, details, environment) = (
        runs::find(&change.tx, head.run).await?,
        runs::details(&change.tx, head.run).await?,
        environments::find(&change.tx, head.environment).await?,
    );
    let (Some(run), Some(details), Some(environment)) = (run, details, environment) else {
        return Ok(None);
    };
    change.event(Event::Run(run.id));
    change.event(Event::Environment(run.environment));
    change.commit().await?;
    let lease = Lease { run: run.id, environment: run.environment, epoch };
    let live_until = sent_at + times.kill_ms;
    let cancel = run.cancel.clone();
    Ok(Some(Claimed { run, details, environment, lease, live_until, cancel }))
}
