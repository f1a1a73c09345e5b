//! Test cases that stand out.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;

/// The test cases that cost most attention, from runs that ended in the last days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Leaderboards {
    /// Runs that ended since then count: the beginning of a day in UTC.
    pub since: Timestamp,
    /// Most changes between good and bad first, with nothing changed. Looked for among the 50 test cases with the most
    /// results of the rarer kind, in the newest 50 results of each.
    pub flakiest: Vec<Leader>,
    /// By their mean duration.
    pub slowest: Vec<Leader>,
    /// Most failures first.
    pub failing: Vec<Leader>,
}

/// A test case and what its results add up to; skipped ones do not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Leader {
    #[schema(example = "checkout/test_cart.py::test_total")]
    pub nodeid: String,
    pub results: i64,
    /// Failed, broke or lost.
    pub failed: i64,
    /// Results that differ from the one before, of the same file in the same environment; `null` where it was not
    /// looked for.
    #[schema(required)]
    pub flips: Option<i64>,
    #[schema(required)]
    pub mean_ms: Option<f64>,
    pub longest_ms: f64,
    /// The newest run that has a result of it.
    pub last_run_id: i64,
}
