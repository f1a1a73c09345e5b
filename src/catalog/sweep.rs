//! Contents that nothing names any more go: first they are marked as leaving, and only when nothing has named them until
//! [`GRACE`] later they are removed.
//!
//! So nobody has to stop meanwhile. Whoever is about to name a content looks whether it is kept; one that leaves counts as
//! not kept, and is kept anew. One that was found before it was marked is named long before the grace is over, and stays.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::time::{Duration, SystemTime};

use super::blobs::make_private;
use super::snapshot::look_into;
use super::{Blobs, ContentHash};

/// Far longer than it takes to ask for a run, or to upload.
pub const GRACE: Duration = Duration::from_hours(2);

/// The contents that something names.
#[derive(Debug, Default)]
pub struct Named {
    contents: HashSet<ContentHash>,
    /// Directories of snapshots that were looked into.
    walked: HashSet<ContentHash>,
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub contents: u64,
    pub bytes: u64,
}

/// What a snapshot is made of.
#[derive(Debug, Default)]
struct Tree {
    directories: Vec<ContentHash>,
    files: Vec<ContentHash>,
}

impl Named {
    #[must_use]
    pub fn has(&self, content: &ContentHash) -> bool {
        self.contents.contains(content)
    }

    /// Names contents, unless that would be more than `room` bytes that nothing had named. Answers how many it was.
    pub fn add(
        &mut self,
        contents: impl IntoIterator<Item = ContentHash>,
        room: u64,
        size: impl Fn(&ContentHash) -> u64,
    ) -> Option<u64> {
        let new: HashSet<_> =
            contents.into_iter().filter(|content| !self.contents.contains(content)).collect();
        let bytes = new.iter().map(size).sum();
        if bytes > room {
            return None;
        }
        self.contents.extend(new);
        Some(bytes)
    }

    /// All that a snapshot is made of and was not named by another; of one that is not kept, nothing.
    ///
    /// # Errors
    /// When a part of it cannot be read: then nobody knows what it names, and nothing may go.
    fn of_tree(&self, blobs: &Blobs, tree: ContentHash) -> io::Result<Tree> {
        let mut open = vec![tree];
        let mut found = Tree::default();
        let mut seen = HashSet::new();
        while let Some(directory) = open.pop() {
            if self.walked.contains(&directory) || !seen.insert(directory) {
                continue;
            }
            let Some((directories, files)) = look_into(blobs, &directory)? else { continue };
            found.directories.push(directory);
            found.files.extend(files);
            open.extend(directories);
        }
        Ok(found)
    }

    /// Names a whole snapshot, as [`Named::add`] does.
    ///
    /// # Errors
    /// As of [`Named::of_tree`].
    pub fn add_tree(
        &mut self,
        blobs: &Blobs,
        tree: ContentHash,
        room: u64,
        size: impl Fn(&ContentHash) -> u64,
    ) -> io::Result<Option<u64>> {
        let Tree { directories, files } = self.of_tree(blobs, tree)?;
        let added = self.add(directories.iter().copied().chain(files), room, size);
        if added.is_some() {
            // Only directories: a file that says the same as a listing was not looked into.
            self.walked.extend(directories);
        }
        Ok(added)
    }
}

impl Blobs {
    /// Bytes of a content that is here, else 0.
    #[must_use]
    pub fn size(&self, sha256: &ContentHash) -> u64 {
        fs::metadata(self.place(sha256)).map_or(0, |known| known.len())
    }

    /// Marks what nothing names, and removes what was marked `grace` ago.
    ///
    /// # Errors
    /// When the disk cannot be read or changed.
    pub fn sweep(&self, named: &Named, grace: Duration) -> io::Result<Swept> {
        let mut swept = Swept::default();
        for home in fs::read_dir(self.directory()).into_iter().flatten().flatten() {
            if home.file_name().len() != 2 {
                continue;
            }
            for entry in fs::read_dir(home.path())?.flatten() {
                let name = entry.file_name();
                let Some(content) = ContentHash::parse(&name.to_string_lossy()) else { continue };
                if named.has(&content) {
                    self.stay(&content)?;
                } else if let Some(bytes) = self.leave(&content, grace)? {
                    swept.contents += 1;
                    swept.bytes += bytes;
                }
            }
        }
        Ok(swept)
    }

