//! One attempt of a run, from its directories to its last record.

mod concluding;

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::files::{CompiledByRun, Files};
use super::gauge::{Gauge, UsageLog};
use super::log_hint::LogHint;
use super::not_begun::{NotBegun, not_equipped};
use super::packages::{Equipped, for_run};
use super::pipes::{self, Running, Source};
use super::protocol::{EventReader, Mode, PROTOCOL, Request};
use super::record::{Recorder, Stale};
use super::session::Session;
use super::stopping::Stopping;
use super::supervisor::{Begun, End, How, Job};
use super::workspace::Workspace;
use super::{Shared, address_file, launch};
use crate::actions::{Claimed, Lease};
use crate::domain::run::{StartMode, command_shown};
use crate::domain::usage::UsageLimits;
use crate::domain::verdict::Stopped;
use crate::domain::{Limits, LogSize, Millis};
use crate::logs::{self, LogWriter, Nonce};
use crate::store::run_states::StartedAs;

/// For its processes to begin, which may have to wait for a warm interpreter; the run's own time begins then.
const STARTING: Duration = Duration::from_secs(120);
/// Taken from a pipe at a time.
const BLOCK: usize = 64 * 1024;

/// Executes the run, whatever happens: its last record says how it ended. Answers what it has compiled of its tests. The
/// `slot` is dropped when its processes are gone.
pub(super) async fn execute(
    shared: &Shared,
    claimed: Claimed,
    stop: watch::Receiver<Option<Stopped>>,
    slot: impl Send,
) -> Option<CompiledByRun> {
    let lease = claimed.lease;
    let recorder = Recorder::new(shared.context.clone(), Arc::clone(&shared.ends), lease);
    let result = match Attempt::begin(shared, &claimed, stop).await {
        Ok(attempt) => Box::pin(attempt.run(recorder, slot)).await,
        Err(not_begun) => {
            drop(slot);
            not_begun.record(shared, recorder, &claimed).await.map(|()| None)
        }
    };
    result.unwrap_or_else(|Stale| {
        tracing::warn!(run = %lease.run, epoch = %lease.epoch, "its lease is lost; nothing more is recorded");
        None
    })
}

struct Attempt<'a> {
    shared: &'a Shared,
    lease: Lease,
    number: i64,
    workspace: Workspace,
    /// Held until its processes are gone.
    files: Files,
    equipped: Equipped,
    log: LogWriter,
    events: EventReader,
    session: Session,
    job: Job,
    output: Source,
    told: Source,
    ended: oneshot::Receiver<End>,
    begun: Option<oneshot::Receiver<io::Result<Begun>>>,
    limits: Limits,
    gauge: Option<Gauge>,
    command: Vec<String>,
    stop: watch::Receiver<Option<Stopped>>,
    stopping: Option<Stopping>,
    limit_s: u32,
    time_is_up: Instant,
    log_hint: LogHint,
}

