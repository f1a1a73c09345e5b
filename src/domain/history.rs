//! What earlier runs tell about a test case: how reliable it is, and whose fault its last failure seems to be.

use std::collections::BTreeMap;

use super::{EnvironmentId, Millis, RunId, TestOutcome};

/// Flips between good and bad, with nothing changed, from which on a test case counts as flaky: one may be a repair.
const FLIPS: usize = 2;
/// Failures in one environment, and results elsewhere, from which on the environment is suspected.
const EVIDENCE: usize = 2;

/// How a test case ended in one run.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    pub run: RunId,
    pub environment: EnvironmentId,
    pub outcome: TestOutcome,
    /// When its run ended.
    pub at: Millis,
    pub duration_ms: Option<f64>,
    /// Of the file as it ran, at least the first 16 digits.
    pub sha256: Option<String>,
}

/// What the newest result seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    Passing,
    /// Good and bad by turns with nothing changed.
    Flaky,
    /// Bad only here.
    Environment,
    /// Bad since this run.
    New,
    /// Bad for several runs.
    KnownFailing,
}

/// What the results of a test case say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Share of the results that differ from the one before, of the same file in the same environment; 0 to 1.
    pub flake_rate: f64,
    /// How many of them differ so.
    pub flips: usize,
    /// `None` without a result that is good or bad.
    pub label: Option<Label>,
    /// The evidence, in words.
    pub why: String,
    /// Of the failures in a row up to the newest result, the first.
    pub first_failing: Option<RunId>,
}

/// Skipped test cases say neither, and those that still run not yet.
pub fn is_good(outcome: TestOutcome) -> Option<bool> {
    match outcome {
        TestOutcome::Passed | TestOutcome::Xfailed | TestOutcome::Xpassed => Some(true),
        TestOutcome::Failed | TestOutcome::Error | TestOutcome::Lost => Some(false),
        TestOutcome::Skipped | TestOutcome::Running => None,
    }
}

impl Reliability {
    /// `results` are of one test case, newest first.
    pub fn of(results: &[TestResult]) -> Self {
        let results: Vec<_> = results.iter().filter_map(Judged::of).collect();
        let Some(newest) = results.first() else {
            return Self {
                flake_rate: 0.0,
                flips: 0,
                label: None,
                why: "it has no result yet".to_owned(),
                first_failing: None,
            };
        };
        let flips = Flips::count(&results);
        let streak = results.iter().take_while(|one| !one.good).collect::<Vec<_>>();
        let (label, why) = judge(&results, *newest, &flips, &streak);
        Self {
            flake_rate: flips.rate(),
            flips: flips.changed,
            label: Some(label),
            why,
            first_failing: streak.last().map(|one| one.result.run),
        }
    }
}

/// A result that is good or bad.
#[derive(Clone, Copy)]
struct Judged<'a> {
    result: &'a TestResult,
    good: bool,
}

impl<'a> Judged<'a> {
    fn of(result: &'a TestResult) -> Option<Self> {
        is_good(result.outcome).map(|good| Self { result, good })
    }
}

fn judge(results: &[Judged], newest: Judged, flips: &Flips, streak: &[&Judged]) -> (Label, String) {
    if flips.changed >= FLIPS {
        let why = format!(
            "{} of {} results differ from the one before, of the same file in the same environment",
            flips.changed, flips.pairs
        );
        return (Label::Flaky, why);
    }
    if newest.good {
        let good = results.iter().take_while(|one| one.good).count();
        return (Label::Passing, format!("the last {good} of {} results are good", results.len()));
    }
    if let Some(why) = only_there(results, newest.result.environment) {
        return (Label::Environment, why);
    }
    let first = streak.last().map_or(newest.result.run, |one| one.result.run);
    match streak.len() {
        1 if results.len() == 1 => (Label::New, "this is its first result".to_owned()),
        1 => (Label::New, format!("it was good in run {}, the one before", results[1].result.run)),
        many => (Label::KnownFailing, format!("it has failed {many} times since run {first}")),
    }
}

/// Why the environment of the newest failure is suspected, if it is: each test case of the same file failed there, and
/// none elsewhere.
fn only_there(results: &[Judged], environment: EnvironmentId) -> Option<String> {
    let sha256 = &results.first()?.result.sha256;
    let same = results.iter().filter(|one| one.result.sha256 == *sha256);
    let (here, elsewhere): (Vec<&Judged>, Vec<&Judged>) =
        same.partition(|one| one.result.environment == environment);
    let bad_here = here.iter().take_while(|one| !one.good).count();
    let is_suspect =
        bad_here >= EVIDENCE && elsewhere.len() >= EVIDENCE && elsewhere.iter().all(|one| one.good);
    is_suspect.then(|| {
        format!(
            "it failed in the last {bad_here} runs in environment {environment}, and in none of {} elsewhere",
            elsewhere.len()
        )
    })
}

