//! Facts that readers of the stream are told. An event names what changed; the reader fetches its present state.

use std::collections::BTreeSet;

use super::{EnvironmentId, RunId};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    Run(RunId),
    /// A test case of a run, by its number.
    Test(RunId, i64),
    Environment(EnvironmentId),
    /// Below the tests root.
    Tests(TestsChange),
}

/// What changed below the tests root, by a path relative to it; `.` is the root itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestsChange {
    /// The entries of this directory, and maybe what they contain.
    In(String),
    /// Anything at this path and at any depth below it.
    Below(String),
}

/// Changes that are told one by one; more of them are told as one.
const MOST_TOLD: usize = 100;

impl TestsChange {
    /// Anything anywhere.
    pub fn everything() -> Self {
        Self::Below(".".to_owned())
    }

    /// So many changes that looking again at everything is less work become just that; and so do those beside it.
    pub fn few(changes: BTreeSet<Self>) -> BTreeSet<Self> {
        let all = Self::everything();
        if changes.len() > MOST_TOLD || changes.contains(&all) {
            return BTreeSet::from([all]);
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_beside_everything() {
        let changes = BTreeSet::from([TestsChange::In("api".into()), TestsChange::everything()]);
        assert_eq!(TestsChange::few(changes), BTreeSet::from([TestsChange::everything()]));
    }

    #[test]
    fn many_changes_are_told_as_one() {
        let changes = |count: usize| -> BTreeSet<_> {
            (0..count).map(|number| TestsChange::In(number.to_string())).collect()
        };
        assert_eq!(TestsChange::few(changes(100)).len(), 100);
        assert_eq!(TestsChange::few(changes(101)), BTreeSet::from([TestsChange::everything()]));
    }
}
