//! What running runs print is kept where other hosts can read it.

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
