//! What `serve` and `worker` have in common: the runtime, the store, the hints, the messages for the operator.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::future::Future;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{home, hosts};
use crate::actions::{Context, LeaseTimes};
use crate::clock::Clock;
use crate::config::{Config, Lease};
use crate::depot::Objects;
use crate::live::{Hears, Live};
use crate::retention;
use crate::store::{self, Asks, ConnectionLimits, Db};

/// Runs until the future is done. Few threads: this machine's cores are for the tests.
pub fn block_on<T: Send + 'static>(
    future: impl Future<Output = anyhow::Result<T>> + Send + 'static,
) -> anyhow::Result<T> {
    // What is in this process (variables, descriptors, memory) is no business of others of the same user: tests.
    let _ = nix::sys::prctl::set_dumpable(false);
    start_log()?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(1024 * 1024)
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        // On one of the runtime's own threads: what it waits for is told there, and waking this thread takes as long as a statement.
        .block_on(async { tokio::spawn(future).await.context("it broke down")? })
}

/// As text for people, or as one JSON object in each line for programs, on standard error.
fn start_log() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("PROCTOR_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    match std::env::var("PROCTOR_LOG_FORMAT").as_deref() {
        Err(_) | Ok("" | "text") => log.init(),
        Ok("json") => log.json().flatten_event(true).with_current_span(false).init(),
        Ok(other) => anyhow::bail!("PROCTOR_LOG_FORMAT is {other:?}; it can be text or json"),
    }
    Ok(())
}

/// Opens what the configuration names.
pub async fn open(config: &Config, hears: Hears) -> anyhow::Result<Context> {
    make_data_directory(&config.data)?;
    let asks = match hears {
        Hears::Everything => Asks::ThisAndThat,
        Hears::Work => Asks::TheSame,
    };
    let asked = config.postgres;
    let limits = ConnectionLimits {
        most: asked.connections,
        answer: Duration::from_millis(asked.answer_ms),
        idle_in_transaction: Duration::from_millis(asked.idle_in_transaction_ms),
        connect: Duration::from_millis(asked.connect_ms),
        sign_of_life: Duration::from_millis(asked.sign_of_life_ms),
        idle: Duration::from_secs(asked.idle_s.into()),
        age: Duration::from_secs(asked.age_s.into()),
    };
    let db = Db::open(config.database.as_deref(), &config.data, asks, limits).await;
    let db = db.map_err(|error| {
        let words = cannot_open(config, &error);
        anyhow::Error::new(error).context(words)
    })?;
    let live = Live::join(&config.data, hears)
        .with_context(|| format!("cannot make sockets in {}", config.data.display()))?;
    let live = hosts::join(&db, live, &home::name(&config.data)?)
        .await
        .context("cannot hear the other hosts of this database")?;
    Ok(Context { db, clock: Clock::System, live })
}

/// The object store, if there is one. It may be away now.
pub fn objects(config: &Config) -> anyhow::Result<Option<Objects>> {
    let Some(place) = &config.blobs else { return Ok(None) };
    Ok(Some(Objects::connect(place, config.blob_store, &readable_variables())?))
}

fn cannot_open(config: &Config, error: &store::Error) -> String {
    let data = config.data.display();
    match config.database {
        Some(_) => "cannot open the database named with --database".to_owned(),
        None if error.is_damaged() => format!(
            "the database {data}/proctor.sqlite3 is damaged; nothing was changed. Move {data} aside, make it anew \
             from your last backup with `proctor restore FILE --data {data}`, and keep the damaged one until that is done"
        ),
        None => format!("cannot open the database in {data}"),
    }
}

/// Those that are text.
pub fn readable_variables() -> Vec<(String, String)> {
    let text = |(name, value): (OsString, OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    std::env::vars_os().filter_map(text).collect()
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

/// Removes what is old for as long as the process lives; `serve` and worker of one host take turns at the disk.
pub fn keep_house(
    context: &Context,
    config: &Config,
    objects: Option<&Objects>,
) -> impl Future<Output = ()> + use<> {
    let place = retention::Place {
        data: config.data.clone(),
        tests: config.tests.clone(),
        objects: objects.cloned(),
    };
    retention::keep_house(context.clone(), config.retention, place)
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
