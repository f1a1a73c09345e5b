use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::*;

/// The next changes; the watch is never closed.
fn next(watch: &mut Watch) -> Vec<TestsChange> {
    let (open, _keep) = io::pipe().unwrap();
    match watch.next(open.as_fd()).unwrap() {
        Noticed::Changes(changes) => changes.into_iter().collect(),
        Noticed::Closed => panic!("nobody closed it"),
    }
}

fn place() -> (tempfile::TempDir, Watch) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("api/deep")).unwrap();
    fs::create_dir_all(root.path().join(".git")).unwrap();
    let watch = Watch::start(Root::new(root.path().to_owned()), 100, Scope::Lists).unwrap();
    (root, watch)
}

fn write(root: &Path, path: &str) {
    fs::write(root.join(path), "x").unwrap();
}

fn within(path: &str) -> TestsChange {
    TestsChange::In(path.to_owned())
}

fn below(path: &str) -> TestsChange {
    TestsChange::Below(path.to_owned())
}

#[test]
fn what_is_written_together_is_told_together() {
    let (root, mut watch) = place();
    for number in 0..50 {
        write(root.path(), &format!("api/deep/test_{number}.py"));
    }
    write(root.path(), "test_a.py");
    assert_eq!(next(&mut watch), [within("."), within("api/deep")]);
    fs::remove_file(root.path().join("test_a.py")).unwrap();
    assert_eq!(next(&mut watch), [within(".")]);
}

#[test]
fn new_directories_are_watched_and_moved_ones_keep_their_place() {
    let (root, mut watch) = place();
    fs::create_dir_all(root.path().join("new/inner")).unwrap();
    assert!(next(&mut watch).contains(&below("new")));
    write(root.path(), "new/inner/test_a.py");
    assert_eq!(next(&mut watch), [within("new/inner")]);
    fs::rename(root.path().join("new"), root.path().join("api/old")).unwrap();
    let told = next(&mut watch);
    assert!(told.contains(&below("new")) && told.contains(&below("api/old")), "{told:?}");
    write(root.path(), "api/old/inner/test_b.py");
    assert_eq!(next(&mut watch), [within("api/old/inner")]);
    fs::remove_dir_all(root.path().join("api")).unwrap();
    assert!(next(&mut watch).contains(&below("api")));
    fs::create_dir(root.path().join("api")).unwrap();
    next(&mut watch);
    write(root.path(), "api/test_c.py");
    assert_eq!(next(&mut watch), [within("api")]);
}

#[test]
fn what_lists_do_not_show_is_not_told() {
    let (root, mut watch) = place();
    write(root.path(), ".git/index");
    write(root.path(), ".test_a.py.swp");
    fs::create_dir(root.path().join("__pycache__")).unwrap();
    symlink("/", root.path().join("api/outside")).unwrap();
    assert_eq!(next(&mut watch), [within("api")]);
}

#[test]
fn after_lost_events_everything_is_looked_at_again() {
    let (root, mut watch) = place();
    let queue = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let queue: usize = queue.trim().parse().unwrap();
    let paths = ["test_a.py", "api/test_a.py"].map(|path| root.path().join(path));
    // Equal events in a row count as one; some more, because children of other tests mix up their order.
    for number in 0..queue + 1000 {
        fs::File::options().create(true).append(true).open(&paths[number % 2]).unwrap();
    }
    assert_eq!(next(&mut watch), [TestsChange::everything()]);
    write(root.path(), "api/deep/test_a.py");
    assert_eq!(next(&mut watch), [within("api/deep")]);
}

#[test]
fn what_is_beyond_the_limit_is_looked_at_now_and_then() {
    let (root, _) = place();
    let watch = Watch::start(Root::new(root.path().to_owned()), 2, Scope::Lists).unwrap();
    assert_eq!((watch.extent, watch.watched.len()), (Extent::Part, 2));
    let watch = Watch::start(Root::new(root.path().join("missing")), 2, Scope::Lists).unwrap();
    assert_eq!(watch.extent, Extent::Part);
}

#[test]
fn a_root_that_is_exchanged_is_looked_at_again() {
    let (root, _) = place();
    let tests = root.path().join("tests");
    fs::create_dir(&tests).unwrap();
    let mut watch = Watch::start(Root::new(tests.clone()), 100, Scope::Lists).unwrap();
    fs::rename(&tests, root.path().join("older")).unwrap();
    assert_eq!(next(&mut watch), [TestsChange::everything()]);
}

#[test]
fn a_wait_ends_when_nobody_wants_to_know() {
    let (_root, mut watch) = place();
    let (open, keep) = io::pipe().unwrap();
    drop(keep);
    assert_eq!(watch.next(open.as_fd()).unwrap(), Noticed::Closed);
}
