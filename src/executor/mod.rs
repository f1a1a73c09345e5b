//! The worker's hands: from a claimed run to its last record.

mod attempt;
mod collect;
mod launch;
mod pipes;
mod protocol;
mod record;
mod runtime;
mod session;
mod stopping;
pub mod supervisor;
mod workspace;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

pub use launch::Interpreter;
pub use protocol::Case;
pub use runtime::lay_out;
pub use stopping::Grace;
pub use workspace::{clear_leftovers, run_directory};

use crate::actions::{Claimed, Context};
use crate::domain::RunId;
use crate::domain::verdict::Stopped;
use crate::logs;
use supervisor::Supervisor;

/// How runs are executed on this machine.
#[derive(Debug, Clone)]
pub struct Settings {
    pub data: PathBuf,
    pub interpreter: Interpreter,
    /// Wall-clock limit of a run that asks for none.
    pub timeout: Duration,
    pub grace: Grace,
    /// Bytes of a run's log that are kept.
    pub log_limit: u64,
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
    /// How to end each running run.
    stops: Mutex<HashMap<RunId, watch::Sender<Option<Stopped>>>>,
}

impl Executor {
    pub fn new(context: Context, settings: Settings, supervisor: Supervisor) -> Self {
        let stops = Mutex::default();
        Self { shared: Arc::new(Shared { context, settings, supervisor, stops }) }
    }

    /// Executes a run to its end and records it.
    pub async fn execute(&self, claimed: Claimed) {
        let id = claimed.run.id;
        let wanted = claimed.cancel.as_ref().map(|cancel| cancelled(&cancel.by));
        let (sender, stop) = watch::channel(wanted);
        self.stops().insert(id, sender);
        attempt::execute(&self.shared, claimed, stop).await;
        self.stops().remove(&id);
    }

    /// Ends a running run; one that is not here is no business of this worker.
    pub fn cancel(&self, run: RunId, by: &str) {
        self.stop(run, cancelled(by));
    }

    /// Ends a run whose lease this worker has lost.
    pub fn abandon(&self, run: RunId) {
        self.stop(run, Stopped::LeaseLost);
    }

    /// The runs that are being executed.
    pub fn running(&self) -> Vec<RunId> {
        self.stops().keys().copied().collect()
    }

    /// The test cases of one file, by pytest's own collection.
    pub async fn collect(&self, path: &str) -> io::Result<collect::Collected> {
        collect::collect(&self.shared, path).await
    }

    fn stop(&self, run: RunId, why: Stopped) {
        if let Some(sender) = self.stops().get(&run) {
            sender.send_if_modified(|present| {
                let first = present.is_none();
                present.get_or_insert(why);
                first
            });
        }
    }

    fn stops(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, watch::Sender<Option<Stopped>>>> {
        self.shared.stops.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cancelled(by: &str) -> Stopped {
    Stopped::Cancelled { by: by.to_owned() }
}

/// Where `serve` tells its workers its address, for tests that call Proctor itself.
pub fn address_file(data: &Path) -> PathBuf {
    data.join("server.address")
}

impl Settings {
    fn log_limits(&self) -> logs::Limits {
        logs::Limits { max_bytes: self.log_limit }
    }
}
