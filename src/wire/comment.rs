//! What people say about runs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;
use crate::domain;

/// A comment on a run, or on one of its test cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Comment {
    pub id: i64,
    /// `null` for the whole run.
    #[schema(required, example = "checkout/test_cart.py::test_total")]
    pub nodeid: Option<String>,
    #[schema(example = "ann")]
    pub author: String,
    #[schema(required, example = "the price list of environment 7 is of last year")]
    pub text: Option<String>,
    /// Of a ticket. Whoever shows it shows it as text: anybody may have written it.
    #[schema(required, example = "https://tickets.example.com/SHOP-112")]
    pub url: Option<String>,
    pub created_at: Timestamp,
}

/// A comment to be kept; at least `text` or `url`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"author": "ann", "text": "known since Monday", "url": "https://tickets.example.com/SHOP-112"}))]
pub struct NewComment {
    /// User name.
    #[schema(min_length = 1, max_length = 128)]
    pub author: String,
    /// Its length is counted in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 4096)]
    pub text: Option<String>,
    /// http or https, at most 2 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of a test case of the run; left out for the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodeid: Option<String>,
}

impl From<domain::Comment> for Comment {
    fn from(comment: domain::Comment) -> Self {
        let domain::NewComment { nodeid, author, text, url } = comment.content;
        let created_at = Timestamp(comment.created_at);
        Self { id: comment.id, nodeid, author, text, url, created_at }
    }
}
