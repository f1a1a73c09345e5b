//! Somebody wants a run to end.

use crate::domain::run::Status;
use crate::domain::verdict::{Evidence, Stopped, judge};
use crate::domain::{Event, Run, RunId};
use crate::live::Hint;
use crate::store::run_states::End;
use crate::store::{self, environments, run_states, runs};

use super::Context;
use super::context::Change;
use super::finish::finish_all;

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("there is no run {0}")]
    NotFound(RunId),
    #[error("run {0} has finished already")]
    AlreadyFinished(RunId),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Ends a queued run at once; tells the worker of a running one, which ends it when its processes are gone.
/// Asking twice changes nothing.
pub async fn cancel(context: &Context, id: RunId, by: &str) -> Result<(), CancelError> {
    let now = context.clock.now();
    let (mut change, run) = lock(context, id).await?;
    match run.status {
        Status::Finished { .. } => return Err(CancelError::AlreadyFinished(id)),
        Status::Queued => {
            let stopped = Some(Stopped::Cancelled { by: by.to_owned() });
            let verdict = judge(&Evidence { stopped, ..Evidence::default() });
            run_states::set_cancel(&change.tx, id, by, now).await?;
            let end = End { run: id, verdict: &verdict, usage: None, last: None };
            finish_all(&mut change, &[end], now).await?;
            environments::note_first(&change.tx, run.environment).await?;
            change.event(Event::Run(id));
            change.event(Event::Environment(run.environment));
            // A worker that came meanwhile has left the environment alone.
            change.hint(Hint::Queue);
        }
        Status::Running { .. } => {
            if run_states::set_cancel(&change.tx, id, by, now).await? == 1 {
                change.event(Event::Run(id));
            }
            change.hint(Hint::Cancel(id));
        }
    }
    change.commit().await?;
    Ok(())
}

/// Lock order: environment, then run. What was read before the lock is read again; a run that was placed meanwhile is
/// locked anew, because another transaction may hold its environment and wait for its queue.
async fn lock(context: &Context, id: RunId) -> Result<(Change<'_>, Run), CancelError> {
    loop {
        let change = context.begin().await?;
        let seen = runs::find(&change.tx, id).await?.ok_or(CancelError::NotFound(id))?;
        environments::lock(&change.tx, seen.environment).await?;
        let run = runs::find(&change.tx, id).await?.ok_or(CancelError::NotFound(id))?;
        if run.environment == seen.environment {
            return Ok((change, run));
        }
    }
}
