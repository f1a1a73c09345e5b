//! A run and its reruns.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Run, TestOutcome};

/// A run, all of its reruns and theirs, and what became of what failed in the first one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RerunChain {
    /// Oldest first: each is a rerun of one before it. At most 50.
    pub runs: Vec<Run>,
    /// Test cases that failed, broke or were lost in the first run, in its order.
    pub items: Vec<ChainItem>,
}

/// A test case that failed in the first run of a chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChainItem {
    pub nodeid: String,
    /// In the order of the runs; `null` where it was not run.
    pub outcomes: Vec<Option<TestOutcome>>,
    pub became: Became,
}

/// What the newest result of a test case says that failed in the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// Good in the newest run that ran it.
    Fixed,
    /// Bad there too.
    Failing,
    /// No other run of the chain has a result of it yet.
    NotRerun,
}
