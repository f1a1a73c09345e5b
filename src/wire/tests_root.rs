//! What there is to select below the tests root.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;

/// A directory below the tests root with what is in it, or what a search found in it at any depth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tree {
    /// Relative to the tests root; empty for the root itself.
    #[schema(example = "checkout")]
    pub path: String,
    pub directories: Vec<Directory>,
    pub files: Vec<File>,
    /// More was found than is listed: narrow the search.
    pub more: bool,
}

/// A directory below the tests root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Directory {
    pub path: String,
    pub name: String,
}

/// A file below the tests root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct File {
    #[schema(example = "checkout/test_cart.py")]
    pub path: String,
    #[schema(example = "test_cart.py")]
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub modified_at: Timestamp,
    /// `null` when the file could not be read.
    #[schema(required)]
    pub sha256: Option<String>,
}

/// The test cases of a file, as pytest collects them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cases {
    pub items: Vec<Case>,
    /// What pytest said when the file could not be collected.
    #[schema(required)]
    pub error: Option<String>,
}

/// One test case of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Case {
    pub nodeid: String,
    /// Where it begins in the file, from 1.
    #[schema(required)]
    pub line: Option<u64>,
}
