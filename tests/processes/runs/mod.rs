//! What a run reports: its outcome, its test cases and its log, while it runs and afterwards.

mod compiled;
mod ends;
mod hangs;
mod live;
mod network;
mod output;
mod samples;
mod snapshots;

use std::path::{Path, PathBuf};

use proctor::wire::{LogLine, TestCase};

use crate::harness::Proctor;

/// A copy of a directory of this repository, because tests write beside themselves.
fn copy_of(names: &[&str]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in names {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        copy_directory(&from, &copy.path().join(from.file_name().unwrap()));
    }
    copy
}

fn copy_directory(from: &Path, to: &PathBuf) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_directory(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A test case of a run by the end of its node id.
#[track_caller]
fn test_case(proctor: &Proctor, run: i64, name: &str) -> TestCase {
    let all = proctor.api().tests_of(run);
    let found = all.iter().find(|test| test.nodeid.ends_with(name));
    found.unwrap_or_else(|| panic!("no test case {name} among {all:#?}")).clone()
}

/// The lines of the log that belong to a test case.
fn lines_of(proctor: &Proctor, run: i64, name: &str) -> Vec<LogLine> {
    let range = test_case(proctor, run, name).log.expect("it has lines");
    let (from, to) = (range.from_line, range.to_line.expect("it has ended"));
    let count = u64::try_from(to - from + 1).unwrap();
    proctor.api().log_lines(run, from.try_into().unwrap(), count).items
}
