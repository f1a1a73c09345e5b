//! `proctor tests list`

use crate::cli::client::Client;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::run::{patiently, print, print_json};
use crate::cli::words;
use crate::domain::Millis;
use crate::wire::Tree;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directory relative to the tests root [default: the root itself]
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Search at any depth for names that contain this text
    #[arg(short = 'q', long = "search", value_name = "TEXT")]
    search: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn list(client: &Client, args: &Args) -> Result<Exit, CliError> {
    let given = [("path", &args.path), ("q", &args.search)];
    let query: Vec<_> =
        given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
    let tree = patiently(|| client.tests_root(&query))?;
    if args.json {
        print_json(&tree)?;
    } else {
        print(table(&tree, words::now()).as_bytes())?;
    }
    Ok(Exit::Done)
}

/// Directories, then files, each by the path that a run can be asked for with.
fn table(tree: &Tree, now: Millis) -> String {
    let directories =
        tree.directories.iter().map(|one| [String::new(), String::new(), format!("{}/", one.path)]);
    let files = tree
        .files
        .iter()
        .map(|one| [words::size(one.size), words::ago(one.modified_at.0, now), one.path.clone()]);
    let head = ["SIZE".to_owned(), "CHANGED".to_owned(), "PATH".to_owned()];
    let rows: Vec<_> = std::iter::once(head).chain(directories).chain(files).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let (size, changed) = (width(0), width(1));
    let mut text: String = rows
        .iter()
        .map(|row| format!("{:>size$}  {:<changed$}  {}\n", row[0], row[1], row[2]))
        .collect();
    if tree.more {
        text.push_str("… and more; name a directory or search with -q\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Directory, File, Timestamp};

    #[test]
    fn a_table_lines_up() {
        let file = |path: &str, size| File {
            path: path.to_owned(),
            name: path.to_owned(),
            size,
            modified_at: Timestamp(Millis(0)),
            sha256: None,
        };
        let tree = Tree {
            path: String::new(),
            directories: vec![Directory { path: "api".into(), name: "api".into() }],
            files: vec![file("test_a.py", 21), file("data.bin", 3_670_016)],
            more: true,
        };
        insta::assert_snapshot!(table(&tree, Millis(60_000)), @"
           SIZE  CHANGED    PATH
                            api/
           21 B  1 min ago  test_a.py
        3.5 MiB  1 min ago  data.bin
        … and more; name a directory or search with -q
        ");
    }
}
