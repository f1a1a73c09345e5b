//! What a run printed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;

/// How much there is of a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogState {
    /// A last line without newline counts.
    pub lines: u64,
    pub bytes: u64,
    /// Nothing will be added any more.
    pub complete: bool,
}

/// Some lines of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLines {
    pub items: Vec<LogLine>,
    pub total_lines: u64,
    /// Nothing will be added any more.
    pub complete: bool,
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogLine {
    /// Counted from 1.
    pub number: u64,
    /// When it was printed.
    #[schema(required)]
    pub at: Option<Timestamp>,
    /// Without its newline, with its ANSI colour codes; bytes that are not UTF-8 are shown as U+FFFD.
    pub text: String,
}

/// Where a text or pattern is in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogMatches {
    /// Lines that match, at least: when `more` is true the search stopped early.
    pub count: u64,
    /// Their numbers, in order, from 1.
    pub lines: Vec<u64>,
    /// There are more than are listed.
    pub more: bool,
    /// Nothing will be added to the log any more.
    pub complete: bool,
}
