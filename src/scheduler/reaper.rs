//! Ends what nobody holds any more: runs whose lease has run out, and reservations whose time is over; and forgets what
//! is old.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::actions::{self, Context};
use crate::live::Hint;

const LOOK: Duration = Duration::from_secs(1);
/// Looks between two clearings of old events.
const PRUNE_EVERY: u32 = 300;

/// For as long as the process lives. Any number of processes may do it: each thing is ended once.
pub async fn reap(context: Context) {
    tokio::join!(reap_leases(&context), end_reservations(&context));
}

async fn reap_leases(context: &Context) {
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for round in 0_u32.. {
        look.tick().await;
        match actions::lose_expired(context).await {
            Ok(lost) if lost.is_empty() => {}
            Ok(lost) => tracing::warn!(?lost, "leases ran out"),
            Err(error) => tracing::warn!(%error, "cannot look for leases that ran out"),
        }
        if let Err(error) = actions::note_silent(context).await {
            tracing::warn!(%error, "cannot look for workers that say nothing");
        }
        if round % PRUNE_EVERY == PRUNE_EVERY - 1
            && let Err(error) = actions::prune(context).await
        {
            tracing::warn!(%error, "cannot clear old events");
        }
    }
}

/// Sleeps until the first one ends, or until somebody reserves or releases.
async fn end_reservations(context: &Context) {
    // Before the first look, or a reservation that is made in between is not known.
    let mut hints = context.live.subscribe();
    loop {
        let next = actions::expire_reservations(context).await;
        let rest = match &next {
            Ok(Some(until)) => until.since(context.clock.now()),
            Ok(None) => LONGEST_SLEEP,
            Err(error) => {
                tracing::warn!(%error, "cannot look for reservations that are over");
                1000
            }
        };
        // A clock that is set meanwhile, and a hint that is lost, cost at most this.
        let rest = Duration::from_millis(rest.clamp(1, LONGEST_SLEEP).unsigned_abs());
        tokio::select! {
            () = Hint::Reservations.heard(&mut hints) => {}
            () = sleep(rest) => {}
        }
    }
}

/// In milliseconds.
const LONGEST_SLEEP: i64 = 30_000;
