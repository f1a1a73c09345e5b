//! The files that a run reads: they are kept as they are at the moment in which it is asked for.

use std::sync::Arc;

use crate::api::AppState;
use crate::api::asked::targets::{self, Wanted};
use crate::api::blocking::blocking;
use crate::api::body::Mistakes;
use crate::api::problem::ApiError;
use crate::catalog::{Blobs, CatalogError, ContentHash, SnapshotReader, Snapshots, Target};
use crate::domain::run::Source;

/// What a run is to read.
pub struct Files {
    /// In their normal form.
    pub targets: Vec<String>,
    /// The files that the targets name.
    pub sources: Vec<Source>,
    /// The whole tests root.
    pub snapshot: Option<String>,
}

/// Keeps the tests root as it is now and finds the targets in it, at most `limit` different ones.
///
/// # Errors
/// When the tests root cannot be read or kept; what is wrong with targets is noted in `mistakes`.
pub async fn files_of_today(
    state: &AppState,
    wanted: Vec<Wanted>,
    limit: usize,
    mistakes: &mut Mistakes,
) -> Result<Files, ApiError> {
    // Before the targets: a file that comes in between is missing then, instead of running unseen.
    let snapshot = snapshot_of_today(state).await?;
    let found = targets::find(state, wanted, limit, mistakes).await?;
    let (targets, mut sources) = (found.targets, found.sources);
    if let Some(tree) = snapshot {
        let blobs = state.blobs.clone();
        sources = blocking(move || as_kept(&blobs, tree, sources)).await?;
    }
    Ok(Files { targets, sources, snapshot: snapshot.map(|tree| tree.to_string()) })
}

/// The tests root as it is now; `None` when it is too large to be kept.
///
/// # Errors
/// When it cannot be read or kept.
pub async fn snapshot_of_today(state: &AppState) -> Result<Option<ContentHash>, ApiError> {
    let snapshots = Arc::clone(&state.snapshots);
    blocking(move || take(&snapshots)).await
}

fn take(snapshots: &Snapshots) -> Result<Option<ContentHash>, CatalogError> {
    match snapshots.take() {
        Ok(tree) => Ok(Some(tree)),
        Err(error @ CatalogError::TooManyFiles { .. }) => {
            tracing::warn!(%error, "the tests root is not kept as runs were asked for; they read it as it is");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The contents that are kept, should files have changed in between. Where a link leads, and what is live, has none there.
fn as_kept(
    blobs: &Blobs,
    tree: ContentHash,
    mut sources: Vec<Source>,
) -> Result<Vec<Source>, ApiError> {
    let mut reader = SnapshotReader::new(blobs, tree);
    for source in &mut sources {
        let Ok(target) = Target::parse(&source.path) else { continue };
        if let Some(hash) = reader.file(target.path()).map_err(ApiError::of_content)? {
            source.sha256 = hash.to_string();
        }
    }
    Ok(sources)
}

/// The files of an earlier run, as they were then, for another run with these targets.
///
/// # Errors
/// A conflict, when they are not kept any more.
pub async fn files_of_then(
    state: &AppState,
    snapshot: String,
    targets: Vec<String>,
) -> Result<Files, ApiError> {
    let blobs = state.blobs.clone();
    blocking(move || {
        let sources = sources_of_then(&blobs, &snapshot, &targets).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NetworkDown {
                return ApiError::of_content(error);
            }
            let detail = format!(
                "its files are not kept as they were ({error}); send {{\"files\": \"today\"}} to run those of today"
            );
            ApiError::Conflict { code: "files_gone", detail }
        })?;
        Ok::<_, ApiError>(Files { targets, sources, snapshot: Some(snapshot) })
    })
    .await
}

fn sources_of_then(
    blobs: &Blobs,
    snapshot: &str,
    targets: &[String],
) -> std::io::Result<Vec<Source>> {
    let tree = ContentHash::parse(snapshot).ok_or(std::io::ErrorKind::NotFound)?;
    if !blobs.stays(&tree)? {
        let words = "they are older, or more, than what is kept";
        return Err(std::io::Error::new(std::io::ErrorKind::NotFound, words));
    }
    let mut reader = SnapshotReader::new(blobs, tree);
    let mut sources = Vec::new();
    for target in targets {
        let Ok(target) = Target::parse(target) else { continue };
        if let Some(hash) = reader.file(target.path())? {
            let source = Source { path: target.path().to_string(), sha256: hash.to_string() };
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
    }
    Ok(sources)
}
