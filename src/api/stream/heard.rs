//! What hints say, gathered, and what was told of logs.

use std::collections::{BTreeMap, BTreeSet};

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::message::Message;
use crate::domain::usage::UsageSample;
use crate::domain::{LogSize, RunId};
use crate::live::Hint;
use crate::wire::LogChange;

/// A log that is measured has not ended: the end comes as a hint, or with the end of the run.
pub fn change(run: RunId, size: LogSize) -> LogChange {
    LogChange { run_id: run.0, lines: size.lines, bytes: size.bytes, complete: false }
}

/// What hints said.
pub struct Heard {
    pub events: bool,
    /// Samples of what runs use, oldest first.
    pub usage: Vec<(RunId, UsageSample)>,
    pub logs: HeardLogs,
}

pub enum HeardLogs {
    /// The newest size of each.
    Some(BTreeMap<RunId, LogChange>),
    /// Hints were missed, or it is time to look.
    Unclear,
}

impl Heard {
    pub fn first(hint: Result<Hint, RecvError>) -> Self {
        match hint {
            Ok(hint) => {
                Self { events: false, usage: Vec::new(), logs: HeardLogs::Some(BTreeMap::new()) }
                    .and(hint)
            }
            Err(RecvError::Lagged(_) | RecvError::Closed) => Self::everything(),
        }
    }

    pub fn everything() -> Self {
        Self { events: true, usage: Vec::new(), logs: HeardLogs::Unclear }
    }

    pub fn and_more(mut self, hints: &mut Receiver<Hint>) -> Self {
        loop {
            self = match hints.try_recv() {
                Ok(hint) => self.and(hint),
                Err(TryRecvError::Lagged(_)) => Self::everything(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return self,
            }
        }
    }

    fn and(mut self, hint: Hint) -> Self {
        match hint {
            Hint::Events => self.events = true,
            Hint::Usage { run, sample } => self.usage.push((run, sample)),
            Hint::Log { run, size, complete } => {
                if let HeardLogs::Some(sizes) = &mut self.logs {
                    sizes.insert(run, LogChange { complete, ..change(run, size) });
                }
            }
            _ => {}
        }
        self
    }
}

/// What was told of the followed logs.
#[derive(Default)]
pub struct Logs {
    told: BTreeMap<RunId, LogChange>,
}

impl Logs {
    pub fn is_complete(&self, run: RunId) -> bool {
        self.told.get(&run).is_some_and(|told| told.complete)
    }

    /// Messages about the followed ones that are not as they were told last.
    pub fn grown(
        &mut self,
        sizes: &BTreeMap<RunId, LogChange>,
        followed: &BTreeSet<RunId>,
    ) -> Vec<Message> {
        self.told.retain(|run, _| followed.contains(run));
        let mut grown = Vec::new();
        for (run, size) in sizes.iter().filter(|(run, _)| followed.contains(run)) {
            if self.told.insert(*run, *size) != Some(*size) {
                grown.push(Message::log(size));
            }
        }
        grown
    }
}
