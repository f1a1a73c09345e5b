//! Which files pytest collects for targets, as far as that can be told without executing anything.

use std::collections::BTreeMap;

use super::beneath::Hint;
use super::find::{Walked, walk_below};
use super::{Catalog, Kind, Target, TestPath};

/// Entries looked at below one directory.
const LOOKED_AT: usize = 50_000;
/// Files above which the question is not answered.
const MOST_FILES: usize = 1000;
/// Where pytest may be told that test files are called otherwise.
const CONFIGURATION: [&str; 5] =
    ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"];

/// A file of which tests are selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    pub path: TestPath,
    /// Their nodeids behind the path; `None`: all of the file.
    pub nodes: Option<Vec<String>>,
}

/// What targets select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Files(Vec<Selected>),
    /// There are more files than are worth looking at.
    TooMany,
    /// The configuration of pytest says which files of a directory are tests.
    Configured,
    /// One of them does not exist any more.
    Gone,
}

impl Catalog {
    /// The files in the order of their paths.
    #[must_use]
    pub fn selected(&self, targets: &[String]) -> Selection {
        let mut files: BTreeMap<TestPath, Option<Vec<String>>> = BTreeMap::new();
        for text in targets {
            let Ok(target) = Target::parse(text) else { return Selection::Gone };
            match self.resolve(&target) {
                Ok(Kind::Directory) if self.has_own_patterns() => return Selection::Configured,
                Ok(Kind::Directory) => {
                    if !self.add_below(&target, &mut files) {
                        return Selection::TooMany;
                    }
                }
                Ok(_) => add(&target, &mut files),
                Err(_) => return Selection::Gone,
            }
            if files.len() > MOST_FILES {
                return Selection::TooMany;
            }
        }
        let selected = files.into_iter().map(|(path, nodes)| Selected { path, nodes });
        Selection::Files(selected.collect())
    }

    /// Answers whether all of the directory was looked at.
    fn add_below(
        &self,
        target: &Target,
        files: &mut BTreeMap<TestPath, Option<Vec<String>>>,
    ) -> bool {
        let directory = target.path().clone();
        let walked = walk_below(&self.root, directory, LOOKED_AT, |path, kind| {
            if kind == Hint::File && is_test_file(path.name()) {
                files.insert(path.clone(), None);
            }
        });
        walked == Walked::All
    }

    fn has_own_patterns(&self) -> bool {
        let root = TestPath::root();
        CONFIGURATION.iter().any(|name| {
            let source = self.source(&root.join(name));
            source
                .is_ok_and(|source| String::from_utf8_lossy(&source.bytes).contains("python_files"))
        })
    }
}

fn add(target: &Target, files: &mut BTreeMap<TestPath, Option<Vec<String>>>) {
    let nodes = files.entry(target.path().clone()).or_insert_with(|| Some(Vec::new()));
    match (target.node(), nodes.as_mut()) {
        (Some(node), Some(nodes)) => nodes.push(node.to_owned()),
        // All of it is more than any part.
        (None, _) => *nodes = None,
        (Some(_), None) => {}
    }
}

/// <https://docs.pytest.org/en/stable/reference/reference.html#confval-python_files>
fn is_test_file(name: &str) -> bool {
    name.strip_suffix(".py")
        .is_some_and(|stem| stem.starts_with("test_") || stem.ends_with("_test"))
}
