//! Tells the outside that runs have ended: the operator's webhooks, each until it says that it has understood.
//!
//! What is to be told is in the store from the transaction in which the run ended, so no crash loses it; after one,
//! something may be told twice, with the same number of delivery.

mod address;
mod send;

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::actions::{self, Context, Delivery};
use crate::config::Webhook;
use crate::live::Hint;
use crate::store::{self, outbox, runs};
use crate::wire;
use send::{Letter, send};

/// Added to the longest that an attempt takes: until then nobody else tries what somebody has begun.
const TAKEN_BEYOND_MS: i64 = 5_000;
/// Before the second attempt; then twice as long each time.
const FIRST_PAUSE_MS: i64 = 5_000;
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1000;
/// The longest without a look, should a hint be lost.
const LOOK: Duration = Duration::from_secs(30);

/// Says which webhooks there are; without any, nothing is kept for anybody.
///
/// # Errors
/// Those of the store.
pub async fn set_up(context: &Context, webhooks: &[Webhook]) -> store::Result<()> {
    let named: Vec<_> = webhooks.iter().map(|one| (one.name.clone(), one.wanted())).collect();
    actions::set_webhooks(context, &named).await
}

/// Tells what is to be told, for as long as this is not dropped; one that is slow to answer holds up no other.
pub async fn deliver(context: Context, webhooks: Vec<Webhook>) {
    let mut all = JoinSet::new();
    for webhook in webhooks {
        all.spawn(deliver_to(context.clone(), webhook));
    }
    all.join_all().await;
}

async fn deliver_to(context: Context, webhook: Webhook) {
    let mut hints = context.live.subscribe();
    loop {
        let wait = match deliver_due(&context, &webhook).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(webhook = webhook.name, %error, "cannot read what it is to be told; trying again");
                LOOK
            }
        };
        let _ = timeout(wait, Hint::Deliveries.heard(&mut hints)).await;
    }
}

/// Answers how long there is nothing to do.
async fn deliver_due(context: &Context, webhook: &Webhook) -> store::Result<Duration> {
    let taken_ms = i64::from(webhook.timeout_s) * 1000 + TAKEN_BEYOND_MS;
    while let Some(delivery) = actions::take_delivery(context, &webhook.name, taken_ms).await? {
        tell(context, webhook, &delivery).await?;
    }
    let now = context.clock.now();
    let next = outbox::next(&context.db, &webhook.name).await?;
    let wait = next.map(|at| Duration::from_millis(at.since(now).unsigned_abs()));
    Ok(wait.unwrap_or(LOOK).min(LOOK))
}

async fn tell(context: &Context, webhook: &Webhook, delivery: &Delivery) -> store::Result<()> {
    let (id, run) = (delivery.id, delivery.run);
    let Some(letter) = letter(context, webhook, delivery).await? else {
        return actions::end_delivery(context, id).await;
    };
    let sent = tokio::task::spawn_blocking(move || send(&letter)).await;
    let error = match sent {
        Ok(Ok(())) => return actions::end_delivery(context, id).await,
        Ok(Err(error)) => error.to_string(),
        Err(panicked) => panicked.to_string(),
    };
    let name = &webhook.name;
    if delivery.attempts >= webhook.attempts {
        tracing::error!(webhook = name, %run, error, "given up: it was never told that the run ended");
        return actions::end_delivery(context, id).await;
    }
    let pause_ms = pause_ms(delivery.attempts);
    tracing::warn!(webhook = name, %run, error, pause_ms, "cannot tell that the run ended; trying again");
    actions::put_off_delivery(context, id, pause_ms).await
}

/// `None` when the run is gone.
async fn letter(
    context: &Context,
    webhook: &Webhook,
    delivery: &Delivery,
) -> store::Result<Option<Letter>> {
    let Some(run) = runs::find(&context.db, delivery.run).await? else { return Ok(None) };
    let run = wire::Run::new(run, None);
    let body = json!({"event": "run.finished", "delivery": delivery.id, "run": run});
    Ok(Some(Letter {
        webhook: webhook.clone(),
        delivery: delivery.id,
        body: body.to_string(),
        at_s: context.clock.now().0.div_euclid(1000),
    }))
}

fn pause_ms(attempts: u32) -> i64 {
    let doubled = FIRST_PAUSE_MS.saturating_mul(1 << attempts.saturating_sub(1).min(20));
    doubled.min(LONGEST_PAUSE_MS)
}

#[cfg(test)]
mod tests {
    use super::pause_ms;

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses = [1, 2, 3, 10, 11, 30].map(pause_ms);
        assert_eq!(pauses, [5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000]);
    }
}
