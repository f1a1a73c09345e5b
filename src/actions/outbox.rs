//! Telling the outside that runs have ended: what is to be told stays in the store until it was.

use crate::domain::{Millis, Outcome};
use crate::store::{self, outbox};

use super::Context;
pub use crate::store::outbox::Delivery;

/// The webhooks of the configuration take the place of those that were there before.
pub async fn set_webhooks(
    context: &Context,
    webhooks: &[(String, Vec<Outcome>)],
) -> store::Result<()> {
    let change = context.begin().await?;
    outbox::set_webhooks(&change.tx, webhooks).await?;
    change.commit().await
}

/// Takes one that is due, for so many milliseconds: whoever ends before that leaves it to the next.
pub async fn take_delivery(
    context: &Context,
    webhook: &str,
    for_ms: i64,
) -> store::Result<Option<Delivery>> {
    let change = context.begin().await?;
    let now = context.clock.now();
    let taken = outbox::take(&change.tx, webhook, now, Millis(now.0 + for_ms)).await?;
    change.commit().await?;
    Ok(taken)
}

/// It was told, or never will be.
pub async fn end_delivery(context: &Context, id: i64) -> store::Result<()> {
    let change = context.begin().await?;
    outbox::remove(&change.tx, id).await?;
    change.commit().await
}

/// Tries again after so many milliseconds.
pub async fn put_off_delivery(context: &Context, id: i64, for_ms: i64) -> store::Result<()> {
    let change = context.begin().await?;
    outbox::put_off(&change.tx, id, Millis(context.clock.now().0 + for_ms)).await?;
    change.commit().await
}
