//! Which workers of this machine are alive, told by locks that the kernel releases when their processes end, and what
//! is done about those that are not.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::home;
use crate::actions::{self, Context, LeaseTimes};
use crate::clock::boot_id;
use crate::domain::WorkerId;
use crate::executor::{clear_leftovers, supervisor};
use crate::store::workers::{NewWorker, Worker};
use crate::store::{self, Dialect, workers};

/// Between two looks for stopped workers.
const LOOK: Duration = Duration::from_secs(1);

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
    let _registering = judgement(data).await?;
    let id = actions::register(context, worker, times).await?;
    let directory = directory(data, id);
    fs::create_dir_all(&directory)?;
    let lock = File::create(lock_path(&directory))?;
    lock.lock()?;
    Ok(Presence { id, directory, _lock: lock })
}

/// Ends the runs of every dead worker of this machine, and answers the living ones.
pub async fn recover(context: &Context, data: &Path) -> anyhow::Result<Vec<Worker>> {
    let _judging = judgement(data).await?;
    let boot = boot_id();
    let mut living = Vec::new();
    for worker in of_this_host(context, data).await? {
        if worker.boot_id != boot {
            bury(context, worker.id, "the machine was restarted").await?;
            continue;
        }
        let home = directory(data, worker.id);
        if is_alive(&home)? {
            living.push(worker);
            continue;
        }
        // Its supervisor ends what it left; only then are its environments given away.
        let remains = home.clone();
        tokio::task::spawn_blocking(move || supervisor::wait_until_gone(&remains)).await??;
        bury(context, worker.id, "its worker process was killed").await?;
        let _ = fs::remove_dir_all(&home);
    }
    let ids: Vec<_> = living.iter().map(|worker| worker.id).collect();
    clear_leftovers(data, &ids)?;
    Ok(living)
}

/// Kills the workers of this machine that were stopped (as by SIGSTOP) and whose leases have run out: their supervisors
/// have ended their runs, and a stopped process may hold the database's one lock for writing.
pub async fn end_stopped(context: Context, data: PathBuf) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        for worker in of_this_host(&context, &data).await.unwrap_or_default() {
            let pid = i32::try_from(worker.pid).map(Pid::from_raw);
            if worker.is_silent
                && let Ok(pid) = pid
                && is_stopped(pid)
                && is_alive(&directory(&data, worker.id)).unwrap_or(false)
            {
                tracing::warn!(worker = %worker.id, %pid, "a worker was stopped for too long and is killed");
                let _ = kill(pid, Signal::SIGKILL);
            }
        }
    }
}

/// Whose processes can be looked at from here. Others may share the database, on other hosts or from other data
/// directories; with SQLite all who do have this directory, also after it was restored elsewhere.
pub async fn of_this_host(context: &Context, data: &Path) -> anyhow::Result<Vec<Worker>> {
    let mut workers = workers::list(&context.db, context.lease_now()).await?;
    if context.db.dialect() == Dialect::Postgres {
        let home = home::name(data)?;
        workers.retain(|worker| worker.home == home);
    }
    Ok(workers)
}

/// Third field of <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>.
fn is_stopped(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('T'))
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

/// Only one process at a time judges who lives. It may wait for a supervisor meanwhile, so others wait aside.
async fn judgement(data: &Path) -> anyhow::Result<File> {
    let parent = data.join("workers");
    let locked = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&parent)?;
        let lock = File::create(parent.join("presence.lock"))?;
        lock.lock()?;
        io::Result::Ok(lock)
    });
    Ok(locked.await??)
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
