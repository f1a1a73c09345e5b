//! What is old, or more than the operator wants, goes: logs, artifacts, versions of tests, whole runs.
//!
//! What goes is decided in the database, by whoever looks first; each host then removes it from its own disk, by its own
//! place in the list of what has gone. A host that was away for long does it when it is back.

mod disk;
mod logs;
mod versions;

use std::io;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::actions::{self, Context};
use crate::config::Retention;
use crate::domain::retention::Part;
use crate::store::{self, prunings};
use disk::Disk;
pub use versions::Place;

/// Marks that are read at a time.
const PORTION: u32 = 1000;

/// For as long as the process lives. By a timer: nothing happens at the moment at which something becomes old.
pub async fn keep_house(context: Context, chosen: Retention, place: Place) {
    let mut look = interval(Duration::from_secs(chosen.look_s.into()));
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        if let Err(error) = prune(&context, &chosen).await {
            tracing::warn!(%error, "cannot prune what is old; trying again later");
        }
        if let Err(error) = logs::keep_left(&context, &place).await {
            tracing::warn!(%error, "cannot keep logs that their workers left; trying again later");
        }
        if let Err(error) = clear(&context, &chosen, &place).await {
            tracing::warn!(%error, "cannot remove what was pruned from the disk; trying again later");
        }
    }
}

async fn prune(context: &Context, chosen: &Retention) -> store::Result<()> {
    // Whole runs first: what goes with them need not go before.
    for (part, bounds) in [
        (Part::Run, chosen.whole_runs()),
        (Part::Log, chosen.logs()),
        (Part::Artifacts, chosen.artifacts()),
    ] {
        let mut count = 0;
        loop {
            let gone = actions::prune_part(context, part, bounds).await?;
            if gone.is_empty() {
                break;
            }
            count += gone.len();
        }
        if count > 0 {
            tracing::info!(part = part.as_str(), runs = count, "pruned");
        }
    }
    Ok(())
}

/// Why the disk could not be cleared.
#[derive(Debug, thiserror::Error)]
enum ClearError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Disk(#[from] io::Error),
}

/// Removes from this host's disk what has gone, whoever decided that.
async fn clear(context: &Context, chosen: &Retention, place: &Place) -> Result<(), ClearError> {
    let Some(disk) = Disk::of(&place.data)? else { return Ok(()) };
    // Held to the end: `serve` and worker of one host take turns.
    let _disk = clear_runs(context, disk).await?;
    // What names contents may have gone.
    let names = [chosen.versions(), chosen.logs(), chosen.artifacts(), chosen.whole_runs()];
    if names.iter().any(|bounds| !bounds.is_everything()) {
        versions::sweep(context, place, chosen.versions()).await?;
    }
    versions::clear_loose(context, place).await
}

async fn clear_runs(context: &Context, mut disk: Disk) -> Result<Disk, ClearError> {
    loop {
        let found = prunings::after(&context.db, disk.done(), PORTION).await?;
        let Some((last, _)) = found.last() else { return Ok(disk) };
        let last = *last;
        disk = tokio::task::spawn_blocking(move || {
            found.iter().try_for_each(|(_, pruning)| disk.remove(pruning))?;
            disk.note_done(last)?;
            io::Result::Ok(disk)
        })
        .await
        .map_err(io::Error::other)??;
    }
}
