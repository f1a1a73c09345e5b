//! The tests root as it is at one moment, kept by content: what a run reads, whatever happens to the files afterwards.
//!
//! A snapshot is a tree of listings by hash. The hash of each directory is remembered until inotify says that something
//! in it has changed; the kernel queues that before the change is visible to whoever made it, so nobody who edits a file
//! and then asks for a run gets the file as it was before.

mod compiled;
mod listing;
mod read;
#[cfg(test)]
mod tests;
mod trees;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::fcntl::readlinkat;
use nix::sys::stat::Mode;

pub use compiled::{Compilable, Compiled, CompiledSpool, compiled_by_run};
pub use listing::Live;
pub use read::SnapshotReader;
pub use trees::{HeldTree, Trees};

use listing::{Listing, Node};
pub(super) use listing::{is_left_out, stays_live};
pub(super) use read::look_into;

use super::beneath::{Entry, Folder, identity_of};
use super::blobs::{Blobs, LARGEST_KEPT, Spool, Spooled};
use super::watch::{Scope, Watch};
use super::{Catalog, CatalogError, ContentHash, TestPath};
use crate::domain::TestsChange;

/// Files and directories of one snapshot.
const MOST_ENTRIES: usize = 200_000;
/// For so long what was found to be kept is taken for kept: less than what nobody names is left alone.
const TRUSTED: Duration = Duration::from_hours(1);
/// Directories within directories; what is deeper stays live.
const DEEPEST: usize = 64;

/// Takes snapshots of one tests root.
pub struct Snapshots {
    catalog: Arc<Catalog>,
    blobs: Blobs,
    /// A directory that is no part of it, should it be below the tests root: where the snapshots are kept.
    apart: Option<(u64, u64)>,
    most_entries: usize,
    /// Whether there is a second time, for which it is worth to watch what changes.
    is_asked_again: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    watch: Option<Watch>,
    /// The hashes of directories in which nothing has changed since, by path.
    known: BTreeMap<String, ContentHash>,
    /// When all of them were last found to be kept.
    looked_at: Option<Instant>,
}

impl Snapshots {
    /// Of the tests root of `catalog`; contents are kept in `blobs`, which are in the directory `data`.
    #[must_use]
    pub fn new(catalog: Arc<Catalog>, blobs: Blobs, data: &Path) -> Self {
        let apart = identity_of(data).ok();
        Self {
            catalog,
            blobs,
            apart,
            most_entries: MOST_ENTRIES,
            is_asked_again: true,
            state: Mutex::default(),
        }
    }

    /// For one look, after which nothing is watched.
    #[must_use]
    pub fn once(catalog: Arc<Catalog>, blobs: Blobs, data: &Path) -> Self {
        Self { is_asked_again: false, ..Self::new(catalog, blobs, data) }
    }

    /// The hash of the tests root as it is now. When this returns, everything in it is kept.
    ///
    /// # Errors
    /// When the tests root is not there or too large, or what is new in it cannot be kept.
    pub fn take(&self) -> Result<ContentHash, CatalogError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { watch, known, looked_at } = &mut *state;
        self.forget_changes(watch, known);
        if looked_at.is_none_or(|at| at.elapsed() > TRUSTED) {
            // Another host may have swept meanwhile what nothing named.
            known.clear();
            *looked_at = Some(Instant::now());
        }
        let mut taking = Taking {
            catalog: &self.catalog,
            blobs: &self.blobs,
            apart: self.apart,
            known,
            spool: None,
            contents: Vec::new(),
            met: Vec::new(),
            entries: 0,
            most_entries: self.most_entries,
        };
        let taken = taking.directory(&TestPath::root(), 0);
        let taken = taken.and_then(|hash| taking.keep().map(|()| hash));
        if taken.is_err() {
            // What was noted as known may not be kept.
            known.clear();
        }
        taken
    }

    /// Reads what the kernel has told since the last time. Without its help everything is looked at again.
    fn forget_changes(&self, watch: &mut Option<Watch>, known: &mut BTreeMap<String, ContentHash>) {
        if !self.is_asked_again || !self.catalog.root.tells_changes() {
            known.clear();
            return;
        }
        if watch.is_none() {
            *watch = self.catalog.watch_scope(Scope::Snapshot).ok();
            known.clear();
        }
        match watch.as_mut().map(Watch::pending) {
            Some(Ok(Some(changes))) => changes.iter().for_each(|change| forget(known, change)),
            Some(Err(_)) => {
                *watch = None;
                known.clear();
            }
            // Some directories cannot be watched.
            Some(Ok(None)) | None => known.clear(),
        }
    }
}

/// Also the directories above, whose hashes contain it.
fn forget(known: &mut BTreeMap<String, ContentHash>, change: &TestsChange) {
    let (TestsChange::In(path) | TestsChange::Below(path)) = change;
    if let TestsChange::Below(path) = change {
        if path == "." {
            known.clear();
        }
        let below = format!("{path}/");
        known.retain(|known, _| !known.starts_with(&below));
    }
    let mut path = path.as_str();
    known.remove(path);
    while let Some((above, _)) = path.rsplit_once('/') {
        known.remove(above);
        path = above;
    }
    known.remove(".");
}

