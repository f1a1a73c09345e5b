use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::PathBuf;

use tempfile::TempDir;

use super::trees::MOST_UNUSED;
use super::*;

/// A tests root and a data directory.
struct Site {
    directory: TempDir,
    snapshots: Snapshots,
}

impl Site {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("tests/api/deep")).unwrap();
        fs::create_dir(directory.path().join("data")).unwrap();
        let snapshots = snapshots(&directory.path().join("tests"), &directory.path().join("data"));
        let site = Self { directory, snapshots };
        site.write("test_a.py", "a");
        site.write("api/deep/test_b.py", "b");
        site
    }

    fn place(&self, path: &str) -> PathBuf {
        self.directory.path().join("tests").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.place(path), text).unwrap();
    }

    fn take(&self) -> ContentHash {
        self.snapshots.take().unwrap()
    }

    fn trees(&self) -> Trees {
        Trees::of(&self.directory.path().join("data"))
    }

    fn tree(&self) -> HeldTree {
        self.trees().hold(&self.take()).unwrap()
    }

    fn file(&self, tree: ContentHash, path: &str) -> Option<ContentHash> {
        let blobs = Blobs::of(&self.directory.path().join("data"));
        SnapshotReader::new(&blobs, tree).file(&TestPath::parse(path).unwrap()).unwrap()
    }
}

fn snapshots(root: &Path, data: &Path) -> Snapshots {
    Snapshots::new(Arc::new(Catalog::new(root.to_owned())), Blobs::of(data), data)
}

