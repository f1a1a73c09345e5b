//! The bytes of one file.

use std::io::Read;

use super::{Catalog, CatalogError, ContentHash, TestPath};
use crate::domain::Millis;

/// Bytes of a file that is shown.
const LARGEST_SHOWN: u64 = 4 * 1024 * 1024;

/// A file as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub bytes: Vec<u8>,
    pub sha256: ContentHash,
    pub modified_at: Millis,
}

impl Catalog {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// When it does not exist, is no regular file, leads out of the tests root or has more than 4 MiB.
    pub fn source(&self, path: &TestPath) -> Result<Source, CatalogError> {
        let (file, entry) = self.root.file(path)?;
        let too_large =
            |size| CatalogError::TooLarge { path: path.to_string(), size, limit: LARGEST_SHOWN };
        if entry.size() > LARGEST_SHOWN {
            return Err(too_large(entry.size()));
        }
        let mut bytes = Vec::new();
        // It may grow while it is read.
        file.take(LARGEST_SHOWN + 1)
            .read_to_end(&mut bytes)
            .map_err(CatalogError::io(path.as_str()))?;
        if bytes.len() as u64 > LARGEST_SHOWN {
            return Err(too_large(bytes.len() as u64));
        }
        Ok(Source { sha256: ContentHash::of(&bytes), bytes, modified_at: entry.modified_at() })
    }

    /// The hash of the file at `path`.
    ///
    /// # Errors
    /// When it does not exist, is no regular file, cannot be read or leads out of the tests root.
    pub fn content_hash(&self, path: &TestPath) -> Result<ContentHash, CatalogError> {
        let entry = self.root.look(path)?;
        if !entry.is_file() {
            return Err(CatalogError::NotAFile { path: path.to_string() });
        }
        self.hashes.hash(path.as_str(), &entry, || self.root.file(path))
    }
}
