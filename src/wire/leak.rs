//! What a leak hunt found.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::leak;

/// The result of a leak hunt: a test case was repeated in one process, and memory measured after each repetition, with
/// all garbage collected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeakReport {
    #[schema(example = "leaks/test_leaking.py::test_orders_are_priced")]
    pub nodeid: String,
    pub verdict: LeakVerdict,
    /// Why, in words.
    #[schema(example = "memory grows with every iteration")]
    pub reason: String,
    /// The median of the growth between all pairs of iterations (Theil and Sen).
    #[schema(example = 141_126)]
    pub bytes_per_iteration: i64,
    /// Its lower and upper bound, with 95 % confidence.
    #[schema(example = json!([140_902, 141_312]))]
    pub interval: [i64; 2],
    /// How sure the verdict is, 0 to 1; `leak` and `clean` are given from 0.95.
    pub confidence: f64,
    /// Growth per iteration below which nothing is called a leak; the more iterations, the smaller.
    #[schema(example = 4096)]
    pub threshold_bytes: i64,
    /// Repetitions before the first that was measured.
    pub warm_up: i64,
    /// Bytes of memory that were the process's own after each iteration.
    pub iterations: Vec<i64>,
    /// Blocks that Python's allocator had given out then; all 0 where it is switched off.
    pub blocks: Vec<i64>,
    /// Bytes that malloc had given out then; all 0 where it does not tell.
    pub heap_bytes: Vec<i64>,
    /// What found the sites: `memray`, `tracemalloc`, or `null` when nothing was traced.
    #[schema(required)]
    pub traced_by: Option<String>,
    /// Largest first, at most 50; empty when the verdict is `clean`.
    pub sites: Vec<LeakSite>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeakVerdict {
    /// Memory grows by more than the threshold with every iteration.
    Leak,
    /// It does not.
    Clean,
    /// The measurements do not tell; the reason says why.
    Unclear,
}

/// A line of code whose allocations stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeakSite {
    /// Relative to the tests root, or absolute outside of it.
    #[schema(example = "leaks/test_leaking.py")]
    pub file: String,
    pub line: i64,
    /// Bytes per iteration that stay.
    pub bytes: i64,
    /// Allocations per iteration that stay.
    pub count: i64,
    /// The nearest line below the tests root that led there; `null` when the site is there itself.
    #[schema(required)]
    pub called_from: Option<LeakLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeakLine {
    pub file: String,
    pub line: i64,
}

impl From<leak::LeakReport> for LeakReport {
    fn from(report: leak::LeakReport) -> Self {
        Self {
            nodeid: report.nodeid,
            verdict: match report.verdict {
                leak::LeakVerdict::Leak => LeakVerdict::Leak,
                leak::LeakVerdict::Clean => LeakVerdict::Clean,
                leak::LeakVerdict::Unclear => LeakVerdict::Unclear,
            },
            reason: report.reason,
            bytes_per_iteration: report.bytes_per_iteration,
            interval: report.interval,
            confidence: report.confidence,
            threshold_bytes: report.threshold_bytes,
            warm_up: report.warm_up,
            iterations: report.iterations,
            blocks: report.blocks,
            heap_bytes: report.heap_bytes,
            traced_by: report.traced_by,
            sites: report.sites.into_iter().map(LeakSite::from).collect(),
        }
    }
}

impl From<leak::LeakSite> for LeakSite {
    fn from(site: leak::LeakSite) -> Self {
        let leak::LeakSite { file, line, bytes, count, called_from } = site;
        let called_from = called_from.map(|from| LeakLine { file: from.file, line: from.line });
        Self { file, line, bytes, count, called_from }
    }
}
