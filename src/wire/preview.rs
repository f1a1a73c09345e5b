//! What would happen if a run were asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::run::{EnvironmentName, Progress};
use super::submit::{Labels, RunOptions};
use super::{State, Timestamp};

/// A run as it would be, joined with its plans and its template, and what would become of it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunPreview {
    pub requester: String,
    /// Where it would go now; `null` when any will do and none is free.
    #[schema(required)]
    pub environment: Option<EnvironmentName>,
    /// Set when any free environment is asked for.
    #[schema(required)]
    pub environment_any: Option<Labels>,
    /// All targets in the order in which they would run.
    pub targets: Vec<String>,
    pub plans: Vec<i64>,
    #[schema(required)]
    pub template: Option<String>,
    pub parameters: BTreeMap<String, String>,
    /// Those of the template and of the request.
    pub variables: BTreeMap<String, String>,
    pub options: RunOptions,
    #[schema(required)]
    pub note: Option<String>,
    /// Test cases; `null` when they have not been collected before. Nothing is executed to find out.
    #[schema(required, example = 332)]
    pub test_count: Option<usize>,
    /// Files with tests; `null` when they were not looked at.
    #[schema(required, example = 14)]
    pub file_count: Option<usize>,
    /// What there is to say about the count, in words: why it is not known, or how sure it is.
    #[schema(required, example = "keyword and markers choose among them")]
    pub test_count_note: Option<String>,
    /// The same as a person would type it in the tests root.
    #[schema(example = json!(["python", "-m", "pytest", "checkout/test_cart.py"]))]
    pub command: Vec<String>,
    /// What asks for the same run from a script, for a shell.
    #[schema(example = "proctor run --environment=7 --as=ann checkout/test_cart.py")]
    pub command_line: String,
    /// Place that it would have in the queue of its environment, or of those that take any with the same labels: 1 is next.
    pub position: i64,
    /// What it would wait for, in words.
    #[schema(example = "run 111 to end in environment 7")]
    pub waits_for: String,
    /// Runs of the same environment that start earlier, first to start first; at most 50 are named.
    pub ahead: Vec<i64>,
    /// The same runs, with how long they take.
    pub ahead_runs: Vec<AheadRun>,
    /// From the durations of earlier runs; `null` when there is nothing to go by, or when nobody knows what has to happen
    /// first.
    #[schema(required)]
    pub estimated_start_at: Option<Timestamp>,
    #[schema(required)]
    pub estimated_end_at: Option<Timestamp>,
    /// From start to end in milliseconds.
    #[schema(required)]
    pub estimated_duration_ms: Option<i64>,
}

/// A run that starts earlier in the same environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AheadRun {
    pub id: i64,
    pub requester: String,
    #[schema(required)]
    pub template: Option<String>,
    pub targets: Vec<String>,
    pub state: State,
    pub progress: Progress,
    /// How much longer it takes in milliseconds, once it has started; `null` when there is nothing to go by.
    #[schema(required)]
    pub left_ms: Option<i64>,
}
