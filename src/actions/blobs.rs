//! Contents and files of runs are kept where other hosts can read them.

use crate::domain::{Millis, RunId};
use crate::store::run_files::{self, RunFile};
use crate::store::{self, blobs};

use super::Context;

/// Why a content was not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    #[error("cannot read it: {0}")]
    Read(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Keeps a content, all of its parts or none.
pub async fn keep_blob(
    context: &Context,
    sha256: &str,
    parts: impl Iterator<Item = std::io::Result<Vec<u8>>>,
) -> Result<(), KeepError> {
    let change = context.begin().await?;
    blobs::stay(&change.tx, sha256).await?;
    for (number, part) in (0..).zip(parts) {
        blobs::insert(&change.tx, sha256, number, part?).await?;
    }
    change.commit().await?;
    Ok(())
}

/// Keeps contents that are small enough for one part each.
pub async fn keep_small_blobs(
    context: &Context,
    contents: Vec<(String, Vec<u8>)>,
) -> store::Result<()> {
    let change = context.begin().await?;
    for (sha256, bytes) in contents {
        blobs::stay(&change.tx, &sha256).await?;
        blobs::insert(&change.tx, &sha256, 0, bytes).await?;
    }
    change.commit().await
}

/// Notes what an attempt left. Nothing of it changes any more.
pub async fn record_run_files(
    context: &Context,
    attempt: (RunId, i64),
    files: &[RunFile],
) -> store::Result<()> {
    let change = context.begin().await?;
    run_files::insert(&change.tx, attempt, files).await?;
    change.commit().await
}

/// Contents and what is to become of them.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// Nothing names these.
    pub unnamed: Vec<String>,
    /// These are named again.
    pub named: Vec<String>,
    /// Nothing has named these for long.
    pub removed: Vec<String>,
}

/// Contents of one transaction.
const PORTION: usize = 50;

/// Marks contents as leaving, unmarks others, and removes those that leave since `by` or longer.
pub async fn sweep_blobs(context: &Context, sweep: &Sweep, by: Millis) -> store::Result<()> {
    let now = context.clock.now();
    for portion in sweep.unnamed.chunks(PORTION) {
        let change = context.begin().await?;
        blobs::leave(&change.tx, portion, now).await?;
        change.commit().await?;
    }
    for portion in sweep.named.chunks(PORTION) {
        let change = context.begin().await?;
        for sha256 in portion {
            blobs::stay(&change.tx, sha256).await?;
        }
        change.commit().await?;
    }
    for portion in sweep.removed.chunks(PORTION) {
        let change = context.begin().await?;
        for sha256 in portion {
            blobs::remove(&change.tx, sha256, by, now).await?;
        }
        change.commit().await?;
    }
    Ok(())
}
