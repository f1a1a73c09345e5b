//! What somebody did to a file below the tests root through Proctor, and when. Kept for ever.

use super::Millis;

/// One line of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    pub kind: FileChangeKind,
    /// Where the file is after the change; of a deleted one, where it was.
    pub path: String,
    /// SHA-256 of its content after the change; of a deleted one, before. Absent for directories and for what is too
    /// large to be kept.
    pub sha256: Option<String>,
    /// Bytes of that content.
    pub size: Option<i64>,
    /// SHA-256 of the content that was replaced.
    pub replaced_sha256: Option<String>,
    pub moved_from: Option<String>,
    /// Absent when nobody gave a name.
    pub changed_by: Option<String>,
    pub changed_at: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChangeKind {
    Uploaded,
    Replaced,
    Moved,
    Deleted,
}
