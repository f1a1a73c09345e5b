//! Finds files in a snapshot.

use std::collections::HashMap;
use std::io;

use super::listing::{Listing, Node};
use crate::catalog::{Blobs, ContentHash, TestPath};

/// Bytes of a listing: about 100 for each of its names.
const LARGEST_LISTING: u64 = 64 * 1024 * 1024;

/// Looks into one snapshot; reads each directory once.
pub struct SnapshotReader<'a> {
    blobs: &'a Blobs,
    tree: ContentHash,
    read: HashMap<ContentHash, Listing>,
}

impl<'a> SnapshotReader<'a> {
    #[must_use]
    pub fn new(blobs: &'a Blobs, tree: ContentHash) -> Self {
        Self { blobs, tree, read: HashMap::new() }
    }

    /// The hash of the file at `path`; `None` when there is none, or one that is no part of the snapshot.
    ///
    /// # Errors
    /// When what is kept cannot be read.
    pub fn file(&mut self, path: &TestPath) -> io::Result<Option<ContentHash>> {
        let mut directory = self.tree;
        let mut names = path.parts().peekable();
        while let Some(name) = names.next() {
            let listing = self.listing(directory)?;
            match listing.0.get(name) {
                Some(Node::Directory(below)) => directory = *below,
                Some(Node::File(hash) | Node::Program(hash)) if names.peek().is_none() => {
                    return Ok(Some(*hash));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn listing(&mut self, hash: ContentHash) -> io::Result<&Listing> {
        if !self.read.contains_key(&hash) {
            let listing = listing(self.blobs, &hash)?;
            self.read.insert(hash, listing);
        }
        Ok(&self.read[&hash])
    }
}

/// The contents that a directory of a snapshot is made of: those of directories apart. `None` when it is not kept.
pub(in crate::catalog) fn look_into(
    blobs: &Blobs,
    hash: &ContentHash,
) -> io::Result<Option<(Vec<ContentHash>, Vec<ContentHash>)>> {
    let Some(text) = blobs.look(hash, LARGEST_LISTING)? else { return Ok(None) };
    let Listing(nodes) = serde_json::from_slice(&text)?;
    let (directories, files): (Vec<_>, Vec<_>) =
        nodes.values().partition(|node| matches!(node, Node::Directory(_)));
    let contents = |nodes: Vec<&Node>| nodes.into_iter().filter_map(Node::content).collect();
    Ok(Some((contents(directories), contents(files))))
}

/// The listing with this hash.
pub(super) fn listing(blobs: &Blobs, hash: &ContentHash) -> io::Result<Listing> {
    let text = blobs.read(hash, LARGEST_LISTING)?.ok_or_else(|| {
        io::Error::new(io::ErrorKind::NotFound, format!("snapshot {hash} is not kept here"))
    })?;
    Ok(serde_json::from_slice(&text)?)
}
