//! Somebody asks for a run.

use crate::domain::{EnvironmentId, Event, Millis, NewRun, RunId};
use crate::live::Hint;
use crate::store::environments::NewPlace;
use crate::store::idempotency::{self, Answered};
use crate::store::{self, any_queues, environments, runs};

use super::Context;
use super::context::Change;

/// How long a repeated request is recognised, in milliseconds.
const KEY_LIFETIME: i64 = 24 * 60 * 60 * 1000;

/// Makes a repeated request answer with the first run.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    pub key: String,
    pub body_sha256: String,
}

/// The run that was made now, or by the first request with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    pub run: RunId,
    pub replayed: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("there is no environment {0}")]
    UnknownEnvironment(EnvironmentId),
    #[error("this idempotency key was used for run {first} with another body")]
    KeyReused { first: RunId },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The run that an earlier request with the same key and body made. Asked before the body is checked: what it names may be
/// gone by now.
pub async fn submitted_before(
    context: &Context,
    key: Option<&IdempotencyKey>,
) -> Result<Option<Submitted>, SubmitError> {
    let Some(key) = key else { return Ok(None) };
    let not_before = Millis(context.clock.now().0 - KEY_LIFETIME);
    let first = idempotency::find(&context.db, &key.key, not_before).await?;
    let same = first.filter(|first| first.body_sha256 == key.body_sha256);
    Ok(same.map(|first| Submitted { run: first.run, replayed: true }))
}

/// Puts a run at the end of its queue. When this returns, it is on disk.
pub async fn submit(
    context: &Context,
    run: &NewRun,
    key: Option<&IdempotencyKey>,
) -> Result<Submitted, SubmitError> {
    let now = context.clock.now();
    let mut change = context.begin().await?;
    let NewPlace { queue, sequence, is_first, may_start } = next_place(&change, run).await?;
    let id = runs::insert(&change.tx, run, queue, sequence, now).await?;
    if let Some(key) = key {
        let answered = Answered { run: id, body_sha256: key.body_sha256.clone() };
        let not_before = Millis(now.0 - KEY_LIFETIME);
        let first = idempotency::remember(&change.tx, &key.key, &answered, now, not_before).await?;
        if first.body_sha256 != key.body_sha256 {
            return Err(SubmitError::KeyReused { first: first.run });
        }
        if first.run != id {
            return Ok(Submitted { run: first.run, replayed: true });
        }
    }
    if is_first {
        environments::note_first(&change.tx, queue).await?;
    }
    change.event(Event::Run(id));
    // Whoever looks at the run that is repeated learns of it.
    if let Some(repeated) = run.rerun_of {
        change.event(Event::Run(RunId(repeated)));
    }
    change.event(Event::Environment(queue));
    if may_start {
        change.hint(Hint::Queue);
    }
    change.commit().await?;
    Ok(Submitted { run: id, replayed: false })
}

/// The end of the queue of its environment, or of those that take any with the same labels.
async fn next_place(change: &Change<'_>, run: &NewRun) -> Result<NewPlace, SubmitError> {
    if let Some(labels) = &run.any {
        return Ok(any_queues::next_place(&change.tx, labels).await?);
    }
    let queue = EnvironmentId(run.environment);
    let place = environments::next_place(&change.tx, queue).await?;
    place.ok_or(SubmitError::UnknownEnvironment(queue))
}
