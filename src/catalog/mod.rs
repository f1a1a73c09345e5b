//! The tests root: what is in it, what a person may select of it, the bytes of its files, and what changes in it.
//!
//! Nothing here leaves the tests root. Every open goes through one call that the kernel resolves beneath it, so neither
//! `..`, nor a symbolic link, nor a directory renamed at the right moment leads outside.
//!
//! What runs leave in their artifact folders is opened as carefully.
//!
//! Everything here blocks: async callers use a thread for it.

mod artifacts;
mod beneath;
mod blobs;
mod cases;
mod error;
mod find;
mod hash;
mod path;
mod relocate;
mod selected;
mod snapshot;
mod source;
mod suggest;
mod sweep;
mod target;
#[cfg(test)]
mod tests;
mod tree;
mod upload;
mod watch;

use std::path::PathBuf;

pub use artifacts::{Artifact, Artifacts};
pub use blobs::{Arriving, Blobs, Spool, Spooled};
pub use cases::CasesKey;
pub use error::CatalogError;
pub use hash::ContentHash;
pub use path::TestPath;
pub use relocate::{Moved, Removal, Removed, RemovedFile};
pub use selected::{Selected, Selection};
pub use snapshot::{
    Compilable, Compiled, CompiledSpool, HeldTree, Live, SnapshotReader, Snapshots, Trees,
    compiled_by_run,
};
pub use source::Source;
pub use sweep::{GRACE, Named, Swept};
pub use target::{Kind, Target};
pub use tree::{Directory, File, Level};
pub use upload::{
    Item, Judged, OnConflict, Placed, PlacedFile, SentFile, SyntaxError, UploadLimits, Verdict,
};
pub use watch::{Noticed, Watch};

use beneath::Root;
use hash::HashCache;

/// One tests root and what is remembered of its files.
pub struct Catalog {
    root: Root,
    hashes: HashCache,
}

impl Catalog {
    /// The tests root need not exist yet; each question answers for itself.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root: Root::new(root), hashes: HashCache::default() }
    }
}
