//! A person keeps an environment: until a time, only this person's runs start there.

use crate::domain::run::Status;
use crate::domain::{
    Environment, EnvironmentId, Event, Millis, Options, Outcome, Reservation, Run, RunId,
};
use crate::live::Hint;
use crate::store::{self, environments, reservations, runs};

use super::Context;
use super::context::Change;

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub person: String,
    pub until: Millis,
    pub reason: String,
    pub begin: Begin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// Refused while somebody else's run is running there.
    Now,
    /// When the present run has ended, before everybody who is queued.
    AfterPresentRun,
}

#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    #[error("there is no environment {0}")]
    NotFound(EnvironmentId),
    #[error("environment {id} is reserved by {} until {}: {}", .by.person, .by.until, .by.reason)]
    Taken { id: EnvironmentId, by: Reservation },
    #[error(
        "run {run} of {requester} is running in environment {id}; ask with after_present_run to have it when that has ended"
    )]
    Busy { id: EnvironmentId, run: RunId, requester: String },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Reserves an environment, or changes the time and the reason of the person who has it.
pub async fn reserve(
    context: &Context,
    id: EnvironmentId,
    wish: &Wish,
) -> Result<(), ReserveError> {
    let now = context.clock.now();
    let mut change = context.begin().await?;
    environments::lock(&change.tx, id).await?;
    let environment = environments::find(&change.tx, id).await?;
    let environment = environment.ok_or(ReserveError::NotFound(id))?;
    let since = beginning(&change, &environment, wish, now).await?;
    let Wish { person, until, reason, .. } = wish.clone();
    put(&mut change, id, Reservation { person, since, until, reason }).await?;
    change.commit().await?;
    Ok(())
}

/// `None`: when the present run has ended.
async fn beginning(
    change: &Change<'_>,
    environment: &Environment,
    wish: &Wish,
    now: Millis,
) -> Result<Option<Millis>, ReserveError> {
    let id = environment.id;
    let present = environment.reservation.clone().filter(|present| present.until > now);
    match present {
        Some(by) if by.person != wish.person => return Err(ReserveError::Taken { id, by }),
        Some(own) => return Ok(own.since),
        None => {}
    }
    let Some(holder) = &environment.holder else { return Ok(Some(now)) };
    let run = runs::find(&change.tx, holder.run).await?;
    match run.filter(|run| run.requester != wish.person) {
        None => Ok(Some(now)),
        Some(_) if wish.begin == Begin::AfterPresentRun => Ok(None),
        Some(run) => Err(ReserveError::Busy { id, run: run.id, requester: run.requester }),
    }
}

/// Ends a reservation; without one nothing changes.
pub async fn release(context: &Context, id: EnvironmentId) -> Result<(), ReserveError> {
    let mut change = context.begin().await?;
    environments::lock(&change.tx, id).await?;
    if environments::find(&change.tx, id).await?.is_none() {
        return Err(ReserveError::NotFound(id));
    }
    if reservations::remove(&change.tx, id).await? {
        ended(&mut change, id);
        change.commit().await?;
    }
    Ok(())
}

/// Ends the reservations whose time is over. Answers when the next one ends.
pub async fn expire_reservations(context: &Context) -> store::Result<Option<Millis>> {
    let now = context.clock.now();
    let next = reservations::next_end(&context.db).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(next);
    }
    let mut change = context.begin().await?;
    for id in reservations::remove_expired(&change.tx, now).await? {
        ended(&mut change, id);
    }
    change.commit().await?;
    reservations::next_end(&context.db).await
}

/// Whether somebody may want to see what a run that ended so has left in its environment.
pub(super) fn is_worth_a_look(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Failed | Outcome::Error | Outcome::TimedOut)
}

/// Keeps the environment of a run that did not pass for its requester, if that was asked for and nobody else has it.
pub(super) async fn keep_if_failed(
    change: &mut Change<'_>,
    run: &Run,
    outcome: Outcome,
    now: Millis,
) -> store::Result<()> {
    if !is_worth_a_look(outcome) || !matches!(run.status, Status::Running { .. }) {
        return Ok(());
    }
    let Some(minutes) = minutes_to_keep(change, run.id).await? else { return Ok(()) };
    let environment = environments::find(&change.tx, run.environment).await?;
    let present = environment.and_then(|environment| environment.reservation);
    let present = present.filter(|present| present.until > now);
    let until = Millis(now.0 + i64::from(minutes) * 60_000);
    if present.is_some_and(|present| present.person != run.requester || present.until >= until) {
        return Ok(());
    }
    let reason = format!("run {} has ended: {}", run.id, outcome.as_str().replace('_', " "));
    let person = run.requester.clone();
    let kept = Reservation { person, since: Some(now), until, reason };
    put(change, run.environment, kept).await
}

async fn minutes_to_keep(change: &Change<'_>, run: RunId) -> store::Result<Option<u32>> {
    let details = runs::details(&change.tx, run).await?;
    let options: Option<Options> = details.map(|details| details.options);
    Ok(options.and_then(|options| options.keep_if_failed_minutes))
}

async fn put(
    change: &mut Change<'_>,
    id: EnvironmentId,
    reservation: Reservation,
) -> store::Result<()> {
    reservations::put(&change.tx, id, &reservation).await?;
    change.event(Event::Environment(id));
    change.hint(Hint::Reservations);
    // The person's own runs are next now.
    change.hint(Hint::Queue);
    Ok(())
}

fn ended(change: &mut Change<'_>, id: EnvironmentId) {
    change.event(Event::Environment(id));
    change.hint(Hint::Reservations);
    change.hint(Hint::Queue);
}
