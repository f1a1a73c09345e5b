//! What a run left in its directory on another host.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::problem::ApiError;
use crate::catalog::Artifact;
use crate::depot::Fetched;
use crate::domain::RunId;
use crate::store::run_files::{self, RunFile};

/// The files of an attempt that this host has not executed.
pub struct Left {
    run: RunId,
    attempt: i64,
    files: Vec<RunFile>,
}

/// `None` for a run of this host: its files are in its directory.
///
/// # Errors
/// When the database does not answer.
pub async fn elsewhere(state: &AppState, run: RunId) -> Result<Option<Left>, ApiError> {
    let Some(attempt) = state.logs.elsewhere(run).await? else { return Ok(None) };
    let files = run_files::list(&state.ctx.db, (run, attempt)).await?;
    Ok(Some(Left { run, attempt, files }))
}

impl Left {
    /// Those in its folder for artifacts, by name.
    pub fn artifacts(self) -> Vec<Artifact> {
        let artifact = |file: RunFile| {
            let name = file.name.strip_prefix("artifacts/")?.to_owned();
            let size = file.size.unsigned_abs();
            Some(Artifact { name, size, modified_at: file.modified_at })
        };
        self.files.into_iter().filter_map(artifact).collect()
    }

    /// One of them for reading, and its size.
    pub async fn open(
        &self,
        state: &AppState,
        name: &str,
    ) -> Result<Option<(Fetched, u64)>, ApiError> {
        let file = self.files.iter().find(|file| file.name == name);
        let Some((file, depot)) = file.zip(state.depot.clone()) else { return Ok(None) };
        let sha256 = file.sha256.clone();
        let content = blocking(move || depot.open(&sha256).map_err(ApiError::of_content)).await?;
        Ok(content.map(|content| (content, file.size.unsigned_abs())))
    }

    /// A directory in which one of them is, if there is such a file.
    pub async fn bring(&self, state: &AppState, name: &str) -> Result<PathBuf, ApiError> {
        let directory = state.logs.copies(self.run, self.attempt);
        if let Some((content, _)) = self.open(state, name).await? {
            let (directory, place) = (directory.clone(), directory.join(name));
            blocking(move || copy(content, &directory, &place).map_err(ApiError::of_content))
                .await?;
        }
        Ok(directory)
    }
}

fn copy(
    mut content: Fetched,
    directory: &std::path::Path,
    place: &std::path::Path,
) -> io::Result<()> {
    if place.exists() {
        return Ok(());
    }
    fs::create_dir_all(directory)?;
    let mut beside = tempfile::NamedTempFile::new_in(directory)?;
    io::copy(&mut content, beside.as_file_mut() as &mut File)?;
    beside.persist(place)?;
    Ok(())
}
