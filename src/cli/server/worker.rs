//! `proctor worker`: a process that executes runs.

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{broadcast, watch};
use tokio::time::timeout;

use super::arguments::WorkerSettings;
use super::presence::{self, Presence};
use super::{compose, home};
use crate::actions::{self, Context, LeaseTimes, Renewed};
use crate::api;
use crate::clock::boot_id;
use crate::config::{Config, Warm};
use crate::domain::{Serves, WorkerId};
use crate::executor::supervisor::{self, Habits, Preparation, Supervisor};
use crate::executor::{self, Executor, Grace, Interpreter};
use crate::live::{Hears, Hint};
use crate::scheduler;
use crate::store::workers::{Done, NewWorker, State};
use crate::store::{self, cases, runs, workers};

/// Behind the hints, in case that one is lost.
const LOOK: Duration = Duration::from_secs(5);

/// Connections for nothing but leases: a renewal waits for no other statement, and not for one of its own that has no answer.
const FOR_LEASES: u32 = 2;

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
    #[cfg(feature = "failpoints")]
    let _points = fail::FailScenario::setup();
    let config = Config::load(settings.into())?;
    compose::block_on(work(config))
}

async fn work(config: Config) -> anyhow::Result<()> {
    let asked = compose::asked_to_stop();
    let objects = compose::objects(&config)?;
    let context = compose::open(&config, Hears::Work).await?;
    let times = compose::lease_times(config.lease);
    presence::recover(&context, &config.data).await?;
    let new = NewWorker {
        name: machine_name(),
        home: home::name(&config.data)?,
        boot_id: boot_id(),
        pid: std::process::id().into(),
        version: env!("CARGO_PKG_VERSION").into(),
        slots: i64::try_from(config.slots).unwrap_or(i64::MAX),
        labels: config.worker.labels.clone(),
        serves: Serves(config.worker.environments.clone()),
    };
    let presence = presence::register(&context, &config.data, &new, times).await?;
    api::answer_operator(&presence.directory);
    let settings = executor_settings(&config, presence.id)?;
    let supervisor = Supervisor::new(&presence.directory, preparation(&config, &settings))
        .context("cannot start a supervisor")?;
    tokio::spawn(tell_rung(context.clone(), presence.id, supervisor.rung()));
    let executor = Executor::new(context.clone(), settings, supervisor, objects.clone());
    let (stop, stopped) = watch::channel(false);
    let stop = Arc::new(stop);

    tokio::spawn(scheduler::reap(context.clone()));
    tokio::spawn(compose::keep_house(&context, &config, objects.as_ref()));
    tokio::spawn(listen(context.clone(), executor.clone()));
    tokio::spawn(collect_cases(context.clone(), executor.clone()));
    let keeping = Keeping {
        context: Context { db: context.db.by_own_connections(FOR_LEASES), ..context.clone() },
        presence,
        times,
        executor: executor.clone(),
        stop: Arc::clone(&stop),
    };
    let id = keeping.presence.id;
    tokio::spawn(keeping.keep());
    let asked = asked_in_some_way(context.clone(), id, asked);
    let leaving = Leaving { context: context.clone(), id, executor: executor.clone(), stop };
    tokio::spawn(leaving.leave_when(asked));
    tracing::info!(worker = %id, slots = config.slots, "ready");

    let me =
        scheduler::Worker { id, name: new.name, slots: config.slots, times, serves: new.serves };
    scheduler::schedule(context.clone(), me, executor.turn(), stopped, |claimed, slot| {
        let executor = executor.clone();
        async move { executor.execute(claimed, slot).await }
    })
    .await;
    executor.finish().await;
    actions::lose_worker(&context, id, "its worker left").await?;
    executor::clear_scratch(&config.data, id).context("cannot clear the folder for temporary files")
}

/// How runs are executed by a worker with this configuration.
pub fn executor_settings(config: &Config, worker: WorkerId) -> anyhow::Result<executor::Settings> {
    let script = executor::lay_out(&config.data).context("cannot lay out the Python package")?;
    Ok(executor::Settings {
        data: config.data.clone(),
        scratch: executor::scratch_directory(&config.data, worker),
        interpreter: Interpreter {
            python: config.python.clone(),
            script,
            tests: config.tests.clone(),
            warm: config.warm.most > 0,
        },
        interpreters: config.interpreters.clone(),
        packages: packages(config),
        timeout: config.timeout(),
        grace: Grace::default(),
        leave: Duration::from_secs(config.worker.leave_s.into()),
        limits: config.limits.per_run(),
        maximum: config.limits.maximum(),
        isolation: executor::Isolation::new(
            config.isolation.min,
            config.isolation.writable.clone(),
            config.file.clone().into_iter().chain(config.blobs_folder()),
        )
        .context("cannot make the filter of system calls")?,
        usage_samples: config.limits.usage_samples,
    })
}

