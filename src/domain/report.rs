//! What is known of one test case of a run.

use super::{Millis, TestOutcome};

/// One started test case; `number` counts from 0 in the order of execution.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    pub number: i64,
    pub nodeid: String,
    pub outcome: TestOutcome,
    pub started_at: Option<Millis>,
    pub duration_ms: Option<f64>,
    pub message: Option<String>,
    pub traceback: Option<String>,
    pub phases: Vec<PhaseReport>,
    pub sections: Vec<Section>,
    /// First and last line of the log that belong to it, counted from 1; no last line while it runs.
    pub from_line: Option<i64>,
    pub to_line: Option<i64>,
    pub memory: Option<MemoryUse>,
    /// The first 64 bits of the SHA-256 of its file; `None` when that is not known.
    pub file_key: Option<i64>,
}

/// Resident bytes of the interpreter: before a test case, at most during it, and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryUse {
    pub before: i64,
    pub peak: i64,
    pub after: i64,
}

/// Setup, call or teardown of a test case.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PhaseReport {
    pub name: String,
    pub outcome: String,
    pub duration_ms: f64,
}

/// Captured text with pytest's own title, for example "Captured log call".
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Section {
    pub name: String,
    pub text: String,
}
