//! The environments of packages that are kept, each made once for all runs that ask for the same.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Written last: without it an environment is half made.
const COMPLETE: &str = "complete";

/// Those of one data directory.
#[derive(Debug, Clone)]
pub struct Kept {
    directory: PathBuf,
    most: usize,
}

/// An environment that stays as long as this lives.
#[derive(Debug)]
pub struct Held {
    pub directory: PathBuf,
    _lock: File,
}

/// An environment that only the holder of this may make.
#[derive(Debug)]
pub struct Making {
    pub directory: PathBuf,
    lock: File,
}

/// What was found.
pub enum Place {
    Made(Held),
    ToMake(Making),
}

impl Kept {
    pub fn of(data: &Path, most: usize) -> Self {
        Self { directory: data.join("packages"), most }
    }

    /// What was downloaded, to be used again. Only a program that executes no code of packages writes here.
    pub fn cache(&self) -> PathBuf {
        self.directory.join("cache")
    }

    /// Waits while another process makes it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn find(&self, name: &str) -> io::Result<Place> {
        fs::create_dir_all(self.cache())?;
        // The lock is beside it, so it stays when the environment is taken away.
        let lock = File::create(self.directory.join(format!("{name}.lock")))?;
        let directory = self.directory.join(name);
        lock.lock_shared()?;
        if directory.join(COMPLETE).exists() {
            lock.set_modified(SystemTime::now())?;
            return Ok(Place::Made(Held { directory, _lock: lock }));
        }
        lock.unlock()?;
        lock.lock()?;
        if directory.join(COMPLETE).exists() {
            lock.unlock()?;
            return self.find(name);
        }
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        Ok(Place::ToMake(Making { directory, lock }))
    }

    /// It is whole now, and may be used by others.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn made(&self, making: Making) -> io::Result<Held> {
        File::create(making.directory.join(COMPLETE))?.sync_all()?;
        making.lock.unlock()?;
        making.lock.lock_shared()?;
        self.prune()?;
        Ok(Held { directory: making.directory, _lock: making.lock })
    }

    /// Takes away what was used longest ago and nobody uses now.
    fn prune(&self) -> io::Result<()> {
        let mut kept = Vec::new();
        for entry in fs::read_dir(&self.directory)?.flatten() {
            let directory = entry.path();
            if directory.join(COMPLETE).exists() {
                let lock = directory.with_extension("lock");
                kept.push((fs::metadata(&lock)?.modified()?, directory, lock));
            }
        }
        kept.sort();
        let mut more = kept.len().saturating_sub(self.most);
        for (_, directory, lock) in kept {
            if more == 0 {
                break;
            }
            let lock = File::open(lock)?;
            match lock.try_lock() {
                Ok(()) => {
                    fs::remove_file(directory.join(COMPLETE))?;
                    fs::remove_dir_all(directory)?;
                    more -= 1;
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Checked = Result<(), Box<dyn std::error::Error>>;

    fn make(kept: &Kept, name: &str) -> io::Result<Option<Held>> {
        match kept.find(name)? {
            Place::ToMake(making) => {
                fs::write(making.directory.join("package"), name)?;
                kept.made(making).map(Some)
            }
            Place::Made(_) => Ok(None),
        }
    }

    #[test]
    fn each_is_made_once() -> Checked {
        let home = tempfile::tempdir()?;
        let kept = Kept::of(home.path(), 2);
        assert!(make(&kept, "one")?.is_some());
        assert!(make(&kept, "one")?.is_none());
        Ok(())
    }

    #[test]
    fn what_was_left_half_made_is_made_anew() -> Checked {
        let home = tempfile::tempdir()?;
        let kept = Kept::of(home.path(), 2);
        let Place::ToMake(making) = kept.find("one")? else { return Err("it is there".into()) };
        fs::write(making.directory.join("half"), "")?;
        drop(making);
        let held = make(&kept, "one")?.ok_or("it is there")?;
        assert!(!held.directory.join("half").exists());
        Ok(())
    }

    #[test]
    fn what_nobody_uses_goes_when_there_are_more() -> Checked {
        let home = tempfile::tempdir()?;
        let kept = Kept::of(home.path(), 2);
        let used = make(&kept, "used")?;
        let idle = make(&kept, "idle")?.ok_or("it is there")?.directory;
        let new = make(&kept, "new")?.ok_or("it is there")?;
        assert!(used.is_some_and(|used| used.directory.exists()));
        assert!(new.directory.exists() && !idle.exists());
        assert!(make(&kept, "idle")?.is_some());
        Ok(())
    }
}
