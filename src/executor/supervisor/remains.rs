//! What is left of a worker or of a supervisor that was killed.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};

use super::tree;

/// For a supervisor to end what its worker left. One that takes longer was stopped, or cannot do it.
const GRACE: Duration = Duration::from_secs(2);

/// Locked as long as the supervisor of a worker lives; the supervisor's name is in it.
pub(super) fn lock_path(directory: &Path) -> PathBuf {
    directory.join("supervisor.lock")
}

/// Where a supervisor puts the names of its living inits.
pub(super) fn inits_path(directory: &Path) -> PathBuf {
    directory.join("inits")
}

/// Waits until nothing is left of what a killed worker had started: its supervisor sees to that. `directory` is the
/// worker's. Blocks.
pub fn wait_until_gone(directory: &Path) -> io::Result<()> {
    match File::open(lock_path(directory)) {
        Ok(lock) => wait_for_supervisor(directory, &lock)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    end_inits(directory);
    Ok(())
}

fn wait_for_supervisor(directory: &Path, lock: &File) -> io::Result<()> {
    let late = Instant::now() + GRACE;
    loop {
        match lock.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(tree::MOMENT),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if Instant::now() >= late
            && let Some(pid) = tree::named(&fs::read_to_string(lock_path(directory))?)
        {
            let _ = kill(pid, Signal::SIGKILL);
        }
    }
}

/// Waits until the inits are gone whose names a killed supervisor left, and with them their namespaces. The kernel kills
/// them when their supervisor dies, so this is a matter of milliseconds.
pub(super) fn end_inits(directory: &Path) {
    let Ok(entries) = fs::read_dir(inits_path(directory)) else { return };
    for entry in entries.flatten() {
        while let Some(pid) = entry.file_name().to_str().and_then(tree::named) {
            let _ = kill(pid, Signal::SIGKILL);
            std::thread::sleep(tree::MOMENT);
        }
        let _ = fs::remove_file(entry.path());
    }
}
