//! Puts uploaded files below the tests root, all or none of them. Each is written beside its place and takes it by a rename,
//! so nobody ever sees half a file; and until the whole upload is on record, everything can be undone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;

use super::{Content, Judged, Verdict};
use crate::catalog::beneath::{Folder, Root};
use crate::catalog::blobs::{Blobs, FEW, LARGEST_KEPT, Spool};
use crate::catalog::{Catalog, CatalogError, ContentHash, TestPath};
use crate::domain::TestsChange;

/// What to do where there is a file already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    Refuse,
    Replace,
}

/// Files that have taken their places. Dropped without [`Placed::keep`], everything is as it was before.
pub struct Placed {
    root: Root,
    pub files: Vec<PlacedFile>,
    /// Directories that were missing, from the root down.
    made: Vec<TestPath>,
    is_kept: bool,
}

/// One of them.
pub struct PlacedFile {
    pub path: TestPath,
    pub sha256: ContentHash,
    /// Bytes.
    pub size: u64,
    /// The content that was there before, unless it is too large to be kept.
    pub replaced: Option<ContentHash>,
    temporary: String,
    identity: (u64, u64),
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Beside its place, under the temporary name.
    Written,
    /// In its place, where there was nothing.
    New,
    /// In its place; what was there has the temporary name.
    Swapped,
}

impl Catalog {
    /// Stores what was judged, and keeps the contents of all versions in `blobs`. When this returns, it is on disk.
    ///
    /// # Errors
    /// When one of the files cannot be stored; then none is.
    pub fn place(
        &self,
        judged: &Judged,
        spool: &Spool,
        blobs: &Blobs,
        on_conflict: OnConflict,
    ) -> Result<Placed, CatalogError> {
        let mut placed =
            Placed { root: self.root.clone(), files: Vec::new(), made: Vec::new(), is_kept: false };
        let storable =
            judged.items.iter().filter(|item| !matches!(item.verdict, Verdict::Refused(_)));
        let mut contents: Vec<&Content> =
            storable.filter_map(|item| item.content.as_ref()).collect();
        // Directory after directory: each is opened once, and not all of them at a time.
        contents.sort_by_key(|content| directory_of(&content.path));
        for group in
            contents.chunk_by(|one, other| directory_of(&one.path) == directory_of(&other.path))
        {
            placed.write(group, spool)?;
        }
        placed.put_on_disk()?;
        placed.rename_all(on_conflict, blobs)?;
        blobs
            .keep(spool, contents.iter().map(|content| &content.spooled))
            .map_err(CatalogError::writing("the data directory"))?;
        Ok(placed)
    }
}

fn directory_of(path: &TestPath) -> TestPath {
    path.parent().unwrap_or_else(TestPath::root)
}

impl Placed {
    /// What of the tree is not as it was.
    #[must_use]
    pub fn seen(&self) -> BTreeSet<TestsChange> {
        let paths = self.files.iter().map(|file| &file.path).chain(&self.made);
        paths.map(|path| TestsChange::In(directory_of(path).to_string())).collect()
    }

    /// Makes it final; what is left to do is done when this is dropped.
    pub fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Writes the files of one directory beside their places.
    fn write(&mut self, contents: &[&Content], spool: &Spool) -> Result<(), CatalogError> {
        let Some(first) = contents.first() else { return Ok(()) };
        let folder = self.root.make_folder(&directory_of(&first.path), &mut self.made)?;
        for content in contents {
            let (mut file, temporary) = folder.create_temporary()?;
            let identity = folder.identity_of(&file)?;
            self.files.push(PlacedFile {
                path: content.path.clone(),
                sha256: content.spooled.sha256,
                size: content.spooled.size,
                replaced: None,
                temporary,
                identity,
                stage: Stage::Written,
            });
            let copied = copy(spool, content, &mut file);
            copied.map_err(CatalogError::writing(content.path.as_str()))?;
            folder.share(&file)?;
        }
        Ok(())
    }