#[test]
fn the_hash_changes_with_every_change_and_comes_back_with_the_content() {
    let site = Site::new();
    let first = site.take();
    assert_eq!(site.take(), first);
    let mut seen = vec![first];
    let mut changed = |site: &Site, what: &str| {
        let hash = site.take();
        assert!(!seen.contains(&hash), "{what}");
        seen.push(hash);
    };
    site.write("api/deep/test_b.py", "c");
    changed(&site, "a file deep down");
    site.write("api/new.txt", "");
    changed(&site, "a new file");
    fs::rename(site.place("api"), site.place("web")).unwrap();
    changed(&site, "a moved directory");
    site.write("web/deep/test_b.py", "d");
    changed(&site, "a file in a moved directory");
    fs::create_dir_all(site.place("new/one")).unwrap();
    changed(&site, "new directories");
    site.write("new/one/x.txt", "");
    changed(&site, "a file in a new directory");
    symlink("x.txt", site.place("new/one/link")).unwrap();
    changed(&site, "a link");
    fs::set_permissions(site.place("test_a.py"), fs::Permissions::from_mode(0o755)).unwrap();
    changed(&site, "a file that may be executed now");
    let mut open = File::options().append(true).open(site.place("test_a.py")).unwrap();
    open.write_all(b"+").unwrap();
    changed(&site, "what is written and stays open");
    drop(open);
    fs::remove_dir_all(site.place("new")).unwrap();
    fs::rename(site.place("web"), site.place("api")).unwrap();
    fs::remove_file(site.place("api/new.txt")).unwrap();
    site.write("api/deep/test_b.py", "b");
    site.write("test_a.py", "a");
    fs::set_permissions(site.place("test_a.py"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(site.take(), first);
}

#[test]
fn what_nobody_wrote_by_hand_is_no_part_of_it() {
    let site = Site::new();
    for directory in [".git", "__pycache__", ".pytest_cache", "env/lib"] {
        fs::create_dir_all(site.place(directory)).unwrap();
    }
    site.write("env/pyvenv.cfg", "");
    let large = File::create(site.place("large.bin")).unwrap();
    large.set_len(LARGEST_KEPT + 1).unwrap();
    let first = site.take();
    for path in [".git/HEAD", "__pycache__/x.pyc", ".proctor-1-0", "env/lib/x.py"] {
        site.write(path, "x");
    }
    assert_eq!(site.take(), first);
    let tree = site.tree();
    let live = [".git", "env", "large.bin"].map(str::to_owned);
    assert_eq!(tree.live.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), live);
    assert!(!tree.root.join("__pycache__").exists());
    assert_eq!(fs::metadata(tree.root.join("large.bin")).unwrap().len(), 0);
}

#[test]
fn a_file_is_found_as_it_was() {
    let site = Site::new();
    let then = site.take();
    site.write("api/deep/test_b.py", "later");
    let now = site.take();
    assert_eq!(site.file(then, "api/deep/test_b.py"), Some(ContentHash::of(b"b")));
    assert_eq!(site.file(now, "api/deep/test_b.py"), Some(ContentHash::of(b"later")));
    for missing in ["api", "api/deep/test_b.py/x", "missing.py", "."] {
        assert_eq!(site.file(now, missing), None, "{missing}");
    }
}

#[test]
fn a_tree_is_made_once_shared_and_kept_as_long_as_somebody_has_it() {
    let site = Site::new();
    site.write("program", "#!/bin/sh\n");
    fs::set_permissions(site.place("program"), fs::Permissions::from_mode(0o700)).unwrap();
    let one = site.tree();
    let inode = |tree: &HeldTree| fs::metadata(&tree.root).unwrap().ino();
    let first = inode(&one);
    assert_eq!(inode(&site.tree()), first);
    assert_eq!(fs::read_to_string(one.root.join("api/deep/test_b.py")).unwrap(), "b");
    let mode = fs::metadata(one.root.join("program")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    for number in 0..MOST_UNUSED + 5 {
        site.write("test_a.py", &number.to_string());
        drop(site.tree());
    }
    let count = || fs::read_dir(site.directory.path().join("data/trees")).unwrap().count();
    assert!(count() <= MOST_UNUSED + 2);
    assert_eq!(inode(&one), first);
    site.trees().clear().unwrap();
    assert_eq!((count(), inode(&one)), (1, first));
    drop(one);
    site.trees().clear().unwrap();
    assert_eq!(count(), 0);
    let missing = site.trees().hold(&ContentHash::of(b"of another machine")).unwrap_err();
    assert!(missing.to_string().contains("is not kept here"));
    assert_eq!(count(), 0);
}

#[test]
fn many_who_want_a_tree_at_once_get_the_same() {
    let site = Site::new();
    let tree = site.take();
    std::thread::scope(|scope| {
        let wanting = (0..8).map(|_| scope.spawn(|| site.trees().hold(&tree).unwrap()));
        let held: Vec<_> =
            wanting.collect::<Vec<_>>().into_iter().map(|one| one.join().unwrap()).collect();
        let first = fs::metadata(&held[0].root).unwrap().ino();
        assert!(held.iter().all(|one| fs::metadata(&one.root).unwrap().ino() == first));
    });
}

#[test]
fn what_is_too_large_is_refused_and_a_directory_of_data_within_is_left_out() {
    let site = Site::new();
    let mut small = snapshots(&site.place("."), &site.directory.path().join("data"));
    small.most_entries = 3;
    assert!(matches!(small.take(), Err(CatalogError::TooManyFiles { limit: 3, .. })));
    small.most_entries = 4;
    assert_eq!(small.take().unwrap(), site.take());

    fs::create_dir(site.place("data")).unwrap();
    let within = snapshots(&site.place("."), &site.place("data"));
    let first = within.take().unwrap();
    assert_eq!(within.take().unwrap(), first);
    let tree = Trees::of(&site.place("data")).hold(&first).unwrap();
    assert_eq!(tree.live, [("data".to_owned(), Live::Directory)]);
}

#[test]
fn what_cannot_be_kept_is_tried_again() {
    let site = Site::new();
    let blobs = site.directory.path().join("data/blobs");
    fs::write(&blobs, "in the way").unwrap();
    assert!(site.snapshots.take().is_err());
    fs::remove_file(&blobs).unwrap();
    let tree = site.tree();
    assert_eq!(fs::read_to_string(tree.root.join("test_a.py")).unwrap(), "a");
}
