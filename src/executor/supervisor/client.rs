//! The worker's side: starts its supervisor, and hands each job the reports about it.

use std::collections::HashMap;
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use tokio::sync::oneshot;

use super::message::{self, Command, End, Launch, Report, Signal};
use super::{spawn, tree};

/// Starts process trees through a supervisor, which it starts again should it be killed.
#[derive(Debug, Clone)]
pub struct Supervisor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connection: Option<Arc<OwnedFd>>,
    next_job: u64,
    waiting: HashMap<u64, Waiting>,
    deadline: Option<i64>,
}

#[derive(Debug)]
struct Waiting {
    started: Option<oneshot::Sender<io::Result<String>>>,
    ended: Option<oneshot::Sender<End>>,
}

/// A tree that was asked for.
#[derive(Debug)]
pub struct Started {
    pub job: Job,
    /// How far it is kept apart, or why it could not be started.
    pub isolation: oneshot::Receiver<io::Result<String>>,
    /// How it ended, when nothing of it is left; an error of the channel means that its supervisor was killed.
    pub ended: oneshot::Receiver<End>,
}

/// Sends signals to one tree.
#[derive(Debug, Clone)]
pub struct Job {
    number: u64,
    shared: Arc<Shared>,
}

/// The three descriptors of a runner.
pub struct Streams<'a> {
    pub output: BorrowedFd<'a>,
    pub request: BorrowedFd<'a>,
    pub events: BorrowedFd<'a>,
}

impl Supervisor {
    /// `directory` is this worker's own.
    pub fn new(directory: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let shared = Shared { directory: directory.to_owned(), state: Mutex::default() };
        let supervisor = Self { shared: Arc::new(shared) };
        supervisor.shared.connection(&mut supervisor.shared.lock())?;
        Ok(supervisor)
    }

    pub fn start(&self, launch: &Launch, streams: &Streams<'_>) -> io::Result<Started> {
        let mut document = std::fs::File::from(spawn::anonymous_file(c"launch")?);
        document.write_all(&serde_json::to_vec(launch)?)?;
        document.rewind()?;
        let (started, isolation) = oneshot::channel();
        let (ended_sender, ended) = oneshot::channel();
        let mut state = self.shared.lock();
        let connection = self.shared.connection(&mut state)?;
        state.next_job += 1;
        let number = state.next_job;
        state.waiting.insert(number, Waiting { started: Some(started), ended: Some(ended_sender) });
        let descriptors = [document.as_fd(), streams.output, streams.request, streams.events];
        let sent = message::send(connection.as_fd(), &Command::Start { job: number }, &descriptors);
        if let Err(error) = sent {
            state.waiting.remove(&number);
            return Err(error);
        }
        let job = Job { number, shared: Arc::clone(&self.shared) };
        Ok(Started { job, isolation, ended })
    }

    /// Everything ends at this time (milliseconds of the lease clock) unless a later one is said before.
    pub fn live_until(&self, at: i64) -> io::Result<()> {
        let mut state = self.shared.lock();
        state.deadline = Some(at);
        let connection = self.shared.connection(&mut state)?;
        message::send(connection.as_fd(), &Command::Deadline { at }, &[])
    }
}

impl Job {
    /// A job that is gone takes no signal; its end is reported elsewhere.
    pub fn signal(&self, signal: Signal) {
        self.shared.tell(&Command::Signal { job: self.number, signal });
    }

    pub fn kill(&self) {
        self.shared.tell(&Command::Kill { job: self.number });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, command: &Command) {
        let connection = self.lock().connection.clone();
        if let Some(connection) = connection
            && let Err(error) = message::send(connection.as_fd(), command, &[])
        {
            tracing::warn!(%error, ?command, "the supervisor does not hear");
        }
    }

    /// The living supervisor, started now if there is none.
    fn connection(self: &Arc<Self>, state: &mut State) -> io::Result<Arc<OwnedFd>> {
        if let Some(connection) = &state.connection {
            return Ok(Arc::clone(connection));
        }
        let (ours, theirs) =
            socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
        // A supervisor outlives its worker to clean up, and then has nobody to complain to but this file.
        let complaints = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.directory.join("supervisor.log"))?;
        let mut child = std::process::Command::new("/proc/self/exe")
            .arg("supervisor")
            .arg(&self.directory)
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::from(complaints))
            .spawn()?;
        let ours = Arc::new(ours);
        if let Some(at) = state.deadline {
            message::send(ours.as_fd(), &Command::Deadline { at }, &[])?;
        }
        let connection = Arc::clone(&ours);
        state.connection = Some(Arc::clone(&ours));
        let shared = Arc::clone(self);
        std::thread::Builder::new().name("supervisor".into()).spawn(move || {
            shared.listen(&ours);
            let _ = child.wait();
            shared.forget_jobs();
        })?;
        Ok(connection)
    }

    fn listen(&self, connection: &Arc<OwnedFd>) {
        loop {
            match message::receive::<Report>(connection.as_fd()) {
                Ok(Some((report, _))) => self.lock().hand_on(report),
                Ok(None) => break,
                Err(error) => {
                    tracing::error!(%error, "cannot understand the supervisor");
                    break;
                }
            }
        }
    }

    /// The supervisor was killed: the kernel takes its inits along, and then their jobs are told.
    fn forget_jobs(&self) {
        let mut state = self.lock();
        state.connection = None;
        tree::wait_until_gone(&self.directory.join("inits"));
        // Dropping the senders tells every job.
        state.waiting.clear();
    }
}

impl State {
    fn hand_on(&mut self, report: Report) {
        match report {
            Report::Started { job, isolation } => self.started(job, Ok(isolation)),
            Report::Failed { job, error } => {
                self.started(job, Err(io::Error::other(error)));
                self.waiting.remove(&job);
            }
            Report::Ended { job, end } => {
                if let Some(Waiting { ended: Some(ended), .. }) = self.waiting.remove(&job) {
                    let _ = ended.send(end);
                }
            }
        }
    }

    fn started(&mut self, job: u64, result: io::Result<String>) {
        let started = self.waiting.get_mut(&job).and_then(|waiting| waiting.started.take());
        if let Some(started) = started {
            let _ = started.send(result);
        }
    }
}
