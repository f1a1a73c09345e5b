//! Where the log of a run can be read: in the run's directory when it was executed on this host, else in a copy that is
//! made of the pieces which its worker has sent, or of what they became when it had ended, as far as somebody here reads it.
//! So pages, ranges and search are the same for both.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::blocking::blocking;
use super::problem::ApiError;
use super::state::{Settings, run_directory};
use crate::actions::Context;
use crate::depot::Depot;
use crate::domain::{LogSize, Outcome, Run, RunId};
use crate::logs::{Limits, LogReader, LogWriter, Nonce};
use crate::store::Db;
use crate::store::kept_logs::{self, KeptLog};
use crate::store::log_pieces::{self, Piece, Place};

/// Pieces read at a time, each of at most 256 KiB.
const PORTION: u32 = 32;
/// Copies that are brought up to date at once; those of one run one after the other.
const TURNS: usize = 32;

/// The logs of all runs.
#[derive(Clone)]
pub struct RunLogs {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    depot: Option<Depot>,
    data: PathBuf,
    home: String,
    turns: [Mutex<()>; TURNS],
}

impl RunLogs {
    pub fn new(ctx: &Context, settings: &Settings) -> Self {
        let (data, home) = (settings.data.clone(), settings.home.clone());
        let turns = std::array::from_fn(|_| Mutex::default());
        let depot = Depot::of(ctx, settings.objects.as_ref());
        Self { shared: Arc::new(Shared { db: ctx.db.clone(), depot, data, home, turns }) }
    }

    /// The directory with the log of a run, as far as it is known now.
    ///
    /// # Errors
    /// When the database does not answer, or the disk does not take the copy.
    pub async fn directory(&self, run: RunId) -> Result<PathBuf, ApiError> {
        match self.shared.elsewhere(run).await? {
            None => Ok(run_directory(&self.shared.data, run)),
            Some(attempt) => self.shared.copy(run, attempt).await,
        }
    }

    /// The attempt of a run that another host executes, or has executed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn elsewhere(&self, run: RunId) -> Result<Option<i64>, ApiError> {
        self.shared.elsewhere(run).await
    }

    /// Where things of an attempt of another host are copied to.
    pub fn copies(&self, run: RunId, attempt: i64) -> PathBuf {
        self.shared.copies(run, attempt)
    }

    /// How much a run has printed.
    ///
    /// # Errors
    /// As of [`RunLogs::directory`].
    pub async fn size(&self, run: &Run) -> Result<LogSize, ApiError> {
        // Its last record says so, and nobody asked for the log itself. A lost run has none.
        if let Some(outcome) = run.outcome()
            && let Some(attempt) = self.shared.elsewhere(run.id).await?
        {
            if outcome != Outcome::Lost {
                return Ok(run.log);
            }
            if let Some(kept) = kept_logs::find(&self.shared.db, (run.id, attempt)).await? {
                return Ok(kept.size);
            }
        }
        let directory = self.directory(run.id).await?;
        blocking(move || LogReader::open(&directory).map(|log| log.size())).await
    }
}

impl Shared {
    fn copies(&self, run: RunId, attempt: i64) -> PathBuf {
        self.data.join("copies").join(format!("{run}-{attempt}"))
    }

    async fn elsewhere(&self, run: RunId) -> Result<Option<i64>, ApiError> {
        if !self.db.is_shared() {
            return Ok(None);
        }
        let place = log_pieces::place(&self.db, run).await?;
        let far = place.filter(|Place { home, .. }| *home != self.home);
        Ok(far.map(|place| place.attempt))
    }

    async fn copy(&self, run: RunId, attempt: i64) -> Result<PathBuf, ApiError> {
        let directory = self.copies(run, attempt);
        let turn = usize::try_from(run.0).unwrap_or(0) % TURNS;
        let _turn = self.turns[turn].lock().await;
        loop {
            let log = directory.join("log");
            let size = blocking(move || length(&log).map_err(ApiError::internal)).await?;
            let pieces = log_pieces::after(&self.db, (run, attempt), size, PORTION).await?;
            // A piece is there before those after it; with a gap the copy would be wrong.
            if pieces.first().is_some_and(|piece| piece.start != size) {
                return Ok(directory);
            }
            let to = directory.clone();
            if !pieces.is_empty() {
                blocking(move || append(&to, &pieces)).await?;
                continue;
            }
            // Looked for after the pieces: they go in the moment in which it is there.
            let kept = kept_logs::find(&self.db, (run, attempt)).await?;
            if let (Some(kept), Some(depot)) = (kept, self.depot.clone())
                && kept.size.bytes > size
            {
                let data = self.data.clone();
                blocking(move || append_rest(&to, (&depot, &data), &kept, size)).await?;
            }
            return Ok(directory);
        }
    }
}

fn length(log: &Path) -> io::Result<u64> {
    match fs::metadata(log) {
        Ok(known) => Ok(known.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn append(directory: &Path, pieces: &[Piece]) -> Result<(), ApiError> {
    let mut log = resume(directory)?;
    for piece in pieces {
        log.copy(&piece.bytes, piece.printed_at)?;
    }
    Ok(())
}

/// The rest of a log that has ended.
fn append_rest(
    directory: &Path,
    (depot, data): (&Depot, &Path),
    kept: &KeptLog,
    from: u64,
) -> Result<(), ApiError> {
    let mut log = resume(directory)?;
    let mut end = from;
    let read = depot.read_log(data, kept, from, |bytes, at| {
        end = log.copy(bytes, at).map_err(io::Error::other)?.bytes;
        Ok(())
    });
    read.map_err(ApiError::of_content)?;
    if end == kept.size.bytes {
        return Ok(());
    }
    let (run, whole) = (kept.run, kept.size.bytes);
    let what = format!("the kept log of run {run} has {end} bytes instead of {whole}");
    Err(ApiError::internal(io::Error::other(what)))
}

fn resume(directory: &Path) -> Result<LogWriter, ApiError> {
    let nonce = Nonce::random().map_err(ApiError::internal)?;
    Ok(LogWriter::resume(directory, &nonce, Limits { max_bytes: u64::MAX })?)
}
