//! What a hint says, and its form between processes: a few words of text.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::{LogSize, RunId};

/// Something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// There are events after the newest that you know.
    Events,
    /// Something may be able to start.
    Queue,
    /// Somebody has reserved an environment, or for another time.
    Reservations,
    /// A worker takes nothing more.
    Workers,
    /// Somebody wants a running run to end.
    Cancel(RunId),
    /// The log of a run has grown, or is complete.
    Log { run: RunId, size: LogSize, complete: bool },
    /// The test cases of a file are wanted.
    CasesWanted,
    /// The test cases of a file are known.
    CasesKnown,
}

impl Hint {
    /// Waits for this very hint, or for having missed some, which may have been it.
    pub async fn heard(self, hints: &mut broadcast::Receiver<Self>) {
        loop {
            match hints.recv().await {
                Ok(hint) if hint != self => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    pub(super) fn encode(self) -> String {
        match self {
            Self::Events => "events".into(),
            Self::Queue => "queue".into(),
            Self::Reservations => "reservations".into(),
            Self::Workers => "workers".into(),
            Self::Cancel(run) => format!("cancel {run}"),
            Self::Log { run, size, complete } => {
                format!("log {run} {} {} {}", size.lines, size.bytes, u8::from(complete))
            }
            Self::CasesWanted => "cases-wanted".into(),
            Self::CasesKnown => "cases-known".into(),
        }
    }

    /// `None` for what a newer version may say.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        Some(match words.as_slice() {
            ["events"] => Self::Events,
            ["queue"] => Self::Queue,
            ["reservations"] => Self::Reservations,
            ["workers"] => Self::Workers,
            ["cancel", run] => Self::Cancel(RunId(run.parse().ok()?)),
            ["log", run, lines, bytes, complete] => Self::Log {
                run: RunId(run.parse().ok()?),
                size: LogSize { lines: lines.parse().ok()?, bytes: bytes.parse().ok()? },
                complete: *complete == "1",
            },
            ["cases-wanted"] => Self::CasesWanted,
            ["cases-known"] => Self::CasesKnown,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_survives_the_way_to_another_process() {
        let size = LogSize { lines: 3, bytes: 40 };
        for hint in [
            Hint::Events,
            Hint::Queue,
            Hint::Reservations,
            Hint::Workers,
            Hint::Cancel(RunId(7)),
            Hint::Log { run: RunId(7), size, complete: true },
            Hint::CasesWanted,
            Hint::CasesKnown,
        ] {
            assert_eq!(Hint::decode(&hint.encode()), Some(hint));
        }
    }

    #[test]
    fn a_hint_of_a_newer_version_is_left_alone() {
        assert_eq!(Hint::decode("weather fine"), None);
    }
}
