//! Which workers of this machine are alive, told by locks that the kernel releases when their processes end, and what
//! is done about those that are not.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::actions::{self, Context, LeaseTimes};
use crate::clock::boot_id;
use crate::domain::{RunId, WorkerId};
use crate::executor::{clear_leftovers, supervisor};
use crate::store::workers::{NewWorker, Worker};
use crate::store::{self, Dialect, workers};

/// A registered worker; the lock lasts as long as this does.
#[derive(Debug)]
pub struct Presence {
    pub id: WorkerId,
    pub directory: PathBuf,
    _lock: File,
}

/// Registers a worker and takes the lock that shows that it lives.
pub async fn register(
    context: &Context,
    data: &Path,
    worker: &NewWorker,
    times: LeaseTimes,
) -> anyhow::Result<Presence> {
    // Nobody judges the living while a worker is known and not locked yet.
    let _registering = judgement(data)?;
    let id = actions::register(context, worker, times).await?;
    let directory = directory(data, id);
    fs::create_dir_all(&directory)?;
    let lock = File::create(lock_path(&directory))?;
    lock.lock()?;
    Ok(Presence { id, directory, _lock: lock })
}

/// Ends the runs of every dead worker of this machine, and answers the living ones.
pub async fn recover(context: &Context, data: &Path) -> anyhow::Result<Vec<Worker>> {
    let _judging = judgement(data)?;
    let boot = boot_id();
    let mut living = Vec::new();
    for worker in workers::list(&context.db).await? {
        if worker.boot_id != boot {
            // With SQLite it was this machine before it was restarted; with PostgreSQL it may be another machine.
            if context.db.dialect() == Dialect::Sqlite {
                bury(context, worker.id, "the machine was restarted").await?;
            }
            continue;
        }
        let home = directory(data, worker.id);
        if is_alive(&home)? {
            living.push(worker);
            continue;
        }
        // Its supervisor ends what it left; only then are its environments given away.
        wait_for_lock(home.join("supervisor.lock")).await?;
        supervisor::wait_until_gone(&home.join("inits"));
        bury(context, worker.id, "its worker process was killed").await?;
        let _ = fs::remove_dir_all(&home);
    }
    clear_leftovers(data, &running(context).await?)?;
    Ok(living)
}

/// Waits until the worker is gone.
pub async fn wait_until_gone(data: &Path, id: WorkerId) -> anyhow::Result<()> {
    wait_for_lock(lock_path(&directory(data, id))).await
}

async fn bury(context: &Context, worker: WorkerId, reason: &str) -> store::Result<()> {
    let lost = actions::lose_worker(context, worker, reason).await?;
    if !lost.is_empty() {
        tracing::warn!(%worker, ?lost, reason, "runs were lost");
    }
    Ok(())
}

async fn running(context: &Context) -> store::Result<Vec<RunId>> {
    let filter = store::RunFilter {
        states: vec![crate::domain::State::Running],
        ..store::RunFilter::default()
    };
    let runs =
        store::runs::list(&context.db, &filter, store::RunOrder::NewestFirst, None, u32::MAX);
    Ok(runs.await?.into_iter().map(|run| run.id).collect())
}

fn judgement(data: &Path) -> io::Result<File> {
    let parent = data.join("workers");
    fs::create_dir_all(&parent)?;
    let lock = File::create(parent.join("presence.lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn is_alive(home: &Path) -> io::Result<bool> {
    let lock = match File::open(lock_path(home)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

async fn wait_for_lock(path: PathBuf) -> anyhow::Result<()> {
    let waited = tokio::task::spawn_blocking(move || match File::open(&path) {
        Ok(lock) => lock.lock_shared(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    });
    Ok(waited.await??)
}

fn directory(data: &Path, id: WorkerId) -> PathBuf {
    data.join("workers").join(id.to_string())
}

fn lock_path(directory: &Path) -> PathBuf {
    directory.join("worker.lock")
}
