//! Who may use whom, as the table in ARCHITECTURE.md says.

use std::collections::HashMap;
use std::fs;

use super::{Line, fail_if_any, root, source_lines};

struct Room {
    may_use: Vec<String>,
    never: Vec<String>,
}

#[test]
fn modules_use_only_what_the_table_in_architecture_md_allows() {
    let rooms = rooms();
    let mut complaints = Vec::new();
    // A test may set up what its module is given in production.
    for line in source_lines().iter().filter(|line| !line.is_test) {
        let Some(name) = room_of(line) else { continue };
        let Some(room) = rooms.get(&name) else {
            complaints.push(line.complain("its module is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for used in used_rooms(&line.text) {
            if used != name && rooms.contains_key(&used) && !room.may_use.contains(&used) {
                complaints.push(line.complain(&format!("{name} may not use {used}")));
            }
        }
        for outside in &room.never {
            if line.text.contains(&format!("{outside}::")) {
                complaints.push(line.complain(&format!("{name} never uses {outside}")));
            }
        }
    }
    fail_if_any(&complaints);
}

#[test]
fn what_a_line_uses_is_recognised() {
    assert_eq!(used_rooms("use crate::store::{self, runs};"), ["store"]);
    assert_eq!(
        used_rooms("use crate::{api, executor, scheduler};"),
        ["api", "executor", "scheduler"]
    );
    assert_eq!(used_rooms("    x: crate::domain::RunId,"), ["domain"]);
    assert!(used_rooms("use super::store;").is_empty());
}

fn rooms() -> HashMap<String, Room> {
    let text =
        fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let table = text.split("| module | may use | never |").nth(1).expect("it has the table");
    let rooms: HashMap<_, _> = table
        .lines()
        .skip(2)
        .take_while(|row| row.starts_with('|'))
        .map(|row| {
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let words = |cell: &str| -> Vec<String> {
                cell.split(',')
                    .map(str::trim)
                    .filter(|word| !word.is_empty())
                    .map(Into::into)
                    .collect()
            };
            (cells[0].to_owned(), Room { may_use: words(cells[1]), never: words(cells[2]) })
        })
        .collect();
    assert!(rooms.len() > 8, "the table has its rows");
    rooms
}

/// `src/store/db.rs` and `src/store.rs` belong to `store`; `main.rs` and `lib.rs` to nobody.
fn room_of(line: &Line) -> Option<String> {
    let below = line.path.strip_prefix("src").ok()?;
    let first = below.components().next()?.as_os_str().to_str()?;
    match first {
        "main.rs" | "lib.rs" => None,
        other => Some(other.trim_end_matches(".rs").to_owned()),
    }
}

fn used_rooms(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => rest,
        };
        let count = if rest.starts_with('{') { usize::MAX } else { 1 };
        let first_word = |name: &str| -> String {
            name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
        };
        used.extend(names.split(',').take(count).map(first_word).filter(|name| !name.is_empty()));
    }
    used
}