impl<'a> Attempt<'a> {
    async fn begin(
        shared: &'a Shared,
        claimed: &Claimed,
        mut stop: watch::Receiver<Option<Stopped>>,
    ) -> Result<Self, NotBegun> {
        let settings = &shared.settings;
        let run = &claimed.run;
        let workspace =
            Workspace::create(&settings.data, &settings.scratch, claimed.lease, run.attempt)?;
        let options = &claimed.details.options;
        let limits = settings.limits.with(&options.limits, &settings.maximum);
        let nonce = Nonce::random()?;
        let kept = logs::Limits { max_bytes: limits.log_bytes };
        let secrets = launch::secrets(claimed);
        let log = LogWriter::create(&workspace.home, &nonce, kept).map_err(io::Error::other)?;
        let mut log = log.hiding(secrets.clone());
        let server = std::fs::read_to_string(address_file(&settings.data)).ok();
        let server = server.as_deref().map(str::trim);
        let files =
            Files::hold_for_run(shared, claimed.details.snapshot.as_deref(), &mut stop).await?;
        let equipped = for_run(shared, claimed, (&files, &workspace), &mut log, &mut stop).await;
        let equipped = match equipped {
            Ok(equipped) => equipped,
            Err(why) => return Err(not_equipped(shared, claimed, (why, log, &workspace)).await),
        };
        let mut launch =
            launch::launch(settings, &equipped.interpreter, claimed, &workspace, server);
        (launch.snapshot, launch.notice) = (files.snapshot(&workspace.layer), files.notice());
        let request = Request {
            protocol: PROTOCOL,
            mode: Mode::Run,
            nonce: nonce.as_str(),
            targets: &run.targets,
            keyword: options.keyword.as_deref(),
            markers: options.markers.as_deref(),
            max_failures: options.max_failures,
            leak_iterations: options.leak.map(|hunt| hunt.iterations),
        };
        let Running { started, output, events } =
            pipes::start(&shared.supervisor, &launch, &request, shared.until(claimed.lease))?;
        shared.started(claimed.lease, started.job.clone());
        let default_limit = u32::try_from(settings.timeout.as_secs()).unwrap_or(u32::MAX);
        let limit_s = options.timeout_s.unwrap_or(default_limit);
        Ok(Self {
            shared,
            lease: claimed.lease,
            number: run.attempt,
            workspace,
            files,
            equipped,
            log,
            events: EventReader::hiding(secrets),
            session: Session::of(&claimed.details.sources),
            job: started.job,
            output,
            told: events,
            ended: started.ended,
            begun: Some(started.begun),
            limits,
            gauge: None,
            command: command_shown(&run.targets, options),
            stop,
            stopping: None,
            limit_s,
            time_is_up: Instant::now() + STARTING + Duration::from_secs(limit_s.into()),
            log_hint: LogHint::default(),
        })
    }

    async fn run(
        mut self,
        mut recorder: Recorder,
        slot: impl Send,
    ) -> Result<Option<CompiledByRun>, Stale> {
        let end = match self.follow(&mut recorder).await {
            Ok(end) => end,
            Err(stale) => {
                self.job.kill();
                // Its tree is gone before the slot is free, whoever has the environment now.
                let _ = (&mut self.ended).await;
                self.shared.far_logs.forget(self.lease);
                self.clear();
                return Err(stale);
            }
        };
        drop(slot);
        self.drain().await;
        Box::pin(self.conclude(end, recorder)).await
    }

    /// Until every process of the run is gone. `None`: its supervisor was killed.
    async fn follow(&mut self, recorder: &mut Recorder) -> Result<Option<End>, Stale> {
        let mut output = vec![0; BLOCK];
        let mut events = vec![0; BLOCK];
        loop {
            let timer = self.next_timer(recorder);
            tokio::select! {
                read = self.output.read(&mut output) => self.printed(&output[..read]),
                read = self.told.read(&mut events), if self.session.has_room() => {
                    self.told(&events[..read]);
                }
                started = started(&mut self.begun) => self.started(started),
                end = &mut self.ended => return Ok(end.ok()),
                Ok(()) = self.stop.changed() => self.stop_if_wanted(),
                recorded = recorder.ended(&mut self.session) => recorded?,
                () = sleep_until(timer) => self.timer(recorder),
            }
        }
    }

    /// The earliest of what is to happen by itself.
    fn next_timer(&mut self, recorder: &mut Recorder) -> Instant {
        let stop = match &self.stopping {
            Some(stopping) => stopping.next_at(),
            // A wish that came before the run did.
            None if self.stop.borrow().is_some() => Some(Instant::now()),
            None => Some(self.time_is_up),
        };
        let gauge = self.gauge.as_ref().map(Gauge::next_at);
        [stop, recorder.due(&self.session), self.log_hint.due(), gauge]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or_else(|| Instant::now() + Duration::from_secs(3600))
    }

