//! The worker's hands: from a claimed run to its last record.

mod attempt;
mod collect;
mod compile;
mod ended_logs;
mod ending;
mod ends;
mod far_logs;
mod files;
mod gauge;
mod isolation;
mod keep;
mod launch;
mod log_hint;
mod not_begun;
mod packages;
mod pipes;
mod probe;
mod protocol;
mod record;
mod runtime;
mod session;
mod stacks;
mod start;
mod stopping;
pub mod supervisor;
mod times;
mod usage;

mod workspace;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tracing::Instrument as _;

pub use ends::{Ended, Ends};
pub use isolation::Isolation;
pub use launch::{Interpreter, recipe};
pub use packages::Packages;
pub use probe::{Probe, Probed, probe};
pub use protocol::Case;
pub use runtime::lay_out;
pub use stopping::Grace;
pub use workspace::{clear_leftovers, clear_scratch, run_directory, scratch_directory};

use crate::actions::{Claimed, Context, Lease};
use crate::catalog::{Blobs, Trees};
use crate::depot::{Depot, Objects};
use crate::domain::verdict::Stopped;
use crate::domain::{Limits, RunId};
use crate::store::workers::Done;
use ended_logs::EndedLogs;
use far_logs::FarLogs;
use supervisor::{Job, Supervisor};
use times::Times;

/// Where the interpreter is in an environment of packages.
const PYTHON_OF_ENVIRONMENT: &str = "venv/bin/python";

/// How runs are executed on this machine.
#[derive(Debug, Clone)]
pub struct Settings {
    pub data: PathBuf,
    /// Where runs have what is gone with them: this worker's own.
    pub scratch: PathBuf,
    pub interpreter: Interpreter,
    /// Others, by name.
    pub interpreters: BTreeMap<String, PathBuf>,
    pub packages: Packages,
    /// Wall-clock limit of a run that asks for none.
    pub timeout: Duration,
    pub grace: Grace,
    /// How long a worker that leaves waits for what it has not kept yet.
    pub leave: Duration,
    /// What a run may use that asks for nothing else.
    pub limits: Limits,
    /// The most that a run gets, whatever it asks for.
    pub maximum: Limits,
    pub isolation: Isolation,
    /// Samples of what one run uses that are kept at most.
    pub usage_samples: usize,
}

/// Executes runs, each in a task of its own.
#[derive(Debug, Clone)]
pub struct Executor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    context: Context,
    settings: Settings,
    supervisor: Supervisor,
    far_logs: FarLogs,
    ended_logs: EndedLogs,
    depot: Option<Depot>,
    trees: Trees,
    controls: Mutex<HashMap<Lease, Control>>,
    to_compile: compile::Waiting,
    ends: Arc<Ends>,
    times: Arc<Times>,
    claims: AtomicU64,
    log_bytes: AtomicU64,
}

/// What can be done to a running run. Two attempts of one run may be here at once, when the first was lost.
#[derive(Debug)]
struct Control {
    stop: watch::Sender<Option<Stopped>>,
    /// Once its processes were started.
    job: Option<Job>,
    /// Until then its processes may live, in milliseconds of the lease clock.
    until: i64,
}

impl Executor {
    pub fn new(
        context: Context,
        settings: Settings,
        supervisor: Supervisor,
        objects: Option<Objects>,
    ) -> Self {
        let far_logs = FarLogs::new(&context);
        let depot = Depot::of(&context, objects.as_ref());
        let ended_logs = EndedLogs::new(&context, depot.as_ref(), &settings);
        let blobs = Blobs::shared(&settings.data, depot.clone());
        let trees = Trees::with(&settings.data, blobs);
        let (controls, to_compile) = (Mutex::default(), compile::Waiting::default());
        let (claims, log_bytes) = (AtomicU64::new(0), AtomicU64::new(0));
        let ends = Arc::new(Ends::new(context.clone()));
        let times = Arc::new(Times::new(context.clone()));
        let shared = Arc::new(Shared {
            context,
            settings,
            supervisor,
            far_logs,
            ended_logs,
            depot,
            trees,
            controls,
            to_compile,
            ends,
            times,
            claims,
            log_bytes,
        });
        keep::resume(&shared);
        Self { shared }
    }

    /// Of its transactions that end runs, and of those that claim others.
    pub fn turn(&self) -> Arc<tokio::sync::Mutex<Context>> {
        self.shared.ends.turn()
    }

