//! What a worker learns of its running runs. Every write carries the fence of its lease and is refused when it is stale.

use crate::domain::leak::LeakReport;
use crate::domain::run::{RefusedWrite, Usage};
use crate::domain::verdict::Verdict;
use crate::domain::{EnvironmentId, Epoch, Event, LogSize, Outcome, Progress, RunId, TestReport};
use crate::live::Hint;
use crate::store::run_states::StartedAs;
use crate::store::{self, environments, leaks, refused, run_states, runs, tests};

use super::Context;
use super::context::Change;
use super::lose::end_lost;
use super::reserve::keep_if_failed;

/// The right to write about a run: its environment's lease with the fence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    pub run: RunId,
    pub environment: EnvironmentId,
    pub epoch: Epoch,
}

/// News of a run since the last record; states, not changes, so that recording one twice is harmless.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub started_as: Option<StartedAs>,
    pub tests: Vec<TestReport>,
    pub progress: Progress,
    pub log: LogSize,
    pub leak: Option<LeakReport>,
}

#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("run {} does not hold environment {} any more (epoch {})", .0.run, .0.environment, .0.epoch)]
    Stale(Lease),
    #[error(transparent)]
    Store(#[from] store::Error),
}

pub async fn record(context: &Context, lease: Lease, batch: &Batch) -> Result<(), RecordError> {
    let mut change = context.begin().await?;
    let Lease { run, environment, epoch } = lease;
    if !environments::holds(&change.tx, environment, run, epoch).await? {
        drop(change);
        let (tests, bytes) = (batch.tests.len(), batch.log.bytes);
        return refuse(context, lease, format!("{tests} test results, a log of {bytes} bytes"))
            .await;
    }
    put(&mut change, lease.run, batch).await?;
    change.event(Event::Run(lease.run));
    change.commit().await?;
    Ok(())
}

/// The last record of an attempt: the run is finished (or, lost, queued again) and its environment free, in one
/// transaction.
pub async fn finish(
    context: &Context,
    lease: Lease,
    batch: &Batch,
    verdict: &Verdict,
    usage: Option<Usage>,
) -> Result<(), RecordError> {
    let mut change = context.begin().await?;
    let now = context.clock.now();
    let Lease { run, environment, epoch } = lease;
    if !environments::release(&change.tx, environment, run, epoch, now).await? {
        drop(change);
        return refuse(context, lease, format!("that it ended as {}", verdict.outcome.as_str()))
            .await;
    }
    put(&mut change, run, batch).await?;
    for number in tests::lose_running(&change.tx, run).await? {
        change.event(Event::Test(run, number));
    }
    match runs::find(&change.tx, run).await? {
        Some(run) if verdict.outcome == Outcome::Lost => {
            end_lost(&mut change, &run, verdict, now).await?;
        }
        found => {
            if let Some(run) = found {
                keep_if_failed(&mut change, &run, verdict.outcome, now).await?;
            }
            run_states::finish(&change.tx, run, verdict, usage, now).await?;
            change.hint(Hint::Log { run, size: batch.log, complete: true });
        }
    }
    change.event(Event::Run(run));
    change.event(Event::Environment(environment));
    change.hint(Hint::Queue);
    change.commit().await?;
    Ok(())
}

/// Keeps what a late record said, as evidence: it changes nothing else.
async fn refuse(context: &Context, lease: Lease, what: String) -> Result<(), RecordError> {
    let change = context.begin().await?;
    let refused = RefusedWrite { at: context.clock.now(), epoch: lease.epoch, what };
    refused::insert(&change.tx, lease.run, &refused).await?;
    change.commit().await?;
    Err(RecordError::Stale(lease))
}

async fn put(change: &mut Change<'_>, run: RunId, batch: &Batch) -> store::Result<()> {
    if let Some(started) = &batch.started_as {
        run_states::set_started_as(&change.tx, run, started).await?;
    }
    tests::put(&change.tx, run, &batch.tests).await?;
    for test in &batch.tests {
        change.event(Event::Test(run, test.number));
    }
    if let Some(report) = &batch.leak {
        leaks::put(&change.tx, run, report).await?;
    }
    run_states::set_progress(&change.tx, run, batch.progress, batch.log).await
}
