//! How much a run has printed.

/// Size of a captured log; a last line without newline counts as a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogSize {
    pub lines: u64,
    pub bytes: u64,
}
