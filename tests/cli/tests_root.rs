//! `proctor tests`

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::whole::Served;
use crate::{Ended, end_of, proctor};

/// In a directory of the person's own computer.
fn tests(served: &Served, home: &Path, arguments: &[&str]) -> Ended {
    let mut command: Command = proctor(&served.url(), &[&["tests"], arguments].concat());
    command.current_dir(home);
    end_of(command)
}

#[test]
fn files_are_sent_listed_and_run() {
    let served = Served::with_test("test_there.py", "def test_there(): pass\n");
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("cart/__pycache__")).unwrap();
    fs::write(home.path().join("cart/test_cart.py"), "def test_cart(): pass\n").unwrap();
    fs::write(home.path().join("cart/__pycache__/x.pyc"), "x").unwrap();
    fs::write(home.path().join("test_bad.py"), "x = 1\ndef test_bad(:\n").unwrap();

    let ended = tests(&served, home.path(), &["upload", "cart", "test_bad.py", "--to", "shop"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout(), "new        shop/cart/test_cart.py\nnew        shop/test_bad.py\n");
    let warning = "proctor: shop/test_bad.py:2: syntax error: invalid syntax\n    def test_bad(:\n";
    assert_eq!(ended.stderr, warning);

    let ended = tests(&served, home.path(), &["list"]);
    let lines: Vec<_> =
        ended.stdout().lines().map(|line| line.split_whitespace().last().unwrap()).collect();
    assert_eq!(lines, ["PATH", "shop/", "test_there.py"]);
    let ended = tests(&served, home.path(), &["list", "shop/cart", "--json"]);
    let tree: Value = serde_json::from_str(ended.stdout()).unwrap();
    assert_eq!(tree["files"][0]["path"], "shop/cart/test_cart.py");
    let ended = tests(&served, home.path(), &["list", "-q", "cart"]);
    assert!(ended.stdout().ends_with(" shop/cart/test_cart.py\n"), "{}", ended.stdout());

    let run = end_of(proctor(&served.url(), &["run", "-e", "7", "shop/cart"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn what_is_there_is_replaced_only_when_asked_for() {
    let served = Served::with_test("test_a.py", "def test_a(): pass\n");
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("test_a.py"), "def test_a(): assert True\n").unwrap();
    let ended = tests(&served, home.path(), &["upload", "test_a.py", "--to", "."]);
    assert_eq!((ended.code, ended.stdout()), (4, ""));
    assert!(ended.stderr.contains("\"test_a.py\" exists already"), "{}", ended.stderr);

    let preview = ["upload", "test_a.py", "--to", ".", "--preview"];
    let ended = tests(&served, home.path(), &preview);
    assert_eq!((ended.code, ended.stdout()), (4, "exists     test_a.py\n"));
    let ended = tests(&served, home.path(), &[&preview[..], &["--replace"]].concat());
    assert_eq!((ended.code, ended.stdout()), (0, "exists     test_a.py\n"));

    let replace = ["upload", "test_a.py", "--to", ".", "--replace", "--as", "ben", "--json"];
    let ended = tests(&served, home.path(), &replace);
    let stored: Value = serde_json::from_str(ended.stdout()).unwrap();
    assert_eq!((ended.code, &stored["items"][0]["replaced"]), (0, &Value::Bool(true)));
    let there = fs::read_to_string(served.tests_root().join("test_a.py")).unwrap();
    assert_eq!(there, "def test_a(): assert True\n");
}

#[test]
fn a_large_upload_is_refused_in_words_and_many_files_go_through() {
    let served = Served::with_test("test_a.py", "def test_a(): pass\n");
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("large.bin"), vec![0; 40 * 1024 * 1024]).unwrap();
    let ended = tests(&served, home.path(), &["upload", "large.bin", "--to", "."]);
    assert_eq!(ended.code, 4);
    assert!(ended.stderr.contains("more than 33554432 bytes"), "{}", ended.stderr);

    fs::create_dir(home.path().join("many")).unwrap();
    for number in 0..1500 {
        let path = home.path().join(format!("many/test_{number}.py"));
        fs::write(path, format!("def test_{number}(): pass\n")).unwrap();
    }
    let ended = tests(&served, home.path(), &["upload", "many", "--to", "."]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::read_dir(served.tests_root().join("many")).unwrap().count(), 1500);
    let ended = tests(&served, home.path(), &["upload", "nowhere.py", "--to", "."]);
    assert_eq!(ended.code, 4);
    assert!(ended.stderr.starts_with("proctor: cannot read nowhere.py: "), "{}", ended.stderr);
}
