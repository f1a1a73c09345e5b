//! What runs print is kept where other hosts can read it: in pieces as long as they run, and compressed when they have ended.

use crate::domain::RunId;
use crate::store::kept_logs::{self, KeptLog};
use crate::store::log_pieces::{self, Piece};
use crate::store::{self};

use super::Context;

/// Keeps pieces of logs, those of all runs of a host in one transaction. Without events: who follows a log is told by a
/// hint, which the worker sends, because it knows the lines.
pub async fn keep_log_pieces(context: &Context, pieces: &[Piece]) -> store::Result<()> {
    let change = context.begin().await?;
    log_pieces::insert(&change.tx, pieces).await?;
    change.commit().await
}

/// Keeps logs of attempts that have ended instead of their pieces: everybody finds either these or those. What is kept
/// already stays as it is, and of what was pruned nothing comes back. Without events: nobody sees a difference.
pub async fn keep_logs(context: &Context, logs: &[KeptLog]) -> store::Result<()> {
    // In one order, as whoever prunes does it.
    let mut logs: Vec<_> = logs.iter().collect();
    logs.sort_by_key(|log| (log.run.0, log.attempt));
    let change = context.begin().await?;
    for log in logs {
        kept_logs::insert(&change.tx, log).await?;
        log_pieces::remove(&change.tx, (log.run, log.attempt)).await?;
    }
    change.commit().await
}

/// Drops pieces that came too late.
pub async fn drop_log_pieces(context: &Context, attempt: (RunId, i64)) -> store::Result<()> {
    let change = context.begin().await?;
    log_pieces::remove(&change.tx, attempt).await?;
    change.commit().await
}
