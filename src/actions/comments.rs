//! Somebody says something about a run, or takes it back.

use crate::domain::{Comment, Event, NewComment, RunId};
use crate::store::{self, comments};

use super::Context;

#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    #[error("there is no run {0}")]
    NoRun(RunId),
    #[error("run {run} has no comment {id}")]
    NotFound { run: RunId, id: i64 },
    #[error("run {run} has {limit} comments, and that is the most; delete one first")]
    TooMany { run: RunId, limit: i64 },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// At most `limit` comments stay with one run.
pub async fn create_comment(
    context: &Context,
    run: RunId,
    content: NewComment,
    limit: i64,
) -> Result<Comment, CommentError> {
    let mut change = context.begin().await?;
    let now = context.clock.now();
    let count = comments::add_to_count(&change.tx, run, 1).await?;
    if count.ok_or(CommentError::NoRun(run))? > limit {
        return Err(CommentError::TooMany { run, limit });
    }
    let id = comments::insert(&change.tx, run, &content, now).await?;
    change.event(Event::Run(run));
    change.commit().await?;
    Ok(Comment { id, content, created_at: now })
}

pub async fn delete_comment(context: &Context, run: RunId, id: i64) -> Result<(), CommentError> {
    let mut change = context.begin().await?;
    if !comments::delete(&change.tx, run, id).await? {
        return Err(CommentError::NotFound { run, id });
    }
    comments::add_to_count(&change.tx, run, -1).await?;
    change.event(Event::Run(run));
    change.commit().await?;
    Ok(())
}
