//! One level of the tests root: its directories and files.

use super::beneath::Entry;
use super::{Catalog, CatalogError, ContentHash, TestPath};
use crate::domain::Millis;

/// Entries of one answer; a directory with more of them shows the first ones by name.
const MOST_ENTRIES: usize = 10_000;
/// A larger file is listed without its hash.
const LARGEST_HASHED: u64 = 64 * 1024 * 1024;

/// What a directory contains, sorted by name; also the answer of a search, sorted by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub path: TestPath,
    pub directories: Vec<Directory>,
    pub files: Vec<File>,
    /// There is more than is shown.
    pub truncated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    pub path: TestPath,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub path: TestPath,
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub modified_at: Millis,
    /// Absent for a file beyond 64 MiB, or one that the server may not read.
    pub sha256: Option<ContentHash>,
}

impl Catalog {
    /// The directories and regular files in directory `path`. Symbolic links that stay beneath the tests root show as what
    /// they lead to, others do not show; nor does what no one selects tests from, such as `__pycache__` and virtual
    /// environments.
    ///
    /// # Errors
    /// When `path` does not exist, is no directory or leads out of the tests root.
    pub fn level(&self, path: &TestPath) -> Result<Level, CatalogError> {
        let mut names: Vec<String> =
            self.root.names(path)?.into_iter().map(|(name, _)| name).collect();
        names.retain(|name| !is_hidden(name));
        names.sort_unstable();
        let truncated = names.len() > MOST_ENTRIES;
        names.truncate(MOST_ENTRIES);
        let mut level =
            Level { path: path.clone(), directories: Vec::new(), files: Vec::new(), truncated };
        for name in names {
            self.add(&mut level, path.join(&name));
        }
        Ok(level)
    }

    /// Adds what is at `path`, unless it is gone, leads outside or is neither file nor directory.
    pub(super) fn add(&self, level: &mut Level, path: TestPath) {
        let Ok(entry) = self.root.look(&path) else { return };
        let name = path.name().to_owned();
        if entry.is_directory() {
            if !self.is_virtual_environment(&path) {
                level.directories.push(Directory { path, name });
            }
        } else if entry.is_file() {
            let sha256 = self.hash_of(&path, &entry);
            level.files.push(File {
                name,
                size: entry.size(),
                modified_at: entry.modified_at(),
                sha256,
                path,
            });
        }
    }

    pub(super) fn is_virtual_environment(&self, path: &TestPath) -> bool {
        self.root.look(&path.join("pyvenv.cfg")).is_ok()
    }

    fn hash_of(&self, path: &TestPath, entry: &Entry) -> Option<ContentHash> {
        if entry.size() > LARGEST_HASHED {
            return None;
        }
        self.hashes.hash(path.as_str(), entry, || self.root.file(path)).ok()
    }
}

/// Names that hold no tests of anybody.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
        || matches!(name, "__pycache__" | "node_modules")
        || name.chars().any(|character| super::path::unprintable(character).is_some())
}
