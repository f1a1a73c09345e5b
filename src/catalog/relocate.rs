//! Moves and deletes what is below the tests root. Until it is on record, everything can be undone.

use std::collections::BTreeSet;

use super::beneath::{Folder, Root};
use super::blobs::{Blobs, LARGEST_KEPT};
use super::tree::is_hidden;
use super::upload::name;
use super::{Catalog, CatalogError, ContentHash, TestPath};
use crate::domain::TestsChange;

/// What Python and pytest leave behind does not make a directory worth keeping.
const LEFTOVERS: [&str; 2] = ["__pycache__", ".pytest_cache"];

/// How much may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// A file, or a directory with nothing in it.
    Single,
    /// Also a directory with everything in it, which may be this many files.
    Everything { files: usize },
}

/// What has been moved. Dropped without [`Moved::keep`], it is where it was before.
pub struct Moved {
    root: Root,
    from: TestPath,
    to: TestPath,
    made: Vec<TestPath>,
    /// Of a file that can be read.
    pub file: Option<(ContentHash, u64)>,
    is_directory: bool,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing but directories above the new place may have been made.
    Begun,
    Renamed,
    Final,
}

/// What has been deleted. Dropped without [`Removed::keep`], it is there again.
pub struct Removed {
    folder: Folder,
    path: TestPath,
    aside: String,
    /// The files, whose contents are kept if they could be read and are not too large.
    pub files: Vec<RemovedFile>,
    is_directory: bool,
    is_kept: bool,
}

/// A file that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedFile {
    pub path: TestPath,
    /// Bytes.
    pub size: u64,
    pub sha256: Option<ContentHash>,
}

impl Catalog {
    /// Moves the file or directory at `from` to `to`, where nothing may be; directories above are made.
    ///
    /// # Errors
    /// When one of them is not allowed, `from` does not exist, or `to` does.
    pub fn relocate(&self, from: &TestPath, to: &TestPath) -> Result<Moved, CatalogError> {
        check_changeable(from)?;
        check_changeable(to)?;
        name::check_path(to)?;
        if from != to && to.is_in(from) {
            return Err(CatalogError::IntoItself { path: from.to_string() });
        }
        let folder = self.root.folder(&above(from))?;
        let missing = || CatalogError::NotFound { path: from.to_string(), suggestion: None };
        let entry = folder.look(from.name())?.ok_or_else(missing)?;
        let file = match self.there(from) {
            Ok(Some((entry, Some(sha256)))) => Some((sha256, entry.size())),
            _ => None,
        };
        let mut moved = Moved {
            root: self.root.clone(),
            from: from.clone(),
            to: to.clone(),
            made: Vec::new(),
            file,
            is_directory: entry.is_directory(),
            stage: Stage::Begun,
        };
        let target = self.root.make_folder(&above(to), &mut moved.made)?;
        folder.rename(from.name(), &target, to.name())?;
        moved.stage = Stage::Renamed;
        target.sync()?;
        folder.sync()?;
        Ok(moved)
    }

    /// Deletes the file or directory at `path`; contents of files are kept in `blobs`.
    ///
    /// # Errors
    /// When it is not allowed, does not exist, or holds more than `removal` allows.
    pub fn remove(
        &self,
        path: &TestPath,
        removal: Removal,
        blobs: &Blobs,
    ) -> Result<Removed, CatalogError> {
        check_changeable(path)?;
        let folder = self.root.folder(&above(path))?;
        let missing = || CatalogError::NotFound { path: path.to_string(), suggestion: None };
        let is_directory = folder.look(path.name())?.ok_or_else(missing)?.is_directory();
        // Kept before it is out of sight, so that a crash in between loses nothing.
        self.files_of(path, path, removal, blobs)?;
        let aside = folder.put_aside(path.name())?;
        let mut removed = Removed {
            path: path.clone(),
            files: Vec::new(),
            aside: aside.clone(),
            folder,
            is_directory,
            is_kept: false,
        };
        // Once more where nobody reaches it by its name: it may have changed since.
        removed.files = self.files_of(&above(path).join(&aside), path, removal, blobs)?;
        removed.folder.sync()?;
        Ok(removed)
    }

    /// The files at and below `place`, which is or was called `path`, with their contents kept.
    fn files_of(
        &self,
        place: &TestPath,
        path: &TestPath,
        removal: Removal,
        blobs: &Blobs,
    ) -> Result<Vec<RemovedFile>, CatalogError> {
        let mut files = Vec::new();
        let mut waiting = vec![(place.clone(), path.clone())];
        while let Some((place, path)) = waiting.pop() {
            let folder = self.root.folder(&above(&place))?;
            let Some(entry) = folder.look(place.name())? else { continue };
            if entry.is_directory() {
                for name in self.root.folder(&place)?.names()? {
                    if LEFTOVERS.contains(&name.as_str()) {
                        continue;
                    }
                    if removal == Removal::Single {
                        return Err(CatalogError::NotEmpty { path: path.to_string() });
                    }
                    waiting.push((place.join(&name), path.join(&name)));
                }
            } else if entry.is_file() {
                let sha256 = self.keep_content(&folder, &place, blobs)?;
                files.push(RemovedFile { path, size: entry.size(), sha256 });
            }
            if let Removal::Everything { files: limit } = removal
                && files.len() > limit
            {
                let path = place.to_string();
                return Err(CatalogError::TooManyFiles { path, limit });
            }
        }
        Ok(files)
    }

