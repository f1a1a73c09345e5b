//! Starts what can start, the moment that it can, and ends what nobody holds any more.

mod reaper;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub use reaper::reap;

use crate::actions::{self, Claimed, Claimer, Context, LeaseTimes, Left, Slots};
use crate::domain::{Serves, WorkerId};
use crate::live::Hint;

/// Behind the hints, in case that one is lost.
const TICK: Duration = Duration::from_secs(1);
/// After others were faster, or are just changing what could start: nobody tells when they take it back.
const MOMENT: Duration = Duration::from_millis(5);
/// What all workers hear at once they look for one after the other, about so long apart: who comes first shall not have to
/// wait for those who find nothing then.
const APART: Duration = Duration::from_millis(1);
/// What a worker leaves when its own runs have ended is mostly what others have just ended, who look themselves.
const FOR_OTHERS: Duration = Duration::from_millis(50);
/// Whoever has looked so lately is under load: runs that end in the same moment make way for the next ones together.
const LATELY: Duration = Duration::from_millis(200);
const TOGETHER: Duration = Duration::from_millis(1);

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
    // Before the first look, or a run that is submitted in between waits for the tick.
    let (mut hints, mut freed) = (context.live.subscribe(), context.live.subscribe());
    let mut hands = Hands::new(&context, &worker, execute);
    let mut why = Why::Told;
    while !*stop.borrow() {
        let rest = match hands.start_what_can(why).await {
            Left::Nothing => TICK,
            Left::Something => FOR_OTHERS,
            Left::WithOthers => MOMENT,
        };
        why = tokio::select! {
            () = its_turn(&mut hints, hands.workers) => Why::Told,
            () = Hint::Freed.heard(&mut freed) => Why::OwnEnd,
            true = hands.one_ends() => Why::OwnEnd,
            () = tokio::time::sleep(rest) => Why::Told,
            _ = stop.changed() => Why::Told,
        };
        if why == Why::OwnEnd {
            hands.more_end().await;
        }
    }
    // What is free from now on is for others.
    context.live.send(Hint::Queue);
    while !hands.running.is_empty() {
        tokio::select! {
            biased;
            () = Hint::Freed.heard(&mut freed) => context.live.send(Hint::Queue),
            _ = hands.one_ends() => {}
        }
    }
}

/// Why a worker looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Something may be able to start, which is for whoever comes first.
    Told,
    /// A run has ended here, and another one may take its place.
    OwnEnd,
}

/// Waits for the hint that something may be able to start, and then for one of as many moments as there are workers.
async fn its_turn(hints: &mut broadcast::Receiver<Hint>, workers: usize) {
    Hint::Queue.heard(hints).await;
    let moments = u32::try_from(workers).unwrap_or(u32::MAX).max(1);
    tokio::time::sleep(APART.saturating_mul(fastrand::u32(..moments))).await;
}

/// The slots of a worker, and what is in them.
struct Hands<'a, E> {
    context: &'a Context,
    worker: &'a Worker,
    execute: E,
    slots: Arc<Semaphore>,
    running: JoinSet<()>,
    /// Runs that have ended since it last looked.
    just_left: usize,
    looked: Instant,
    /// How many there are, as far as is known.
    workers: usize,
}

impl<'a, E, F> Hands<'a, E>
where
    E: Fn(Claimed) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    fn new(context: &'a Context, worker: &'a Worker, execute: E) -> Self {
        Self {
            context,
            worker,
            execute,
            slots: Arc::new(Semaphore::new(worker.slots)),
            running: JoinSet::new(),
            just_left: 0,
            looked: Instant::now(),
            workers: 1,
        }
    }

    /// Waits until a run has ended; `false`: there is none.
    async fn one_ends(&mut self) -> bool {
        let ended = self.running.join_next().await.is_some();
        self.just_left += usize::from(ended);
        ended
    }

    /// Takes note of those that end together with one that has just ended.
    async fn more_end(&mut self) {
        if self.slots.available_permits() == 0 {
            // Its environment is free, but not yet its slot.
            let _ = timeout(MOMENT, self.one_ends()).await;
        }
        if !self.running.is_empty() && self.looked.elapsed() < LATELY {
            tokio::time::sleep(TOGETHER).await;
        }
        while self.running.try_join_next().is_some() {
            self.just_left += 1;
        }
    }

    /// As many as there are slots for; where its own runs have ended, as many as that, or its share.
    async fn start_what_can(&mut self, why: Why) -> Left {
        let Worker { id, name, times, serves, .. } = self.worker;
        let claimer = Claimer { worker: *id, name, times: *times, serves };
        loop {
            let free = self.slots.available_permits();
            if free == 0 {
                if why == Why::OwnEnd {
                    self.pass_on().await;
                }
                return Left::Nothing;
            }
            let slots = Slots { free, just_left: std::mem::take(&mut self.just_left) };
            let claimed = actions::claim_several(self.context, &claimer, slots).await;
            self.looked = Instant::now();
            let claims = match claimed {
                Ok(claims) => claims,
                Err(error) => {
                    tracing::warn!(%error, "cannot claim; trying again");
                    return Left::Nothing;
                }
            };
            // Whoever finds nothing does not learn it.
            if claims.workers > 0 {
                self.workers = claims.workers;
            }
            let is_full = claims.runs.len() >= free;
            claims.runs.into_iter().for_each(|claimed| self.begin(claimed));
            if why == Why::OwnEnd && claims.is_for_others {
                self.pass_on().await;
            }
            if is_full {
                // What is left then was told to all, or others have ended the one before, who look themselves.
                return Left::Nothing;
            }
            if why == Why::OwnEnd || claims.left != Left::Something {
                return claims.left;
            }
        }
    }

    /// What it cannot take itself may be for others.
    async fn pass_on(&self) {
        if let Err(error) = actions::pass_on(self.context).await {
            tracing::warn!(%error, "cannot see whether others have free slots");
        }
    }

    fn begin(&mut self, claimed: Claimed) {
        // Nobody else takes slots, so there is one for each.
        let slot = Arc::clone(&self.slots).try_acquire_owned();
        let work = (self.execute)(claimed);
        self.running.spawn(async move {
            work.await;
            drop(slot);
        });
    }
}
