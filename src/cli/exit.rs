//! What a command ends with.

use std::process::ExitCode;

use crate::wire::Outcome;

/// A CI job may rely on these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Passed; or, of commands that only ask, answered.
    Done,
    Failed,
    /// Tests could not be run, or there were none.
    Error,
    /// Cancelled, timed out or lost.
    Ended,
    /// Bad request, no connection, not allowed.
    NotAsked,
    /// Somebody stopped watching; the run goes on. As a shell tells an interrupt: 128 + SIGINT.
    Left,
    /// Nobody reads the output any more; the run goes on. 128 + SIGPIPE.
    Unread,
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Done,
            Outcome::Failed => Self::Failed,
            Outcome::Error | Outcome::NoTests => Self::Error,
            Outcome::TimedOut | Outcome::Cancelled | Outcome::Lost => Self::Ended,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Error => 2,
            Exit::Ended => 3,
            Exit::NotAsked => 4,
            Exit::Left => 130,
            Exit::Unread => 141,
        })
    }
}
