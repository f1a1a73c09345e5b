//! `proctor worker`: a process that executes runs.

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{broadcast, watch};

use super::arguments::WorkerSettings;
use super::compose;
use super::presence::{self, Presence};
use crate::actions::{self, Context, LeaseTimes, Renewed};
use crate::clock::boot_id;
use crate::config::Config;
use crate::domain::WorkerId;
use crate::executor::supervisor::{self, Supervisor};
use crate::executor::{self, Executor, Grace, Interpreter};
use crate::live::Hint;
use crate::scheduler;
use crate::store::workers::NewWorker;
use crate::store::{cases, runs};

/// The process that a worker starts beside itself. It has one thread, so no runtime is started for it.
pub fn supervisor(directory: PathBuf) -> anyhow::Result<()> {
    let socket = std::io::stdin().as_fd().try_clone_to_owned()?;
    supervisor::main(socket, directory)?;
    Ok(())
}

pub fn worker(settings: WorkerSettings) -> anyhow::Result<()> {
    if settings.own_session {
        // The terminal of the server that started it is none of its business.
        let _ = nix::unistd::setsid();
    }
    let config = Config::load(settings.into())?;
    compose::block_on(work(config))
}

async fn work(config: Config) -> anyhow::Result<()> {
    let context = compose::open(&config).await?;
    let times = compose::lease_times(config.lease);
    presence::recover(&context, &config.data).await?;
    let new = NewWorker {
        name: machine_name(),
        boot_id: boot_id(),
        pid: std::process::id().into(),
        version: env!("CARGO_PKG_VERSION").into(),
        slots: i64::try_from(config.slots).unwrap_or(i64::MAX),
    };
    let presence = presence::register(&context, &config.data, &new, times).await?;
    let supervisor = Supervisor::new(&presence.directory).context("cannot start a supervisor")?;
    supervisor.live_until(context.clock.lease_now() + times.kill_ms)?;
    let executor = Executor::new(context.clone(), settings(&config)?, supervisor.clone());
    let (stop, stopped) = watch::channel(false);
    let stop = Arc::new(stop);

    tokio::spawn(scheduler::reap(context.clone()));
    tokio::spawn(listen(context.clone(), executor.clone()));
    tokio::spawn(collect_cases(context.clone(), executor.clone()));
    let keeping = Keeping {
        context: context.clone(),
        presence,
        times,
        supervisor,
        executor: executor.clone(),
        stop: Arc::clone(&stop),
    };
    let id = keeping.presence.id;
    tokio::spawn(keeping.keep());
    tokio::spawn(leave_when_asked(context.clone(), id, executor.clone(), Arc::clone(&stop)));
    tracing::info!(worker = %id, slots = config.slots, "ready");

    let me = scheduler::Worker { id, name: new.name, slots: config.slots, times };
    scheduler::schedule(context.clone(), me, stopped, move |claimed| {
        let executor = executor.clone();
        async move { executor.execute(claimed).await }
    })
    .await;
    actions::lose_worker(&context, id, "its worker left").await?;
    Ok(())
}

fn settings(config: &Config) -> anyhow::Result<executor::Settings> {
    let cold_start =
        executor::lay_out(&config.data).context("cannot lay out the Python package")?;
    Ok(executor::Settings {
        data: config.data.clone(),
        interpreter: Interpreter {
            python: config.python.clone(),
            cold_start,
            tests: config.tests.clone(),
        },
        timeout: config.timeout(),
        grace: Grace::default(),
        log_limit: config.limits.log_bytes,
    })
}

fn machine_name() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "unknown".into())
}

/// Proves that the worker lives, and hands what it was not told of to the executor.
struct Keeping {
    context: Context,
    presence: Presence,
    times: LeaseTimes,
    supervisor: Supervisor,
    executor: Executor,
    stop: Arc<watch::Sender<bool>>,
}

impl Keeping {
    async fn keep(self) {
        let period = Duration::from_millis(self.times.renew_ms.unsigned_abs());
        let mut tick = tokio::time::interval(period);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if !self.presence.directory.exists() {
                tracing::error!("the data directory is gone; leaving");
                std::process::exit(1);
            }
            if let Err(error) = self.renew().await {
                tracing::warn!(%error, "cannot renew the leases; trying again");
            }
        }
    }

    async fn renew(&self) -> anyhow::Result<()> {
        // Both before the renewal: what is claimed meanwhile is not missing, and the supervisor's time counts from
        // when the renewal was sent.
        let running = self.executor.running();
        let sent_at = self.context.clock.lease_now();
        match actions::renew(&self.context, self.presence.id, self.times).await? {
            Renewed::Held(held) => {
                self.supervisor.live_until(sent_at + self.times.kill_ms)?;
                for run in running.into_iter().filter(|run| !held.contains(run)) {
                    self.executor.abandon(run);
                }
            }
            Renewed::Gone => {
                tracing::error!("others took this worker for dead; ending its runs and leaving");
                for run in running {
                    self.executor.abandon(run);
                }
                self.stop.send_replace(true);
            }
        }
        // A hint may have been lost.
        for run in runs::of_worker(&self.context.db, self.presence.id).await? {
            if let Some(cancel) = run.cancel {
                self.executor.cancel(run.id, &cancel.by);
            }
        }
        Ok(())
    }
}

/// Asked once, it takes nothing more and finishes what is running; asked again, it ends that too.
async fn leave_when_asked(
    context: Context,
    id: WorkerId,
    executor: Executor,
    stop: Arc<watch::Sender<bool>>,
) {
    compose::asked_to_stop().await;
    if let Err(error) = actions::drain(&context, id).await {
        tracing::warn!(%error, "cannot say that this worker leaves");
    }
    stop.send_replace(true);
    let running = executor.running().len();
    if running > 0 {
        tracing::info!(running, "leaving when these runs have ended; ask again to end them now");
    }
    compose::asked_to_stop().await;
    for run in executor.running() {
        executor.cancel(run, "whoever stopped the worker");
    }
}

/// Ends runs as soon as somebody wants that.
async fn listen(context: Context, executor: Executor) {
    let mut hints = context.live.subscribe();
    loop {
        match hints.recv().await {
            Ok(Hint::Cancel(id)) => {
                if let Ok(Some(run)) = runs::find(&context.db, id).await
                    && let Some(cancel) = run.cancel
                {
                    executor.cancel(id, &cancel.by);
                }
            }
            // What was missed is found at the next renewal.
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Collects the test cases that somebody waits for, one file at a time.
async fn collect_cases(context: Context, executor: Executor) {
    let mut hints = context.live.subscribe();
    loop {
        if let Err(error) = collect_wanted(&context, &executor).await {
            tracing::warn!(%error, "cannot collect test cases");
        }
        loop {
            match hints.recv().await {
                Ok(Hint::CasesWanted) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }
}

async fn collect_wanted(context: &Context, executor: &Executor) -> anyhow::Result<()> {
    while let Some(mut list) = cases::wanted(&context.db, 1).await?.into_iter().next() {
        let collected = executor.collect(&list.path).await?;
        list.items = serde_json::to_string(&collected.cases)?;
        list.error = collected.error;
        actions::answer_cases(context, &list).await?;
    }
    Ok(())
}
