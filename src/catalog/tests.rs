use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;

/// A tests root with a secret beside it.
struct Place {
    directory: TempDir,
    catalog: Catalog,
}

fn place(files: &[(&str, &str)]) -> Place {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("secret.py"), "secret").unwrap();
    fs::create_dir(directory.path().join("tests")).unwrap();
    let catalog = Catalog::new(directory.path().join("tests"));
    let place = Place { directory, catalog };
    for (path, content) in files {
        place.write(path, content);
    }
    place
}

impl Place {
    fn root(&self) -> std::path::PathBuf {
        self.directory.path().join("tests")
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn resolve(&self, target: &str) -> Result<Kind, CatalogError> {
        self.catalog.resolve(&Target::parse(target)?)
    }

    fn refusal(&self, target: &str) -> String {
        self.resolve(target).unwrap_err().to_string()
    }
}

fn path(text: &str) -> TestPath {
    TestPath::parse(text).unwrap()
}

/// Makes a file look as if it had been written long ago.
fn age(path: &Path) {
    let long_ago = SystemTime::now() - Duration::from_hours(1);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
}

fn names(level: &Level) -> (Vec<&str>, Vec<&str>) {
    let directories = level.directories.iter().map(|directory| directory.path.as_str()).collect();
    (directories, level.files.iter().map(|file| file.path.as_str()).collect())
}

#[test]
fn a_file_a_directory_and_a_test_are_told_apart() {
    let place = place(&[("api/test_login.py", ""), ("api/data.json", "")]);
    assert_eq!(place.resolve(".").unwrap(), Kind::Directory);
    assert_eq!(place.resolve("./api/").unwrap(), Kind::Directory);
    assert_eq!(place.resolve("api/test_login.py").unwrap(), Kind::File);
    assert_eq!(place.resolve("api/test_login.py::TestA::test_b[x::y/ü]").unwrap(), Kind::Node);
}

#[test]
fn a_nodeid_is_split_as_pytest_does() {
    let parts = |text: &str| {
        let target = Target::parse(text).unwrap();
        (target.path().to_string(), target.node().map(ToOwned::to_owned), target.to_string())
    };
    let whole = "a/../b.py::T::test[../x::y]";
    let normal = "b.py::T::test[../x::y]".to_owned();
    assert_eq!(parts(whole), ("b.py".to_owned(), Some("T::test[../x::y]".to_owned()), normal));
    assert!(matches!(Target::parse("b.py::"), Err(CatalogError::EmptyNode { .. })));
    assert!(matches!(Target::parse("b.py::T::::t"), Err(CatalogError::EmptyNode { .. })));
    assert!(matches!(Target::parse("::t"), Err(CatalogError::Empty)));
    assert!(matches!(Target::parse("a[1]/b.py"), Err(CatalogError::Bracket { .. })));
    assert!(matches!(Target::parse("b.py::t[\u{202e}]"), Err(CatalogError::Unprintable { .. })));
}

#[test]
fn what_cannot_be_run_is_refused_in_words() {
    let place = place(&[("api/test_login.py", ""), ("api/data.json", ""), (".py", "")]);
    assert_eq!(
        place.refusal("api/data.json"),
        r#""api/data.json" is no Python file; select .py files or directories"#
    );
    assert_eq!(
        place.refusal("api::test_x"),
        r#""api" is a directory; a single test is named by its file, then "::""#
    );
    assert_eq!(place.refusal("nothing/like/it.py"), r#""nothing/like/it.py" does not exist"#);
    assert!(place.refusal(".py").contains("no Python file"));
    assert!(place.refusal("api/test_login.py/x").contains("does not exist"));
    assert!(place.refusal(&format!("{}.py", "x".repeat(300))).contains("does not exist"));
}

#[test]
fn the_nearest_name_is_suggested() {
    let place = place(&[
        ("api/test_login.py", ""),
        ("api/test_logout.py", ""),
        ("ui/deep/test_menu.py", ""),
    ]);
    let suggested = |target: &str| match place.resolve(target).unwrap_err() {
        CatalogError::NotFound { suggestion, .. } => suggestion,
        other => panic!("{other}"),
    };
    assert_eq!(suggested("api/test_logni.py").as_deref(), Some("api/test_login.py"));
    assert_eq!(suggested("API/test_login.py").as_deref(), Some("api/test_login.py"));
    assert_eq!(suggested("test_menu.py").as_deref(), Some("ui/deep/test_menu.py"));
    assert_eq!(suggested("zzz"), None);
    assert_eq!(
        place.refusal("api/test_logni.py::test_a"),
        r#""api/test_logni.py" does not exist; did you mean "api/test_login.py"?"#
    );
}

#[test]
fn a_symbolic_link_may_lead_about_but_never_out() {
    let place = place(&[("a/test_a.py", "a")]);
    let root = place.root();
    symlink("../secret.py", root.join("up.py")).unwrap();
    symlink(place.directory.path().join("secret.py"), root.join("absolute.py")).unwrap();
    symlink("..", root.join("parent")).unwrap();
    symlink("a/test_a.py", root.join("inside.py")).unwrap();
    symlink("circle.py", root.join("circle.py")).unwrap();
    symlink("/proc/self/root", root.join("a/magic")).unwrap();
    assert_eq!(place.resolve("inside.py").unwrap(), Kind::File);
    assert_eq!(place.catalog.source(&path("inside.py")).unwrap().bytes, b"a");
    for outside in ["up.py", "absolute.py", "parent/secret.py", "a/magic/etc"] {
        assert!(
            place.refusal(outside).ends_with("leads out of the tests root by a symbolic link"),
            "{outside}"
        );
        assert!(place.catalog.source(&path(outside)).is_err(), "{outside}");
    }
    assert!(place.refusal("circle.py").contains("circle of symbolic links"));
    let level = place.catalog.level(&TestPath::root()).unwrap();
    assert_eq!(names(&level), (vec!["a"], vec!["inside.py"]));
}

#[test]
fn a_directory_exchanged_for_a_link_while_it_is_opened_never_leads_out() {
    let place = place(&[("a/secret.py", "harmless")]);
    let root = place.root();
    symlink("..", root.join("b")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                for (from, to) in [("a", "c"), ("b", "a"), ("a", "b"), ("c", "a")] {
                    fs::rename(root.join(from), root.join(to)).unwrap();
                }
            }
        });
        let mut read = 0;
        for _ in 0..5_000 {
            if let Ok(source) = place.catalog.source(&path("a/secret.py")) {
                assert_eq!(source.bytes, b"harmless");
                read += 1;
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(read > 0);
    });
}