    /// Answers the bytes of a content that is gone now.
    fn leave(&self, content: &ContentHash, grace: Duration) -> io::Result<Option<u64>> {
        let mark = self.leaving(content);
        match fs::metadata(&mark) {
            Ok(marked) => {
                let age = SystemTime::now().duration_since(marked.modified()?);
                if age.is_ok_and(|age| age >= grace) {
                    let bytes = self.size(content);
                    fs::remove_file(self.place(content))?;
                    self.stay(content)?;
                    return Ok(Some(bytes));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(parent) = mark.parent() {
                    make_private(parent)?;
                }
                File::create(mark)?;
            }
            Err(error) => return Err(error),
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::catalog::{Catalog, Snapshots};

    struct Place {
        home: tempfile::TempDir,
        blobs: Blobs,
        snapshots: Snapshots,
    }

    impl Place {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            fs::create_dir_all(home.path().join("tests/inner")).unwrap();
            let blobs = Blobs::of(&home.path().join("data"));
            let catalog = Arc::new(Catalog::new(home.path().join("tests")));
            let snapshots = Snapshots::new(catalog, blobs.clone(), &home.path().join("data"));
            Self { home, blobs, snapshots }
        }

        fn write(&self, path: &str, text: &str) -> ContentHash {
            fs::write(self.home.path().join("tests").join(path), text).unwrap();
            self.snapshots.take().unwrap()
        }

        fn named(&self, trees: &[ContentHash]) -> Named {
            let mut named = Named::default();
            for tree in trees {
                named.add_tree(&self.blobs, *tree, u64::MAX, |_| 0).unwrap().unwrap();
            }
            named
        }
    }

    #[test]
    fn what_no_kept_snapshot_names_goes_in_two_steps() {
        let place = Place::new();
        place.write("inner/test_b.py", "b = 1");
        let old = place.write("test_a.py", "a = 1");
        let new = place.write("test_a.py", "a = 2");
        let named = place.named(&[new]);
        assert_eq!(place.blobs.sweep(&named, GRACE).unwrap(), Swept::default());
        let (gone, kept) = (ContentHash::of(b"a = 1"), ContentHash::of(b"b = 1"));
        assert!(!place.blobs.has(&gone) && place.blobs.has(&kept));
        assert_eq!(place.blobs.read(&gone, 9).unwrap().as_deref(), Some(&b"a = 1"[..]), "still");
        assert_eq!(place.blobs.sweep(&named, GRACE).unwrap(), Swept::default(), "not yet");

        let swept = place.blobs.sweep(&named, Duration::ZERO).unwrap();
        assert_eq!(place.blobs.read(&gone, 9).unwrap(), None);
        assert!(swept.contents >= 2, "the file and the listing of its directory: {swept:?}");
        assert!(place.named(&[old]).contents.is_empty(), "a snapshot that is gone names nothing");
        assert!(!place.named(&[new]).contents.is_empty());
    }

    #[test]
    fn what_is_named_again_while_it_leaves_stays() {
        let place = Place::new();
        let old = place.write("test_a.py", "a = 1");
        let new = place.write("test_a.py", "a = 2");
        place.blobs.sweep(&place.named(&[new]), GRACE).unwrap();
        assert_eq!(place.write("test_a.py", "a = 1"), old);
        assert!(place.blobs.has(&ContentHash::of(b"a = 1")) && place.blobs.has(&old));
        place.blobs.sweep(&place.named(&[old, new]), Duration::ZERO).unwrap();
        for content in [old, ContentHash::of(b"a = 1"), ContentHash::of(b"a = 2")] {
            assert!(place.blobs.has(&content), "{content}");
        }
    }

    #[test]
    fn a_snapshot_counts_what_no_newer_one_has_and_goes_whole_or_not_at_all() {
        let place = Place::new();
        let old = place.write("test_a.py", "a = 1");
        let new = place.write("test_b.py", "bb = 22");
        let size = |content: &ContentHash| place.blobs.size(content);
        let mut named = Named::default();
        let first = named.add_tree(&place.blobs, new, u64::MAX, size).unwrap().unwrap();
        assert!(first > 12);
        let listing = place.blobs.size(&old);
        assert_eq!(named.add_tree(&place.blobs, old, listing - 1, size).unwrap(), None);
        assert!(!named.has(&old));
        assert_eq!(named.add_tree(&place.blobs, old, listing, size).unwrap(), Some(listing));
    }
}
