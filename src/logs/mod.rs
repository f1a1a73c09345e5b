//! A run's captured output: append while it runs, read it by lines or bytes at any time, search it.
//!
//! A run has a directory with two files. `log` is append-only and holds, byte for byte, what the run wrote to stdout and
//! stderr, without the runner's marks. `log.index` is a sparse index that any page opens fast with. The log alone is the
//! truth: an index that is behind, missing or damaged costs time, never lines.
//!
//! One process appends; any number of others read meanwhile. Everything here blocks: async callers use a thread for it.

mod append;
mod count;
mod display;
mod index;
mod lines;
mod marks;
mod mask;
mod packed;
mod query;
mod read;
mod rebuild;
mod search;
mod series;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

pub use append::{Appended, Limits, LogWriter, Mark};
pub use lines::Line;
pub use marks::{Border, Nonce, NonceError};
pub use mask::Secrets;
pub use packed::{Packer, unpack};
pub use query::{Case, Query, SearchError, Syntax};
pub use read::LogReader;
pub use search::{Found, SearchLimits};
pub use series::{SeriesWriter, read_series};

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("log {} is there already", path.display())]
    AlreadyThere { path: PathBuf },
    #[error("log {} is being written by another process", path.display())]
    InUse { path: PathBuf },
    #[error("no space left for log {}", path.display())]
    NoSpace { path: PathBuf, source: io::Error },
    #[error("cannot {action} {}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

impl LogError {
    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::NoSpace { path, source }
            }
            io::ErrorKind::AlreadyExists => Self::AlreadyThere { path },
            _ => Self::Io { action, path, source },
        }
    }
}

fn log_path(directory: &Path) -> PathBuf {
    directory.join("log")
}

fn index_path(directory: &Path) -> PathBuf {
    directory.join("log.index")
}
