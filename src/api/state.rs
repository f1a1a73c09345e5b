//! What the handlers share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, watch};

use super::guard::Hosts;
use super::run_logs::RunLogs;
use super::stream::Feed;
use super::uploads::RECEIVED;
use crate::actions;
use crate::catalog::{Blobs, Catalog, Snapshots, UploadLimits};
use crate::depot::{Depot, Objects};
use crate::domain::{self, RunId};

/// Searches of logs at once; each takes a core.
const SEARCHES: usize = 2;

/// Uploads that are looked at at once.
const JUDGED: usize = 2;

/// What the handlers share; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub ctx: actions::Context,
    pub settings: Arc<Settings>,
    pub(super) catalog: Arc<Catalog>,
    /// Versions of tests, in `<data>/blobs/`.
    pub(super) blobs: Blobs,
    /// What other hosts keep; `None` without others.
    pub(super) depot: Option<Depot>,
    pub(super) snapshots: Arc<Snapshots>,
    pub(super) logs: RunLogs,
    pub(super) feed: Feed,
    /// Turns at searching logs.
    pub(super) searches: Arc<Semaphore>,
    /// Turns at receiving uploads.
    pub(super) receiving: Arc<Semaphore>,
    /// Turns at looking at what was received; each may take a core and the memory of an archive.
    pub(super) judging: Arc<Semaphore>,
    /// The turn at changing what is below the tests root.
    pub(super) changing: Arc<Mutex<()>>,
    closing: watch::Sender<bool>,
}

/// How this server was set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The logs of runs are in `<data>/runs/<id>/`.
    pub data: PathBuf,
    /// The name of `data`, by which the runs of this host are told from those of others.
    pub home: String,
    /// Where contents are that this host has in common with others, if not in the database.
    pub objects: Option<Objects>,
    pub tests_root: PathBuf,
    /// The interpreter that runs the tests; here it only says whether files can be compiled.
    pub python: PathBuf,
    /// The names of others that runs may choose.
    pub interpreters: Vec<String>,
    /// Which names it answers to.
    pub hosts: Hosts,
    pub limits: Limits,
    pub version: &'static str,
    /// Variables that would be refused, but for which the operator answers.
    pub allowed_variables: Vec<String>,
    /// The most that a run may be given.
    pub run_limits: domain::Limits,
}

/// What a request may be at most.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub body: usize,
    /// Until the whole body must have arrived.
    pub body_time: Duration,
    /// Until the whole head of a request must have arrived.
    pub head_time: Duration,
    /// What one upload may be at most.
    pub upload: UploadLimits,
    /// Until a whole upload must have arrived.
    pub upload_time: Duration,
    /// Targets of one run, with those of its plans and its template; and of a plan or a template.
    pub targets: usize,
    /// Test plans that a run or a template names.
    pub plans: usize,
    /// Parameters of a template.
    pub parameters: usize,
    /// Choices of a parameter.
    pub choices: usize,
    /// Bytes of one choice.
    pub choice: usize,
    /// Characters of the name of a plan, a template or an environment.
    pub name: usize,
    /// Bytes of a description.
    pub description: usize,
    pub variables: usize,
    /// Bytes of one variable's value.
    pub variable: usize,
    /// Characters of a user name.
    pub requester: usize,
    /// Bytes of a note or a reason.
    pub note: usize,
    /// Comments on one run.
    pub comments: i64,
    /// Labels of an environment.
    pub labels: usize,
    /// Bytes of one of them.
    pub label: usize,
    /// The longest that a person may keep an environment.
    pub reservation: Duration,
    /// Streams at once.
    pub streams: usize,
    /// The longest that a stream is silent.
    pub silence: Duration,
    /// Until a worker must have collected the test cases of a file.
    pub cases_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            body_time: Duration::from_secs(15),
            head_time: Duration::from_secs(15),
            upload: UploadLimits { bytes: 32 * 1024 * 1024, files: 2000 },
            upload_time: Duration::from_secs(300),
            targets: 1000,
            plans: 1000,
            parameters: 50,
            choices: 100,
            choice: 1024,
            name: 128,
            description: 4 * 1024,
            variables: 100,
            variable: 32 * 1024,
            requester: 128,
            note: 4 * 1024,
            comments: 1000,
            labels: 50,
            label: 64,
            reservation: Duration::from_secs(30 * 24 * 60 * 60),
            streams: 2000,
            silence: Duration::from_secs(15),
            cases_time: Duration::from_secs(20),
        }
    }
}

impl AppState {
    pub fn new(ctx: actions::Context, settings: Settings) -> Self {
        let catalog = Arc::new(Catalog::new(settings.tests_root.clone()));
        let depot = Depot::of(&ctx, settings.objects.as_ref());
        let blobs = Blobs::shared(&settings.data, depot.clone());
        let logs = RunLogs::new(&ctx, &settings);
        Self {
            snapshots: Arc::new(Snapshots::new(
                Arc::clone(&catalog),
                blobs.clone(),
                &settings.data,
            )),
            catalog,
            blobs,
            depot,
            feed: Feed::new(ctx.clone(), logs.clone()),
            logs,
            searches: Arc::new(Semaphore::new(SEARCHES)),
            receiving: Arc::new(Semaphore::new(RECEIVED)),
            judging: Arc::new(Semaphore::new(JUDGED)),
            changing: Arc::default(),
            closing: watch::Sender::new(false),
            settings: Arc::new(settings),
            ctx,
        }
    }

    /// Ends the open streams, so that the server can end.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Ends when the server is about to.
    pub(super) async fn closed(&self) {
        // The sender lives as long as this state.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }

    pub(super) fn run_directory(&self, run: RunId) -> PathBuf {
        run_directory(&self.settings.data, run)
    }
}

/// Where the log of a run is.
pub(super) fn run_directory(data: &Path, run: RunId) -> PathBuf {
    data.join("runs").join(run.to_string())
}
