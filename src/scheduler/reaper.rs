//! Ends runs whose lease has run out, and forgets what is old.

use std::time::Duration;

use crate::actions::{self, Context};

const LOOK: Duration = Duration::from_secs(1);
/// Looks between two clearings of old events.
const PRUNE_EVERY: u32 = 300;

/// For as long as the process lives. Any number of processes may do it: each run is ended once.
pub async fn reap(context: Context) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0_u32.. {
        look.tick().await;
        match actions::lose_expired(&context).await {
            Ok(lost) if lost.is_empty() => {}
            Ok(lost) => tracing::warn!(?lost, "leases ran out"),
            Err(error) => tracing::warn!(%error, "cannot look for leases that ran out"),
        }
        if round % PRUNE_EVERY == PRUNE_EVERY - 1
            && let Err(error) = actions::prune(&context).await
        {
            tracing::warn!(%error, "cannot clear old events");
        }
    }
}
