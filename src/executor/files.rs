//! What a run sees at the path of the tests root: the snapshot that it was asked for with, and a layer of its own above it,
//! in which it may write beside the tests.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::Shared;
use super::supervisor::{LivePath, Snapshot};
use super::workspace::Workspace;
use crate::catalog::{Compilable, Compiled, ContentHash, HeldTree, Live, Trees, compiled_by_run};
use crate::depot::Depot;
use crate::domain::verdict::Stopped;

/// After they could not be had.
const AGAIN: Duration = Duration::from_secs(1);

/// Of a tree: what would be found compiled by the next run.
pub type CompiledByRun = (ContentHash, Vec<Compilable>);

/// The files of one run, there as long as this lives.
#[derive(Debug)]
pub enum Files {
    Kept {
        tree: HeldTree,
        /// A layer of what is compiled of it.
        compiled: Option<PathBuf>,
    },
    /// As they are, with words for whoever reads the log when that is not what was asked for.
    Live { notice: Option<String> },
}

impl Files {
    /// Those of a run that is about to begin: where they are kept may be away for a while, unless somebody stops the run.
    ///
    /// # Errors
    /// As of [`Files::hold`].
    pub async fn hold_for_run(
        shared: &Shared,
        snapshot: Option<&str>,
        stop: &mut watch::Receiver<Option<Stopped>>,
    ) -> io::Result<Self> {
        let patience = shared.depot.as_ref().map(Depot::patience).unwrap_or_default();
        let until = Instant::now() + patience;
        loop {
            let error = match Self::hold(shared, snapshot).await {
                Err(error) if error.kind() == io::ErrorKind::NetworkDown => error,
                other => return other,
            };
            if Instant::now() > until || stop.borrow().is_some() {
                return Err(error);
            }
            tracing::warn!(%error, "a run waits for its files");
            tokio::select! {
                () = sleep(AGAIN) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Makes the tree unless another run had it before.
    ///
    /// # Errors
    /// When its files cannot be had on one of many hosts: what is there under the same names may be anything.
    pub async fn hold(shared: &Shared, snapshot: Option<&str>) -> io::Result<Self> {
        let Some(tree) = snapshot.and_then(ContentHash::parse) else {
            return Ok(Self::Live { notice: None });
        };
        let (trees, settings) = (shared.trees.clone(), &shared.settings);
        let (data, root) = (settings.data.clone(), settings.interpreter.tests.clone());
        let held = tokio::task::spawn_blocking(move || hold(&trees, &data, &root, &tree)).await;
        Ok(match held.map_err(io::Error::other).flatten() {
            Ok((tree, compiled)) => Self::Kept { tree, compiled },
            Err(error) if shared.context.db.is_shared() => {
                let words = format!("its files could not be brought here: {error}");
                return Err(io::Error::new(error.kind(), words));
            }
            Err(error) => {
                Self::Live { notice: Some(format!("its files of then are not here ({error})")) }
            }
        })
    }

    /// What its first process is to put at the path of the tests root.
    pub fn snapshot(&self, layer: &Path) -> Option<Snapshot> {
        let Self::Kept { tree, compiled } = self else { return None };
        let live = tree.live.iter().map(|(path, kind)| LivePath {
            path: path.clone(),
            is_directory: *kind == Live::Directory,
        });
        Some(Snapshot {
            tree: tree.root.clone(),
            compiled: compiled.clone(),
            own: layer.to_owned(),
            live: live.collect(),
        })
    }

    pub fn notice(&self) -> Option<String> {
        match self {
            Self::Kept { .. } => None,
            Self::Live { notice } => notice.clone(),
        }
    }

    /// What the run has compiled of it, once its processes are gone.
    pub fn compiled_by_run(&self, workspace: &Workspace) -> Option<CompiledByRun> {
        let Self::Kept { tree, .. } = self else { return None };
        let found = compiled_by_run(&Snapshot::written(&workspace.layer), tree);
        (!found.is_empty()).then_some((tree.hash, found))
    }
}

/// A tree is of use without what is compiled of it.
pub fn hold(
    trees: &Trees,
    data: &Path,
    root: &Path,
    tree: &ContentHash,
) -> io::Result<(HeldTree, Option<PathBuf>)> {
    let held = trees.hold(tree)?;
    let compiled = Compiled::of(data, root).layer(&held).unwrap_or_else(|error| {
        tracing::warn!(%error, "cannot show what is compiled of the tests");
        None
    });
    Ok((held, compiled))
}
