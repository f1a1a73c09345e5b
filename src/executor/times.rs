//! Remembers how long the tests of runs took, of all that end within a while at once: estimates can wait.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::actions::{self, Context};
use crate::domain::RunId;

/// How long the first of them waits for others.
const GATHER: Duration = Duration::from_millis(250);

/// Runs that have ended, of which nobody has learned yet.
#[derive(Debug)]
pub struct Times {
    context: Context,
    waiting: Mutex<Vec<RunId>>,
}

impl Times {
    pub fn new(context: Context) -> Self {
        Self { context, waiting: Mutex::default() }
    }

    pub fn learn_of(self: &Arc<Self>, run: RunId) {
        let waiting = &mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(run);
        if waiting.len() == 1 {
            tokio::spawn(Arc::clone(self).learn());
        }
    }

    async fn learn(self: Arc<Self>) {
        tokio::time::sleep(GATHER).await;
        self.finish().await;
    }

    /// Learns of those that wait.
    pub async fn finish(&self) {
        let runs =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if runs.is_empty() {
            return;
        }
        if let Err(error) = actions::remember_times(&self.context, &runs).await {
            tracing::warn!(%error, "cannot remember how long the tests of some runs took");
        }
    }
}
