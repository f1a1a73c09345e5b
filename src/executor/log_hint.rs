//! Tells readers on this machine that a log has grown: at once, and then not more often than they can look.

use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use super::session::Session;
use crate::actions::Lease;
use crate::live::Hint;

/// Between two hints.
const LOG_HINTS: Duration = Duration::from_millis(4);

/// When one log was told of.
#[derive(Debug, Default)]
pub struct LogHint {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl LogHint {
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
