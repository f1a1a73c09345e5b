//! Attempts end: each run is finished (or, lost, queued again) and its environment free, in one transaction.

use crate::domain::run::Usage;
use crate::domain::verdict::Verdict;
use crate::domain::{Event, Millis, Outcome};
use crate::live::Hint;
use crate::store::{self, environments, run_states, runs, tests};

use super::Context;
use super::context::Change;
use super::lose::end_lost;
use super::record::{Batch, Lease, RecordError, put, refuse};
use super::reserve::{is_worth_a_look, keep_if_failed};

/// The last record of an attempt.
#[derive(Debug, Clone)]
pub struct LastRecord {
    pub lease: Lease,
    pub batch: Batch,
    pub verdict: Verdict,
    pub usage: Option<Usage>,
}

pub async fn finish(
    context: &Context,
    lease: Lease,
    batch: &Batch,
    verdict: &Verdict,
    usage: Option<Usage>,
) -> Result<(), RecordError> {
    let last = LastRecord { lease, batch: batch.clone(), verdict: verdict.clone(), usage };
    let recorded = finish_several(context, &[last]).await?;
    if recorded.contains(&lease) { Ok(()) } else { Err(RecordError::Stale(lease)) }
}

/// Ends several attempts at once. Answers which held their leases still; of the others only what they said is kept, as
/// evidence.
pub async fn finish_several(context: &Context, all: &[LastRecord]) -> store::Result<Vec<Lease>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let mut change = context.begin().await?;
    let now = context.clock.now();
    let held: Vec<_> = all
        .iter()
        .map(|LastRecord { lease, .. }| (lease.environment, lease.run, lease.epoch))
        .collect();
    let released = environments::release_all(&change.tx, &held, now).await?;
    let is_held =
        |last: &&LastRecord| released.contains(&(last.lease.environment, last.lease.epoch));
    let (held, late): (Vec<_>, Vec<_>) = all.iter().partition(is_held);
    if held.is_empty() {
        drop(change);
    } else {
        end(&mut change, context, &held).await?;
        change.commit().await?;
    }
    for LastRecord { lease, verdict, .. } in late {
        let what = format!("that it ended as {}", verdict.outcome.as_str());
        // The others have ended whatever becomes of the evidence.
        if let Err(error) = refuse(context, *lease, what).await {
            tracing::warn!(%error, run = %lease.run, "cannot keep what came too late as evidence");
        }
    }
    Ok(held.into_iter().map(|last| last.lease).collect())
}

async fn end(change: &mut Change<'_>, context: &Context, all: &[&LastRecord]) -> store::Result<()> {
    let now = context.clock.now();
    let news: Vec<_> = all.iter().map(|last| (last.lease.run, &last.batch)).collect();
    put(change, &news).await?;
    let ids: Vec<_> = all.iter().map(|last| last.lease.run).collect();
    for (run, number) in tests::lose_running(&change.tx, &ids).await? {
        change.event(Event::Test(run, number));
    }
    let (lost, finished): (Vec<_>, Vec<_>) =
        all.iter().copied().partition(|last| last.verdict.outcome == Outcome::Lost);
    for last in lost {
        // Whoever wants it again may be somebody else.
        change.hint(Hint::Queue);
        let LastRecord { lease, batch, verdict, .. } = last;
        run_states::set_progress(&change.tx, lease.run, batch.progress, batch.log).await?;
        if let Some(run) = runs::find(&change.tx, lease.run).await? {
            end_lost(change, &run, verdict, now).await?;
        }
    }
    let mut ends = Vec::with_capacity(finished.len());
    for LastRecord { lease, batch, verdict, usage } in finished {
        if is_worth_a_look(verdict.outcome)
            && let Some(run) = runs::find(&change.tx, lease.run).await?
        {
            keep_if_failed(change, &run, verdict.outcome, now).await?;
        }
        let last = Some((batch.progress, batch.log));
        ends.push(run_states::End { run: lease.run, verdict, usage: *usage, last });
        change.hint(Hint::Log { run: lease.run, size: batch.log, complete: true });
    }
    finish_all(change, &ends, now).await?;
    for LastRecord { lease, .. } in all {
        change.event(Event::Run(lease.run));
        change.event(Event::Environment(lease.environment));
    }
    change.hint(Hint::Freed);
    Ok(())
}

/// These runs end, and whoever tells the outside is told.
pub(super) async fn finish_all(
    change: &mut Change<'_>,
    ends: &[run_states::End<'_>],
    now: Millis,
) -> store::Result<()> {
    if run_states::finish_all(&change.tx, ends, now).await? {
        change.hint(Hint::Deliveries);
    }
    Ok(())
}
