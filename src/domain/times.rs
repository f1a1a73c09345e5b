//! How long the tests of a file take, from what they took the last time.

use std::collections::{BTreeMap, BTreeSet};

/// What is known of the tests of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTimes {
    /// Milliseconds of each test, by the part of its nodeid behind the path.
    pub tests: BTreeMap<String, i64>,
    /// Whether these are all of them.
    pub is_whole: bool,
}

/// A nodeid, or a target, as its path and what stands behind the first `::`. Parameters begin at the first `[`, and `::`
/// within them separates nothing.
pub fn split_nodeid(nodeid: &str) -> (&str, Option<&str>) {
    let names = nodeid.split('[').next().unwrap_or(nodeid);
    match names.find("::") {
        Some(at) => (&nodeid[..at], Some(&nodeid[at + 2..])),
        None => (nodeid, None),
    }
}

impl FileTimes {
    /// What was seen now counts more than what was known. When everything was seen, what was not is no test any more.
    pub fn learn(&mut self, seen: BTreeMap<String, i64>, extent: Extent) {
        match extent {
            Extent::Whole => *self = Self { tests: seen, is_whole: true },
            Extent::Part => self.tests.extend(seen),
        }
    }

    /// Of the whole file, or of what has these names in it: classes, tests, tests with parameters. `None` when that is
    /// not known.
    pub fn of(&self, nodes: Option<&[String]>) -> Option<i64> {
        let Some(nodes) = nodes else {
            return self.is_whole.then(|| self.tests.values().sum());
        };
        let is_known = |node: &String| self.tests.keys().any(|test| is_in(test, node));
        let is_wanted = |test: &str| nodes.iter().any(|node| is_in(test, node));
        let wanted = self.tests.iter().filter(|(test, _)| is_wanted(test)).map(|(_, ms)| ms);
        nodes.iter().all(is_known).then(|| wanted.sum())
    }
}

/// Whether a test is what a node names, or a part of it.
pub fn is_in(test: &str, node: &str) -> bool {
    let rest = test.strip_prefix(node);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::") || rest.starts_with('['))
}

/// How much of a file a run saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    Part,
}

impl Extent {
    /// Whether all of the file at `path` is among these targets.
    pub fn of(path: &str, targets: &[String]) -> Self {
        let targets: BTreeSet<&str> = targets.iter().map(String::as_str).collect();
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        let is_named = above.chain([path, "."]).any(|place| targets.contains(place));
        if is_named { Self::Whole } else { Self::Part }
    }
}

/// The middle one, which a single odd value does not move.
pub fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tests(pairs: &[(&str, i64)]) -> BTreeMap<String, i64> {
        pairs.iter().map(|(test, ms)| ((*test).to_owned(), *ms)).collect()
    }

    #[test]
    fn a_nodeid_is_split_as_pytest_means_it() {
        assert_eq!(split_nodeid("a/b.py"), ("a/b.py", None));
        assert_eq!(split_nodeid("a/b.py::C::t[x::y]"), ("a/b.py", Some("C::t[x::y]")));
        assert_eq!(split_nodeid("b.py::t[é[::]"), ("b.py", Some("t[é[::]")));
    }

    #[test]
    fn a_part_of_a_file_takes_as_long_as_its_tests() {
        let all = tests(&[("C::a", 10), ("C::b[1]", 20), ("C::b[2]", 30), ("Cx::a", 1000)]);
        let mut times = FileTimes { tests: all, is_whole: true };
        let of = |times: &FileTimes, nodes: &[&str]| {
            let nodes: Vec<String> = nodes.iter().map(ToString::to_string).collect();
            times.of(Some(&nodes))
        };
        assert_eq!(times.of(None), Some(1060));
        assert_eq!(of(&times, &["C"]), Some(60));
        assert_eq!(of(&times, &["C::b", "C::b[1]", "C::a"]), Some(60));
        assert_eq!(of(&times, &["C::b[2]"]), Some(30));
        assert_eq!(of(&times, &["C::c", "C"]), None);
        times.is_whole = false;
        assert_eq!((times.of(None), of(&times, &["Cx"])), (None, Some(1000)));
    }

    #[test]
    fn a_whole_file_forgets_tests_that_are_gone_and_a_part_does_not() {
        let mut known = FileTimes::default();
        known.learn(tests(&[("a", 1), ("b", 2)]), Extent::Part);
        known.learn(tests(&[("a", 5)]), Extent::Part);
        assert_eq!(known, FileTimes { tests: tests(&[("a", 5), ("b", 2)]), is_whole: false });
        known.learn(tests(&[("a", 7)]), Extent::Whole);
        known.learn(tests(&[("a", 8)]), Extent::Part);
        assert_eq!(known, FileTimes { tests: tests(&[("a", 8)]), is_whole: true });
    }

    #[test]
    fn a_file_is_seen_whole_when_it_or_a_directory_above_is_a_target() {
        let extent = |target: &str| Extent::of("a/b/c.py", &[target.to_owned()]);
        for whole in [".", "a", "a/b", "a/b/c.py"] {
            assert_eq!(extent(whole), Extent::Whole, "{whole}");
        }
        for part in ["a/b/c.py::t", "b", "a/b/c", "a/"] {
            assert_eq!(extent(part), Extent::Part, "{part}");
        }
    }
}
