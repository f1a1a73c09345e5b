//! Compiled forms of the Python files of snapshots. This server makes them, from those very bytes, in a process that
//! imports nothing of the tests; of what a run itself has compiled only the names are looked at.
//!
//! They are kept by path and content. A run sees those of its tree in a layer below the tree.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::HeldTree;
use super::listing::Node;
use super::read::listing;
use super::trees::link;
use crate::catalog::{Blobs, ContentHash};

const CACHE: &str = "__pycache__";
/// Names that are looked at below what a run has written.
const MOST_LOOKED_AT: usize = 20_000;
/// Files that are compiled for one tree at once.
const MOST_WANTED: usize = 2_000;
/// What no tree has, for so long, is taken away when a worker starts.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(24 * 30);

static MAKING: AtomicU64 = AtomicU64::new(0);

/// What an interpreter would like to find compiled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Compilable {
    /// Path of the source below the tests root.
    pub source: String,
    /// The name that the interpreter, or pytest, gives the compiled form.
    pub name: String,
}

/// What is kept of one tests root.
#[derive(Debug, Clone)]
pub struct Compiled {
    directory: PathBuf,
    blobs: Blobs,
    /// Some compiled forms hold the place of their source.
    root: PathBuf,
}

impl Compiled {
    /// In the data directory `data`, of the tests root `root`.
    #[must_use]
    pub fn of(data: &Path, root: &Path) -> Self {
        let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        Self { directory: data.join("compiled"), blobs: Blobs::of(data), root }
    }

