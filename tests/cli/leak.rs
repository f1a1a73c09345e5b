//! `proctor leak`, against a real server with a real worker and pytest.

use serde_json::Value;

use crate::whole::Served;
use crate::{Ended, end_of, proctor};

const TESTS: &str = "\
kept = []

def test_leaks():
    kept.append(bytearray(100_000))

def test_is_clean():
    bytearray(100_000)

def test_fails_late():
    kept.append(1)
    assert len(kept) < 7

def test_hangs():
    import time
    time.sleep(600)
";

fn hunt(served: &Served, arguments: &[&str]) -> Ended {
    let fixed = ["leak", "--environment", "7", "--iterations", "10"];
    end_of(proctor(&served.url(), &[&fixed, arguments].concat()))
}

#[test]
fn a_hunt_ends_with_its_verdict() {
    let served = Served::with_test("test_a.py", TESTS);
    let found = hunt(&served, &["--json", "test_a.py::test_leaks"]);
    assert_eq!(found.code, 1, "{found:?}");
    let report: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(report["nodeid"], "test_a.py::test_leaks");
    assert_eq!(report["verdict"], "leak");
    assert_eq!(report["iterations"].as_array().unwrap().len(), 10);
    let growth = report["bytes_per_iteration"].as_i64().unwrap();
    assert!((90_000..150_000).contains(&growth), "{report:#}");
    assert!(report["confidence"].as_f64().unwrap() >= 0.95);
    let site = &report["sites"][0];
    assert_eq!((&site["file"], &site["line"]), (&"test_a.py".into(), &4.into()), "{report:#}");
    assert!((95_000..130_000).contains(&site["bytes"].as_i64().unwrap()), "{site}");

    let clean = hunt(&served, &["test_a.py::test_is_clean"]);
    assert_eq!(clean.code, 0, "{clean:?}");
    assert!(clean.stdout().contains("leak hunt: iteration 10 of 10"), "the log: {clean:?}");
    assert!(clean.stdout().contains("\nclean: 0 B per iteration"), "{clean:?}");

    let words = hunt(&served, &["test_a.py::test_leaks"]);
    assert!(words.stdout().contains("test_a.py:4\n"), "the table of sites: {words:?}");
}

#[test]
fn a_hunt_without_a_verdict_says_so() {
    let served = Served::with_test("test_a.py", TESTS);
    let failed = hunt(&served, &["--json", "test_a.py::test_fails_late"]);
    assert_eq!(failed.code, 2, "{failed:?}");
    let report: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(report["verdict"], "unclear");
    assert_eq!(report["reason"], "the test did not pass in repetition 7");
    let overdue = hunt(&served, &["--timeout", "1s", "test_a.py::test_hangs"]);
    assert_eq!(overdue.code, 3, "{overdue:?}");
    let several = hunt(&served, &["test_a.py"]);
    assert_eq!(several.code, 4, "{several:?}");
    assert!(several.stderr.contains("targets: a leak hunt takes one test case"), "{several:?}");
    let absent = hunt(&served, &["test_a.py::test_absent"]);
    assert!(matches!(absent.code, 2 | 4), "{absent:?}");
}
