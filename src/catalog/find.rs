//! Finds files and directories by name in the whole tests root.

use std::collections::HashSet;

use super::beneath::{Entry, Root};
use super::tree::is_hidden;
use super::{Catalog, Level, TestPath};

/// Entries looked at in one search.
const LOOKED_AT: usize = 200_000;
/// Directories within directories.
const DEEPEST: usize = 64;

impl Catalog {
    /// Everything whose name contains `text`, or whose path does when `text` has a slash; capitals do not matter. At most
    /// `limit` entries: names that begin with `text` first, then by path.
    #[must_use]
    pub fn find(&self, text: &str, limit: usize) -> Level {
        let wanted = text.to_lowercase();
        let mut found = Vec::new();
        let walked_all = walk(&self.root, LOOKED_AT, |path, _| {
            if let Some(rank) = rank(path, &wanted) {
                found.push((rank, path.clone()));
            }
        });
        found.sort_unstable();
        let truncated = found.len() > limit || walked_all == Walked::Part;
        found.truncate(limit);
        let mut level =
            Level { path: TestPath::root(), directories: Vec::new(), files: Vec::new(), truncated };
        for (_, path) in found {
            self.add(&mut level, path);
        }
        level
    }
}

/// 0: the name begins with it; 1: it is somewhere else.
fn rank(path: &TestPath, wanted: &str) -> Option<u8> {
    let name = path.name().to_lowercase();
    let is_inside = if wanted.contains('/') {
        path.as_str().to_lowercase().contains(wanted)
    } else {
        name.contains(wanted)
    };
    is_inside.then(|| u8::from(!name.starts_with(wanted)))
}

/// How far a walk came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Walked {
    All,
    Part,
}

/// Shows `see` every file and directory that lists show, each directory once, by whichever link it is reached first;
/// stops after `most` entries.
pub(super) fn walk(root: &Root, most: usize, mut see: impl FnMut(&TestPath, &Entry)) -> Walked {
    let mut left = most;
    let root_itself = root.look(&TestPath::root()).map(|entry| entry.identity());
    let mut visited: HashSet<_> = root_itself.into_iter().collect();
    let mut waiting = vec![(TestPath::root(), 0)];
    while let Some((directory, depth)) = waiting.pop() {
        let mut names = root.names(&directory).unwrap_or_default();
        if depth > 0 && names.iter().any(|name| name == "pyvenv.cfg") {
            continue;
        }
        names.sort_unstable();
        let mut below = Vec::new();
        for name in names.iter().filter(|name| !is_hidden(name)) {
            let path = directory.join(name);
            let Ok(entry) = root.look(&path) else { continue };
            if left == 0 {
                return Walked::Part;
            }
            left -= 1;
            if entry.is_directory() {
                if depth < DEEPEST && visited.insert(entry.identity()) {
                    below.push((path.clone(), depth + 1));
                } else {
                    continue;
                }
            } else if !entry.is_file() {
                continue;
            }
            see(&path, &entry);
        }
        waiting.extend(below.into_iter().rev());
    }
    Walked::All
}