/// One look at what has changed.
struct Taking<'a> {
    catalog: &'a Catalog,
    blobs: &'a Blobs,
    apart: Option<(u64, u64)>,
    known: &'a mut BTreeMap<String, ContentHash>,
    spool: Option<Spool>,
    /// What is in the spool.
    contents: Vec<Spooled>,
    /// What was here already, and may not be there for other hosts.
    met: Vec<ContentHash>,
    entries: usize,
    most_entries: usize,
}

impl Taking<'_> {
    fn directory(&mut self, path: &TestPath, depth: usize) -> Result<ContentHash, CatalogError> {
        if let Some(hash) = self.known.get(path.as_str()) {
            return Ok(*hash);
        }
        let folder = self.catalog.root.folder(path)?;
        let mut listing = Listing::default();
        for name in folder.names()?.into_iter().filter(|name| !is_left_out(name)) {
            self.entries += 1;
            if self.entries > self.most_entries {
                let path = path.to_string();
                return Err(CatalogError::TooManyFiles { path, limit: self.most_entries });
            }
            if let Some(node) = self.node(&folder, &name, depth)? {
                listing.0.insert(name, node);
            }
        }
        let text = listing.to_text();
        let hash = ContentHash::of(&text);
        if self.blobs.has(&hash) {
            self.met.push(hash);
        } else {
            self.spool(&mut text.as_slice())?;
        }
        self.known.insert(path.to_string(), hash);
        Ok(hash)
    }

    /// `None` for what is gone meanwhile, and for what is neither file nor directory nor link.
    fn node(
        &mut self,
        folder: &Folder,
        name: &str,
        depth: usize,
    ) -> Result<Option<Node>, CatalogError> {
        let Some(entry) = folder.look(name)? else { return Ok(None) };
        let node = if entry.is_link() {
            match readlinkat(folder, name).ok().and_then(|target| target.into_string().ok()) {
                Some(target) => Node::Link(target),
                None => return Ok(None),
            }
        } else if entry.is_directory() {
            let path = folder.path_of(name);
            if self.is_live(&path, &entry, depth) {
                return Ok(Some(Node::Live(Live::Directory)));
            }
            match self.directory(&path, depth + 1) {
                Ok(hash) => Node::Directory(hash),
                Err(CatalogError::NotFound { .. }) => return Ok(None),
                Err(CatalogError::NotReadable { .. }) => Node::Live(Live::Directory),
                Err(error) => return Err(error),
            }
        } else if entry.is_file() {
            return self.file(folder, name, &entry);
        } else {
            return Ok(None);
        };
        Ok(Some(node))
    }

    fn is_live(&self, path: &TestPath, entry: &Entry, depth: usize) -> bool {
        let marker = path.join("pyvenv.cfg");
        depth >= DEEPEST
            || stays_live(path.name())
            || self.apart == Some(entry.identity())
            || self.catalog.root.look(&marker).is_ok()
    }

    fn file(
        &mut self,
        folder: &Folder,
        name: &str,
        entry: &Entry,
    ) -> Result<Option<Node>, CatalogError> {
        if entry.size() > LARGEST_KEPT {
            return Ok(Some(Node::Live(Live::File)));
        }
        let known = self.catalog.hashes.recall(entry).filter(|hash| self.blobs.has(hash));
        let hash = match known {
            Some(hash) => {
                self.met.push(hash);
                hash
            }
            None => match folder.file(name) {
                Ok((mut file, opened)) => {
                    let hash = self.spool(&mut file)?;
                    self.catalog.hashes.remember(&opened, hash);
                    hash
                }
                Err(CatalogError::NotFound { .. }) => return Ok(None),
                Err(CatalogError::NotReadable { .. }) => return Ok(Some(Node::Live(Live::File))),
                Err(error) => return Err(error),
            },
        };
        let mode = Mode::from_bits_truncate(entry.stat.st_mode);
        let is_program = mode.contains(Mode::S_IXUSR);
        Ok(Some(if is_program { Node::Program(hash) } else { Node::File(hash) }))
    }

    fn spool(&mut self, content: &mut impl io::Read) -> Result<ContentHash, CatalogError> {
        let copied = (|| {
            let spool = match &mut self.spool {
                Some(spool) => spool,
                none => none.insert(self.blobs.spool()?),
            };
            let mut arriving = spool.create()?;
            io::copy(content, &mut arriving)?;
            arriving.flush()?;
            Ok(arriving.finish())
        })();
        let content: Spooled = copied.map_err(CatalogError::writing("the data directory"))?;
        let hash = content.sha256;
        self.contents.push(content);
        Ok(hash)
    }

    fn keep(self) -> Result<(), CatalogError> {
        let kept = match &self.spool {
            Some(spool) => self.blobs.keep(spool, self.contents.iter()),
            None => Ok(()),
        };
        kept.and_then(|()| self.blobs.share(&self.met))
            .map_err(CatalogError::writing("the data directory"))
    }
}
