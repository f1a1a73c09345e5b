//! The worker that `serve` keeps on its machine: adopted when one is there, started when none is, and started again
//! when it is killed. It is a process of its own, so that a restart of the server never touches a running test.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Command;

use super::presence;
use crate::actions::Context;
use crate::config::Config;
use crate::store::workers::{self, Worker};

/// A worker that ends sooner was not able to work; the next one waits.
const HEALTHY: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Keeps one worker alive until this future is dropped.
pub async fn keep(context: Context, config: Config) {
    let mut pause = Duration::ZERO;
    loop {
        tokio::time::sleep(pause).await;
        let began = Instant::now();
        if let Err(error) = stay_with_one(&context, &config).await {
            tracing::error!("the worker of this machine: {error:#}");
        }
        pause = if began.elapsed() >= HEALTHY {
            Duration::ZERO
        } else {
            (pause * 2 + Duration::from_millis(100)).min(LONGEST_PAUSE)
        };
    }
}

/// Lets the worker of this machine finish its runs and go.
pub async fn drain(context: &Context, config: &Config) -> anyhow::Result<()> {
    for worker in presence::recover(context, &config.data).await? {
        ask_to_leave(&worker);
    }
    Ok(())
}

async fn stay_with_one(context: &Context, config: &Config) -> anyhow::Result<()> {
    let living = presence::recover(context, &config.data).await?;
    if let Some(worker) = living.iter().find(|worker| is_current(worker)) {
        tracing::info!(worker = %worker.id, pid = worker.pid, "adopted the worker that is here");
        presence::wait_until_gone(&config.data, worker.id).await?;
    } else {
        // Of an older version: it finishes what it has.
        living.iter().filter(|worker| !worker.draining).for_each(ask_to_leave);
        let status = start(config)?.wait().await?;
        tracing::info!(%status, "the worker ended");
    }
    presence::recover(context, &config.data).await?;
    Ok(())
}

fn is_current(worker: &workers::Worker) -> bool {
    !worker.draining && worker.version == env!("CARGO_PKG_VERSION")
}

fn ask_to_leave(worker: &Worker) {
    if let Ok(pid) = i32::try_from(worker.pid) {
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
    }
}

fn start(config: &Config) -> anyhow::Result<tokio::process::Child> {
    let log = config.data.join("worker.log");
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&log)
        .with_context(|| format!("cannot write {}", log.display()))?;
    let mut command = Command::new("/proc/self/exe");
    command
        .arg("worker")
        .arg("--own-session")
        .args(["--data".as_ref(), config.data.as_os_str()])
        .args(["--tests".as_ref(), config.tests.as_os_str()])
        .args(["--python".as_ref(), config.python.as_os_str()])
        .args(["--slots", &config.slots.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(log));
    if let Some(file) = &config.file {
        command.args(["--config".as_ref(), Path::as_os_str(file)]);
    }
    if let Some(database) = &config.database {
        // Not among the arguments: everybody on the machine can read those, and it may hold a password.
        command.env("PROCTOR_DATABASE", database);
    }
    command.spawn().context("cannot start a worker")
}
