use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;

use super::*;
use crate::catalog::{Blobs, Removal};

const LIMITS: UploadLimits = UploadLimits { bytes: 1024 * 1024, files: 100 };

/// A tests root and a data directory.
struct Site {
    directory: TempDir,
    catalog: Catalog,
    blobs: Blobs,
}

impl Site {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("tests")).unwrap();
        let catalog = Catalog::new(directory.path().join("tests"));
        let blobs = Blobs::new(directory.path().join("blobs"));
        Self { directory, catalog, blobs }
    }

    fn root(&self) -> PathBuf {
        self.directory.path().join("tests")
    }

    /// Judges files to be stored in `directory`.
    fn judge(&self, directory: &str, files: &[(&str, &str)]) -> (Judged, Spool) {
        let mut spool = self.blobs.spool().unwrap();
        let sent = files.iter().enumerate().map(|(part, (name, content))| {
            let mut arriving = spool.create().unwrap();
            arriving.write_all(content.as_bytes()).unwrap();
            SentFile { part, name: Some((*name).to_owned()), content: arriving.finish() }
        });
        let sent = sent.collect();
        let directory = TestPath::parse(directory).unwrap();
        let python = Path::new("/nowhere");
        (self.catalog.judge(&directory, &mut spool, sent, &LIMITS, python).unwrap(), spool)
    }

    fn place(&self, directory: &str, files: &[(&str, &str)]) -> Result<Placed, CatalogError> {
        let (judged, spool) = self.judge(directory, files);
        self.catalog.place(&judged, &spool, &self.blobs, OnConflict::Replace)
    }

    /// Names below the root, those of temporary files too, with contents.
    fn tree(&self) -> Vec<(PathBuf, String)> {
        let mut found: Vec<_> = walkdir::WalkDir::new(self.root())
            .min_depth(1)
            .into_iter()
            .map(|entry| entry.unwrap().into_path())
            .map(|path| (path.clone(), fs::read_to_string(path).unwrap_or_default()))
            .collect();
        found.sort();
        found
    }
}

#[test]
fn what_is_not_kept_is_undone() {
    let site = Site::new();
    fs::write(site.root().join("a.py"), "before").unwrap();
    let before = site.tree();
    let placed =
        site.place(".", &[("a.py", "after"), ("new/deep/b.py", "b"), ("c.py", "c")]).unwrap();
    assert_eq!(fs::read_to_string(site.root().join("a.py")).unwrap(), "after");
    assert_eq!(fs::read_to_string(site.root().join("new/deep/b.py")).unwrap(), "b");
    drop(placed);
    assert_eq!(site.tree(), before);
}

#[test]
fn what_is_kept_leaves_nothing_else_behind() {
    let site = Site::new();
    fs::write(site.root().join("a.py"), "before").unwrap();
    let mut placed = site.place(".", &[("a.py", "after"), ("new/b.py", "b")]).unwrap();
    assert_eq!(placed.files[0].replaced, Some(ContentHash::of(b"before")));
    placed.keep();
    drop(placed);
    let names: Vec<_> = site.tree().into_iter().map(|(path, _)| path).collect();
    assert_eq!(names, ["a.py", "new", "new/b.py"].map(|name| site.root().join(name)));
    for content in ["before", "after", "b"] {
        let kept = site.blobs.read(&ContentHash::of(content.as_bytes()), 100).unwrap();
        assert_eq!(kept.as_deref(), Some(content.as_bytes()));
    }
}

#[test]
fn a_file_that_appears_at_the_last_moment_is_not_replaced_unasked() {
    let site = Site::new();
    let (judged, spool) = site.judge(".", &[("a.py", "mine"), ("b.py", "mine")]);
    fs::write(site.root().join("b.py"), "theirs").unwrap();
    let before = site.tree();
    let refused = site.catalog.place(&judged, &spool, &site.blobs, OnConflict::Refuse);
    assert!(matches!(refused, Err(CatalogError::Exists { path }) if path == "b.py"));
    assert_eq!(site.tree(), before);
}

