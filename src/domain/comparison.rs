//! The same test cases in several runs: what the later runs changed.

use std::collections::BTreeMap;

use super::TestOutcome;

/// A test case counts as slower when it took this many times as long …
const SLOWER: f64 = 2.0;
/// … and this many milliseconds longer, since quick ones vary much.
const SLOWER_MS: f64 = 100.0;

/// How a test case ended in one of the compared runs, and how long it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseOutcome {
    pub outcome: TestOutcome,
    pub duration_ms: Option<f64>,
}

/// From the first of the compared runs to the last; the order is that of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    NewlyFailing,
    StillFailing,
    Missing,
    Fixed,
    Slower,
    Same,
}

impl Change {
    pub const ALL: [Change; 6] = [
        Change::NewlyFailing,
        Change::StillFailing,
        Change::Missing,
        Change::Fixed,
        Change::Slower,
        Change::Same,
    ];
}

/// One test case in all compared runs; `None` where it was not run.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub nodeid: String,
    pub results: Vec<Option<CaseOutcome>>,
    pub change: Change,
}

/// Compares what each run has, most interesting first, then by name.
pub fn compare(runs: Vec<BTreeMap<String, CaseOutcome>>) -> Vec<Compared> {
    let count = runs.len();
    let mut by_name: BTreeMap<String, Vec<Option<CaseOutcome>>> = BTreeMap::new();
    for (place, run) in runs.into_iter().enumerate() {
        for (nodeid, result) in run {
            by_name.entry(nodeid).or_insert_with(|| vec![None; count])[place] = Some(result);
        }
    }
    let compared = by_name.into_iter().map(|(nodeid, results)| {
        let change = change(&results);
        Compared { nodeid, results, change }
    });
    let mut compared: Vec<_> = compared.collect();
    // Stable: names stay in order.
    compared.sort_by_key(|one| one.change);
    compared
}

fn change(results: &[Option<CaseOutcome>]) -> Change {
    let first = results.first().copied().flatten();
    let Some(last) = results.last().copied().flatten() else { return Change::Missing };
    match (first.is_some_and(is_bad), is_bad(last)) {
        (false, true) => Change::NewlyFailing,
        (true, true) => Change::StillFailing,
        (true, false) => Change::Fixed,
        (false, false) if first.is_some_and(|first| is_slower(first, last)) => Change::Slower,
        (false, false) => Change::Same,
    }
}

fn is_bad(result: CaseOutcome) -> bool {
    matches!(result.outcome, TestOutcome::Failed | TestOutcome::Error | TestOutcome::Lost)
}

fn is_slower(first: CaseOutcome, last: CaseOutcome) -> bool {
    let (Some(before), Some(after)) = (first.duration_ms, last.duration_ms) else { return false };
    after >= before * SLOWER && after - before >= SLOWER_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(outcome: TestOutcome, duration_ms: f64) -> CaseOutcome {
        CaseOutcome { outcome, duration_ms: Some(duration_ms) }
    }

    #[test]
    fn the_first_run_is_compared_with_the_last() {
        use TestOutcome::{Failed, Passed, Skipped};
        for (first, last, expected) in [
            (Some((Passed, 1.0)), Some((Failed, 1.0)), Change::NewlyFailing),
            (None, Some((Failed, 1.0)), Change::NewlyFailing),
            (Some((Failed, 1.0)), Some((Failed, 1.0)), Change::StillFailing),
            (Some((Failed, 1.0)), Some((Skipped, 1.0)), Change::Fixed),
            (Some((Passed, 1.0)), None, Change::Missing),
            (Some((Passed, 100.0)), Some((Passed, 200.0)), Change::Slower),
            (Some((Passed, 100.0)), Some((Passed, 199.9)), Change::Same),
            (Some((Passed, 1.0)), Some((Passed, 100.9)), Change::Same),
            (None, Some((Passed, 900.0)), Change::Same),
        ] {
            let run = |one: Option<(_, _)>| {
                let named = one.map(|(outcome, ms)| ("test".to_owned(), result(outcome, ms)));
                named.into_iter().collect::<BTreeMap<_, _>>()
            };
            let between = run(Some((Passed, 5.0)));
            let compared = compare(vec![run(first), between, run(last)]);
            assert_eq!(compared[0].change, expected, "{first:?} {last:?}");
            assert_eq!(compared[0].results.len(), 3);
        }
    }

    #[test]
    fn what_failed_newly_comes_first_and_names_stay_in_order() {
        let run = |outcomes: [TestOutcome; 3]| {
            let names = ["c", "a", "b"].map(str::to_owned);
            let results = outcomes.map(|outcome| result(outcome, 1.0));
            names.into_iter().zip(results).collect::<BTreeMap<_, _>>()
        };
        let compared = compare(vec![
            run([TestOutcome::Passed; 3]),
            run([TestOutcome::Failed, TestOutcome::Passed, TestOutcome::Passed]),
        ]);
        let names: Vec<_> = compared.iter().map(|one| one.nodeid.as_str()).collect();
        assert_eq!(names, ["c", "a", "b"]);
    }
}
