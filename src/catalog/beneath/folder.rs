//! Changes below the tests root. Each is made within an open directory and by a single name in it, so that nothing on the
//! way can be exchanged for something else; and no symbolic link is followed.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, RenameFlags, ResolveFlag, openat, renameat2};
use nix::sys::stat::{Mode, fchmod, fstat, fstatat, mkdirat};
use nix::unistd::{UnlinkatFlags, fsync, syncfs, unlinkat};

use super::{Entry, Root, entry, open_beneath, readable_name};
use crate::catalog::{CatalogError, TestPath};

/// Begins the names of what is there only while a change is made. Lists do not show it.
const TEMPORARY: &str = ".proctor-";

/// A change takes seconds.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);

static TEMPORARIES: AtomicU64 = AtomicU64::new(0);

/// A directory that is open for changes.
pub struct Folder {
    path: TestPath,
    fd: OwnedFd,
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Root {
    /// Opens the directory at `path`, to which no symbolic link may lead.
    pub fn folder(&self, path: &TestPath) -> Result<Folder, CatalogError> {
        let fd = open_folder(&self.open_root()?, path.as_str())
            .map_err(|errno| CatalogError::of_folder(path.as_str(), errno))?;
        Ok(Folder { path: path.clone(), fd })
    }

    /// The same, and makes what is missing of it; `made` gets what was made, also when the rest fails.
    pub fn make_folder(
        &self,
        path: &TestPath,
        made: &mut Vec<TestPath>,
    ) -> Result<Folder, CatalogError> {
        let mut folder = self.folder(&TestPath::root())?;
        for name in path.parts() {
            folder = folder.enter_or_make(name, made)?;
        }
        Ok(folder)
    }
}

impl Folder {
    pub fn path_of(&self, name: &str) -> TestPath {
        self.path.join(name)
    }

    /// What is called `name` here, a symbolic link itself and not what it leads to; `None` when there is nothing.
    pub fn look(&self, name: &str) -> Result<Option<Entry>, CatalogError> {
        match fstatat(&self.fd, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(Entry { stat })),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(CatalogError::of_folder(self.path_of(name).as_str(), errno)),
        }
    }

    /// The regular file that is called `name` here.
    pub fn file(&self, name: &str) -> Result<(File, Entry), CatalogError> {
        let path = self.path_of(name);
        let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK;
        let file = open_beneath(&self.fd, name, flags, ResolveFlag::RESOLVE_NO_SYMLINKS)
            .map_err(|errno| CatalogError::of_folder(path.as_str(), errno))?;
        let entry = entry(&path, &file)?;
        if !entry.is_file() {
            return Err(CatalogError::NotAFile { path: path.to_string() });
        }
        Ok((file.into(), entry))
    }

    /// The names here, but those that are no text.
    pub fn names(&self) -> Result<Vec<String>, CatalogError> {
        let failed = |errno: Errno| CatalogError::of_folder(self.path.as_str(), errno);
        let again = open_folder(&self.fd, ".").map_err(failed)?;
        let mut directory = Dir::from_fd(again).map_err(failed)?;
        let mut names = Vec::new();
        for found in directory.iter() {
            names.extend(readable_name(found.map_err(failed)?.file_name()));
        }
        Ok(names)
    }

