//! Logs of attempts that have ended here are compressed and kept, one after the other, and then their pieces go. Nobody waits
//! for it: until then readers on other hosts have the pieces. What this worker leaves undone is done by whoever finds the
//! pieces, see `retention`.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::Settings;
use crate::actions::{self, Context};
use crate::depot::{Depot, DepotError, PackedLog, pack_log};
use crate::domain::RunId;
use crate::logs::LogReader;
use crate::store::kept_logs::KeptLog;

/// How long ended attempts gather, so that many short runs are not as many transactions.
const GATHER: Duration = Duration::from_millis(500);
/// Of one transaction.
const MOST: usize = 32;
/// After the database or the object store did not answer.
const LATER: Duration = Duration::from_secs(5);

/// An attempt that has ended.
#[derive(Debug)]
pub struct EndedLog {
    pub attempt: (RunId, i64),
    /// Where its log lies. `None` when another attempt may begin there: then its pieces are what there is of it.
    pub home: Option<PathBuf>,
}

/// The way to whoever keeps them. Without other hosts nobody does.
#[derive(Debug)]
pub struct EndedLogs {
    way: Mutex<Option<Way>>,
    leave: Duration,
}

#[derive(Debug)]
struct Way {
    sender: UnboundedSender<EndedLog>,
    keeper: JoinHandle<()>,
}

impl EndedLogs {
    pub fn new(context: &Context, depot: Option<&Depot>, settings: &Settings) -> Self {
        let way = depot.map(|depot| {
            let (sender, ended) = unbounded_channel();
            let (context, depot, data) = (context.clone(), depot.clone(), settings.data.clone());
            let keeper = tokio::spawn(Keeper { context, depot, data }.keep_all(ended));
            Way { sender, keeper }
        });
        Self { way: Mutex::new(way), leave: settings.leave }
    }

    pub fn keep(&self, log: EndedLog) {
        if let Some(way) = &*self.way() {
            // Whoever keeps them is there as long as the way is.
            let _ = way.sender.send(log);
        }
    }

    /// Waits until all that have come are kept, if that does not take too long. No more come then.
    pub async fn finish(&self) {
        let way = self.way().take();
        if let Some(Way { sender, keeper }) = way {
            drop(sender);
            let _ = timeout(self.leave, keeper).await;
        }
    }

    fn way(&self) -> MutexGuard<'_, Option<Way>> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Keeper {
    context: Context,
    depot: Depot,
    data: PathBuf,
}

impl Keeper {
    async fn keep_all(self, mut ended: UnboundedReceiver<EndedLog>) {
        while let Some(first) = ended.recv().await {
            sleep(GATHER).await;
            let some = gathered(first, &mut ended);
            self.keep_some(some).await;
        }
    }

    async fn keep_some(&self, some: Vec<EndedLog>) {
        let mut small = Vec::new();
        for log in some {
            let attempt = log.attempt;
            match self.pack(log).await {
                Ok(None) => {}
                Ok(Some(log)) if log.is_small() => small.push(log),
                Ok(Some(log)) => self.insist(vec![log]).await,
                Err(error) => {
                    tracing::warn!(%error, run = %attempt.0, "cannot compress its log; its pieces stay");
                }
            }
        }
        if !small.is_empty() {
            self.insist(small).await;
        }
    }

    async fn pack(&self, EndedLog { attempt, home }: EndedLog) -> io::Result<Option<PackedLog>> {
        let (depot, data) = (self.depot.clone(), self.data.clone());
        let packed = tokio::task::spawn_blocking(move || {
            let log = home.map(|home| LogReader::open(&home)).transpose();
            match log.map_err(io::Error::other)?.filter(|log| log.size().bytes > 0) {
                None => depot.pack_pieces(&data, attempt),
                Some(log) => pack_log(&data, attempt, |packer| {
                    let packed = log.with_times(|bytes, at| packer.push(bytes, at));
                    packed.map_err(io::Error::other)
                })
                .map(Some),
            }
        });
        packed.await.map_err(io::Error::other).flatten()
    }

    /// Again and again until they are kept.
    async fn insist(&self, logs: Vec<PackedLog>) {
        let mut logs = logs;
        let mut is_first = true;
        loop {
            let depot = self.depot.clone();
            let kept = tokio::task::spawn_blocking(move || {
                let kept =
                    logs.iter().map(|log| depot.keep_log(log)).collect::<io::Result<Vec<_>>>();
                (kept, logs)
            });
            let Ok((kept, back)) = kept.await else { return };
            logs = back;
            let Err(error) = self.note(kept).await else { return };
            if error.kind() != io::ErrorKind::NetworkDown {
                tracing::warn!(%error, "cannot keep logs that have ended; their pieces stay");
                return;
            }
            if is_first {
                tracing::warn!(%error, "cannot keep logs that have ended; trying again");
            }
            is_first = false;
            sleep(LATER).await;
        }
    }

    async fn note(&self, kept: io::Result<Vec<KeptLog>>) -> io::Result<()> {
        let noted = actions::keep_logs(&self.context, &kept?).await;
        noted.map_err(DepotError::of_store)
    }
}

/// The first and those that wait behind it, as many as one transaction takes.
fn gathered(first: EndedLog, ended: &mut UnboundedReceiver<EndedLog>) -> Vec<EndedLog> {
    let mut some = vec![first];
    while some.len() < MOST
        && let Ok(next) = ended.try_recv()
    {
        some.push(next);
    }
    some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_left_out_however_many_have_ended() {
        let (sender, mut ended) = unbounded_channel();
        let all: Vec<_> = (1..).map(RunId).take(2 * MOST + 1).collect();
        for run in &all {
            sender.send(EndedLog { attempt: (*run, 1), home: None }).unwrap();
        }
        let mut kept = Vec::new();
        while let Ok(first) = ended.try_recv() {
            let some = gathered(first, &mut ended);
            assert!(some.len() <= MOST);
            kept.extend(some.into_iter().map(|log| log.attempt.0));
        }
        assert_eq!(kept, all);
    }
}
