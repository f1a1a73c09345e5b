//! Rules of the house that no compiler knows. Each failure says file and line.

mod rooms;
mod rules;

use std::fs;
use std::path::{Path, PathBuf};

/// One line of a source file.
struct Line {
    path: PathBuf,
    number: usize,
    text: String,
    /// Within `#[cfg(test)]`, or in a file that holds only tests.
    is_test: bool,
}

impl Line {
    fn complain(&self, about: &str) -> String {
        format!("{}:{}: {about}: {}", self.path.display(), self.number, self.text.trim())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every line of Rust below `src/`, comments left out.
fn source_lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for path in files_below(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        let path = path.strip_prefix(root()).expect("it is below the root").to_owned();
        let mut is_test = path.ends_with("tests.rs") && !path.starts_with("src/store");
        for (number, text) in (1..).zip(text.lines()) {
            is_test |= text.starts_with("#[cfg(test)]");
            if !text.trim_start().starts_with("//") {
                lines.push(Line { path: path.clone(), number, text: text.to_owned(), is_test });
            }
        }
    }
    assert!(lines.len() > 1000, "the sources were not found");
    lines
}

fn files_below(directory: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("a source directory can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn fail_if_any(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