    fn timer(&mut self, recorder: &mut Recorder) {
        let now = Instant::now();
        if recorder.due(&self.session).is_some_and(|due| due <= now) {
            recorder.begin(&mut self.session);
        }
        if self.log_hint.due().is_some_and(|due| due <= now) {
            self.log_hint.send(self.shared, self.lease, &self.session);
        }
        if let Some(gauge) = &mut self.gauge
            && gauge.next_at() <= now
            && let Some(why) = gauge.look(&self.workspace.artifacts)
            && self.stopping.is_none()
        {
            self.end_at_once(why);
        }
        self.stop_if_wanted();
        let grace = self.shared.settings.grace;
        match &mut self.stopping {
            Some(stopping) if stopping.next_at().is_some_and(|at| at <= now) => {
                stopping.insist(&self.job, grace);
            }
            Some(_) => {}
            None if self.time_is_up <= now => {
                self.ask_to_end(Stopped::TimedOut { limit_s: self.limit_s });
            }
            None => {}
        }
    }

    fn stop_if_wanted(&mut self) {
        let wanted = self.stop.borrow_and_update().clone();
        let is_news = self.stopping.as_ref().map(|stopping| &stopping.why) != wanted.as_ref();
        match wanted {
            Some(why @ Stopped::LeaseLost) if is_news => self.end_at_once(why),
            Some(why) if self.stopping.is_none() => self.ask_to_end(why),
            _ => {}
        }
    }

    fn ask_to_end(&mut self, why: Stopped) {
        if self.session.is_running() {
            let during = self.session.hold_unfinished();
            let grace = self.shared.settings.grace;
            self.stopping = Some(Stopping::begin(why, during, &self.job, grace));
        } else {
            // An interpreter that is just starting swallows signals, and has nothing to tidy up.
            self.end_at_once(why);
        }
    }

    fn end_at_once(&mut self, why: Stopped) {
        let during = self.session.unfinished();
        self.stopping = Some(Stopping::at_once(why, during, &self.job));
    }

    fn started(&mut self, started: Option<io::Result<Begun>>) {
        match started {
            Some(Ok(begun)) => {
                self.time_is_up = Instant::now() + Duration::from_secs(self.limit_s.into());
                let limits = UsageLimits::new(&self.limits, self.limit_s);
                let told = UsageLog::new(self.shared, self.lease.run, &self.workspace, limits);
                self.gauge = Some(Gauge::new(&begun, self.limits, told));
                let mode = match begun.how {
                    How::Warm => StartMode { mode: "warm".into(), reason: None },
                    How::Cold(reason) => StartMode { mode: "cold".into(), reason: Some(reason) },
                };
                let (command, isolation, rung) =
                    (self.command.clone(), begun.isolation, begun.rung.into());
                self.session.started_as(StartedAs { mode, command, isolation, rung });
            }
            Some(Err(error)) => self.give_up(format!("it could not be started: {error}")),
            None => {}
        }
    }

    fn told(&mut self, bytes: &[u8]) {
        for event in self.events.push(bytes) {
            self.session.event(event);
        }
    }

    fn printed(&mut self, bytes: &[u8]) {
        if let Some(stopping) = &mut self.stopping {
            stopping.printed(bytes);
        }
        let now = self.shared.context.clock.now();
        self.shared.log_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        match self.log.append(bytes, now) {
            Ok(appended) => {
                appended.marks.into_iter().for_each(|mark| self.session.mark(mark));
                self.session.log_size(appended.size);
                self.log_hint.grown(self.shared, self.lease, &self.session);
                self.grown_far(appended.size, now);
            }
            Err(error) => self.give_up(format!("its log cannot be kept: {error}")),
        }
    }

    fn grown_far(&self, size: LogSize, now: Millis) {
        let log = || self.workspace.home.join("log");
        self.shared.far_logs.grown(self.lease, self.number, log, (size, now));
    }

    fn give_up(&mut self, reason: String) {
        if self.stopping.is_none() {
            self.end_at_once(Stopped::Broken { reason });
        }
    }
}

/// How it was started; `None` when its supervisor is gone.
async fn started(
    begun: &mut Option<oneshot::Receiver<io::Result<Begun>>>,
) -> Option<io::Result<Begun>> {
    let Some(receiver) = begun else { return std::future::pending().await };
    let started = receiver.await.ok();
    *begun = None;
    started
}
