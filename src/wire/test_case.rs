//! Test cases of a run.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Label, TestOutcome, Timestamp};
use crate::domain;

/// A test case of a run that has started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TestCase {
    /// Order of execution, from 0.
    pub number: i64,
    #[schema(example = "checkout/test_cart.py::test_total[EUR]")]
    pub nodeid: String,
    pub outcome: TestOutcome,
    /// `null` of runs of earlier versions.
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    /// Milliseconds of all phases; `null` until it has ended.
    #[schema(required)]
    pub duration_ms: Option<f64>,
    pub phases: Vec<Phase>,
    /// The last line of the failure, the reason of a skip, or why it has no report.
    #[schema(required)]
    pub message: Option<String>,
    /// In pytest's words; where all threads were, if it hung or crashed its interpreter.
    #[schema(required)]
    pub traceback: Option<String>,
    /// What pytest captured, with its own titles.
    pub sections: Vec<Section>,
    /// Which lines of the run's log belong to it.
    #[schema(required)]
    pub log: Option<LogRange>,
    #[schema(required)]
    pub memory: Option<MemoryUse>,
    /// What a failure seems to be, by the results up to this run; `null` of other outcomes, and on the stream.
    #[schema(required)]
    pub label: Option<Label>,
    /// The evidence for the label, in words.
    #[schema(required, example = "it was good in run 111, the one before")]
    pub why: Option<String>,
}

/// Setup, call or teardown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Phase {
    #[schema(example = "call")]
    pub name: String,
    #[schema(example = "passed")]
    pub outcome: String,
    pub duration_ms: f64,
}

/// Captured text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Section {
    #[schema(example = "Captured log call")]
    pub name: String,
    pub text: String,
}

/// Lines of a log, counted from 1, both included; `to_line` is `null` while the test case runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogRange {
    pub from_line: i64,
    #[schema(required)]
    pub to_line: Option<i64>,
}

/// Resident memory of the interpreter that ran a test case, without that of child processes. What the kernel counts is
/// exact to some hundred KiB. Not known of tests of pytest-xdist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MemoryUse {
    /// Before its setup.
    pub before_bytes: i64,
    /// The most from its setup to its teardown.
    pub peak_bytes: i64,
    /// After its teardown.
    pub after_bytes: i64,
}

impl From<domain::TestReport> for TestCase {
    fn from(report: domain::TestReport) -> Self {
        Self {
            number: report.number,
            nodeid: report.nodeid,
            outcome: report.outcome.into(),
            started_at: report.started_at.map(Timestamp),
            duration_ms: report.duration_ms,
            phases: report.phases.into_iter().map(Phase::from).collect(),
            message: report.message,
            traceback: report.traceback,
            sections: report.sections.into_iter().map(Section::from).collect(),
            log: report.from_line.map(|from_line| LogRange { from_line, to_line: report.to_line }),
            memory: report.memory.map(|memory| MemoryUse {
                before_bytes: memory.before,
                peak_bytes: memory.peak,
                after_bytes: memory.after,
            }),
            label: None,
            why: None,
        }
    }
}

impl From<domain::PhaseReport> for Phase {
    fn from(phase: domain::PhaseReport) -> Self {
        Self { name: phase.name, outcome: phase.outcome, duration_ms: phase.duration_ms }
    }
}

impl From<domain::Section> for Section {
    fn from(section: domain::Section) -> Self {
        Self { name: section.name, text: section.text }
    }
}