    /// The layer of this tree, made of what is kept if it is the first; `None` when that is nothing.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn layer(&self, tree: &HeldTree) -> io::Result<Option<PathBuf>> {
        let newest = match newest(&tree.place)? {
            Some(newest) => newest,
            None => self.make_layer(tree, 0)?,
        };
        let layer = place_of(&tree.place, newest);
        let is_empty = fs::read_dir(&layer)?.next().is_none();
        Ok((!is_empty).then_some(layer))
    }

    /// A directory for compiled forms that are being made, gone when it is dropped.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn spool(&self) -> io::Result<CompiledSpool> {
        let number = MAKING.fetch_add(1, Ordering::Relaxed);
        let place = self.directory.join(format!(".new-{}-{number}", std::process::id()));
        make_private(&place)?;
        Ok(CompiledSpool(place))
    }

    /// Keeps what was made in `spool`, by its place in the list, and gives the tree a layer with it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(
        &self,
        tree: &HeldTree,
        made: &[Compilable],
        spool: &CompiledSpool,
    ) -> io::Result<()> {
        let mut reader = super::SnapshotReader::new(&self.blobs, tree.hash);
        for (number, one) in made.iter().enumerate() {
            let from = spool.0.join(number.to_string());
            let Ok(path) = crate::catalog::TestPath::parse(&one.source) else { continue };
            if let Some(content) = reader.file(&path)?.filter(|_| from.exists()) {
                let home = self.home(&one.source, &content);
                make_private(&home)?;
                fs::rename(from, home.join(&one.name))?;
            }
        }
        let next = newest(&tree.place)?.map_or(0, |newest| newest + 1);
        self.make_layer(tree, next).map(drop)
    }

    /// Takes away what no tree has, and what processes left that are gone.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn clear(data: &Path) -> io::Result<()> {
        for half in entries(&data.join("compiled")) {
            for home in entries(&half) {
                for file in entries(&home) {
                    let facts = fs::metadata(&file)?;
                    let age = SystemTime::now().duration_since(facts.modified()?);
                    if facts.nlink() == 1 && age.is_ok_and(|age| age > FORGOTTEN_AFTER) {
                        fs::remove_file(&file)?;
                    }
                }
                // Of those with something in them nothing is removed.
                let _ = fs::remove_dir(&home);
            }
        }
        Ok(())
    }

    /// Where the compiled forms of a source are kept.
    fn home(&self, source: &str, content: &ContentHash) -> PathBuf {
        let text = format!("{}\0{source}\0{content}", self.root.display());
        let name = format!("{:x}", Sha256::digest(text));
        self.directory.join(&name[..2]).join(&name)
    }

    fn make_layer(&self, tree: &HeldTree, number: u64) -> io::Result<u64> {
        let making = MAKING.fetch_add(1, Ordering::Relaxed);
        let beside = tree.place.join(format!(".new-{}-{making}", std::process::id()));
        make_private(&beside)?;
        let made = self.fill(&tree.hash, &beside, "").and_then(|()| {
            match fs::rename(&beside, place_of(&tree.place, number)) {
                // Somebody else has made it meanwhile.
                Err(_) if place_of(&tree.place, number).exists() => Ok(()),
                renamed => renamed,
            }
        });
        let _ = fs::remove_dir_all(&beside);
        made.map(|()| number)
    }

    fn fill(&self, tree: &ContentHash, layer: &Path, prefix: &str) -> io::Result<()> {
        for (name, node) in listing(&self.blobs, tree)?.0 {
            match node {
                Node::Directory(below) => {
                    self.fill(&below, &layer.join(&name), &format!("{prefix}{name}/"))?;
                }
                Node::File(content) | Node::Program(content) if is_python(&name) => {
                    for file in entries(&self.home(&format!("{prefix}{name}"), &content)) {
                        let cache = layer.join(CACHE);
                        DirBuilder::new().recursive(true).mode(0o755).create(&cache)?;
                        link(&file, &cache.join(file.file_name().unwrap_or_default()))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// A directory that is gone when this is dropped.
#[derive(Debug)]
pub struct CompiledSpool(PathBuf);

impl CompiledSpool {
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for CompiledSpool {
    fn drop(&mut self) {
        // A process that is gone left it otherwise; nobody looks there.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a run has compiled of its tree, seen by the names in what it has written.
#[must_use]
pub fn compiled_by_run(written: &Path, tree: &HeldTree) -> Vec<Compilable> {
    let mut found = BTreeSet::new();
    let mut left = MOST_LOOKED_AT;
    look(written, "", &tree.root, &mut left, &mut found);
    found.into_iter().take(MOST_WANTED).collect()
}

fn look(
    directory: &Path,
    prefix: &str,
    tree: &Path,
    left: &mut usize,
    found: &mut BTreeSet<Compilable>,
) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let Some(rest) = left.checked_sub(1) else { return };
        *left = rest;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type();
        if prefix.ends_with(&format!("{CACHE}/")) {
            found.extend(compilable(prefix, &name, tree));
        } else if kind.is_ok_and(|kind| kind.is_dir()) {
            look(&entry.path(), &format!("{prefix}{name}/"), tree, left, found);
        }
    }
}

/// A file of the tree, by the name of what was compiled of it.
fn compilable(prefix: &str, name: &str, tree: &Path) -> Option<Compilable> {
    let (stem, rest) = name.split_once(".cpython-")?;
    let tag = rest.strip_suffix(".pyc")?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    // Not those of an interpreter that leaves out something.
    if tag.contains(".opt-") || !tag.chars().all(plain) {
        return None;
    }
    let folder = prefix.strip_suffix(&format!("{CACHE}/"))?;
    let source = format!("{folder}{stem}.py");
    let is_file = fs::symlink_metadata(tree.join(&source)).is_ok_and(|facts| facts.is_file());
    is_file.then(|| Compilable { source, name: name.to_owned() })
}

fn is_python(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "py")
}

fn place_of(tree: &Path, number: u64) -> PathBuf {
    tree.join(format!("compiled-{number}"))
}

fn newest(tree: &Path) -> io::Result<Option<u64>> {
    let names =
        fs::read_dir(tree)?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.strip_prefix("compiled-")?.parse().ok()).max())
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let found = fs::read_dir(directory).into_iter().flatten();
    found.flatten().map(|entry| entry.path())
}

fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}
