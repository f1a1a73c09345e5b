//! A worker takes the runs that are to start next.

use std::collections::HashMap;

use crate::domain::policy::Head;
use crate::domain::run::Cancel;
use crate::domain::{EnvironmentId, Event, Run, RunDetails, Serves, WorkerId};
use crate::live::Hint;
use crate::store::claims::Free;
use crate::store::environments::ForRuns;
use crate::store::run_states::{self, Start, Starter};
use crate::store::{self, Error, any_queues, claims, environments, runs, workers};

use super::context::Change;
use super::workers::{extend, in_order};
use super::{Context, Lease, LeaseTimes};

/// Runs that one transaction starts at most, so that it stays short.
const MOST: usize = 16;
/// Runs that are chosen at once: others may be faster with the first of them.
const CANDIDATES: usize = 32;

/// A run that is this worker's to execute.
#[derive(Debug)]
pub struct Claimed {
    pub run: Run,
    /// Without its attempts.
    pub details: RunDetails,
    /// What its environment has for all runs.
    pub environment: ForRuns,
    pub lease: Lease,
    /// When its processes have to be gone, in milliseconds of the lease clock, unless the lease is renewed.
    pub live_until: i64,
    /// Set when somebody cancelled it before it started.
    pub cancel: Option<Cancel>,
}

/// Who wants runs.
#[derive(Debug, Clone, Copy)]
pub struct Claimer<'a> {
    pub worker: WorkerId,
    pub name: &'a str,
    pub times: LeaseTimes,
    /// Others are left to other workers.
    pub serves: &'a Serves,
}

/// The slots of a worker that are free.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    pub free: usize,
    /// Of these, how many its own runs have just left: it takes as many again, whatever its share is.
    pub just_left: usize,
}

/// What a worker got.
#[derive(Debug)]
pub struct Claims {
    pub runs: Vec<Claimed>,
    pub left: Left,
    /// That take runs; none where nothing could start.
    pub workers: usize,
    /// Something could start that this worker does not serve.
    pub is_for_others: bool,
}

/// Why no run was taken.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The answer to the commit is missing. If it has happened, they are this worker's: nobody else may execute them.
    #[error("it is not known whether these runs were taken: {source}")]
    InDoubt { runs: Vec<Claimed>, source: Error },
    #[error(transparent)]
    Store(#[from] Error),
}

/// What could start beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing, as long as nobody says otherwise.
    Nothing,
    /// Something, perhaps.
    Something,
    /// What others are just taking or changing: in a moment it is theirs, or it can start.
    WithOthers,
}

/// Takes the next run, or `None` when nothing can start now.
pub async fn claim(
    context: &Context,
    claimer: &Claimer<'_>,
) -> Result<Option<Claimed>, ClaimError> {
    let slots = Slots { free: 1, just_left: 0 };
    Ok(claim_several(context, claimer, slots).await?.runs.pop())
}

/// Takes the runs that are next by [`crate::domain::policy`], at most so many as there are free slots, in one transaction: no
/// two of one environment, and of each queue the first.
pub async fn claim_several(
    context: &Context,
    claimer: &Claimer<'_>,
    slots: Slots,
) -> Result<Claims, ClaimError> {
    let now = context.clock.now();
    let mut snapshot = claims::snapshot(&context.db, now, claimer.serves).await?;
    let (numbered, waiting) = (snapshot.heads.len(), snapshot.waiting.len());
    let (workers, is_for_others) = (snapshot.workers, snapshot.is_for_others);
    let most = snapshot.share(slots.free).max(slots.just_left.min(slots.free)).min(MOST);
    let mut left = Left::Nothing;
    loop {
        let candidates = snapshot.choose(CANDIDATES);
        if candidates.is_empty() {
            return Ok(Claims { runs: Vec::new(), left, workers, is_for_others });
        }
        let runs = start(context, claimer, &candidates, most).await?;
        if !runs.is_empty() {
            let is_all = waiting == 0 && runs.len() == numbered;
            let left = if is_all { Left::Nothing } else { Left::Something };
            return Ok(Claims { runs, left, workers, is_for_others });
        }
        // Others are taking, or have cancelled, all of these.
        left = Left::WithOthers;
    }
}

/// Which of these leases, of which it was not known whether they were taken, this worker has. They last from now.
pub async fn take_up(
    context: &Context,
    worker: WorkerId,
    in_doubt: &[Lease],
    times: LeaseTimes,
) -> store::Result<Vec<Lease>> {
    let change = context.begin().await?;
    let in_order = in_order(in_doubt);
    for lease in &in_order {
        // A commit that is still on its way is waited for: nothing is read of what it has locked.
        environments::lock(&change.tx, lease.environment).await?;
    }
    let until = (context.lease_now(), times.lease_ms);
    let taken = extend(&change.tx, worker, in_order, until).await?;
    change.commit().await?;
    Ok(taken)
}

