//! What a run left in its directory, artifacts above all, is kept where other hosts can read it.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::Shared;
use crate::actions;
use crate::catalog::Artifacts;
use crate::depot::{Content, Depot};
use crate::domain::{Millis, RunId};
use crate::store::run_files::RunFile;

/// After the database did not take it.
const AGAIN: Duration = Duration::from_secs(5);
/// Files in a run's directory that are no artifacts.
const ALSO: [&str; 1] = ["usage"];

/// Keeps it before the end of the run is recorded: whoever sees that end finds everything. Should the database not take it
/// now, it is tried again, and the run ends meanwhile.
pub async fn keep(shared: &Shared, attempt: (RunId, i64), home: &Path) {
    let Some(depot) = &shared.depot else { return };
    let (depot, context, home) = (depot.clone(), shared.context.clone(), home.to_owned());
    let keep = move || {
        let (depot, context, home) = (depot.clone(), context.clone(), home.clone());
        async move {
            let kept = tokio::task::spawn_blocking(move || keep_files(&depot, &home)).await;
            let files = kept.map_err(io::Error::other).flatten()?;
            let recorded = actions::record_run_files(&context, attempt, &files).await;
            recorded.map_err(io::Error::other)
        }
    };
    let Err(error) = keep().await else { return };
    tracing::warn!(%error, run = %attempt.0, "cannot keep what it left for other hosts; trying again");
    tokio::spawn(async move {
        while keep().await.is_err() {
            tokio::time::sleep(AGAIN).await;
        }
    });
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
