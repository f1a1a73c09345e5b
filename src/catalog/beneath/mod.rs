//! The only place that opens or changes something of the tests root.

mod folder;

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, open, openat2};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat};
use nix::sys::statfs::{FUSE_SUPER_MAGIC, FsType, NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, statfs};

use super::{CatalogError, TestPath};
use crate::domain::Millis;

pub(super) use folder::Folder;

/// A rename during the resolution makes the kernel say "again"; more often than this is no accident.
const ATTEMPTS: usize = 16;

/// File systems that somebody else may change: <https://man7.org/linux/man-pages/man2/statfs.2.html>
const TOLD_ELSEWHERE: [FsType; 7] = [
    NFS_SUPER_MAGIC,
    SMB_SUPER_MAGIC,
    // CIFS and SMB2.
    FsType(0xff53_4d42),
    FsType(0xfe53_4d42),
    FUSE_SUPER_MAGIC,
    // 9P, by which virtual machines share, and Ceph.
    FsType(0x0102_1997),
    FsType(0x00c3_6400),
];

#[derive(Clone)]
pub(super) struct Root {
    path: PathBuf,
}

/// What a directory says of one of its names, without a look at the thing itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hint {
    File,
    Directory,
    /// A symbolic link, or a file system that does not tell.
    Unknown,
    /// Nothing that can be selected.
    Other,
}

impl Hint {
    fn of(kind: Option<Type>) -> Self {
        match kind {
            Some(Type::File) => Self::File,
            Some(Type::Directory) => Self::Directory,
            Some(Type::Symlink) | None => Self::Unknown,
            Some(_) => Self::Other,
        }
    }
}

/// What the kernel knows of an opened file or directory.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub stat: FileStat,
}

impl Root {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Looks at `path` without opening its content.
    pub fn look(&self, path: &TestPath) -> Result<Entry, CatalogError> {
        let found = self.open(path, OFlag::O_PATH)?;
        entry(path, &found)
    }

    /// A regular file for reading, with what it was when it was opened.
    pub fn file(&self, path: &TestPath) -> Result<(File, Entry), CatalogError> {
        // Without O_NONBLOCK the open of a named pipe would wait for a writer.
        let file = self.open(path, OFlag::O_RDONLY | OFlag::O_NONBLOCK)?;
        let entry = entry(path, &file)?;
        if !entry.is_file() {
            return Err(CatalogError::NotAFile { path: path.to_string() });
        }
        Ok((file.into(), entry))
    }

    /// The names in directory `path` but `.` and `..`, in no order, each with what the directory says it is. A name that
    /// is no text is left out.
    pub fn names(&self, path: &TestPath) -> Result<Vec<(String, Hint)>, CatalogError> {
        let directory =
            self.open(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY).map_err(|error| match error {
                // The kernel says the same of a file and of something below a file.
                CatalogError::NotFound { path: name, .. } if self.look(path).is_ok() => {
                    CatalogError::NotADirectory { path: name }
                }
                other => other,
            })?;
        let failed = |errno: Errno| CatalogError::io(path.as_str())(errno.into());
        let mut directory = Dir::from_fd(directory).map_err(failed)?;
        let mut names = Vec::new();
        for found in directory.iter() {
            let found = found.map_err(failed)?;
            let name = readable_name(found.file_name());
            names.extend(name.map(|name| (name, Hint::of(found.file_type()))));
        }
        Ok(names)
    }

    /// Whether the kernel tells of every change: of a file system that other machines write to it does not.
    pub fn tells_changes(&self) -> bool {
        statfs(&self.path).is_ok_and(|found| !TOLD_ELSEWHERE.contains(&found.filesystem_type()))
    }

    fn open(&self, path: &TestPath, flags: OFlag) -> Result<OwnedFd, CatalogError> {
        let root = self.open_root()?;
        open_beneath(&root, path.as_str(), flags, ResolveFlag::empty())
            .map_err(|errno| CatalogError::of_open(path.as_str(), errno))
    }

    fn open_root(&self) -> Result<OwnedFd, CatalogError> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        open(&self.path, flags, Mode::empty())
            .map_err(|errno| CatalogError::Root { root: self.path.clone(), source: errno.into() })
    }
}

/// The regular file `path` below `directory` and its size, when no link leads there; `None` when it is something else.
pub(super) fn file_without_links(directory: &Path, path: &str) -> io::Result<Option<(File, u64)>> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let directory = open(directory, flags, Mode::empty())?;
    // Without O_NONBLOCK the open of a named pipe would wait for a writer.
    let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK;
    match open_beneath(&directory, path, flags, ResolveFlag::RESOLVE_NO_SYMLINKS) {
        Ok(file) => {
            let entry = Entry { stat: fstat(&file)? };
            Ok(entry.is_file().then(|| (file.into(), entry.size())))
        }
        // A link, out of the directory, below a file, no name.
        Err(Errno::ELOOP | Errno::EXDEV | Errno::ENOTDIR | Errno::EINVAL | Errno::ENAMETOOLONG) => {
            Ok(None)
        }
        Err(errno) => Err(errno.into()),
    }
}

/// Opens `path` in or below `directory`, never outside of it.
fn open_beneath(
    directory: &OwnedFd,
    path: &str,
    flags: OFlag,
    more: ResolveFlag,
) -> Result<OwnedFd, Errno> {
    let beneath = ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    let how = OpenHow::new().flags(flags | OFlag::O_CLOEXEC).resolve(beneath | more);
    let mut result = Err(Errno::EAGAIN);
    for _ in 0..ATTEMPTS {
        result = openat2(directory, path, how);
        if !matches!(result, Err(Errno::EAGAIN)) {
            break;
        }
    }
    result
}

fn entry(path: &TestPath, opened: &OwnedFd) -> Result<Entry, CatalogError> {
    let stat =
        fstat(opened).map_err(|errno| CatalogError::io(path.as_str())(io::Error::from(errno)))?;
    Ok(Entry { stat })
}

fn readable_name(name: &CStr) -> Option<String> {
    let name = name.to_str().ok()?;
    (name != "." && name != "..").then(|| name.to_owned())
}

impl Entry {
    pub fn is_file(&self) -> bool {
        self.kind() == SFlag::S_IFREG
    }

    pub fn is_directory(&self) -> bool {
        self.kind() == SFlag::S_IFDIR
    }

    pub fn size(&self) -> u64 {
        u64::try_from(self.stat.st_size).unwrap_or(0)
    }

    pub fn modified_at(&self) -> Millis {
        Millis(self.stat.st_mtime * 1000 + self.stat.st_mtime_nsec / 1_000_000)
    }

    /// The same for whatever names lead here.
    pub fn identity(&self) -> (u64, u64) {
        (self.stat.st_dev, self.stat.st_ino)
    }

    /// How long ago its content, mode or name changed.
    pub fn changed_ago(&self) -> Duration {
        let changed = u64::try_from(self.stat.st_ctime).unwrap_or(0);
        let changed = UNIX_EPOCH + Duration::from_secs(changed);
        SystemTime::now().duration_since(changed).unwrap_or_default()
    }

    pub fn is_link(&self) -> bool {
        self.kind() == SFlag::S_IFLNK
    }

    fn kind(&self) -> SFlag {
        SFlag::from_bits_truncate(self.stat.st_mode) & SFlag::S_IFMT
    }
}

/// What is at `path` of the file system, anywhere.
pub(super) fn identity_of(path: &Path) -> io::Result<(u64, u64)> {
    let there = std::fs::metadata(path)?;
    Ok((there.dev(), there.ino()))
}
