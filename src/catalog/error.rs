//! Why a path is refused, in words for whoever typed it.

use std::io;
use std::path::PathBuf;

use nix::errno::Errno;

use super::path::LONGEST_PATH;
use crate::depot::DepotError;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("the path is empty; \".\" selects all tests")]
    Empty,
    #[error("the path has {length} bytes, more than {LONGEST_PATH}")]
    TooLong { length: usize },
    #[error("{path:?} contains {what}; remove it")]
    Unprintable { path: String, what: &'static str },
    #[error("{path:?} is absolute; give it relative to the tests root")]
    Absolute { path: String },
    #[error("{path:?} begins with {first:?}, which pytest takes for an option; rename the file")]
    Option { path: String, first: char },
    #[error("{path:?} leaves the tests root")]
    Leaves { path: String },
    #[error(
        "{path:?} has \"[\" in its path, which pytest cannot select; select the directory above it"
    )]
    Bracket { path: String },
    #[error("{target:?} has an empty part between \"::\"")]
    EmptyNode { target: String },
    #[error("{path:?} leads out of the tests root by a symbolic link")]
    LeavesByLink { path: String },
    #[error("{path:?} goes round in a circle of symbolic links")]
    LinkCircle { path: String },
    #[error("{path:?} does not exist{}", did_you_mean(.suggestion.as_deref()))]
    NotFound { path: String, suggestion: Option<String> },
    #[error("{path:?} may not be read by the server")]
    NotReadable { path: String },
    #[error("{path:?} is no Python file; select .py files or directories")]
    NotPython { path: String },
    #[error("{path:?} is a directory; a single test is named by its file, then \"::\"")]
    NodeOfDirectory { path: String },
    #[error("{path:?} is no file")]
    NotAFile { path: String },
    #[error("{path:?} is no directory")]
    NotADirectory { path: String },
    #[error("{path:?} has {size} bytes, more than {limit}")]
    TooLarge { path: String, size: u64, limit: u64 },
    #[error("{name:?} {what}")]
    Name { name: String, what: String },
    #[error("{path:?} leads through a symbolic link; name the place that it leads to")]
    ThroughLink { path: String },
    #[error("{path:?} exists already")]
    Exists { path: String },
    #[error("{path:?} may not be changed by the server")]
    NotWritable { path: String },
    #[error("the directory {path:?} is not empty")]
    NotEmpty { path: String },
    #[error("the tests root itself stays where it is; name something in it")]
    IsRoot,
    #[error("{path:?} is not shown in lists, and not changed here")]
    Hidden { path: String },
    #[error("{path:?} cannot be moved into itself")]
    IntoItself { path: String },
    #[error("{path:?} is a symbolic link; delete it first")]
    IsLink { path: String },
    #[error("{path:?} is a directory")]
    IsDirectory { path: String },
    #[error("{path:?} holds more than {limit} files, the limit of one change; go by its parts")]
    TooManyFiles { path: String, limit: usize },
    #[error("{0}")]
    BeyondLimit(String),
    #[error("the disk of {path:?} is full")]
    DiskFull { path: String },
    /// What other hosts have in common: the database, or an object store.
    #[error("{0}")]
    Away(String),
    /// A content that must be kept is not, or not as it was.
    #[error("{0}")]
    Lost(String),
    #[error("cannot change {path:?}")]
    Change { path: String, source: io::Error },
    #[error("cannot open tests root {}", root.display())]
    Root { root: PathBuf, source: io::Error },
    #[error("cannot read {path:?}")]
    Io { path: String, source: io::Error },
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

impl CatalogError {
    /// What the kernel's answer to opening `path` beneath the tests root means.
    pub(super) fn of_open(path: &str, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            Errno::ENOENT | Errno::ENOTDIR | Errno::ENAMETOOLONG => {
                Self::NotFound { path, suggestion: None }
            }
            Errno::EXDEV => Self::LeavesByLink { path },
            Errno::ELOOP => Self::LinkCircle { path },
            Errno::EACCES | Errno::EPERM => Self::NotReadable { path },
            other => Self::Io { path, source: other.into() },
        }
    }

    /// What the kernel's answer to opening a directory for changes means.
    pub(super) fn of_folder(path: &str, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            Errno::ELOOP => Self::ThroughLink { path },
            Errno::ENOTDIR => Self::NotADirectory { path },
            errno => Self::of_open(&path, errno),
        }
    }

    /// What the kernel's answer to a change of what is at `path` means.
    pub(super) fn of_change(path: &str, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            Errno::EEXIST => Self::Exists { path },
            Errno::ENOTEMPTY => Self::NotEmpty { path },
            Errno::ENOENT => Self::NotFound { path, suggestion: None },
            Errno::EACCES | Errno::EPERM | Errno::EROFS => Self::NotWritable { path },
            Errno::ENOSPC | Errno::EDQUOT => Self::DiskFull { path },
            other => Self::Change { path, source: other.into() },
        }
    }

    /// What went wrong while the content of a file at `path` was written.
    pub(super) fn writing(path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.raw_os_error() {
            Some(number) => Self::of_change(&path, Errno::from_raw(number)),
            // Other hosts cannot have it now.
            None if source.kind() == io::ErrorKind::NetworkDown => Self::Away(source.to_string()),
            None if DepotError::within(&source).is_some() => Self::Lost(source.to_string()),
            None if source.kind() == io::ErrorKind::StorageFull => Self::DiskFull { path },
            None => Self::Change { path, source },
        }
    }

    pub(super) fn io(path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}