/// How the packages that tests ask for are installed.
pub fn packages(config: &Config) -> executor::Packages {
    let asked = &config.packages;
    let beside = config.python.parent().map(|directory| directory.join("uv"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).map(|directory| directory.join("uv"));
    let found = || beside.into_iter().chain(others).find(|candidate| candidate.is_file());
    executor::Packages {
        enabled: asked.enabled,
        uv: asked.uv.clone().or_else(found),
        build: asked.build,
        timeout: Duration::from_secs(asked.timeout_s.into()),
        keep: asked.keep,
    }
}

/// The interpreter that is warm from the beginning.
fn preparation(config: &Config, settings: &executor::Settings) -> Option<Preparation> {
    let Warm { most, idle_s, runs } = config.warm;
    let habits = Habits { most, idle_ms: i64::from(idle_s) * 1000, runs };
    let recipe = || executor::recipe(&settings.interpreter);
    (most > 0).then(|| Preparation { recipe: recipe(), habits })
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
    executor: Executor,
    stop: Arc<watch::Sender<bool>>,
}

impl Keeping {
    async fn keep(self) {
        let period = Duration::from_millis(self.times.renew_ms.unsigned_abs());
        let mut tick = tokio::time::interval(period);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // Or there would be no time for another one, by another connection, before the processes have to be gone.
        let time = self.times.kill_ms.saturating_sub(self.times.renew_ms).unsigned_abs() / 2;
        let time = Duration::from_millis(time);
        let mut told = Done::default();
        loop {
            tick.tick().await;
            if !self.presence.directory.exists() {
                tracing::error!("the data directory is gone; leaving");
                std::process::exit(1);
            }
            let renewed = timeout(time, self.renew()).await;
            if let Err(error) = renewed.unwrap_or(Err(store::Error::NoAnswer.into())) {
                tracing::warn!(%error, "cannot renew the leases; trying again");
                continue;
            }
            let done = self.executor.done();
            let note = actions::note_done(&self.context, self.presence.id, done);
            if done != told && matches!(timeout(time, note).await, Ok(Ok(()))) {
                told = done;
            }
        }
    }

    async fn renew(&self) -> anyhow::Result<()> {
        // Before the renewal: the time that is left to the processes counts from when it was sent.
        let sent_at = self.context.clock.lease_now();
        let leases = self.executor.leases();
        match actions::renew(&self.context, self.presence.id, &leases, self.times).await? {
            Renewed::Held(held) => {
                for lease in leases {
                    if held.contains(&lease) {
                        self.executor.live_until(lease, sent_at + self.times.kill_ms);
                    } else {
                        self.executor.abandon(lease);
                    }
                }
            }
            Renewed::Gone => {
                tracing::error!("others took this worker for dead; ending its runs and leaving");
                for lease in leases {
                    self.executor.abandon(lease);
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

/// What it takes to end the worker.
struct Leaving {
    context: Context,
    id: WorkerId,
    executor: Executor,
    stop: Arc<watch::Sender<bool>>,
}

impl Leaving {
    /// Asked once, it takes nothing more and finishes what is running; asked again, it ends that too.
    async fn leave_when(self, asked: impl Future<Output = ()>) {
        asked.await;
        let asked_again = compose::asked_to_stop();
        if let Err(error) = actions::drain(&self.context, self.id).await {
            tracing::warn!(%error, "cannot say that this worker leaves");
        }
        self.stop.send_replace(true);
        let running = self.executor.leases().len();
        if running > 0 {
            tracing::info!(
                running,
                "leaving when these runs have ended; ask again to end them now"
            );
        }
        asked_again.await;
        for lease in self.executor.leases() {
            self.executor.cancel(lease.run, "whoever stopped the worker");
        }
    }
}

/// By a signal, or by somebody through the REST service.
async fn asked_in_some_way(context: Context, id: WorkerId, signal: impl Future<Output = ()>) {
    let drained = async {
        // Before the first look, or what is asked in between waits for the next one.
        let mut hints = context.live.subscribe();
        loop {
            let known = workers::list(&context.db, context.lease_now()).await.unwrap_or_default();
            if known.iter().any(|one| one.id == id && one.state == State::Draining) {
                return;
            }
            tokio::select! {
                () = Hint::Workers.heard(&mut hints) => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    };
    tokio::select! {
        () = signal => {}
        () = drained => {}
    }
}

/// Tells how far runs are kept apart here, as soon as the supervisor has tried.
async fn tell_rung(context: Context, id: WorkerId, mut rung: watch::Receiver<Option<u8>>) {
    loop {
        let known = *rung.borrow_and_update();
        if let Some(rung) = known
            && let Err(error) = actions::note_rung(&context, id, rung).await
        {
            tracing::warn!(%error, "cannot say how far runs are kept apart here");
        }
        if rung.changed().await.is_err() {
            return;
        }
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
        let collected = executor.collect(&list.path, list.snapshot.as_deref()).await?;
        list.items = serde_json::to_string(&collected.cases)?;
        list.error = collected.error;
        actions::answer_cases(context, &list).await?;
    }
    Ok(())
}
