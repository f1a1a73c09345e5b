//! Environments with what happens in them now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EnvironmentState, Timestamp};
use crate::domain;

/// An environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Environment {
    #[schema(example = 7)]
    pub id: i64,
    pub name: String,
    pub description: String,
    pub labels: Vec<String>,
    pub state: EnvironmentState,
    /// Why it takes no new runs, when it does not.
    #[schema(required)]
    pub maintenance: Option<String>,
    #[schema(required)]
    pub holder: Option<Holder>,
    pub queue: Queue,
    /// Variables that every run in it sees; a value of `null` is secret.
    pub variables: BTreeMap<String, Option<String>>,
}

/// Who has an environment: a run or a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holder {
    #[schema(required)]
    pub run_id: Option<i64>,
    #[schema(required)]
    pub person: Option<String>,
    pub since: Timestamp,
    /// A person's reservation ends then.
    #[schema(required)]
    pub until: Option<Timestamp>,
    #[schema(required)]
    pub reason: Option<String>,
}

/// The queued runs of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Queue {
    pub length: usize,
    /// First to start first.
    pub runs: Vec<i64>,
}

impl From<domain::Environment> for Environment {
    fn from(environment: domain::Environment) -> Self {
        let state = environment.state().into();
        Self {
            id: environment.id.0,
            name: environment.name,
            description: environment.description,
            labels: environment.labels,
            state,
            maintenance: environment.maintenance,
            holder: environment.holder.map(Holder::from),
            queue: Queue {
                length: environment.queue.len(),
                runs: environment.queue.into_iter().map(|run| run.0).collect(),
            },
            variables: environment.variables.into_iter().map(without_secret).collect(),
        }
    }
}

fn without_secret(
    (name, variable): (String, domain::environment::Variable),
) -> (String, Option<String>) {
    (name, (!variable.secret).then_some(variable.value))
}

impl From<domain::Holder> for Holder {
    fn from(holder: domain::Holder) -> Self {
        Self {
            run_id: Some(holder.run.0),
            person: None,
            since: holder.since.into(),
            until: None,
            reason: None,
        }
    }
}