    /// Executes a run to its end and records it. Its `slot` is free as soon as its processes are gone.
    pub async fn execute(&self, claimed: Claimed, slot: impl Send + 'static) {
        let lease = claimed.lease;
        self.shared.claims.fetch_add(1, Ordering::Relaxed);
        let wanted = claimed.cancel.as_ref().map(|cancel| cancelled(&cancel.by));
        let (stop, stopped) = watch::channel(wanted);
        self.shared
            .controls()
            .insert(lease, Control { stop, job: None, until: claimed.live_until });
        let _listed = Listed { shared: &self.shared, lease };
        let span = tracing::info_span!("attempt", run_id = lease.run.0, epoch = lease.epoch.0);
        span.in_scope(|| tracing::debug!("begins"));
        // What it holds all the while is large.
        let executed = Box::pin(attempt::execute(&self.shared, claimed, stopped, slot));
        if let Some(compiled) = executed.instrument(span).await {
            compile::want(&self.shared, compiled);
        }
    }

    /// Ends a running run; one that is not here is no business of this worker.
    pub fn cancel(&self, run: RunId, by: &str) {
        for (lease, control) in &*self.shared.controls() {
            if lease.run == run {
                control.stop(cancelled(by));
            }
        }
    }

    /// Ends a run whose lease this worker has lost, whatever else is wanted of it.
    pub fn abandon(&self, lease: Lease) {
        if let Some(control) = self.shared.controls().get(&lease) {
            control.stop.send_replace(Some(Stopped::LeaseLost));
            control.job.iter().for_each(Job::kill);
        }
    }

    /// Lets a run live on whose lease was renewed. In milliseconds of the lease clock.
    pub fn live_until(&self, lease: Lease, until: i64) {
        if let Some(control) = self.shared.controls().get_mut(&lease) {
            control.until = until;
            control.job.iter().for_each(|job| job.live_until(until));
        }
    }

    /// What was done here so far.
    pub fn done(&self) -> Done {
        let Shared { claims, log_bytes, depot, .. } = &*self.shared;
        let objects = depot.as_ref().and_then(Depot::objects);
        let asked = objects.map(Objects::all_figures).unwrap_or_default();
        let micros = u64::try_from(asked.duration.as_micros()).unwrap_or(u64::MAX);
        Done {
            claims: claims.load(Ordering::Relaxed),
            log_bytes: log_bytes.load(Ordering::Relaxed),
            objects: [asked.count, asked.errors, micros],
        }
    }

    /// Finishes what nobody waited for, when no run is left.
    pub async fn finish(&self) {
        self.shared.times.finish().await;
        self.shared.ended_logs.finish().await;
    }

    /// The leases of the runs that are being executed.
    pub fn leases(&self) -> Vec<Lease> {
        self.shared.controls().keys().copied().collect()
    }

    /// The test cases of one file, by pytest's own collection; as it is here, or in a snapshot.
    pub async fn collect(
        &self,
        path: &str,
        snapshot: Option<&str>,
    ) -> io::Result<collect::Collected> {
        collect::collect(&self.shared, path, snapshot).await
    }
}

impl Control {
    /// The first wish stays.
    fn stop(&self, why: Stopped) {
        self.stop.send_if_modified(|present| {
            let first = present.is_none();
            present.get_or_insert(why);
            first
        });
    }
}

impl Shared {
    fn controls(&self) -> MutexGuard<'_, HashMap<Lease, Control>> {
        self.controls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until when the processes of a run may live.
    fn until(&self, lease: Lease) -> i64 {
        self.controls().get(&lease).map_or(0, |control| control.until)
    }

    fn started(&self, lease: Lease, job: Job) {
        if let Some(control) = self.controls().get_mut(&lease) {
            control.job = Some(job);
        }
    }
}

/// A run among those that are executed, until this is dropped: also when something panics. What it left is ended then,
/// and its lease runs out because nobody renews it.
struct Listed<'a> {
    shared: &'a Shared,
    lease: Lease,
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        if let Some(Control { job: Some(job), .. }) = self.shared.controls().remove(&self.lease) {
            job.kill();
        }
    }
}

fn cancelled(by: &str) -> Stopped {
    Stopped::Cancelled { by: by.to_owned() }
}

/// Where `serve` tells its workers its address, for tests that call Proctor itself.
pub fn address_file(data: &Path) -> PathBuf {
    data.join("server.address")
}
