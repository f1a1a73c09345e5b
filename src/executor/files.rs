//! What a run sees at the path of the tests root: the snapshot that it was asked for with, and a layer of its own above it,
//! in which it may write beside the tests.

use std::path::Path;

use super::supervisor::{LivePath, Snapshot};
use super::workspace::Workspace;
use crate::actions::Claimed;
use crate::catalog::{ContentHash, HeldTree, Live, Trees};

/// The files of one run, there as long as this lives.
#[derive(Debug)]
pub enum Files {
    Kept(HeldTree),
    /// As they are, with words for whoever reads the log when that is not what was asked for.
    Live {
        notice: Option<String>,
    },
}

impl Files {
    /// Makes the tree unless another run had it before.
    pub async fn hold(data: &Path, claimed: &Claimed) -> Self {
        let Some(snapshot) = &claimed.details.snapshot else { return Self::Live { notice: None } };
        let Some(tree) = ContentHash::parse(snapshot) else { return Self::Live { notice: None } };
        let trees = Trees::of(data);
        let held = tokio::task::spawn_blocking(move || trees.hold(&tree)).await;
        match held.map_err(std::io::Error::other).flatten() {
            Ok(tree) => Self::Kept(tree),
            Err(error) => {
                Self::Live { notice: Some(format!("its files of then are not here ({error})")) }
            }
        }
    }

    /// What its first process is to put at the path of the tests root.
    pub fn snapshot(&self, workspace: &Workspace) -> Option<Snapshot> {
        let Self::Kept(tree) = self else { return None };
        let live = tree.live.iter().map(|(path, kind)| LivePath {
            path: path.clone(),
            is_directory: *kind == Live::Directory,
        });
        Some(Snapshot {
            tree: tree.root.clone(),
            own: workspace.layer.clone(),
            live: live.collect(),
        })
    }

    pub fn notice(&self) -> Option<String> {
        match self {
            Self::Kept(_) => None,
            Self::Live { notice } => notice.clone(),
        }
    }
}
