//! The directories of a run: what is kept of it, and what is gone with it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::actions::Lease;
use crate::catalog::{Compiled, Trees};
use crate::domain::{RunId, WorkerId};

static COLLECTIONS: AtomicU64 = AtomicU64::new(0);

/// Directories of one attempt.
#[derive(Debug)]
pub struct Workspace {
    /// Kept: the log lies here.
    pub home: PathBuf,
    /// Kept: what the tests leave for people.
    pub artifacts: PathBuf,
    /// Gone with the run.
    pub scratch: PathBuf,
    /// Gone with the run: what it writes beside the tests.
    pub layer: PathBuf,
}

/// Where a run's log and artifacts are.
pub fn run_directory(data: &Path, run: RunId) -> PathBuf {
    data.join("runs").join(run.to_string())
}

impl Workspace {
    /// Makes the directories, the scratch one below `scratch`. Of an earlier attempt of the run, log and artifacts are
    /// put aside under its number.
    pub fn create(data: &Path, scratch: &Path, lease: Lease, attempt: i64) -> io::Result<Self> {
        let home = run_directory(data, lease.run);
        if attempt > 1 && home.join("log").exists() {
            put_aside(&home, attempt - 1)?;
        }
        let artifacts = home.join("artifacts");
        make_private(&artifacts)?;
        // With the fence number: an attempt that was lost may still be clearing up when the next one begins.
        let name = format!("run-{}-{}", lease.run, lease.epoch);
        let layer = scratch.join(format!("{name}-files"));
        let scratch = scratch.join(name);
        for directory in [&scratch, &layer] {
            remove(directory)?;
            make_private(directory)?;
        }
        Ok(Self { home, artifacts, scratch, layer })
    }

    /// For a collection, which is no run.
    pub fn scratch_for_collection(scratch: &Path) -> io::Result<Scratch> {
        let number = COLLECTIONS.fetch_add(1, Ordering::Relaxed);
        let scratch = scratch.join(format!("collection-{number}"));
        make_private(&scratch)?;
        Ok(Scratch(scratch))
    }

    /// Takes away what nobody needs after the run.
    pub fn clear(&self) -> io::Result<()> {
        remove(&self.scratch)?;
        remove(&self.layer)
    }
}

/// A directory that is gone when this is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is cleared away when the worker has gone.
        let _ = remove(&self.0);
    }
}

/// Where a worker's runs have what is gone with them.
pub fn scratch_directory(data: &Path, worker: WorkerId) -> PathBuf {
    scratch_root(data).join(format!("worker-{worker}"))
}

/// Takes away what runs of workers left that do not live any more, and the trees that no run has.
pub fn clear_leftovers(data: &Path, living: &[WorkerId]) -> io::Result<()> {
    Trees::of(data).clear()?;
    Compiled::clear(data)?;
    let Ok(entries) = fs::read_dir(scratch_root(data)) else { return Ok(()) };
    let kept: Vec<_> = living.iter().map(|worker| scratch_directory(data, *worker)).collect();
    for entry in entries.flatten() {
        if !kept.contains(&entry.path()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Takes away what a worker that leaves has there, and the folder around it when nobody else has anything in it.
pub fn clear_scratch(data: &Path, worker: WorkerId) -> io::Result<()> {
    remove(&scratch_directory(data, worker))?;
    match fs::remove_dir(scratch_root(data)) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// In the system's folder for temporary files, because the path of a socket, which tests like to make there, has at most
/// 108 bytes. The data directory's name is in it, so several Proctors do not meet.
fn scratch_root(data: &Path) -> PathBuf {
    let whole = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let hash = format!("{:x}", Sha256::digest(whole.as_os_str().as_encoded_bytes()));
    std::env::temp_dir().join(format!("proctor-{}", &hash[..8]))
}

fn put_aside(home: &Path, attempt: i64) -> io::Result<()> {
    let aside = home.join(format!("attempt-{attempt}"));
    fs::create_dir_all(&aside)?;
    for name in ["log", "log.index", "usage", "artifacts"] {
        match fs::rename(home.join(name), aside.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

fn remove(directory: &Path) -> io::Result<()> {
    // Most are not there, or empty.
    match fs::remove_dir(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {}
        _ => return Ok(()),
    }
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // Tests lock directories, and so does the kernel those in which it prepares a layer.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            unlock(directory);
            fs::remove_dir_all(directory)
        }
        other => other,
    }
}

fn unlock(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What cannot be unlocked is told by the removal.
            let _ = fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o700));
            unlock(&entry.path());
        }
    }
}
