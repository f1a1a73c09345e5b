//! Size, safety, and leftovers.

use std::fs;

use super::{Line, fail_if_any, files_below, root, source_lines};

/// Past this a file is split by meaning.
const LONGEST_FILE: usize = 420;
/// Where processes are set up; see ARCHITECTURE.md.
const UNSAFE: [&str; 3] = [
    "src/executor/supervisor/spawn.rs",
    "src/executor/supervisor/message.rs",
    "src/cli/server/memory.rs",
];

fn complaints(about: &str, is_wrong: impl Fn(&Line) -> bool) -> Vec<String> {
    let lines = source_lines();
    lines.iter().filter(|line| is_wrong(line)).map(|line| line.complain(about)).collect()
}

#[test]
fn files_are_short_enough_to_read() {
    let mut long = Vec::new();
    for (directory, ending) in [("src", "rs"), ("python/proctor_runner", "py")] {
        for path in files_below(&root().join(directory), ending) {
            let count = fs::read_to_string(&path).expect("it can be read").lines().count();
            if count > LONGEST_FILE {
                long.push(format!("{}:1: {count} lines; split it by meaning", path.display()));
            }
        }
    }
    fail_if_any(&long);
}

#[test]
fn unsafe_stays_where_processes_are_set_up() {
    fail_if_any(&complaints("unsafe outside of process set-up", |line| {
        line.text.contains("unsafe {") && !UNSAFE.iter().any(|path| line.path.ends_with(path))
    }));
}

#[test]
fn nothing_panics_on_what_it_did_not_expect() {
    fail_if_any(&complaints("may panic", |line| {
        !line.is_test
            && [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("]
                .iter()
                .any(|word| line.text.contains(word))
    }));
}

#[test]
fn lints_are_expected_with_a_reason_and_not_allowed() {
    fail_if_any(&complaints("use #[expect(…, reason = …)]", |line| {
        line.text.contains("#[allow(") || line.text.contains("#![allow(")
    }));
}

#[test]
fn only_the_store_knows_sql() {
    let statements = ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"];
    fail_if_any(&complaints("SQL outside of the store", |line| {
        !line.path.starts_with("src/store")
            && statements.iter().any(|word| line.text.contains(&format!("\"{word}")))
    }));
}