    /// A new empty file that only this server may read, with its name, which lists do not show.
    pub fn create_temporary(&self) -> Result<(File, String), CatalogError> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW;
        loop {
            let name = temporary_name();
            let mode = Mode::S_IRUSR | Mode::S_IWUSR;
            match openat(&self.fd, name.as_str(), flags | OFlag::O_CLOEXEC, mode) {
                Ok(file) => return Ok((file.into(), name)),
                Err(Errno::EEXIST) => {}
                Err(errno) => return Err(self.cannot_change(&name, errno)),
            }
        }
    }

    /// The same for whatever name a file gets.
    pub fn identity_of(&self, file: &File) -> Result<(u64, u64), CatalogError> {
        let stat =
            fstat(file).map_err(|errno| CatalogError::of_change(self.path.as_str(), errno))?;
        Ok(Entry { stat }.identity())
    }

    /// Lets those read `file` who may read this directory.
    pub fn share(&self, file: &File) -> Result<(), CatalogError> {
        let failed = |errno| CatalogError::of_change(self.path.as_str(), errno);
        let mode = Mode::from_bits_truncate(fstat(&self.fd).map_err(failed)?.st_mode);
        let readable = Mode::S_IRUSR | Mode::S_IRGRP | Mode::S_IROTH;
        let writable = Mode::S_IWUSR | Mode::S_IWGRP | Mode::S_IWOTH;
        let kept = mode & (readable | writable);
        fchmod(file, kept | Mode::S_IRUSR | Mode::S_IWUSR).map_err(failed)
    }

    /// Renames where nothing is called `to` yet; else nothing changes.
    pub fn rename(&self, name: &str, other: &Self, to: &str) -> Result<(), CatalogError> {
        renameat2(&self.fd, name, &other.fd, to, RenameFlags::RENAME_NOREPLACE)
            .map_err(|errno| other.cannot_change(to, errno))
    }

    /// Each gets the other's name in one step.
    pub fn exchange(&self, one: &str, other: &str) -> Result<(), CatalogError> {
        renameat2(&self.fd, one, &self.fd, other, RenameFlags::RENAME_EXCHANGE)
            .map_err(|errno| self.cannot_change(other, errno))
    }

    /// Gives what is called `name` a name that lists do not show, and says which.
    pub fn put_aside(&self, name: &str) -> Result<String, CatalogError> {
        loop {
            let aside = temporary_name();
            match self.rename(name, self, &aside) {
                Ok(()) => return Ok(aside),
                Err(CatalogError::Exists { .. }) => {}
                Err(other) => return Err(other),
            }
        }
    }

    pub fn remove_file(&self, name: &str) -> Result<(), CatalogError> {
        self.unlink(name, UnlinkatFlags::NoRemoveDir)
    }

    /// Removes the directory that is called `name` here, which must be empty.
    pub fn remove_folder(&self, name: &str) -> Result<(), CatalogError> {
        self.unlink(name, UnlinkatFlags::RemoveDir)
    }

    /// Removes the directory that is called `name` here with everything in it.
    pub fn remove_all(&self, name: &str) -> Result<(), CatalogError> {
        // From this very directory on; the standard library follows no links below it.
        let here = PathBuf::from(format!("/proc/self/fd/{}", self.fd.as_raw_fd()));
        std::fs::remove_dir_all(here.join(name))
            .map_err(|source| CatalogError::Change { path: self.path_of(name).to_string(), source })
    }

    /// Removes what changes left here whose process is gone.
    pub fn clear_forgotten(&self) -> Result<(), CatalogError> {
        self.clear_older_than(FORGOTTEN_AFTER)
    }

    pub fn clear_older_than(&self, age: Duration) -> Result<(), CatalogError> {
        for name in self.names()?.into_iter().filter(|name| is_temporary(name)) {
            let Some(entry) = self.look(&name)? else { continue };
            if entry.changed_ago() < age {
                continue;
            }
            if entry.is_directory() {
                self.remove_all(&name)?;
            } else {
                self.remove_file(&name)?;
            }
        }
        Ok(())
    }

    /// Waits until the names here are on disk.
    pub fn sync(&self) -> Result<(), CatalogError> {
        fsync(&self.fd).map_err(|errno| CatalogError::of_change(self.path.as_str(), errno))
    }

    /// Waits until everything that was written to this file system is on disk.
    pub fn sync_everything(&self) -> Result<(), CatalogError> {
        syncfs(&self.fd).map_err(|errno| CatalogError::of_change(self.path.as_str(), errno))
    }

    fn enter_or_make(&self, name: &str, made: &mut Vec<TestPath>) -> Result<Self, CatalogError> {
        let path = self.path_of(name);
        let entered = match open_folder(&self.fd, name) {
            Err(Errno::ENOENT) => {
                match mkdirat(&self.fd, name, Mode::from_bits_truncate(0o777)) {
                    Ok(()) => made.push(path.clone()),
                    // Somebody else made it at this moment.
                    Err(Errno::EEXIST) => {}
                    Err(errno) => return Err(self.cannot_change(name, errno)),
                }
                open_folder(&self.fd, name)
            }
            entered => entered,
        };
        let fd = entered.map_err(|errno| CatalogError::of_folder(path.as_str(), errno))?;
        Ok(Self { path, fd })
    }

    fn unlink(&self, name: &str, flag: UnlinkatFlags) -> Result<(), CatalogError> {
        unlinkat(&self.fd, name, flag).map_err(|errno| self.cannot_change(name, errno))
    }

    fn cannot_change(&self, name: &str, errno: Errno) -> CatalogError {
        CatalogError::of_change(self.path_of(name).as_str(), errno)
    }
}

/// Whether a name is one of those that are there only while a change is made.
fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY)
}

fn open_folder(directory: &OwnedFd, path: &str) -> Result<OwnedFd, Errno> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY;
    open_beneath(directory, path, flags, ResolveFlag::RESOLVE_NO_SYMLINKS)
}

/// New in this process; who finds it taken by another one asks again.
fn temporary_name() -> String {
    let number = TEMPORARIES.fetch_add(1, Ordering::Relaxed);
    format!("{TEMPORARY}{}-{number}", std::process::id())
}
