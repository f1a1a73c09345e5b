//! The words for where things are and how they ended.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
    Running,
    Finished,
}

/// How a finished run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Passed,
    Failed,
    Error,
    NoTests,
    TimedOut,
    Cancelled,
    Lost,
}

/// How a test case ended; `running` and `lost` are those that started and have no report yet, or never will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TestOutcome {
    Passed,
    Failed,
    Error,
    Skipped,
    Xfailed,
    Xpassed,
    Running,
    Lost,
}

/// What happens in an environment now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentState {
    Free,
    Busy,
    Reserved,
    Maintenance,
}

impl From<domain::State> for State {
    fn from(state: domain::State) -> Self {
        match state {
            domain::State::Queued => Self::Queued,
            domain::State::Running => Self::Running,
            domain::State::Finished => Self::Finished,
        }
    }
}

impl From<domain::Outcome> for Outcome {
    fn from(outcome: domain::Outcome) -> Self {
        match outcome {
            domain::Outcome::Passed => Self::Passed,
            domain::Outcome::Failed => Self::Failed,
            domain::Outcome::Error => Self::Error,
            domain::Outcome::NoTests => Self::NoTests,
            domain::Outcome::TimedOut => Self::TimedOut,
            domain::Outcome::Cancelled => Self::Cancelled,
            domain::Outcome::Lost => Self::Lost,
        }
    }
}

impl From<domain::TestOutcome> for TestOutcome {
    fn from(outcome: domain::TestOutcome) -> Self {
        match outcome {
            domain::TestOutcome::Passed => Self::Passed,
            domain::TestOutcome::Failed => Self::Failed,
            domain::TestOutcome::Error => Self::Error,
            domain::TestOutcome::Skipped => Self::Skipped,
            domain::TestOutcome::Xfailed => Self::Xfailed,
            domain::TestOutcome::Xpassed => Self::Xpassed,
            domain::TestOutcome::Running => Self::Running,
            domain::TestOutcome::Lost => Self::Lost,
        }
    }
}

impl From<domain::EnvironmentState> for EnvironmentState {
    fn from(state: domain::EnvironmentState) -> Self {
        match state {
            domain::EnvironmentState::Free => Self::Free,
            domain::EnvironmentState::Busy => Self::Busy,
            domain::EnvironmentState::Reserved => Self::Reserved,
            domain::EnvironmentState::Maintenance => Self::Maintenance,
        }
    }
}
