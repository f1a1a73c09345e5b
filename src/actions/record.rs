//! What a worker learns of its running runs. Every write carries the fence of its lease and is refused when it is stale.

use crate::domain::leak::LeakReport;
use crate::domain::run::RefusedWrite;
use crate::domain::{EnvironmentId, Epoch, Event, LogSize, Progress, RunId, TestReport};
use crate::store::run_states::StartedAs;
use crate::store::{self, environments, leaks, refused, run_states, tests};

use super::Context;
use super::context::Change;

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
    if environments::hold_still(&change.tx, &[(environment, run, epoch)]).await?.is_empty() {
        drop(change);
        let (tests, bytes) = (batch.tests.len(), batch.log.bytes);
        refuse(context, lease, format!("{tests} test results, a log of {bytes} bytes")).await?;
        return Err(RecordError::Stale(lease));
    }
    put(&mut change, &[(run, batch)]).await?;
    run_states::set_progress(&change.tx, run, batch.progress, batch.log).await?;
    change.event(Event::Run(run));
    change.commit().await?;
    Ok(())
}

/// Keeps what a late record said, as evidence: it changes nothing else.
pub(super) async fn refuse(context: &Context, lease: Lease, what: String) -> store::Result<()> {
    let change = context.begin().await?;
    let refused = RefusedWrite { at: context.clock.now(), epoch: lease.epoch, what };
    refused::insert(&change.tx, lease.run, &refused).await?;
    change.commit().await
}

/// Writes all but the counts, which lie beside the state of the run.
pub(super) async fn put(change: &mut Change<'_>, news: &[(RunId, &Batch)]) -> store::Result<()> {
    let mut results = Vec::new();
    for (run, batch) in news {
        if let Some(started) = &batch.started_as {
            run_states::set_started_as(&change.tx, *run, started).await?;
        }
        if let Some(report) = &batch.leak {
            leaks::put(&change.tx, *run, report).await?;
        }
        results.extend(batch.tests.iter().map(|test| (*run, test)));
    }
    tests::put(&change.tx, &results).await?;
    for (run, test) in results {
        change.event(Event::Test(run, test.number));
    }
    Ok(())
}
