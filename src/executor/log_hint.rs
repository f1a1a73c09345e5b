//! Tells those who read along that the log has grown.

use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use super::session::Session;
use crate::actions::Lease;
use crate::live::Hint;

/// Between two hints that the log has grown.
const LOG_HINTS: Duration = Duration::from_millis(4);

/// Tells readers that the log has grown: at once, and then not more often than they can look.
#[derive(Debug, Default)]
pub(super) struct LogHint {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl LogHint {
    /// When the growth that was not told yet will be.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn grown(&mut self, shared: &Shared, lease: Lease, session: &Session) {
        match self.last {
            Some(last) if last.elapsed() < LOG_HINTS => {
                self.due.get_or_insert(last + LOG_HINTS);
            }
            _ => self.send(shared, lease, session),
        }
    }

    pub fn send(&mut self, shared: &Shared, lease: Lease, session: &Session) {
        *self = Self { last: Some(Instant::now()), due: None };
        let size = session.size_of_log();
        shared.context.live.send(Hint::Log { run: lease.run, size, complete: false });
    }
}
