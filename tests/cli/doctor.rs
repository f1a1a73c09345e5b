//! `proctor doctor`: what it finds, and what it ends with.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn doctor(home: &Path, python: &Path, more: &[&str]) -> Output {
    std::fs::create_dir_all(home.join("tests")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_proctor"))
        .args(["doctor", "--listen", "127.0.0.1:0", "--python"])
        .arg(python)
        .arg("--data")
        .arg(home.join("data"))
        .arg("--tests")
        .arg(home.join("tests"))
        .args(more)
        .output()
        .unwrap()
}

fn python() -> std::path::PathBuf {
    match std::env::var_os("PROCTOR_TEST_PYTHON") {
        Some(python) => python.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python"),
    }
}

fn checks(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{output:?}"));
    document["checks"].as_array().unwrap().clone()
}

fn verdict(checks: &[Value], name: &str) -> String {
    let check = checks.iter().find(|check| check["name"] == name);
    check.unwrap_or_else(|| panic!("no {name} in {checks:#?}"))["verdict"].as_str().unwrap().into()
}

#[test]
fn each_promise_is_tried_and_the_worst_verdict_is_the_exit_status() {
    let home = tempfile::tempdir().unwrap();
    let output = doctor(home.path(), &python(), &["--json", "--isolation-min", "0"]);
    let found = checks(&output);
    for name in [
        "interpreter",
        "packages",
        "data directory",
        "clock",
        "listening address",
        "modes of secret files",
    ] {
        assert_ne!(verdict(&found, name), "fail", "{found:#?}");
    }
    let worst = ["pass", "degraded", "fail"]
        .iter()
        .rposition(|one| found.iter().any(|check| check["verdict"] == **one));
    assert_eq!(output.status.code(), Some(i32::try_from(worst.unwrap()).unwrap()), "{found:#?}");
    for check in found.iter().filter(|check| check["verdict"] != "pass") {
        assert!(check["lost"].is_string() && check["fix"].is_string(), "{check}");
    }
    // Where namespaces are granted, what is promised of them is kept.
    if verdict(&found, "pid namespaces") == "pass" {
        for name in [
            "end of a daemonised tree",
            "reading the database from a run",
            "reading the server's variables from a run",
            "filter of system calls",
            "quota of temporary files",
        ] {
            assert_eq!(verdict(&found, name), "pass", "{found:#?}");
        }
    }
    assert!(!home.path().join("data").exists(), "what is not there is not made");
}

#[test]
fn what_is_wrong_is_named_with_its_remedy() {
    let home = tempfile::tempdir().unwrap();
    let output = doctor(home.path(), Path::new("/nowhere/python"), &[]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("FAIL      interpreter: cannot execute /nowhere/python"), "{text}");
    assert!(text.contains("fix: name one with --python"), "{text}");

    let output = doctor(home.path(), &python(), &["--json", "--slots", "0"]);
    assert_eq!(output.status.code(), Some(2));
    let finding = checks(&output)[0]["finding"].to_string();
    assert!(finding.contains("a worker has from 1 to 1000 slots"), "{finding}");
}

#[test]
fn an_object_store_is_tried_by_writing_to_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("objects");
    std::fs::create_dir(&folder).unwrap();
    for (place, expected) in [(folder, "pass"), (home.path().join("none"), "fail")] {
        let database = "postgres://nobody@localhost/nothing";
        let place = place.to_str().unwrap();
        let more = ["--json", "--isolation-min", "0", "--database", database, "--blobs", place];
        let found = checks(&doctor(home.path(), &python(), &more));
        assert_eq!(verdict(&found, "object store"), expected, "{found:#?}");
    }
}