#[test]
fn what_becomes_a_directory_or_a_link_at_the_last_moment_is_left_alone() {
    let site = Site::new();
    fs::create_dir(site.root().join("shop")).unwrap();
    let (judged, spool) = site.judge("shop", &[("a.py", "mine"), ("b.py", "mine")]);
    for make in [
        |path: &Path| fs::create_dir(path).unwrap(),
        |path: &Path| symlink("/etc/passwd", path).unwrap(),
    ] {
        make(&site.root().join("shop/b.py"));
        let before = site.tree();
        assert!(site.catalog.place(&judged, &spool, &site.blobs, OnConflict::Replace).is_err());
        assert_eq!(site.tree(), before);
        let path = site.root().join("shop/b.py");
        fs::remove_dir(&path).or_else(|_| fs::remove_file(&path)).unwrap();
    }
}

#[test]
fn a_directory_exchanged_for_a_link_while_files_are_stored_never_leads_out() {
    let site = Site::new();
    let outside = site.directory.path().join("outside");
    fs::create_dir(&outside).unwrap();
    let root = site.root();
    fs::create_dir_all(root.join("a/deep")).unwrap();
    symlink(&outside, root.join("b")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for (from, to) in [("a", "c"), ("b", "a"), ("a", "b"), ("c", "a")] {
                    // The other side may have made a directory of this name in between.
                    let _ = fs::rename(root.join(from), root.join(to));
                }
            }
        });
        let mut stored = 0;
        for round in 0..100 {
            let content = format!("{round}");
            let (judged, spool) = site.judge(".", &[("a/deep/t.py", content.as_str())]);
            if let Ok(mut placed) =
                site.catalog.place(&judged, &spool, &site.blobs, OnConflict::Replace)
            {
                placed.keep();
                stored += 1;
            }
            let path = TestPath::parse("a/deep/t.py").unwrap();
            if let Ok(mut removed) = site.catalog.remove(&path, Removal::Single, &site.blobs) {
                removed.keep();
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(stored > 0);
    });
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

#[test]
fn a_deletion_or_a_move_that_is_not_kept_is_undone() {
    let site = Site::new();
    fs::create_dir_all(site.root().join("shop/deep")).unwrap();
    fs::write(site.root().join("shop/deep/a.py"), "a").unwrap();
    fs::write(site.root().join("b.py"), "b").unwrap();
    let before = site.tree();
    let path = |text: &str| TestPath::parse(text).unwrap();
    let removal = Removal::Everything { files: 10 };
    let removed = site.catalog.remove(&path("shop"), removal, &site.blobs).unwrap();
    assert_eq!(removed.files[0].path, path("shop/deep/a.py"));
    assert!(!site.root().join("shop").exists());
    drop(removed);
    assert_eq!(site.tree(), before);
    drop(site.catalog.relocate(&path("b.py"), &path("new/deep/c.py")).unwrap());
    assert_eq!(site.tree(), before);
    assert!(site.catalog.relocate(&path("b.py"), &path("shop/deep/a.py")).is_err());
    assert_eq!(site.tree(), before);
}

#[test]
fn what_a_killed_server_left_is_cleared_away_when_it_is_old() {
    let site = Site::new();
    fs::create_dir_all(site.root().join("shop")).unwrap();
    fs::write(site.root().join("shop/.proctor-1-0"), "half").unwrap();
    fs::write(site.root().join("shop/a.py"), "a").unwrap();
    site.catalog.clear_leftovers().unwrap();
    assert!(site.root().join("shop/.proctor-1-0").exists(), "it may be at work");
    // Nobody can set back when a name was changed, so the other half is asked directly.
    let folder = site.catalog.root.folder(&TestPath::parse("shop").unwrap()).unwrap();
    folder.clear_older_than(std::time::Duration::ZERO).unwrap();
    assert_eq!(site.tree().len(), 2);
}
