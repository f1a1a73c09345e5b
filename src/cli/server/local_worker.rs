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
use tokio::sync::watch;

use super::presence;
use crate::actions::Context;
use crate::config::Config;
use crate::live::Hint;
use crate::store::workers::{self, State};

/// A worker that ends sooner was not able to work; the next one waits.
const HEALTHY: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Behind the hints, in case that one is lost.
const LOOK: Duration = Duration::from_secs(5);

/// Keeps one worker alive until `stop` says so; then lets it finish its runs and go.
pub async fn keep(context: Context, config: Config, mut stop: watch::Receiver<bool>) {
    tokio::spawn(presence::end_stopped(context.clone(), config.data.clone()));
    let mut pause = Duration::ZERO;
    while !*stop.borrow() {
        let began = Instant::now();
        if let Err(error) = stay_with_one(&context, &config, &mut stop).await {
            tracing::error!("the worker of this machine: {error:#}");
        }
        pause = if began.elapsed() >= HEALTHY {
            Duration::ZERO
        } else {
            (pause * 2 + Duration::from_millis(100)).min(LONGEST_PAUSE)
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn stay_with_one(
    context: &Context,
    config: &Config,
    stop: &mut watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let living = presence::recover(context, &config.data).await?;
    if let Some(worker) = living.iter().find(|worker| is_current(worker)) {
        tracing::info!(worker = %worker.id, pid = worker.pid, "adopted the worker that is here");
        tokio::select! {
            gone = presence::wait_until_gone(&config.data, worker.id) => gone?,
            () = takes_nothing_more(context, &config.data, worker.pid) => {}
            _ = stop.wait_for(|stop| *stop) => ask_to_leave(worker.pid),
        }
    } else if !*stop.borrow() {
        for worker in living.iter().filter(|worker| worker.state != State::Draining) {
            // Of an older version: it finishes what it has.
            ask_to_leave(worker.pid);
        }
        let mut worker = start(config)?;
        let pid = worker.id().unwrap_or_default().into();
        tokio::select! {
            status = worker.wait() => tracing::info!(status = %status?, "the worker ended"),
            () = takes_nothing_more(context, &config.data, pid) => {}
            _ = stop.wait_for(|stop| *stop) => ask_to_leave(pid),
        }
    }
    presence::recover(context, &config.data).await?;
    Ok(())
}

/// Until the worker was asked to leave: what is queued needs another one, however long this one's runs may take.
async fn takes_nothing_more(context: &Context, data: &Path, pid: i64) {
    let mut hints = context.live.subscribe();
    loop {
        let there = presence::of_this_host(context, data).await.unwrap_or_default();
        if there.iter().any(|worker| worker.pid == pid && worker.state == State::Draining) {
            tracing::info!(pid, "the worker was asked to leave");
            return;
        }
        tokio::select! {
            () = Hint::Workers.heard(&mut hints) => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn is_current(worker: &workers::Worker) -> bool {
    worker.state != State::Draining && worker.version == env!("CARGO_PKG_VERSION")
}

fn ask_to_leave(worker: i64) {
    if let Ok(pid @ 1..) = i32::try_from(worker) {
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
        .args(["--isolation-min", &config.isolation.min.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::from(log));
    for path in &config.isolation.writable {
        command.args(["--writable".as_ref(), path.as_os_str()]);
    }
    for label in &config.worker.labels {
        command.args(["--worker-label", label]);
    }
    for environment in &config.worker.environments {
        command.args(["--worker-environment", environment]);
    }
    if let Some(file) = &config.file {
        command.args(["--config".as_ref(), Path::as_os_str(file)]);
    }
    if let Some(database) = &config.database {
        // Not among the arguments: everybody on the machine can read those, and it may hold a password.
        command.env("PROCTOR_DATABASE", database);
    }
    command.spawn().context("cannot start a worker")
}