    fn put_on_disk(&self) -> Result<(), CatalogError> {
        if self.files.len() > FEW {
            return self.root.folder(&TestPath::root())?.sync_everything();
        }
        for file in &self.files {
            let folder = self.root.folder(&directory_of(&file.path))?;
            let (written, _) = folder.file(&file.temporary)?;
            written.sync_all().map_err(CatalogError::writing(file.path.as_str()))?;
        }
        Ok(())
    }

    fn rename_all(&mut self, on_conflict: OnConflict, blobs: &Blobs) -> Result<(), CatalogError> {
        let mut folders = BTreeSet::new();
        for file in &mut self.files {
            let folder = self.root.folder(&directory_of(&file.path))?;
            file.take_place(&folder, on_conflict, blobs)?;
            folders.insert(directory_of(&file.path));
        }
        let made = self.made.iter().map(directory_of);
        for path in folders.into_iter().chain(made).collect::<BTreeSet<_>>() {
            self.root.folder(&path)?.sync()?;
        }
        Ok(())
    }

    /// What was replaced is only in the kept versions from now on.
    fn clear(&self) {
        for file in self.files.iter().filter(|file| file.is_replacement()) {
            let folder = self.root.folder(&directory_of(&file.path));
            if let Err(error) = folder.and_then(|folder| folder.remove_file(&file.temporary)) {
                tracing::warn!(%error, path = %file.path, "what was replaced stays under a temporary name");
            }
        }
    }

    fn undo(&self) {
        for file in self.files.iter().rev() {
            if let Err(error) = file.undo(&self.root) {
                tracing::error!(%error, path = %file.path, "an upload that failed cannot be undone");
            }
        }
        for path in self.made.iter().rev() {
            // Somebody else may have put something into it.
            let folder = self.root.folder(&directory_of(path));
            let _ = folder.and_then(|folder| folder.remove_folder(path.name()));
        }
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if self.is_kept {
            self.clear();
        } else {
            self.undo();
        }
    }
}

impl PlacedFile {
    /// Whether there was another file before.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        self.stage == Stage::Swapped
    }

    fn take_place(
        &mut self,
        folder: &Folder,
        on_conflict: OnConflict,
        blobs: &Blobs,
    ) -> Result<(), CatalogError> {
        match folder.rename(&self.temporary, folder, self.path.name()) {
            Ok(()) => self.stage = Stage::New,
            Err(CatalogError::Exists { .. }) if on_conflict == OnConflict::Replace => {
                folder.exchange(&self.temporary, self.path.name())?;
                self.stage = Stage::Swapped;
                // What was there may be another thing than a moment ago; only a file is replaced.
                let (mut before, entry) = folder.file(&self.temporary)?;
                if entry.size() <= LARGEST_KEPT {
                    let kept = blobs.keep_copy(&mut before);
                    let kept = kept.map_err(CatalogError::writing("the data directory"))?;
                    self.replaced = Some(kept.sha256);
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn undo(&self, root: &Root) -> Result<(), CatalogError> {
        let folder = root.folder(&directory_of(&self.path))?;
        let name = self.path.name();
        // Whoever changed it since has changed their own file.
        let is_ours = folder.look(name)?.is_some_and(|entry| entry.identity() == self.identity);
        match self.stage {
            Stage::Written => folder.remove_file(&self.temporary),
            Stage::New if is_ours => folder.remove_file(name),
            Stage::New => Ok(()),
            Stage::Swapped if is_ours => {
                folder.exchange(&self.temporary, name)?;
                folder.remove_file(&self.temporary)
            }
            // Gone by another hand: what was there before it comes back if it can.
            Stage::Swapped => folder.rename(&self.temporary, &folder, name),
        }
    }
}

fn copy(spool: &Spool, content: &Content, file: &mut File) -> io::Result<()> {
    let mut from = File::open(spool.path(&content.spooled))?;
    io::copy(&mut from, file).map(drop)
}