/// Tells the others that something may be able to start, if one of them has a free slot. For a worker that has none.
pub async fn pass_on(context: &Context) -> store::Result<()> {
    if workers::crew(&context.db).await?.has_a_free_slot() {
        context.live.send(Hint::Queue);
    }
    Ok(())
}

/// Takes the leases of environments and the runs that are chosen for them.
async fn start(
    context: &Context,
    claimer: &Claimer<'_>,
    candidates: &[Head],
    most: usize,
) -> Result<Vec<Claimed>, ClaimError> {
    let mut change = context.begin().await?;
    // After waiting for other writers, so that the leases are good for all of their time.
    let (now, sent_at) = (context.clock.now(), context.clock.lease_now());
    let mut free = claims::lock_free(&change.tx, candidates, most, now).await?;
    if free.is_empty() {
        return Ok(Vec::new());
    }
    let starter = Starter { worker: claimer.worker, worker_name: claimer.name.to_owned(), now };
    let started = start_first(&change, candidates, &free, &starter).await?;
    if started.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<_> = started.iter().map(|(start, _)| (start.environment, start.run)).collect();
    let lease = (context.lease_now(), claimer.times.lease_ms);
    claims::hold(&change.tx, &places, (claimer.worker, now), lease).await?;
    let begun: Vec<_> =
        started.iter().map(|(start, attempt)| (start.run, *attempt, start.epoch)).collect();
    run_states::begin_attempts(&change.tx, &begun, &starter).await?;
    let ids = started.iter().map(|(start, _)| start.run);
    let mut found = runs::to_execute(&change.tx, ids).await?;
    let mut claimed = Vec::with_capacity(started.len());
    for (Start { run, queue, environment, epoch, .. }, _) in started {
        if queue != environment {
            change.event(Event::Environment(queue));
        }
        change.event(Event::Run(run));
        change.event(Event::Environment(environment));
        let (run, details) = found.remove(&run).ok_or(Error::Missing("a claimed run"))?;
        let environment = free.remove(&environment).map(|free| free.for_runs);
        let lease = Lease { run: run.id, environment: run.environment, epoch };
        claimed.push(Claimed {
            cancel: run.cancel.clone(),
            run,
            details,
            environment: environment.unwrap_or_default(),
            lease,
            live_until: sent_at + claimer.times.kill_ms,
        });
    }
    match take(change).await {
        Ok(()) => Ok(claimed),
        Err(source) => Err(ClaimError::InDoubt { runs: claimed, source }),
    }
}

async fn take(change: Change<'_>) -> store::Result<()> {
    fail::fail_point!("claim-not-sent", |_| Err(Error::NoAnswer));
    change.commit().await?;
    fail::fail_point!("claim-not-heard", |_| Err(Error::NoAnswer));
    Ok(())
}

/// Starts those of the candidates whose environments are locked, if they are still the first of their queues. Answers them
/// in their order, each with the number of its attempt.
async fn start_first(
    change: &Change<'_>,
    candidates: &[Head],
    free: &HashMap<EnvironmentId, Free>,
    starter: &Starter,
) -> store::Result<Vec<(Start, i64)>> {
    let starts: Vec<_> = candidates.iter().filter_map(|head| start_of(head, free)).collect();
    // Lock order: environments, queues, runs; each kind by number.
    let queues = starts.iter().map(|start| start.queue).filter(|queue| queue.0 < 0).collect();
    any_queues::lock(&change.tx, &queues).await?;
    let mut attempts = HashMap::new();
    for round in rounds(&starts) {
        attempts.extend(run_states::start_all(&change.tx, &round, starter).await?);
    }
    let started = starts.into_iter();
    Ok(started.filter_map(|start| Some((start, *attempts.get(&start.run)?))).collect())
}

/// `None`: its environment is not free, or has been changed since it was chosen.
fn start_of(head: &Head, free: &HashMap<EnvironmentId, Free>) -> Option<Start> {
    let Free { epoch, among, labels, .. } = free.get(&head.environment)?;
    let fits = head.labels.iter().all(|label| labels.contains(label));
    let Head { run, queue, environment, .. } = *head;
    fits.then(|| Start { run, queue, environment, epoch: epoch.next(), among: *among })
}

/// One of each queue in each round: the second is the first when the one before it has started.
fn rounds(starts: &[Start]) -> Vec<Vec<Start>> {
    let mut rounds: Vec<Vec<Start>> = Vec::new();
    let mut of_queue: HashMap<EnvironmentId, usize> = HashMap::new();
    for start in starts {
        let round = of_queue.entry(start.queue).or_default();
        if rounds.len() == *round {
            rounds.push(Vec::new());
        }
        rounds[*round].push(*start);
        *round += 1;
    }
    rounds
}
