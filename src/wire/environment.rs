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
    /// Who has it now: the run that is running there, else the person who has reserved it.
    #[schema(required)]
    pub holder: Option<Holder>,
    /// Who keeps it, also while a run is running there.
    #[schema(required)]
    pub reservation: Option<Reservation>,
    pub queue: Queue,
    /// Variables that every run in it sees; a value of `null` is secret.
    pub variables: BTreeMap<String, Option<String>>,
    /// Which network the tests have in it where neither run nor template says so: `machine`, or `none` but a loopback
    /// device of their own.
    #[schema(example = "machine")]
    pub network: String,
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

/// A person keeps an environment: until then only this person's runs start there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reservation {
    pub person: String,
    /// `null`: it begins when the present run has ended.
    #[schema(required)]
    pub since: Option<Timestamp>,
    pub until: Timestamp,
    pub reason: String,
}

/// An environment that is gone, as the stream tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnvironmentGone {
    pub id: i64,
    /// Always `true`.
    pub deleted: bool,
}

/// An environment to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({"name": "staging", "labels": ["gpu"], "variables": {"URL": "https://staging.test"}}))]
pub struct NewEnvironment {
    /// From 1 to 1,000,000; the next free number when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub id: Option<i64>,
    #[serde(flatten)]
    pub values: EnvironmentChanges,
}

/// What is to be different in an environment; what is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnvironmentChanges {
    /// `env-` and the number when a new one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
    /// Its length is counted in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4096)]
    pub description: Option<String>,
    /// All labels, each of letters, digits and `-` `_` `.` `:`; how long one may be is in `GET /settings`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    pub labels: Option<Vec<String>>,
    /// All variables; what is left out is gone. A text is a value that everybody may read; `{"value": …, "secret": true}`
    /// is never read back and masked wherever a run shows it; `null` leaves the value as it is, also a secret one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<BTreeMap<String, NewVariable>>,
    /// `machine`, as of a new one that says nothing, or `none`: the tests of runs and templates that say nothing
    /// themselves reach nothing but a loopback device of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "none")]
    pub network: Option<String>,
    /// `enabled` or `maintenance`, the latter with a reason: then a run that is running goes on, and nothing new starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "maintenance")]
    pub state: Option<String>,
    /// Why it is in maintenance. Its length is counted in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4096)]
    pub reason: Option<String>,
}

/// A variable that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum NewVariable {
    Open(String),
    Marked {
        value: String,
        /// Then the value has at least 4 bytes, or masking it would hide everything.
        #[serde(default)]
        secret: bool,
    },
    /// `null`: as it is.
    Kept,
}

/// A reservation that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReservation {
    /// Who wants it.
    #[schema(min_length = 1, max_length = 128, example = "ann")]
    pub person: String,
    /// How many days that may be from now is in `GET /settings`.
    pub until: Timestamp,
    /// Its length is counted in bytes.
    #[schema(min_length = 1, max_length = 4096, example = "hunting a leak")]
    pub reason: String,
    /// While somebody else's run is running there: begin when it has ended, before everybody who is queued.
    #[serde(default)]
    pub after_present_run: bool,
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
        let running = environment.holder.map(Holder::from);
        let kept = environment.reservation.as_ref().and_then(Holder::of_person);
        Self {
            id: environment.id.0,
            name: environment.name,
            description: environment.description,
            labels: environment.labels,
            state,
            maintenance: environment.maintenance,
            holder: running.or(kept),
            reservation: environment.reservation.map(Reservation::from),
            queue: Queue {
                length: environment.queue.len(),
                runs: environment.queue.into_iter().map(|run| run.0).collect(),
            },
            variables: environment.variables.into_iter().map(without_secret).collect(),
            network: environment.network.as_str().to_owned(),
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

impl Holder {
    /// `None`: the reservation has not begun.
    fn of_person(reservation: &domain::Reservation) -> Option<Self> {
        Some(Self {
            run_id: None,
            person: Some(reservation.person.clone()),
            since: reservation.since?.into(),
            until: Some(reservation.until.into()),
            reason: Some(reservation.reason.clone()),
        })
    }
}

impl From<domain::Reservation> for Reservation {
    fn from(reservation: domain::Reservation) -> Self {
        Self {
            person: reservation.person,
            since: reservation.since.map(Timestamp),
            until: reservation.until.into(),
            reason: reservation.reason,
        }
    }
}
