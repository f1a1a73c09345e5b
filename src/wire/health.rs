//! Whether the server is of use.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a server needs to do its work, and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    pub ready: bool,
    pub version: String,
    pub checks: Vec<Check>,
}

/// One thing that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Check {
    #[schema(example = "database")]
    pub name: String,
    pub ok: bool,
    /// What is, and what to do.
    #[schema(required)]
    pub detail: Option<String>,
}
