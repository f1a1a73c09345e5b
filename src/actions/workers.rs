//! Workers come, prove that they live, and go.

use crate::domain::{Millis, WorkerId};
use crate::live::Hint;
use crate::store::workers::{NewWorker, State};
use crate::store::{self, LeaseNow, Tx, boards, claims, events, idempotency, workers};

use super::{Context, Lease};

/// How long a lease lasts, how often it is renewed, and when a worker that could not renew ends its runs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTimes {
    pub lease_ms: i64,
    pub renew_ms: i64,
    /// Counted from when the last good renewal was sent; well before the lease ends for everybody else.
    pub kill_ms: i64,
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self { lease_ms: 15_000, renew_ms: 3_000, kill_ms: 10_000 }
    }
}

/// Events that the stream can resume over.
const KEPT_EVENTS: i64 = 200_000;
/// Events that are forgotten at once: a statement has only so long, and keeps others from writing meanwhile.
const FORGOTTEN_AT_ONCE: u64 = 10_000;
/// A worker that is silent for so long is not expected back.
const FORGOTTEN_MS: i64 = 60 * 60 * 1000;
const KEPT_KEYS_MS: i64 = 24 * 60 * 60 * 1000;

pub async fn register(
    context: &Context,
    worker: &NewWorker,
    times: LeaseTimes,
) -> store::Result<WorkerId> {
    let lease = (context.lease_now(), times.lease_ms);
    let mut change = context.begin().await?;
    let id = workers::insert(&change.tx, worker, lease, context.clock.now()).await?;
    change.hint(Hint::Queue);
    change.commit().await?;
    Ok(id)
}

/// What a renewal brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    /// The leases that the worker still has.
    Held(Vec<Lease>),
    /// Others took this worker for dead and have ended its runs.
    Gone,
}

/// Extends the leases of the runs that a worker is executing. One that it has claimed and knows nothing of, because
/// something broke in between, is not among them: it runs out, and the run is ended as lost.
pub async fn renew(
    context: &Context,
    worker: WorkerId,
    leases: &[Lease],
    times: LeaseTimes,
) -> store::Result<Renewed> {
    let until = (context.lease_now(), times.lease_ms);
    let change = context.begin().await?;
    let held = extend(&change.tx, worker, in_order(leases), until).await?;
    let known = workers::renew(&change.tx, worker, until, context.clock.now()).await?;
    change.commit().await?;
    Ok(if known { Renewed::Held(held) } else { Renewed::Gone })
}

/// As everybody locks several: in the order of their numbers.
pub(super) fn in_order(leases: &[Lease]) -> Vec<Lease> {
    let mut in_order = leases.to_vec();
    in_order.sort_unstable_by_key(|lease| lease.environment);
    in_order
}

/// Lets those of these leases last that the worker has. Answers which.
pub(super) async fn extend(
    tx: &Tx,
    worker: WorkerId,
    in_order: Vec<Lease>,
    until: (LeaseNow, i64),
) -> store::Result<Vec<Lease>> {
    let mut held = Vec::with_capacity(in_order.len());
    for lease in in_order {
        let Lease { run, environment, epoch } = lease;
        if claims::renew(tx, worker, (environment, run, epoch), until).await? {
            held.push(lease);
        }
    }
    Ok(held)
}

/// Notes of whom nothing is heard any more.
pub async fn note_silent(context: &Context) -> store::Result<()> {
    let now = context.lease_now();
    let is_news = |worker: &workers::Worker| worker.is_silent && worker.state == State::Active;
    if !workers::list(&context.db, now).await?.iter().any(is_news) {
        return Ok(());
    }
    let mut change = context.begin().await?;
    workers::set_silent(&change.tx, now).await?;
    change.hint(Hint::Workers);
    change.commit().await
}

/// Notes how far runs are kept apart by a worker: it learns that from its supervisor.
pub async fn note_rung(context: &Context, worker: WorkerId, rung: u8) -> store::Result<()> {
    let mut change = context.begin().await?;
    workers::set_rung(&change.tx, worker, rung.into()).await?;
    change.hint(Hint::Workers);
    change.commit().await
}

/// Notes what a worker has done since it started, for the figures that operators graph.
pub async fn note_done(
    context: &Context,
    worker: WorkerId,
    done: workers::Done,
) -> store::Result<()> {
    let change = context.begin().await?;
    workers::set_done(&change.tx, worker, done).await?;
    change.commit().await
}

/// Says that a worker finishes what it has and takes nothing more.
pub async fn drain(context: &Context, worker: WorkerId) -> store::Result<()> {
    let mut change = context.begin().await?;
    workers::set_draining(&change.tx, worker).await?;
    change.hint(Hint::Workers);
    change.commit().await
}

/// Forgets what nobody needs any more: old events, old idempotency keys.
pub async fn prune(context: &Context) -> store::Result<()> {
    while forget_events(context).await? == FORGOTTEN_AT_ONCE {}
    let change = context.begin().await?;
    let now = context.clock.now();
    idempotency::prune(&change.tx, Millis(now.0 - KEPT_KEYS_MS)).await?;
    boards::forget(&change.tx, boards::first_day(boards::MOST_DAYS, now)).await?;
    workers::forget_silent(&change.tx, context.lease_now(), FORGOTTEN_MS).await?;
    change.commit().await
}

async fn forget_events(context: &Context) -> store::Result<u64> {
    let change = context.begin().await?;
    let forgotten = events::prune(&change.tx, KEPT_EVENTS, FORGOTTEN_AT_ONCE).await?;
    change.commit().await?;
    Ok(forgotten)
}
