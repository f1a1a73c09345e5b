//! What a hint says, and its form between processes: a few words of text.

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::domain::usage::UsageSample;
use crate::domain::{LogSize, Millis, RunId};

/// Something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// There are events after the newest that you know.
    Events,
    /// Something may be able to start.
    Queue,
    /// A run of this process has ended, and its environment is free. Whoever executed it looks itself for what could start
    /// now, so nobody else is told.
    Freed,
    /// There is something to tell the operator's webhooks.
    Deliveries,
    /// Somebody has reserved an environment, or for another time.
    Reservations,
    /// A worker takes nothing more.
    Workers,
    /// Somebody wants a running run to end.
    Cancel(RunId),
    /// The log of a run has grown, or is complete.
    Log { run: RunId, size: LogSize, complete: bool },
    /// What a run uses now.
    Usage { run: RunId, sample: UsageSample },
    /// The test cases of a file are wanted.
    CasesWanted,
    /// The test cases of a file are known.
    CasesKnown,
}

impl Hint {
    /// All that name nothing in particular, for whoever may have missed some.
    pub const UNSPECIFIC: [Self; 7] = [
        Self::Events,
        Self::Queue,
        Self::Deliveries,
        Self::Reservations,
        Self::Workers,
        Self::CasesWanted,
        Self::CasesKnown,
    ];

    /// Whether it is only for those who show something to people, and nothing for whoever executes runs.
    pub fn is_to_show(self) -> bool {
        matches!(
            self,
            Self::Events
                | Self::Deliveries
                | Self::Log { .. }
                | Self::Usage { .. }
                | Self::CasesKnown
        )
    }

    /// Whether it is for this process only.
    pub fn is_near(self) -> bool {
        self == Self::Freed
    }

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

    pub fn encode(self) -> String {
        match self {
            Self::Events => "events".into(),
            Self::Queue => "queue".into(),
            Self::Freed => "freed".into(),
            Self::Deliveries => "deliveries".into(),
            Self::Reservations => "reservations".into(),
            Self::Workers => "workers".into(),
            Self::Cancel(run) => format!("cancel {run}"),
            Self::Log { run, size, complete } => {
                format!("log {run} {} {} {}", size.lines, size.bytes, u8::from(complete))
            }
            Self::Usage { run, sample } => {
                let UsageSample { at, cpu_ms, memory_bytes, processes, .. } = sample;
                let (read, written) = (sample.read_bytes, sample.written_bytes);
                let at = at.0;
                format!("usage {run} {at} {cpu_ms} {memory_bytes} {processes} {read} {written}")
            }
            Self::CasesWanted => "cases-wanted".into(),
            Self::CasesKnown => "cases-known".into(),
        }
    }

    /// `None` for what a newer version may say.
    pub fn decode(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        Some(match words.as_slice() {
            ["events"] => Self::Events,
            ["queue"] => Self::Queue,
            ["freed"] => Self::Freed,
            ["deliveries"] => Self::Deliveries,
            ["reservations"] => Self::Reservations,
            ["workers"] => Self::Workers,
            ["cancel", run] => Self::Cancel(RunId(run.parse().ok()?)),
            ["log", run, lines, bytes, complete] => Self::Log {
                run: RunId(run.parse().ok()?),
                size: LogSize { lines: lines.parse().ok()?, bytes: bytes.parse().ok()? },
                complete: *complete == "1",
            },
            ["usage", run, numbers @ ..] => {
                Self::Usage { run: RunId(run.parse().ok()?), sample: sample(numbers)? }
            }
            ["cases-wanted"] => Self::CasesWanted,
            ["cases-known"] => Self::CasesKnown,
            _ => return None,
        })
    }
}

fn sample(words: &[&str]) -> Option<UsageSample> {
    let numbers: Vec<i64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let [at, cpu_ms, memory_bytes, processes, read_bytes, written_bytes] = numbers[..] else {
        return None;
    };
    let at = Millis(at);
    Some(UsageSample { at, cpu_ms, memory_bytes, processes, read_bytes, written_bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_survives_the_way_to_another_process() {
        let size = LogSize { lines: 3, bytes: 40 };
        let words = ["1", "2", "3", "4", "5", "6"];
        let sample = sample(&words).expect("six numbers");
        for hint in [
            Hint::Events,
            Hint::Queue,
            Hint::Freed,
            Hint::Deliveries,
            Hint::Reservations,
            Hint::Workers,
            Hint::Cancel(RunId(7)),
            Hint::Log { run: RunId(7), size, complete: true },
            Hint::Usage { run: RunId(7), sample },
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
