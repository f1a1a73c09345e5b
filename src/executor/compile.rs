//! Compiles what runs have compiled, for the runs after them: in a process that imports nothing of the tests, so that no
//! run can leave something for another one that is not in its files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::{sleep, timeout};

use super::files::{self, CompiledByRun};
use super::pipes::{self, Running, Source};
use super::supervisor::{Cause, Snapshot};
use super::workspace::Workspace;
use super::{Shared, launch};
use crate::catalog::{Compilable, Compiled, ContentHash};

/// For more to come, so that many runs in a row cost one process. Nobody waits for it.
const GATHER: Duration = Duration::from_secs(1);
const LIMIT: Duration = Duration::from_secs(120);
/// Trees that wait; what is not compiled is wanted again by the next run of it.
const MOST_TREES: usize = 16;

/// What is to be compiled, by tree. Empty as long as nobody sees to it.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<Option<BTreeMap<ContentHash, BTreeSet<Compilable>>>>);

/// Has it compiled soon.
pub(super) fn want(shared: &Arc<Shared>, (tree, found): CompiledByRun) {
    let mut waiting = shared.to_compile.0.lock().unwrap_or_else(PoisonError::into_inner);
    let is_first = waiting.is_none();
    let trees = waiting.get_or_insert_default();
    if trees.len() < MOST_TREES || trees.contains_key(&tree) {
        trees.entry(tree).or_default().extend(found);
    }
    if is_first {
        tokio::spawn(compile_all(Arc::clone(shared)));
    }
}

async fn compile_all(shared: Arc<Shared>) {
    loop {
        sleep(GATHER).await;
        let trees = {
            let mut waiting = shared.to_compile.0.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.as_ref().is_none_or(BTreeMap::is_empty) {
                *waiting = None;
                return;
            }
            waiting.replace(BTreeMap::new()).unwrap_or_default()
        };
        for (tree, wanted) in trees {
            let wanted: Vec<_> = wanted.into_iter().collect();
            if let Err(error) = compile(&shared, tree, wanted).await {
                tracing::warn!(%error, %tree, "cannot compile tests ahead");
            }
        }
    }
}

/// What the process reads.
#[derive(Debug, Serialize)]
struct Request<'a> {
    /// Path of a source below the directory that it works in, and the name of its compiled form.
    files: Vec<(&'a str, &'a str)>,
    /// Where each goes, with its place in the list for a name.
    to: &'a std::path::Path,
}

async fn compile(shared: &Shared, tree: ContentHash, wanted: Vec<Compilable>) -> io::Result<()> {
    let settings = &shared.settings;
    let (data, root) = (settings.data.clone(), settings.interpreter.tests.clone());
    let trees = shared.trees.clone();
    let (held, compiled) = spawn_blocking(move || files::hold(&trees, &data, &root, &tree)).await?;
    let kept = Compiled::of(&settings.data, &settings.interpreter.tests);
    let spool = kept.spool()?;
    let scratch = Workspace::scratch_for_collection(&settings.scratch)?;
    let own = Workspace::scratch_for_collection(&settings.scratch)?;
    let mut launch = launch::compilation(settings, scratch.path(), spool.path());
    launch.snapshot = Some(Snapshot {
        tree: held.root.clone(),
        compiled,
        own: own.path().to_owned(),
        live: Vec::new(),
    });
    let files = wanted.iter().map(|one| (one.source.as_str(), one.name.as_str())).collect();
    let request = Request { files, to: spool.path() };
    let limit_ms = i64::try_from(LIMIT.as_millis()).unwrap_or(i64::MAX);
    let until = shared.context.clock.lease_now() + limit_ms;
    let Running { started, output, events } =
        pipes::start(&shared.supervisor, &launch, &request, until)?;
    let job = started.job.clone();
    if timeout(LIMIT, async { tokio::join!(read_all(output), read_all(events)) }).await.is_err() {
        job.kill();
    }
    match started.ended.await.map(|end| end.cause) {
        Ok(Cause::Exit(0)) => {}
        ended => return Err(io::Error::other(format!("its process ended with {ended:?}"))),
    }
    spawn_blocking(move || kept.keep(&held, &wanted, &spool)).await
}

/// What it prints is of no interest.
async fn read_all(mut source: Source) {
    let mut buffer = vec![0; 4096];
    while source.read(&mut buffer).await > 0 {}
}

async fn spawn_blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
