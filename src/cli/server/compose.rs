//! What `serve` and `worker` have in common: the runtime, the store, the hints, the messages for the operator.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{home, hosts, memory};
use crate::actions::{Context, LeaseTimes};
use crate::clock::Clock;
use crate::config::{Config, Lease};
use crate::live::Live;
use crate::store::Db;

/// Runs until the future is done. Few threads: this machine's cores are for the tests.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    memory::share_heaps();
    // What is in this process (variables, descriptors, memory) is no business of others of the same user: tests.
    let _ = nix::sys::prctl::set_dumpable(false);
    let filter = EnvFilter::try_from_env("PROCTOR_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false)
        .init();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(1024 * 1024)
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(future)
}

/// Opens what the configuration names.
pub async fn open(config: &Config) -> anyhow::Result<Context> {
    make_data_directory(&config.data)?;
    let db =
        Db::open(config.database.as_deref(), &config.data).await.with_context(|| match &config
            .database
        {
            Some(_) => "cannot open the database named with --database".to_owned(),
            None => format!("cannot open the database in {}", config.data.display()),
        })?;
    let live = Live::join(&config.data)
        .with_context(|| format!("cannot make sockets in {}", config.data.display()))?;
    let live = hosts::join(&db, live, &home::name(&config.data)?)
        .await
        .context("cannot hear the other hosts of this database")?;
    Ok(Context { db, clock: Clock::System, live })
}

/// The right to be the one `serve` of a data directory, as long as the file is open.
pub fn only_serve(data: &Path) -> anyhow::Result<File> {
    make_data_directory(data)?;
    let path = data.join("serve.lock");
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another `proctor serve` has the data directory {}; stop it first, or name another directory with --data",
            data.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

pub fn lease_times(lease: Lease) -> LeaseTimes {
    let Lease { lease_ms, renew_ms, kill_ms } = lease;
    LeaseTimes { lease_ms, renew_ms, kill_ms }
}

/// The first SIGTERM or SIGINT from now on.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    // Before anybody waits for it, or a signal that comes first ends the process as if nobody cared.
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

fn make_data_directory(data: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("cannot make the data directory {}", data.display()))
}