    fn keep_content(
        &self,
        folder: &Folder,
        place: &TestPath,
        blobs: &Blobs,
    ) -> Result<Option<ContentHash>, CatalogError> {
        let (mut file, entry) = match folder.file(place.name()) {
            Ok(opened) => opened,
            Err(CatalogError::NotReadable { .. } | CatalogError::NotFound { .. }) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if entry.size() > LARGEST_KEPT {
            return Ok(None);
        }
        let sha256 = self.hashes.hash(place.as_str(), &entry, || folder.file(place.name()))?;
        if blobs.has(&sha256) {
            blobs.share(&[sha256]).map_err(CatalogError::writing("the data directory"))?;
            return Ok(Some(sha256));
        }
        let kept = blobs.keep_copy(&mut file);
        Ok(Some(kept.map_err(CatalogError::writing("the data directory"))?.sha256))
    }

    /// Clears away what changes left behind whose process was killed.
    ///
    /// # Errors
    /// When the tests root cannot be read.
    pub fn clear_leftovers(&self) -> Result<(), CatalogError> {
        let mut directories = vec![TestPath::root()];
        super::find::walk(&self.root, super::find::LOOKED_AT, |path, hint| {
            if hint == super::beneath::Hint::Directory {
                directories.push(path.clone());
            }
        });
        for path in directories {
            let Ok(folder) = self.root.folder(&path) else { continue };
            folder.clear_forgotten()?;
        }
        Ok(())
    }
}

/// What lists do not show is not changed here either.
fn check_changeable(path: &TestPath) -> Result<(), CatalogError> {
    if path.is_root() {
        return Err(CatalogError::IsRoot);
    }
    if path.parts().any(is_hidden) {
        return Err(CatalogError::Hidden { path: path.to_string() });
    }
    Ok(())
}

fn above(path: &TestPath) -> TestPath {
    path.parent().unwrap_or_else(TestPath::root)
}

fn seen(paths: &[&TestPath], is_directory: bool) -> BTreeSet<TestsChange> {
    let entries = paths.iter().map(|path| TestsChange::In(above(path).to_string()));
    let below =
        paths.iter().filter(|_| is_directory).map(|path| TestsChange::Below(path.to_string()));
    entries.chain(below).collect()
}

impl Moved {
    /// What of the tree is not as it was.
    #[must_use]
    pub fn seen(&self) -> BTreeSet<TestsChange> {
        let mut changes = seen(&[&self.from, &self.to], self.is_directory);
        changes.extend(self.made.iter().map(|path| TestsChange::In(above(path).to_string())));
        changes
    }

    /// Makes it final.
    pub fn keep(&mut self) {
        self.stage = Stage::Final;
    }

    fn undo(&self) -> Result<(), CatalogError> {
        let (source, target) =
            (self.root.folder(&above(&self.from)), self.root.folder(&above(&self.to)));
        if self.stage == Stage::Renamed {
            target?.rename(self.to.name(), &source?, self.from.name())?;
        }
        for path in self.made.iter().rev() {
            self.root.folder(&above(path))?.remove_folder(path.name())?;
        }
        Ok(())
    }
}

impl Drop for Moved {
    fn drop(&mut self) {
        if self.stage != Stage::Final
            && let Err(error) = self.undo()
        {
            tracing::error!(%error, path = %self.from, "a move that failed cannot be undone");
        }
    }
}

impl Removed {
    /// What of the tree is not as it was.
    #[must_use]
    pub fn seen(&self) -> BTreeSet<TestsChange> {
        seen(&[&self.path], self.is_directory)
    }

    /// Makes it final; what is left to do is done when this is dropped.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }

    fn clear(&self) {
        let removed = if self.is_directory {
            self.folder.remove_all(&self.aside)
        } else {
            self.folder.remove_file(&self.aside)
        };
        if let Err(error) = removed {
            tracing::warn!(%error, path = %self.path, "what was deleted stays under a temporary name");
        }
    }

    fn undo(&self) {
        if let Err(error) = self.folder.rename(&self.aside, &self.folder, self.path.name()) {
            tracing::error!(%error, path = %self.path, "a deletion that failed cannot be undone");
        }
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        if self.is_kept {
            self.clear();
        } else {
            self.undo();
        }
    }
}
