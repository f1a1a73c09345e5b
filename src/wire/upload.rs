//! Files that are sent, moved and deleted, and their earlier versions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;
use crate::domain;

/// What is sent as `multipart/form-data`.
#[derive(Debug, ToSchema)]
pub struct UploadForm {
    /// Where to store the files, relative to the tests root; missing directories are made. Empty for the root itself.
    #[schema(required, example = "checkout")]
    pub directory: Option<String>,
    /// Python files and data files beside them. The file name of a part may be a path with slashes below `directory`.
    /// One .zip alone stands for the files in it. `files` is taken too.
    #[schema(rename = "files[]", value_type = Vec<String>, format = Binary)]
    pub files: Vec<String>,
    /// What to do where there is a file already.
    #[schema(inline, nullable = false)]
    pub on_conflict: Option<OnConflict>,
    /// Who sends them.
    #[schema(nullable = false, example = "ann")]
    pub uploaded_by: Option<String>,
}

/// What to do where there is a file already: refuse (the default) stores nothing then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    Refuse,
    Replace,
}

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Upload {
    pub items: Vec<UploadedFile>,
    /// Names of files that were left out, because no test needs them and lists do not show them: `__pycache__`, names
    /// that begin with a dot, and the like.
    pub left_out: Vec<String>,
    /// Why some files were not searched for syntax errors.
    #[schema(required)]
    pub unchecked: Option<String>,
}

/// One file that was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadedFile {
    #[schema(example = "checkout/test_cart.py")]
    pub path: String,
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Another file was there before; its content is kept.
    pub replaced: bool,
    /// It is stored all the same.
    #[schema(required)]
    pub syntax_error: Option<SyntaxError>,
}

/// What would be stored; nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UploadPreview {
    pub items: Vec<PreviewedFile>,
    /// As in `Upload`.
    pub left_out: Vec<String>,
    /// As in `Upload`.
    #[schema(required)]
    pub unchecked: Option<String>,
}

/// One file that was sent to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewedFile {
    /// Which of the files in the request it is in, from 0.
    pub part: usize,
    /// Where it would be stored; of a refused one its name, as it was sent.
    pub path: String,
    #[schema(required)]
    pub sha256: Option<String>,
    /// Bytes.
    #[schema(required)]
    pub size: Option<u64>,
    pub verdict: UploadVerdict,
    /// Why it is refused.
    #[schema(required)]
    pub reason: Option<String>,
    #[schema(required)]
    pub syntax_error: Option<SyntaxError>,
}

/// What would become of a file: `exists` when another file is in its place, `unchanged` when the same content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadVerdict {
    New,
    Exists,
    Unchanged,
    Refused,
}

/// Where a Python file cannot be compiled by the interpreter that would run it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyntaxError {
    #[schema(example = "'(' was never closed")]
    pub message: String,
    /// From 1.
    #[schema(required)]
    pub line: Option<u64>,
    /// Characters, from 1.
    #[schema(required)]
    pub column: Option<u64>,
    /// The line itself.
    #[schema(required)]
    pub text: Option<String>,
}

/// Where to move a file or directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoveTests {
    /// The new path, relative to the tests root; missing directories are made.
    #[schema(example = "checkout/test_basket.py")]
    pub path: String,
    /// Who moves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "ann")]
    pub requester: Option<String>,
}

/// What has been moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MovedTests {
    pub path: String,
    pub moved_from: String,
}

/// What has been deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeletedTests {
    /// The files; none of an empty directory.
    pub items: Vec<DeletedFile>,
}

/// A file that has been deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeletedFile {
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Of the content, which is kept; `null` when it could not be read or has more than 64 MiB.
    #[schema(required)]
    pub sha256: Option<String>,
}

/// What somebody did to a file through Proctor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileChange {
    pub id: i64,
    pub kind: FileChangeKind,
    /// Where the file is after the change; of a deleted one, where it was.
    pub path: String,
    /// Of its content after the change; of a deleted one, before.
    #[schema(required)]
    pub sha256: Option<String>,
    /// Bytes of that content.
    #[schema(required)]
    pub size: Option<i64>,
    /// Of the content that was replaced.
    #[schema(required)]
    pub replaced_sha256: Option<String>,
    #[schema(required)]
    pub moved_from: Option<String>,
    /// Who did it; `null` when nobody gave a name.
    #[schema(required)]
    pub changed_by: Option<String>,
    pub changed_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileChangeKind {
    Uploaded,
    Replaced,
    Moved,
    Deleted,
}

impl From<(i64, domain::FileChange)> for FileChange {
    fn from((id, change): (i64, domain::FileChange)) -> Self {
        Self {
            id,
            kind: change.kind.into(),
            path: change.path,
            sha256: change.sha256,
            size: change.size,
            replaced_sha256: change.replaced_sha256,
            moved_from: change.moved_from,
            changed_by: change.changed_by,
            changed_at: change.changed_at.into(),
        }
    }
}

impl From<domain::FileChangeKind> for FileChangeKind {
    fn from(kind: domain::FileChangeKind) -> Self {
        match kind {
            domain::FileChangeKind::Uploaded => Self::Uploaded,
            domain::FileChangeKind::Replaced => Self::Replaced,
            domain::FileChangeKind::Moved => Self::Moved,
            domain::FileChangeKind::Deleted => Self::Deleted,
        }
    }
}