#[test]
fn a_level_lists_sorted_and_hides_what_holds_no_tests() {
    let place = place(&[
        ("b/test_b.py", ""),
        ("a/test_a.py", ""),
        ("test_2.py", "two"),
        ("test_10.py", "ten"),
        ("data.json", "{}"),
        ("__pycache__/x.pyc", ""),
        (".git/config", ""),
        ("node_modules/x/test_x.py", ""),
        ("env/pyvenv.cfg", ""),
        ("env/lib/test_lib.py", ""),
        ("line\nbreak.py", ""),
    ]);
    let level = place.catalog.level(&TestPath::root()).unwrap();
    assert_eq!(names(&level), (vec!["a", "b"], vec!["data.json", "test_10.py", "test_2.py"]));
    assert!(!level.truncated);
    let two = &level.files[2];
    assert_eq!((two.name.as_str(), two.size), ("test_2.py", 3));
    assert_eq!(two.sha256, Some(ContentHash::of(b"two")));
    let level = place.catalog.level(&path("a")).unwrap();
    assert_eq!(names(&level), (vec![], vec!["a/test_a.py"]));
    assert!(matches!(place.catalog.level(&path("nowhere")), Err(CatalogError::NotFound { .. })));
    assert!(matches!(
        place.catalog.level(&path("test_2.py")),
        Err(CatalogError::NotADirectory { .. })
    ));
}

