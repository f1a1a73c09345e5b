//! Sends what runs print to the database, for readers on other hosts: all runs of this host together, at most once in
//! [`GATHER`]. It is read back from the logs, so nothing waits in memory, also when the database is away for long.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use crate::actions::{self, Context, Lease};
use crate::domain::{LogSize, Millis};
use crate::live::Hint;
use crate::store::log_pieces::Piece;

const GATHER: Duration = Duration::from_millis(50);
/// After the database did not answer.
const RETRY: Duration = Duration::from_millis(250);
/// Bytes of a piece, and of all of one statement.
const LARGEST: u64 = 256 * 1024;
const PORTION: u64 = 4 * 1024 * 1024;

/// The logs that grow on this host. Without other hosts nothing is sent.
#[derive(Debug, Clone)]
pub struct FarLogs {
    shared: Option<Arc<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    growing: Mutex<HashMap<Lease, Growing>>,
    /// Something was printed.
    printed: Notify,
    /// Somebody waits for all to be sent.
    hurry: Notify,
    sent: Notify,
}

#[derive(Debug, Clone)]
struct Growing {
    attempt: i64,
    log: PathBuf,
    size: LogSize,
    printed_at: Millis,
    sent: u64,
}

impl FarLogs {
    pub fn new(context: &Context) -> Self {
        let shared = context.db.is_shared().then(Arc::<Shared>::default);
        if let Some(shared) = &shared {
            tokio::spawn(Arc::clone(shared).send(context.clone()));
        }
        Self { shared }
    }

    /// The log of an attempt has this size now.
    pub fn grown(
        &self,
        lease: Lease,
        attempt: i64,
        log: impl FnOnce() -> PathBuf,
        (size, printed_at): (LogSize, Millis),
    ) {
        let Some(shared) = &self.shared else { return };
        let mut growing = shared.growing();
        let one = growing.entry(lease).or_insert_with(|| Growing {
            attempt,
            log: log(),
            size,
            printed_at,
            sent: 0,
        });
        (one.size, one.printed_at) = (size, printed_at);
        drop(growing);
        shared.printed.notify_one();
    }

    /// Waits until all that this attempt printed is there for others, and forgets it.
    pub async fn all_sent(&self, lease: Lease) {
        let Some(shared) = &self.shared else { return };
        loop {
            let sent = shared.sent.notified();
            if !shared.growing().get(&lease).is_some_and(Growing::is_behind) {
                break;
            }
            shared.hurry.notify_one();
            sent.await;
        }
        self.forget(lease);
    }

    /// Sends no more of it.
    pub fn forget(&self, lease: Lease) {
        if let Some(shared) = &self.shared {
            shared.growing().remove(&lease);
        }
    }
}

impl Shared {
    fn growing(&self) -> MutexGuard<'_, HashMap<Lease, Growing>> {
        self.growing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(self: Arc<Self>, context: Context) {
        loop {
            self.printed.notified().await;
            while self.send_some(&context).await {
                tokio::select! {
                    () = sleep(GATHER) => {}
                    () = self.hurry.notified() => {}
                }
            }
        }
    }

    /// Answers whether there was something.
    async fn send_some(&self, context: &Context) -> bool {
        let behind: Vec<(Lease, Growing)> = self
            .growing()
            .iter()
            .filter(|(_, growing)| growing.is_behind())
            .map(|(lease, growing)| (*lease, growing.clone()))
            .collect();
        if behind.is_empty() {
            return false;
        }
        let portion = tokio::task::spawn_blocking(move || read(behind)).await.unwrap_or_default();
        let Portion { pieces, reached } = portion;
        // The very same pieces again: it may be that only the answer was lost.
        while let Err(error) = actions::keep_log_pieces(context, &pieces).await {
            tracing::warn!(%error, "cannot send logs to the database; trying again");
            sleep(RETRY).await;
        }
        for (lease, until, size) in reached {
            if let Some(growing) = self.growing().get_mut(&lease) {
                growing.sent = until;
            }
            if until == size.bytes {
                context.live.send_far(Hint::Log { run: lease.run, size, complete: false });
            }
        }
        self.sent.notify_waiters();
        true
    }
}

impl Growing {
    fn is_behind(&self) -> bool {
        self.sent < self.size.bytes
    }
}

/// What is sent at once.
#[derive(Debug, Default)]
struct Portion {
    pieces: Vec<Piece>,
    /// How far each log is sent then, and what its size was.
    reached: Vec<(Lease, u64, LogSize)>,
}

fn read(behind: Vec<(Lease, Growing)>) -> Portion {
    let mut portion = Portion::default();
    let mut room = PORTION;
    for (lease, growing) in behind {
        let read = read_log(lease, &growing, &mut room, &mut portion.pieces);
        // A log that is gone is sent to nobody.
        let until = read.unwrap_or(growing.size.bytes);
        portion.reached.push((lease, until, growing.size));
    }
    portion
}

/// Answers how far it came.
fn read_log(
    lease: Lease,
    growing: &Growing,
    room: &mut u64,
    pieces: &mut Vec<Piece>,
) -> io::Result<u64> {
    let log = File::open(&growing.log)?;
    let mut start = growing.sent;
    while start < growing.size.bytes && *room > 0 {
        let length = (growing.size.bytes - start).min(LARGEST).min(*room);
        let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        log.read_exact_at(&mut bytes, start)?;
        let (attempt, printed_at) = (growing.attempt, growing.printed_at);
        pieces.push(Piece { run: lease.run, attempt, start, printed_at, bytes });
        start += length;
        *room -= length;
    }
    Ok(start)
}
