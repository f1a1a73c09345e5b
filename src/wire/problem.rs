//! What is wrong with a request: problem details of RFC 9457.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error answer, `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/api/docs#invalid_body")]
    pub kind: String,
    #[schema(example = "the body has mistakes")]
    pub title: String,
    /// The HTTP status once more.
    #[schema(example = 422)]
    pub status: u16,
    /// What is, and what to do next.
    #[schema(example = "2 mistakes; nothing was stored")]
    pub detail: String,
    /// Stable, for programs.
    #[schema(example = "invalid_body")]
    pub code: String,
    /// Also in the `X-Request-Id` header and in the server's log.
    pub request_id: String,
    /// All mistakes at once.
    #[serde(default)]
    pub errors: Vec<Mistake>,
}

/// One mistake, in the body (`pointer`) or in the query (`parameter`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mistake {
    /// JSON pointer (RFC 6901) into the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/targets/0", nullable = false)]
    pub pointer: Option<String>,
    /// Name of the query parameter or header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit", nullable = false)]
    pub parameter: Option<String>,
    #[schema(example = "../secret.py leaves the tests root")]
    pub detail: String,
}
