//! A test case over many runs, and several runs beside each other.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TestOutcome, Timestamp};
use crate::domain::comparison::{Change as DomainChange, Compared};
use crate::domain::history::{self, Label as DomainLabel};

/// How a test case ended in finished runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct History {
    #[schema(example = "checkout/test_cart.py::test_total")]
    pub nodeid: String,
    /// Newest run first.
    pub items: Vec<HistoryItem>,
    /// Opaque; `null` on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// Of the newest 50 results: the share that differs from the one before, of the same file in the same environment.
    /// 0 to 1.
    pub flake_rate: f64,
    /// What the newest result seems to be; `null` without any.
    #[schema(required)]
    pub label: Option<Label>,
    /// The evidence for the label, in words.
    #[schema(example = "it was good in run 111, the one before")]
    pub why: String,
    /// When the newest result is a failure: the first run of the failures in a row.
    #[schema(required)]
    pub first_failing_run: Option<i64>,
    /// Median of the newest 50 durations, in milliseconds.
    #[schema(required)]
    pub duration_p50_ms: Option<f64>,
    /// 95 of 100 of the newest 50 durations are not above it, in milliseconds.
    #[schema(required)]
    pub duration_p95_ms: Option<f64>,
}

/// How a test case ended in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryItem {
    pub run_id: i64,
    /// Number of the environment.
    pub environment: i64,
    pub outcome: TestOutcome,
    /// When the run ended.
    pub at: Timestamp,
    #[schema(required)]
    pub duration_ms: Option<f64>,
    /// Of the file as it ran; `null` when it is not known.
    #[schema(required)]
    pub sha256: Option<String>,
}

/// What the newest result of a test case seems to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    Passing,
    /// Good and bad by turns, with nothing changed.
    Flaky,
    /// It fails in this environment only.
    Environment,
    /// It fails since this run.
    New,
    /// It fails for several runs.
    KnownFailing,
}

/// Two to four runs beside each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// Numbers of the runs, as they were asked for.
    pub runs: Vec<i64>,
    /// Most interesting first, then by node id.
    pub items: Vec<ComparisonItem>,
    /// What was asked for differently.
    pub configuration: Vec<Difference>,
    /// Files of which not all runs had the same bytes: their SHA-256.
    pub sources: Vec<Difference>,
}

/// A test case in each of the compared runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ComparisonItem {
    pub nodeid: String,
    /// In the order of the runs; `null` where it was not run.
    pub outcomes: Vec<Option<TestOutcome>>,
    /// In milliseconds, in the order of the runs.
    pub durations_ms: Vec<Option<f64>>,
    /// From the first of the runs to the last.
    pub change: Change,
}

/// What the last of the compared runs changed since the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    NewlyFailing,
    StillFailing,
    /// Not run in the last one.
    Missing,
    Fixed,
    /// At least twice as long, and 100 ms longer.
    Slower,
    Same,
}

/// Something that is not the same in all compared runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Difference {
    #[schema(example = "variables/INTERFACE")]
    pub name: String,
    /// In the order of the runs; `null` where there is none.
    #[schema(example = json!(["REST", "SOAP"]))]
    pub values: Vec<Option<String>>,
}

impl From<history::TestResult> for HistoryItem {
    fn from(result: history::TestResult) -> Self {
        Self {
            run_id: result.run.0,
            environment: result.environment.0,
            outcome: result.outcome.into(),
            at: Timestamp(result.at),
            duration_ms: result.duration_ms,
            sha256: result.sha256,
        }
    }
}

impl From<DomainLabel> for Label {
    fn from(label: DomainLabel) -> Self {
        match label {
            DomainLabel::Passing => Self::Passing,
            DomainLabel::Flaky => Self::Flaky,
            DomainLabel::Environment => Self::Environment,
            DomainLabel::New => Self::New,
            DomainLabel::KnownFailing => Self::KnownFailing,
        }
    }
}

impl From<DomainChange> for Change {
    fn from(change: DomainChange) -> Self {
        match change {
            DomainChange::NewlyFailing => Self::NewlyFailing,
            DomainChange::StillFailing => Self::StillFailing,
            DomainChange::Missing => Self::Missing,
            DomainChange::Fixed => Self::Fixed,
            DomainChange::Slower => Self::Slower,
            DomainChange::Same => Self::Same,
        }
    }
}

impl From<Compared> for ComparisonItem {
    fn from(compared: Compared) -> Self {
        let results = &compared.results;
        Self {
            nodeid: compared.nodeid,
            outcomes: results.iter().map(|one| one.map(|one| one.outcome.into())).collect(),
            durations_ms: results.iter().map(|one| one.and_then(|one| one.duration_ms)).collect(),
            change: compared.change.into(),
        }
    }
}
