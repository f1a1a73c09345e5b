//! The present state of a topic as text, made once for all clients that come at about the same time: after a restart of the
//! server they all do.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::topics::Topic;
use crate::api::problem::ApiError;
use crate::store::events::Cursor;

/// Some of what is shown changes without an event: whether a worker is there, say.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// The texts that were made last.
#[derive(Default)]
pub struct Snapshots {
    kept: Mutex<BTreeMap<Topic, Snapshot>>,
}

struct Snapshot {
    cursor: Cursor,
    made_at: Instant,
    text: Bytes,
}

impl Snapshots {
    /// The text about `topic` at `cursor`, which was the newest a moment ago; `make` is called when nothing is kept that
    /// still holds. Others who want it wait meanwhile.
    pub async fn at(
        &self,
        topic: Topic,
        cursor: Cursor,
        make: impl Future<Output = Result<String, ApiError>>,
    ) -> Result<Bytes, ApiError> {
        let mut kept = self.kept.lock().await;
        if let Some(known) = kept.get(&topic)
            && known.cursor == cursor
            && known.made_at.elapsed() < GOOD_FOR
        {
            return Ok(known.text.clone());
        }
        let text = Bytes::from(make.await?);
        kept.insert(topic, Snapshot { cursor, made_at: Instant::now(), text: text.clone() });
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(snapshots: &Snapshots, cursor: &str, text: &str) -> Bytes {
        let made = async { Ok(text.to_owned()) };
        snapshots.at(Topic::Runs, cursor.parse().unwrap(), made).await.unwrap()
    }

    #[tokio::test]
    async fn a_text_is_made_once_for_a_cursor() {
        let snapshots = Snapshots::default();
        assert_eq!(text(&snapshots, "0-1", "one").await, "one");
        assert_eq!(text(&snapshots, "0-1", "other").await, "one");
        assert_eq!(text(&snapshots, "0-2", "two").await, "two");
    }
}
