//! What a server offers and takes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a client may choose from on this server, and how much it may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    pub version: String,
    /// Names for `options.interpreter`; a run that names none has the server's own.
    #[schema(example = json!(["3.11", "3.13"]))]
    pub interpreters: Vec<String>,
    pub limits: SentLimits,
}

/// The most that is taken, by the names that the limits have in the server's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SentLimits {
    /// Bytes of a JSON body.
    pub body_bytes: usize,
    /// Characters of a user name.
    pub requester_characters: usize,
    /// Characters of the name of a plan, a template or an environment.
    pub name_characters: usize,
    /// Bytes of a description.
    pub description_bytes: usize,
    /// Bytes of a note or a reason.
    pub note_bytes: usize,
    /// Targets of a run together with those of its plans and its template.
    pub targets: usize,
    /// Environment variables of a run together with those of its template.
    pub variables: usize,
    /// Bytes of the value of one of them.
    pub variable_bytes: usize,
    /// Test plans that a run or a template names.
    pub plans: usize,
    /// Parameters of a template.
    pub parameters: usize,
    /// Choices of a parameter.
    pub choices: usize,
    /// Bytes of one choice.
    pub choice_bytes: usize,
    /// Labels of an environment.
    pub labels: usize,
    /// Bytes of one of them.
    pub label_bytes: usize,
    /// Comments on one run.
    pub comments: i64,
    /// Bytes of the files of one upload together.
    pub upload_bytes: u64,
    pub upload_files: usize,
    /// The longest that a person may keep an environment.
    pub reservation_days: u64,
}
