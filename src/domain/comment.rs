//! What somebody says about a run, or about one of its test cases.

use super::Millis;

/// At least a text or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    /// Of the test case that it is about; `None` for the whole run.
    pub nodeid: Option<String>,
    pub author: String,
    pub text: Option<String>,
    /// Of a ticket: http or https.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: i64,
    pub content: NewComment,
    pub created_at: Millis,
}
