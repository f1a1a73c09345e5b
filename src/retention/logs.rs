//! Pieces of logs that nobody wants any more: those of attempts whose workers are gone are compressed, late ones are dropped.

use std::io;

use super::{ClearError, Place};
use crate::actions::{self, Context};
use crate::depot::{Depot, DepotError};
use crate::domain::RunId;
use crate::store::log_pieces::{self, Lot};

/// Any number of processes may do it: each log is kept once.
pub async fn keep_left(context: &Context, place: &Place) -> Result<(), ClearError> {
    let Some(depot) = Depot::of(context, place.objects.as_ref()) else { return Ok(()) };
    let mut last = (RunId(0), 0);
    let mut count = 0;
    while let Some((attempt, lot)) = log_pieces::next(&context.db, last).await? {
        last = attempt;
        match lot {
            Lot::Wanted => {}
            Lot::Late => actions::drop_log_pieces(context, attempt).await?,
            Lot::Left => {
                keep(context, depot.clone(), (place, attempt)).await?;
                count += 1;
            }
        }
    }
    if count > 0 {
        tracing::info!(count, "kept logs of runs whose workers are gone");
    }
    Ok(())
}

async fn keep(
    context: &Context,
    depot: Depot,
    (place, attempt): (&Place, (RunId, i64)),
) -> Result<(), ClearError> {
    let data = place.data.clone();
    let kept = tokio::task::spawn_blocking(move || {
        let packed = depot.pack_pieces(&data, attempt)?;
        packed.map(|packed| depot.keep_log(&packed)).transpose()
    });
    // Without pieces: another process was quicker.
    let Some(kept) = kept.await.map_err(io::Error::other)?? else { return Ok(()) };
    actions::keep_logs(context, &[kept]).await.map_err(DepotError::of_store)?;
    Ok(())
}
