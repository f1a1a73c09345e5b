//! What the stream tells besides runs and environments in their list shapes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TestCase, UsageSample};

/// `event: test`: a test case of a run, as it is now. Long texts are cut, then `cut` is true and
/// `GET /runs/{id}/tests?number=` has the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TestChange {
    pub run_id: i64,
    pub cut: bool,
    #[serde(flatten)]
    pub test: TestCase,
}

/// `event: log`: how much a run has printed; the text is fetched by line numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogChange {
    pub run_id: i64,
    /// A last line without newline counts.
    pub lines: u64,
    pub bytes: u64,
    /// Nothing will be added any more.
    pub complete: bool,
}

/// `event: usage`: a new sample of what a run uses. None comes twice; `GET /runs/{id}/usage` has those of before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageChange {
    pub run_id: i64,
    #[serde(flatten)]
    pub sample: UsageSample,
}

/// `event: tests`: something below the tests root changed; fetch what is shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TestsChange {
    /// The directory whose entries changed, relative to the tests root; empty for the root itself.
    #[schema(example = "checkout")]
    pub path: String,
    /// Also what is deeper may have changed; with an empty path, look again at everything.
    pub below: bool,
}

/// `event: reset`: what came in between is not kept; the present state of every topic follows, forget the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reset {
    pub reason: String,
}