#[test]
fn a_name_is_found_wherever_it_is() {
    let place = place(&[
        ("test_menu.py", ""),
        ("ui/Menu_extra/test_x.py", ""),
        ("ui/test_submenu.py", ""),
        ("env/pyvenv.cfg", ""),
        ("env/menu.py", ""),
    ]);
    symlink("..", place.root().join("ui/round")).unwrap();
    let found = place.catalog.find("MENU", 10);
    assert_eq!(names(&found), (vec!["ui/Menu_extra"], vec!["test_menu.py", "ui/test_submenu.py"]));
    assert_eq!(
        names(&place.catalog.find("extra/test", 10)),
        (vec![], vec!["ui/Menu_extra/test_x.py"])
    );
    let first = place.catalog.find("menu", 1);
    assert_eq!((names(&first), first.truncated), ((vec!["ui/Menu_extra"], vec![]), true));
}

#[test]
fn a_changed_file_has_a_new_hash_even_when_its_size_and_time_stay() {
    let place = place(&[("test_a.py", "aaa")]);
    let file = place.root().join("test_a.py");
    for content in ["aaa", "bbb", "ccc"] {
        fs::write(&file, content).unwrap();
        age(&file);
        for _ in 0..2 {
            let hash = place.catalog.content_hash(&path("test_a.py")).unwrap();
            assert_eq!(hash, ContentHash::of(content.as_bytes()));
        }
    }
}

#[test]
fn a_source_is_a_regular_file_of_bounded_size() {
    let place = place(&[("test_a.py", "x = 1\n")]);
    let source = place.catalog.source(&path("test_a.py")).unwrap();
    assert_eq!(
        (source.bytes.as_slice(), source.sha256),
        (&b"x = 1\n"[..], ContentHash::of(b"x = 1\n"))
    );
    nix::unistd::mkfifo(&place.root().join("pipe.py"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    assert!(matches!(place.catalog.source(&path("pipe.py")), Err(CatalogError::NotAFile { .. })));
    assert!(matches!(place.catalog.source(&TestPath::root()), Err(CatalogError::NotAFile { .. })));
    let large = fs::File::create(place.root().join("large.py")).unwrap();
    large.set_len(5 << 20).unwrap();
    assert_eq!(
        place.catalog.source(&path("large.py")).unwrap_err().to_string(),
        r#""large.py" has 5242880 bytes, more than 4194304"#
    );
}

#[test]
fn cases_depend_on_the_file_and_the_configuration_above_it() {
    let place = place(&[("api/test_a.py", "a"), ("api/test_b.py", "a"), ("ui/conftest.py", "")]);
    let key = || place.catalog.cases_key(&path("api/test_a.py")).unwrap();
    let first = key();
    assert_eq!(key(), first);
    assert_ne!(place.catalog.cases_key(&path("api/test_b.py")).unwrap(), first);
    place.write("ui/conftest.py", "changed");
    place.write("api/other.py", "changed");
    assert_eq!(key(), first);
    let mut seen = vec![first];
    for (file, content) in [
        ("api/test_a.py", "b"),
        ("conftest.py", ""),
        ("conftest.py", "x"),
        ("api/conftest.py", "x"),
        ("pytest.ini", "[pytest]"),
    ] {
        place.write(file, content);
        let next = key();
        assert!(!seen.contains(&next), "{file}");
        seen.push(next);
    }
}

#[test]
fn a_missing_tests_root_is_named() {
    let catalog = Catalog::new("/nowhere/at/all".into());
    let refusal = catalog.level(&TestPath::root()).unwrap_err().to_string();
    assert_eq!(refusal, "cannot open tests root /nowhere/at/all");
}
