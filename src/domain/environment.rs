//! The shared things under test.

use std::collections::BTreeMap;

use super::{EnvironmentId, Epoch, Millis, RunId};

/// One environment with what happens in it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    pub id: EnvironmentId,
    pub name: String,
    pub description: String,
    pub labels: Vec<String>,
    pub variables: BTreeMap<String, Variable>,
    /// Why it is closed to new runs, when it is.
    pub maintenance: Option<String>,
    pub epoch: Epoch,
    pub holder: Option<Holder>,
    /// Its queued runs, first to start first.
    pub queue: Vec<RunId>,
}

/// A variable that every run in an environment sees.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Variable {
    pub value: String,
    /// Written, never read back, masked in logs.
    #[serde(default)]
    pub secret: bool,
}

/// Who has the lease of an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    pub run: RunId,
    pub since: Millis,
}

/// What the board shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentState {
    Free,
    Busy,
    Maintenance,
}

impl EnvironmentState {
    pub fn as_str(self) -> &'static str {
        match self {
            EnvironmentState::Free => "free",
            EnvironmentState::Busy => "busy",
            EnvironmentState::Maintenance => "maintenance",
        }
    }
}

impl Environment {
    pub fn state(&self) -> EnvironmentState {
        match (&self.holder, &self.maintenance) {
            (Some(_), _) => EnvironmentState::Busy,
            (None, Some(_)) => EnvironmentState::Maintenance,
            (None, None) => EnvironmentState::Free,
        }
    }
}
