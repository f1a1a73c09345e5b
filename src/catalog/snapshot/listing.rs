//! What a directory of a snapshot contains. Its JSON text is a blob, and the hash of that of the root names the whole tree.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalog::ContentHash;

/// One directory, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Listing(pub BTreeMap<String, Node>);

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    File(ContentHash),
    /// A file that may be executed.
    Program(ContentHash),
    Directory(ContentHash),
    /// A symbolic link and where it leads.
    Link(String),
    /// No part of the snapshot: a run sees what is there while it runs.
    Live(Live),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Live {
    File,
    Directory,
}

impl Node {
    /// The content that it is made of.
    pub fn content(&self) -> Option<ContentHash> {
        match self {
            Self::File(hash) | Self::Program(hash) | Self::Directory(hash) => Some(*hash),
            Self::Link(_) | Self::Live(_) => None,
        }
    }
}

impl Listing {
    pub fn to_text(&self) -> Vec<u8> {
        // Texts with texts as keys: nothing in them cannot be written.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Names that a snapshot leaves out: what Python leaves behind, and changes that are being made.
pub fn is_left_out(name: &str) -> bool {
    name == "__pycache__" || name == ".pytest_cache" || name.starts_with(".proctor-")
}

/// Directories that a run sees as they are: large, not written by hand, and no tests.
pub fn stays_live(name: &str) -> bool {
    let names = [".git", ".hg", ".svn", ".tox", ".nox", ".mypy_cache", ".ruff_cache"];
    names.contains(&name) || name == "node_modules"
}
