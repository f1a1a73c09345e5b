//! Starts what can start, the moment that it can, and ends what nobody holds any more.

mod reaper;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, broadcast, watch};
use tokio::task::JoinSet;

pub use reaper::reap;

use crate::actions::{self, ClaimError, Claimed, Claimer, Context, LeaseTimes, Left, Slots};
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
/// For each slot there are so many runs at most whose processes are there or whose end is being recorded: ends that cannot be
/// recorded must not pile up.
const ATTEMPTS: usize = 2;

/// Who schedules.
#[derive(Debug, Clone)]
pub struct Worker {
    pub id: WorkerId,
    pub name: String,
    /// Runs whose processes are there at once.
    pub slots: usize,
    pub times: LeaseTimes,
    pub serves: Serves,
}

/// The place of a run among those of its worker. Whoever drops it lets the next one start: its processes have to be gone,
/// while its end may still be on its way into the store.
pub type Slot = Option<OwnedSemaphorePermit>;

/// Claims runs and hands them to `execute` until `stop` says so; then waits for those that are running. It claims in `turn` with
/// the transactions that end runs of this worker: what has ended together is claimed together again.
pub async fn schedule<E, F>(
    context: Context,
    worker: Worker,
    turn: Arc<Mutex<Context>>,
    mut stop: watch::Receiver<bool>,
    execute: E,
) where
    E: Fn(Claimed, Slot) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    // Before the first look, or a run that is submitted in between waits for the tick.
    let (mut hints, mut freed) = (context.live.subscribe(), context.live.subscribe());
    let mut hands = Hands::new((&context, &worker), turn, execute);
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
            () = hands.places.has_one(), if hands.free == 0 => Why::Told,
            () = tokio::time::sleep(rest) => Why::Told,
            _ = stop.changed() => Why::Told,
        };
    }
    let turn = Arc::clone(&hands.turn);
    hands.settle(&*turn.lock().await).await;
    // What is free from now on is for others.
    context.live.send(Hint::Queue);
    let mut running = hands.running;
    while !running.is_empty() {
        tokio::select! {
            biased;
            () = Hint::Freed.heard(&mut freed) => context.live.send(Hint::Queue),
            _ = running.join_next() => {}
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

/// Where the runs of a worker can be. Nobody else takes any.
struct Places {
    slots: Arc<Semaphore>,
    attempts: Arc<Semaphore>,
}

impl Places {
    fn of(worker: &Worker) -> Self {
        let [slots, attempts] =
            [1, ATTEMPTS].map(|times| Arc::new(Semaphore::new(times * worker.slots)));
        Self { slots, attempts }
    }

    fn free(&self) -> usize {
        self.slots.available_permits().min(self.attempts.available_permits())
    }

    async fn has_one(&self) {
        // Both are given back at once.
        let _slot = self.slots.acquire().await;
        let _attempt = self.attempts.acquire().await;
    }
}

/// A worker and what it executes.
struct Hands<'a, E> {
    context: &'a Context,
    worker: &'a Worker,
    turn: Arc<Mutex<Context>>,
    execute: E,
    places: Places,
    /// Places that were left when it last looked.
    free: usize,
    /// Of which it is not known whether they were taken.
    in_doubt: Vec<Claimed>,
    /// Places that its own runs have left whose ends are being written: others are to take them then.
    left: usize,
    running: JoinSet<()>,
    /// How many workers there are, as far as is known.
    workers: usize,
}

impl<'a, E, F> Hands<'a, E>
where
    E: Fn(Claimed, Slot) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    fn new(
        (context, worker): (&'a Context, &'a Worker),
        turn: Arc<Mutex<Context>>,
        execute: E,
    ) -> Self {
        let (places, running) = (Places::of(worker), JoinSet::new());
        let free = places.free();
        Self {
            context,
            worker,
            turn,
            execute,
            places,
            free,
            in_doubt: Vec::new(),
            left: 0,
            running,
            workers: 1,
        }
    }

    /// As many as there are places for; where its own runs have left, as many as that, or its share.
    async fn start_what_can(&mut self, why: Why) -> Left {
        let Worker { id, name, times, serves, .. } = self.worker;
        let claimer = Claimer { worker: *id, name, times: *times, serves };
        loop {
            let turn = Arc::clone(&self.turn);
            let turn = turn.lock().await;
            if !self.settle(&turn).await {
                return Left::Nothing;
            }
            let free = self.places.free();
            self.left += free.saturating_sub(self.free);
            self.free = free;
            if free == 0 {
                drop(turn);
                if why == Why::OwnEnd {
                    self.pass_on().await;
                }
                return Left::Nothing;
            }
            let slots = Slots { free, just_left: self.left };
            let claims = match actions::claim_several(&turn, &claimer, slots).await {
                Ok(claims) => claims,
                Err(error) => {
                    tracing::warn!(%error, "cannot claim; trying again");
                    if let ClaimError::InDoubt { runs, .. } = error {
                        self.in_doubt = runs;
                    }
                    return Left::Nothing;
                }
            };
            drop(turn);
            // Whoever finds nothing does not learn it.
            if claims.workers > 0 {
                self.workers = claims.workers;
            }
            self.free = free.saturating_sub(claims.runs.len());
            self.left = match why {
                Why::OwnEnd => 0,
                Why::Told => self.left.saturating_sub(claims.runs.len()),
            };
            claims.runs.into_iter().for_each(|claimed| self.begin(claimed));
            if why == Why::OwnEnd && claims.is_for_others {
                self.pass_on().await;
            }
            if self.free == 0 {
                // What is left then was told to all, or others have ended the one before, who look themselves.
                return Left::Nothing;
            }
            if why == Why::OwnEnd || claims.left != Left::Something {
                return claims.left;
            }
        }
    }

    /// Executes those of the runs in doubt that it holds; answers whether that is known. Before it claims again: a lease is
    /// known by its fence, and the next claim could have the same one.
    async fn settle(&mut self, context: &Context) -> bool {
        if self.in_doubt.is_empty() {
            return true;
        }
        let Worker { id, times, .. } = self.worker;
        let leases: Vec<_> = self.in_doubt.iter().map(|claimed| claimed.lease).collect();
        let sent_at = context.clock.lease_now();
        let taken = match actions::take_up(context, *id, &leases, *times).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "cannot see which runs were taken; trying again");
                return false;
            }
        };
        for mut claimed in std::mem::take(&mut self.in_doubt) {
            if taken.contains(&claimed.lease) {
                claimed.live_until = sent_at + times.kill_ms;
                self.begin(claimed);
            }
        }
        true
    }

    /// What it cannot take itself may be for others.
    async fn pass_on(&self) {
        if let Err(error) = actions::pass_on(self.context).await {
            tracing::warn!(%error, "cannot see whether others have free slots");
        }
    }

    fn begin(&mut self, claimed: Claimed) {
        while self.running.try_join_next().is_some() {}
        let slot = Arc::clone(&self.places.slots).try_acquire_owned().ok();
        let attempt = Arc::clone(&self.places.attempts).try_acquire_owned();
        let work = (self.execute)(claimed, slot);
        self.running.spawn(async move {
            work.await;
            drop(attempt);
        });
    }
}
