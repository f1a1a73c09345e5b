//! Snapshots as directories that a run can be given: each is made once, of links to what is kept, and shared by all runs
//! of it. Nobody writes there: a run has a layer of its own above it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::listing::{Live, Node};
use super::read::listing;
use crate::catalog::{Blobs, ContentHash};

/// Trees that stay when no run has them.
pub(super) const MOST_UNUSED: usize = 16;

/// Making a tree takes seconds; what is older belongs to a process that was killed.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);

static MAKING: AtomicU64 = AtomicU64::new(0);

/// The trees of one data directory.
#[derive(Debug, Clone)]
pub struct Trees {
    directory: PathBuf,
    blobs: Blobs,
}

/// A tree that stays as long as this lives.
#[derive(Debug)]
pub struct HeldTree {
    pub hash: ContentHash,
    pub root: PathBuf,
    /// With the layers of what is compiled beside the root.
    pub(super) place: PathBuf,
    /// What is not in it, by path below the tests root: to be seen as it is.
    pub live: Vec<(String, Live)>,
    /// Locked, so that no process takes the tree away.
    _lock: File,
}

impl Trees {
    /// Those of the data directory `data`, beside what is kept, because links do not lead to other file systems.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self::with(data, Blobs::of(data))
    }

    /// The same, of contents that may come from other hosts.
    #[must_use]
    pub fn with(data: &Path, blobs: Blobs) -> Self {
        Self { directory: data.join("trees"), blobs }
    }

    /// The tree with this hash, made if it is not there.
    ///
    /// # Errors
    /// When a part of it is not kept, or the disk does not take it.
    pub fn hold(&self, tree: &ContentHash) -> io::Result<HeldTree> {
        let place = self.directory.join(tree.to_string());
        loop {
            let lock = match File::open(&place) {
                Ok(lock) => lock,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.make(tree, &place)?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            lock.lock_shared()?;
            // Somebody may have taken it away before it was locked.
            if fs::metadata(&place).is_ok_and(|there| is_same(&there, &lock)) {
                lock.set_modified(SystemTime::now())?;
                let live = serde_json::from_slice(&fs::read(place.join("live"))?)?;
                let root = place.join("root");
                return Ok(HeldTree { hash: *tree, root, place, live, _lock: lock });
            }
        }
    }

    /// Takes away all that no run has. After a crash of the machine they may be incomplete.
    ///
    /// # Errors
    /// When they cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory).into_iter().flatten().flatten() {
            let age = entry.metadata()?.modified()?.elapsed();
            let is_half = entry.file_name().as_encoded_bytes().starts_with(b".");
            if is_half && age.is_ok_and(|age| age > FORGOTTEN_AFTER) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        self.prune(0)
    }

    fn make(&self, tree: &ContentHash, place: &Path) -> io::Result<()> {
        let number = MAKING.fetch_add(1, Ordering::Relaxed);
        let beside = self.directory.join(format!(".new-{}-{number}", std::process::id()));
        let made = (|| {
            fs::create_dir_all(beside.join("root"))?;
            let mut live = Vec::new();
            self.fill(tree, &beside.join("root"), "", &mut live)?;
            fs::write(beside.join("live"), serde_json::to_vec(&live)?)?;
            match fs::rename(&beside, place) {
                // Another run has made it meanwhile.
                Err(_) if place.exists() => Ok(()),
                renamed => renamed,
            }
        })();
        let _ = fs::remove_dir_all(&beside);
        made?;
        self.prune(MOST_UNUSED)
    }

    fn fill(
        &self,
        tree: &ContentHash,
        directory: &Path,
        prefix: &str,
        live: &mut Vec<(String, Live)>,
    ) -> io::Result<()> {
        let nodes = listing(&self.blobs, tree)?.0;
        let contents = nodes.values().filter_map(Node::content);
        self.blobs.bring(&contents.collect::<Vec<_>>())?;
        for (name, node) in nodes {
            let place = directory.join(&name);
            match node {
                Node::File(hash) => link(&self.blobs.place(&hash), &place)?,
                Node::Program(hash) => {
                    // Its mode is its own, so it cannot be the same file.
                    fs::copy(self.blobs.place(&hash), &place)?;
                    fs::set_permissions(&place, fs::Permissions::from_mode(0o755))?;
                }
                Node::Link(target) => symlink(target, &place)?,
                Node::Directory(below) => {
                    fs::create_dir(&place)?;
                    self.fill(&below, &place, &format!("{prefix}{name}/"), live)?;
                }
                Node::Live(kind) => {
                    match kind {
                        Live::Directory => fs::create_dir(&place)?,
                        Live::File => File::create(&place).map(drop)?,
                    }
                    live.push((format!("{prefix}{name}"), kind));
                }
            }
        }
        Ok(())
    }

    /// Takes away what was used longest ago, until `most` are left or all that are left are in use.
    fn prune(&self, most: usize) -> io::Result<()> {
        let Ok(entries) = fs::read_dir(&self.directory) else { return Ok(()) };
        let mut trees: Vec<_> = entries
            .flatten()
            .filter(|entry| ContentHash::parse(&entry.file_name().to_string_lossy()).is_some())
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        trees.sort();
        let surplus = trees.len().saturating_sub(most);
        for (_, path) in trees.into_iter().take(surplus) {
            let Ok(tree) = File::open(&path) else { continue };
            if tree.try_lock().is_ok() {
                let number = MAKING.fetch_add(1, Ordering::Relaxed);
                let aside = self.directory.join(format!(".old-{}-{number}", std::process::id()));
                fs::rename(&path, &aside)?;
                fs::remove_dir_all(&aside)?;
            }
        }
        Ok(())
    }
}

fn is_same(there: &fs::Metadata, opened: &File) -> bool {
    opened.metadata().is_ok_and(|opened| (opened.dev(), opened.ino()) == (there.dev(), there.ino()))
}

/// A second name for a file. Where there can be none, or no more (an empty file has very many), a copy.
pub(super) fn link(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => fs::copy(from, to).map(drop),
        linked => linked,
    }
}
