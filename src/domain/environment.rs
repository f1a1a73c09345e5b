//! The shared things under test.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::run::Network;
use super::{EnvironmentId, Epoch, Millis, RunId};

/// One environment with what happens in it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    pub id: EnvironmentId,
    pub name: String,
    pub description: String,
    pub labels: Vec<String>,
    pub variables: BTreeMap<String, Variable>,
    /// Which network the tests have in it, where neither run nor template says otherwise.
    pub network: Network,
    /// Why it is closed to new runs, when it is.
    pub maintenance: Option<String>,
    pub epoch: Epoch,
    /// The run that is running there.
    pub holder: Option<Holder>,
    pub reservation: Option<Reservation>,
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

/// Which run has the lease of an environment.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    pub run: RunId,
    pub since: Millis,
}

/// A person keeps an environment: until then, only this person's runs start there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reservation {
    pub person: String,
    /// `None`: it begins when the present run has ended.
    pub since: Option<Millis>,
    pub until: Millis,
    pub reason: String,
}

/// An environment to be made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewEnvironment {
    /// `None`: the next number.
    pub id: Option<i64>,
    pub values: Changes,
}

/// What is to be different; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    pub name: Option<String>,
    pub description: Option<String>,
    pub labels: Option<Vec<String>>,
    /// All of them; `None` for one that stays as it is.
    pub variables: Option<BTreeMap<String, Option<Variable>>>,
    pub network: Option<Network>,
    pub service: Option<Service>,
}

/// Whether an environment takes runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Service {
    Enabled,
    Maintenance { reason: String },
}

/// What the board shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentState {
    Free,
    Busy,
    Reserved,
    Maintenance,
}

impl EnvironmentState {
    pub fn as_str(self) -> &'static str {
        match self {
            EnvironmentState::Free => "free",
            EnvironmentState::Busy => "busy",
            EnvironmentState::Reserved => "reserved",
            EnvironmentState::Maintenance => "maintenance",
        }
    }
}

impl FromStr for EnvironmentState {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, UnknownState> {
        let all = [Self::Free, Self::Busy, Self::Reserved, Self::Maintenance];
        all.into_iter()
            .find(|one| one.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no state of an environment; known are free, busy, reserved, maintenance")]
pub struct UnknownState(String);

impl Environment {
    /// A free one of which nothing is said yet.
    pub fn new(id: EnvironmentId) -> Self {
        Self {
            id,
            name: format!("env-{id}"),
            description: String::new(),
            labels: Vec::new(),
            variables: BTreeMap::new(),
            network: Network::Machine,
            maintenance: None,
            epoch: Epoch(0),
            holder: None,
            reservation: None,
            queue: Vec::new(),
        }
    }

    pub fn has_labels(&self, wanted: &[String]) -> bool {
        wanted.iter().all(|label| self.labels.contains(label))
    }

    pub fn state(&self) -> EnvironmentState {
        match (&self.holder, &self.maintenance, &self.reservation) {
            (Some(_), _, _) => EnvironmentState::Busy,
            (None, Some(_), _) => EnvironmentState::Maintenance,
            (None, None, Some(_)) => EnvironmentState::Reserved,
            (None, None, None) => EnvironmentState::Free,
        }
    }
}
