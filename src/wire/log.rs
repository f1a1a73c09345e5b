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
    /// When its beginning was printed.
    pub at: Timestamp,
    /// Without its newline, with its ANSI colour codes and no other terminal control; at most 64 KiB, then it says so.
    pub text: String,
}

/// Where a text or pattern is in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LogMatches {
    /// Lines that match, as far as the search came in its time.
    pub count: u64,
    /// Their numbers, in order, from 1.
    pub lines: Vec<u64>,
    /// More lines match than are listed, or may match because time was up.
    pub more: bool,
    /// Nothing will be added to the log any more.
    pub complete: bool,
}
