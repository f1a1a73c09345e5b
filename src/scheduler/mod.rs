//! Starts what can start, the moment that it can, and ends what nobody holds any more.

mod reaper;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::JoinSet;

pub use reaper::reap;

use crate::actions::{self, Claimed, Claimer, Context, LeaseTimes, Left};
use crate::domain::{Serves, WorkerId};
use crate::live::Hint;

/// Behind the hints, in case that one is lost.
const TICK: Duration = Duration::from_secs(1);
/// After others were faster, or are just changing what could start: nobody tells when they take it back.
const MOMENT: Duration = Duration::from_millis(5);
/// What all workers hear at once they look for one after the other, about so long apart: who comes first shall not have to
/// wait for those who find nothing then.
const APART: Duration = Duration::from_millis(1);

/// Who schedules.
#[derive(Debug, Clone)]
pub struct Worker {
    pub id: WorkerId,
    pub name: String,
    /// Runs at once.
    pub slots: usize,
    pub times: LeaseTimes,
    pub serves: Serves,
}

/// Claims runs and hands them to `execute` until `stop` says so; then waits for those that are running.
pub async fn schedule<E, F>(
    context: Context,
    worker: Worker,
    mut stop: watch::Receiver<bool>,
    execute: E,
) where
    E: Fn(Claimed) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(worker.slots));
    // Before the first look, or a run that is submitted in between waits for the tick.
    let mut hints = context.live.subscribe();
    let mut running = JoinSet::new();
    let mut workers = 1;
    while !*stop.borrow() {
        let left =
            start_what_can(&context, &worker, &slots, &mut running, &mut workers, &execute).await;
        let rest = if left == Left::WithOthers { MOMENT } else { TICK };
        tokio::select! {
            () = its_turn(&mut hints, workers) => {}
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(rest) => {}
            _ = stop.changed() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

/// Waits for the hint that something may be able to start, and then for one of as many moments as there are workers.
async fn its_turn(hints: &mut broadcast::Receiver<Hint>, workers: usize) {
    Hint::Queue.heard(hints).await;
    let moments = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
    tokio::time::sleep(APART.saturating_mul(fastrand::u32(..moments))).await;
}

async fn start_what_can<E, F>(
    context: &Context,
    worker: &Worker,
    slots: &Arc<Semaphore>,
    running: &mut JoinSet<()>,
    workers: &mut usize,
    execute: &E,
) -> Left
where
    E: Fn(Claimed) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let Worker { id, name, times, serves, .. } = worker;
    let claimer = Claimer { worker: *id, name, times: *times, serves };
    loop {
        let free = slots.available_permits();
        if free == 0 {
            return Left::Nothing;
        }
        let claims = match actions::claim_several(context, &claimer, free).await {
            Ok(claims) => claims,
            Err(error) => {
                tracing::warn!(%error, "cannot claim; trying again");
                return Left::Nothing;
            }
        };
        // Whoever finds nothing does not learn it.
        if claims.workers > 0 {
            *workers = claims.workers;
        }
        for claimed in claims.runs {
            // Nobody else takes slots, so there is one for each.
            let slot = Arc::clone(slots).try_acquire_owned();
            let work = execute(claimed);
            running.spawn(async move {
                work.await;
                drop(slot);
            });
        }
        if claims.left != Left::Something {
            return claims.left;
        }
    }
}