/// Neighbours with nothing changed between them.
struct Flips {
    pairs: usize,
    changed: usize,
}

impl Flips {
    fn count(results: &[Judged]) -> Self {
        let mut before: BTreeMap<_, bool> = BTreeMap::new();
        let mut flips = Self { pairs: 0, changed: 0 };
        for Judged { result, good } in results {
            if let Some(other) = before.insert((result.environment.0, &result.sha256), *good) {
                flips.pairs += 1;
                flips.changed += usize::from(other != *good);
            }
        }
        flips
    }

    fn rate(&self) -> f64 {
        if self.pairs == 0 { 0.0 } else { self.changed as f64 / self.pairs as f64 }
    }
}

/// The value below which `share` (0 to 1) of the durations are, by nearest rank; `None` without any.
pub fn quantile(durations: &[f64], share: f64) -> Option<f64> {
    let mut sorted = durations.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is between 0 and the number of durations"
    )]
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use TestOutcome::{Error, Failed, Passed, Skipped, Xfailed};

    use super::*;

    /// Newest first: outcome, environment, file.
    fn reliability(results: &[(TestOutcome, i64, &str)]) -> Reliability {
        let newest = i64::try_from(results.len()).unwrap();
        let results: Vec<_> = (0..)
            .zip(results)
            .map(|(age, (outcome, environment, sha256))| TestResult {
                run: RunId(newest - age),
                environment: EnvironmentId(*environment),
                outcome: *outcome,
                at: Millis(1000 - age),
                duration_ms: Some(1.0),
                sha256: Some((*sha256).to_owned()),
            })
            .collect();
        Reliability::of(&results)
    }

    #[test]
    fn labels_follow_the_evidence() {
        for (results, label, first) in [
            (vec![], None, None),
            (vec![(Skipped, 1, "a")], None, None),
            (vec![(Passed, 1, "a")], Some(Label::Passing), None),
            (vec![(Xfailed, 1, "a"), (Failed, 1, "a")], Some(Label::Passing), None),
            (vec![(Failed, 1, "a")], Some(Label::New), Some(1)),
            (vec![(Failed, 1, "b"), (Passed, 1, "a")], Some(Label::New), Some(2)),
            (
                vec![(Failed, 1, "a"), (Skipped, 1, "a"), (Passed, 1, "a")],
                Some(Label::New),
                Some(3),
            ),
            (
                vec![(Error, 1, "b"), (Failed, 2, "b"), (Passed, 1, "a")],
                Some(Label::KnownFailing),
                Some(2),
            ),
            (
                vec![(Failed, 1, "a"), (Passed, 1, "a"), (Failed, 1, "a")],
                Some(Label::Flaky),
                Some(3),
            ),
            (vec![(Passed, 1, "a"), (Failed, 1, "a"), (Passed, 1, "a")], Some(Label::Flaky), None),
            (
                vec![(Failed, 7, "a"), (Passed, 1, "a"), (Failed, 7, "a"), (Passed, 2, "a")],
                Some(Label::Environment),
                Some(4),
            ),
            // One result elsewhere is not enough, nor is one of another file.
            (
                vec![(Failed, 7, "a"), (Failed, 7, "a"), (Passed, 1, "a")],
                Some(Label::KnownFailing),
                Some(2),
            ),
            (
                vec![(Failed, 7, "b"), (Failed, 7, "b"), (Passed, 1, "a"), (Passed, 2, "a")],
                Some(Label::KnownFailing),
                Some(3),
            ),
        ] {
            let found = reliability(&results);
            assert_eq!(
                (found.label, found.first_failing.map(|run| run.0)),
                (label, first),
                "{results:?}"
            );
        }
    }

    #[test]
    fn a_change_of_the_file_or_of_the_environment_is_no_flip() {
        let rate = |results: &[_]| reliability(results).flake_rate;
        assert_eq!(rate(&[(Passed, 1, "b"), (Failed, 1, "a")]).to_string(), "0");
        assert_eq!(rate(&[(Passed, 2, "a"), (Failed, 1, "a")]).to_string(), "0");
        assert_eq!(
            rate(&[(Passed, 1, "a"), (Failed, 1, "a"), (Failed, 1, "a")]).to_string(),
            "0.5"
        );
    }

    #[test]
    fn quantiles_are_by_nearest_rank() {
        let durations = [4.0, 1.0, 3.0, 2.0];
        assert_eq!(quantile(&durations, 0.5), Some(2.0));
        assert_eq!(quantile(&durations, 0.95), Some(4.0));
        assert_eq!(quantile(&durations, 0.0), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }
}
