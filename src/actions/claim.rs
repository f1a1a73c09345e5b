//! A worker takes the run that is to start next.

use crate::domain::run::Cancel;
use crate::domain::{Event, Run, RunDetails, Serves, WorkerId, policy};
use crate::store::claims::{Others, Taken};
use crate::store::environments::ForRuns;
use crate::store::run_states::{self, Start};
use crate::store::{self, Error, claims, environments, runs};

use super::{Context, Lease, LeaseTimes};

/// A run that is this worker's to execute.
#[derive(Debug)]
pub struct Claimed {
    pub run: Run,
    pub details: RunDetails,
    /// What its environment has for all runs.
    pub environment: ForRuns,
    pub lease: Lease,
    /// When its processes have to be gone, in milliseconds of the lease clock, unless the lease is renewed.
    pub live_until: i64,
    /// Set when somebody cancelled it before it started.
    pub cancel: Option<Cancel>,
}

/// Who wants a run.
#[derive(Debug, Clone, Copy)]
pub struct Claimer<'a> {
    pub worker: WorkerId,
    pub name: &'a str,
    pub times: LeaseTimes,
    /// Others are left to other workers.
    pub serves: &'a Serves,
}

/// Takes the next run by [`policy::next`], or `None` when nothing can start now.
pub async fn claim(context: &Context, claimer: &Claimer<'_>) -> store::Result<Option<Claimed>> {
    let Claimer { worker, name: worker_name, times, serves } = *claimer;
    let mut others = Others::AreLeftAlone;
    loop {
        let mut snapshot = claims::snapshot(&context.db, context.clock.now(), serves).await?;
        if snapshot.heads.is_empty() {
            return Ok(None);
        }
        while let Some(head) = policy::next(&snapshot).cloned() {
            let claim = Attempt { head: &head, worker, worker_name, times, others };
            if let Some(claimed) = claim_environment(context, &claim).await? {
                return Ok(Some(claimed));
            }
            snapshot.without(&head);
        }
        // Others are taking, or have cancelled, all that was there. What is left shows when they are done.
        others = Others::AreWaitedFor;
    }
}

struct Attempt<'a> {
    head: &'a policy::Head,
    worker: WorkerId,
    worker_name: &'a str,
    times: LeaseTimes,
    others: Others,
}

/// Takes the environment's lease and its oldest queued run in one transaction.
async fn claim_environment(
    context: &Context,
    claim: &Attempt<'_>,
) -> store::Result<Option<Claimed>> {
    let Attempt { head, worker, times, .. } = *claim;
    let mut change = context.begin().await?;
    // After waiting for other writers, so that the lease is good for all of its time.
    let (now, sent_at) = (context.clock.now(), context.clock.lease_now());
    let takes_any = head.queue != head.environment;
    let wanted = claims::Claim {
        environment: head.environment,
        run: head.run,
        requester: (!takes_any).then(|| head.requester.clone()),
        worker,
        now,
        lease_now: context.lease_now(),
        lease_ms: times.lease_ms,
    };
    let Some(Taken { epoch, among }) = claims::take(&change.tx, &wanted, claim.others).await?
    else {
        return Ok(None);
    };
    if takes_any {
        // Lock order: environment, queue, run.
        environments::lock(&change.tx, head.queue).await?;
        change.event(Event::Environment(head.queue));
    }
    let (environment, worker_name) = (head.environment, claim.worker_name.to_owned());
    let start = Start { environment, worker, worker_name, epoch, among, now };
    if !run_states::start(&change.tx, head.queue, head.run, &start).await? {
        return Ok(None);
    }
    let run = runs::find(&change.tx, head.run).await?.ok_or(Error::Missing("a claimed run"))?;
    // They may have been changed since it was chosen.
    let labels = run.any.as_deref().unwrap_or_default();
    if !environments::has_labels(&change.tx, head.environment, labels).await? {
        return Ok(None);
    }
    let details = runs::details(&change.tx, head.run).await?;
    let details = details.ok_or(Error::Missing("the details of a claimed run"))?;
    let environment = environments::for_runs(&change.tx, head.environment).await?;
    change.event(Event::Run(run.id));
    change.event(Event::Environment(run.environment));
    change.commit().await?;
    let lease = Lease { run: run.id, environment: run.environment, epoch };
    let live_until = sent_at + times.kill_ms;
    let cancel = run.cancel.clone();
    Ok(Some(Claimed { run, details, environment, lease, live_until, cancel }))
}
