//! What a run left in its directory, artifacts above all, is kept where other hosts can read it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use super::Shared;
use crate::actions::{self, Context};
use crate::catalog::Artifacts;
use crate::depot::{Content, Depot, DepotError};
use crate::domain::{Millis, RunId};
use crate::store::run_files::RunFile;
use crate::store::runs;

/// After it was not taken.
const AGAIN: Duration = Duration::from_secs(1);
/// After it was not taken for long.
const LATER: Duration = Duration::from_secs(5);
/// Files in a run's directory that are no artifacts.
const ALSO: [&str; 1] = ["usage"];
/// Where it is noted of which attempts something is still to be kept, in files `<run>-<attempt>`.
const NOTES: &str = "unkept";

/// What one attempt left.
#[derive(Debug, Clone)]
struct Left {
    depot: Depot,
    context: Context,
    attempt: (RunId, i64),
    home: PathBuf,
    note: PathBuf,
}

/// Keeps it before the end of the run is recorded: whoever sees that end finds everything. Where it goes may be away: then
/// the end waits, and when that is too long the run ends, and it is kept as soon as that can be, by the next worker if need
/// be.
pub async fn keep(shared: &Shared, attempt: (RunId, i64), home: &Path) {
    let Some(depot) = &shared.depot else { return };
    let note = notes(&shared.settings.data).join(format!("{}-{}", attempt.0, attempt.1));
    let (depot, context) = (depot.clone(), shared.context.clone());
    let until = Instant::now() + depot.patience();
    let left = Left { depot, context, attempt, home: home.to_owned(), note };
    let Err(mut error) = left.keep().await else { return };
    tracing::warn!(%error, run = %attempt.0, "cannot keep what it left for other hosts; trying again");
    while error.kind() == io::ErrorKind::NetworkDown && Instant::now() < until {
        sleep(AGAIN).await;
        match left.keep().await {
            Ok(()) => return,
            Err(again) => error = again,
        }
    }
    if let Err(error) = left.write_note() {
        tracing::warn!(%error, run = %attempt.0, "cannot note that something of it is still to be kept");
    }
    tokio::spawn(left.keep_later());
}

/// Goes on with what an earlier worker of this host could not keep.
pub fn resume(shared: &Shared) {
    let Some(depot) = &shared.depot else { return };
    for entry in fs::read_dir(notes(&shared.settings.data)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let numbers = name.split_once('-').map(|(run, attempt)| (run.parse(), attempt.parse()));
        let Some((Ok(run), Ok(number))) = numbers else { continue };
        let (depot, context, note) = (depot.clone(), shared.context.clone(), entry.path());
        let run = RunId(run);
        let home = shared.settings.data.join("runs").join(run.to_string());
        let left = Left { depot, context, attempt: (run, number), home, note };
        tokio::spawn(left.keep_later());
    }
}

fn notes(data: &Path) -> PathBuf {
    data.join(NOTES)
}

impl Left {
    async fn keep(&self) -> io::Result<()> {
        let (depot, home) = (self.depot.clone(), self.home.clone());
        let kept = tokio::task::spawn_blocking(move || keep_files(&depot, &home)).await;
        let files = kept.map_err(io::Error::other).flatten()?;
        let recorded = actions::record_run_files(&self.context, self.attempt, &files).await;
        recorded.map_err(DepotError::of_store)
    }

    async fn keep_later(self) {
        loop {
            match self.is_last().await {
                // What lies there is of another attempt, or nobody wants it any more.
                Ok(false) => break,
                Ok(true) if self.keep().await.is_ok() => break,
                _ => sleep(LATER).await,
            }
        }
        // After a crash before this, it is kept once more, which harms nobody.
        let _ = fs::remove_file(&self.note);
    }

    async fn is_last(&self) -> crate::store::Result<bool> {
        let run = runs::find(&self.context.db, self.attempt.0).await?;
        Ok(run.is_some_and(|run| run.attempt == self.attempt.1))
    }

    fn write_note(&self) -> io::Result<()> {
        if let Some(notes) = self.note.parent() {
            fs::create_dir_all(notes)?;
        }
        File::create(&self.note)?.sync_all()
    }
}

fn keep_files(depot: &Depot, home: &Path) -> io::Result<Vec<RunFile>> {
    let artifacts = Artifacts::of(home).list()?.into_iter();
    let names = artifacts.map(|artifact| format!("artifacts/{}", artifact.name));
    let names = names.chain(ALSO.into_iter().map(str::to_owned));
    let mut files = Vec::new();
    let mut contents: Vec<Content<PathBuf>> = Vec::new();
    for name in names {
        let file = home.join(&name);
        let Some(left) = left(name, &file)? else { continue };
        contents.push(Content { sha256: left.sha256.clone(), file });
        files.push(left);
    }
    depot.keep(&contents)?;
    Ok(files)
}

/// `None` when there is no such file.
fn left(name: String, path: &Path) -> io::Result<Option<RunFile>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let modified = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut hasher = Sha256::new();
    let size = io::copy(&mut file, &mut hasher)?;
    Ok(Some(RunFile {
        name,
        sha256: format!("{:x}", hasher.finalize()),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        modified_at: Millis(i64::try_from(modified.as_millis()).unwrap_or(i64::MAX)),
    }))
}
