//! Finds files and directories by name in the whole tests root.

use std::collections::HashSet;

use super::beneath::{Hint, Root};
use super::tree::is_hidden;
use super::{Catalog, Level, TestPath};

/// Entries looked at in one search.
pub(super) const LOOKED_AT: usize = 200_000;
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

/// Shows `see` every file and directory that lists show, and which of the two it is, each directory once, by whichever
/// link it is reached first; stops after `most` entries.
pub(super) fn walk(root: &Root, most: usize, see: impl FnMut(&TestPath, Hint)) -> Walked {
    walk_below(root, TestPath::root(), most, see)
}

/// The same of what is below a directory.
pub(super) fn walk_below(
    root: &Root,
    start: TestPath,
    most: usize,
    mut see: impl FnMut(&TestPath, Hint),
) -> Walked {
    let mut left = most;
    let mut visited = HashSet::new();
    let mut waiting = vec![(start, 0)];
    while let Some((directory, depth)) = waiting.pop() {
        let is_new = root.look(&directory).is_ok_and(|entry| visited.insert(entry.identity()));
        let mut names = if is_new { root.names(&directory).unwrap_or_default() } else { continue };
        if depth > 0 && names.iter().any(|(name, _)| name == "pyvenv.cfg") {
            continue;
        }
        if depth > 0 {
            see(&directory, Hint::Directory);
        }
        names.sort_unstable();
        let mut below = Vec::new();
        for (name, hint) in names.iter().filter(|(name, _)| !is_hidden(name)) {
            if left == 0 {
                return Walked::Part;
            }
            left -= 1;
            let path = directory.join(name);
            match what_it_is(root, &path, *hint) {
                Hint::File => see(&path, Hint::File),
                Hint::Directory if depth < DEEPEST => below.push((path, depth + 1)),
                _ => {}
            }
        }
        waiting.extend(below.into_iter().rev());
    }
    Walked::All
}

/// Looks only where the directory does not say it: a look at each of 50,000 files takes half a second.
fn what_it_is(root: &Root, path: &TestPath, hint: Hint) -> Hint {
    if hint != Hint::Unknown {
        return hint;
    }
    match root.look(path) {
        Ok(entry) if entry.is_file() => Hint::File,
        Ok(entry) if entry.is_directory() => Hint::Directory,
        _ => Hint::Other,
    }
}
