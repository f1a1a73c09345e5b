//! What `serve` and `worker` have in common: the runtime, the store, the hints, the messages for the operator.

use std::future::Future;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use crate::actions::{Context, LeaseTimes};
use crate::clock::Clock;
use crate::config::{Config, Lease};
use crate::live::Live;
use crate::store::Db;

/// Runs until the future is done. Few threads: this machine's cores are for the tests.
pub fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
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
    Ok(Context { db, clock: Clock::System, live })
}

pub fn lease_times(lease: Lease) -> LeaseTimes {
    let Lease { lease_ms, renew_ms, kill_ms } = lease;
    LeaseTimes { lease_ms, renew_ms, kill_ms }
}

/// The first SIGTERM or SIGINT.
pub async fn asked_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn make_data_directory(data: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data)
        .with_context(|| format!("cannot make the data directory {}", data.display()))
}
