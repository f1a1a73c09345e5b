//! The worker's side: starts its supervisor, and hands each job the reports about it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{Signal as Sig, kill};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, setsockopt, socketpair, sockopt};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::unistd::Pid;
use serde::Serialize;
use tokio::sync::{oneshot, watch};

use super::grant::Grant;
use super::message::{self, Begun, Command, End, Launch, Preparation, Report, Signal};
use super::{remains, spawn, tree};

/// Seconds after which a supervisor is given up that takes nothing any more.
const DEAF_S: i64 = 2;
/// Deadlines after which it is given up when it notes none of them.
const DEAF: u32 = 3;

/// Starts process trees through a supervisor, which it starts again should it be killed.
#[derive(Debug, Clone)]
pub struct Supervisor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    preparation: Option<Preparation>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connection: Option<Connection>,
    next_job: u64,
    rung: watch::Sender<Option<u8>>,
    waiting: HashMap<u64, Waiting>,
}

/// To one supervisor process.
#[derive(Debug, Clone)]
struct Connection {
    socket: Arc<OwnedFd>,
    pid: Pid,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Deadlines since the last one that was noted.
    unanswered: u32,
    started: Option<oneshot::Sender<io::Result<Begun>>>,
    ended: Option<oneshot::Sender<End>>,
}

/// A tree that was asked for.
#[derive(Debug)]
pub struct Started {
    pub job: Job,
    /// How its runner came into being, or why it could not.
    pub begun: oneshot::Receiver<io::Result<Begun>>,
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
    /// `directory` is this worker's own. What is prepared is warm before the first run asks for it.
    pub fn new(directory: &Path, preparation: Option<Preparation>) -> io::Result<Self> {
        std::fs::create_dir_all(directory)?;
        let directory = directory.to_owned();
        // What a killed supervisor leaves comes to this process, which ends it.
        spawn::become_subreaper()?;
        let shared = Shared { directory, preparation, state: Mutex::default() };
        let supervisor = Self { shared: Arc::new(shared) };
        supervisor.shared.connection(&mut supervisor.shared.lock())?;
        Ok(supervisor)
    }

    /// Starts a tree. It ends at `until` (milliseconds of the lease clock) unless [`Job::live_until`] says a later time.
    pub fn start(&self, launch: &Launch, streams: &Streams<'_>, until: i64) -> io::Result<Started> {
        let document = document(launch)?;
        let (started, begun) = oneshot::channel();
        let (ended_sender, ended) = oneshot::channel();
        let descriptors = [document.as_fd(), streams.output, streams.request, streams.events];
        let mut state = self.shared.lock();
        state.next_job += 1;
        let number = state.next_job;
        let command = Command::Start { job: number, until };
        let connection = self.shared.connection(&mut state)?;
        if let Err(error) = connection.send(&command, &descriptors) {
            tracing::warn!(%error, "the supervisor is gone; another one starts the run");
            self.shared.bury(&mut state, &connection);
            self.shared.connection(&mut state)?.send(&command, &descriptors)?;
        }
        let waiting = Waiting { unanswered: 0, started: Some(started), ended: Some(ended_sender) };
        state.waiting.insert(number, waiting);
        let job = Job { number, shared: Arc::clone(&self.shared) };
        Ok(Started { job, begun, ended })
    }
}

impl Supervisor {
    /// How far the machine lets runs be kept apart, once that was tried.
    pub fn rung(&self) -> watch::Receiver<Option<u8>> {
        self.shared.lock().rung.subscribe()
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

    /// Lets it live longer than was said before.
    pub fn live_until(&self, until: i64) {
        if self.shared.tell(&Command::Deadline { job: self.number, until }) {
            self.shared.lock().expect_answer(self.number);
        }
    }
}

impl Connection {
    fn send(&self, command: &Command, descriptors: &[BorrowedFd<'_>]) -> io::Result<()> {
        let sent = message::send(self.socket.as_fd(), command, descriptors);
        if sent.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
            self.give_up();
        }
        sent
    }

    /// Of one that lives and does not answer: it was stopped, and could not end a run when that is needed. Nobody waits
    /// for the process before its end of the socket is closed, so this is still its number.
    fn give_up(&self) {
        tracing::error!(pid = %self.pid, "the supervisor does not answer and is killed");
        let _ = kill(self.pid, Sig::SIGKILL);
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.socket, &other.socket)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was sent.
    fn tell(&self, command: &Command) -> bool {
        let Some(connection) = self.lock().connection.clone() else { return false };
        let sent = connection.send(command, &[]);
        if let Err(error) = &sent {
            tracing::warn!(%error, ?command, "the supervisor does not hear");
        }
        sent.is_ok()
    }

    /// The living supervisor, started now if there is none.
    fn connection(self: &Arc<Self>, state: &mut State) -> io::Result<Connection> {
        if let Some(connection) = &state.connection {
            return Ok(connection.clone());
        }
        let (ours, theirs) =
            socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
        setsockopt(&ours, sockopt::SendTimeout, &TimeVal::seconds(DEAF_S))?;
        let mut child = self.spawn(theirs)?;
        let pid = Pid::from_raw(i32::try_from(child.id()).map_err(io::Error::other)?);
        let connection = Connection { socket: Arc::new(ours), pid };
        state.connection = Some(connection.clone());
        let (shared, listening) = (Arc::clone(self), connection.clone());
        std::thread::Builder::new().name("supervisor".into()).spawn(move || {
            shared.listen(&listening.socket);
            // Should it only be impossible to understand.
            let _ = child.kill();
            let _ = child.wait();
            shared.bury(&mut shared.lock(), &listening);
        })?;
        if let Some(preparation) = &self.preparation {
            connection.send(&Command::Prepare, &[document(preparation)?.as_fd()])?;
        }
        Ok(connection)
    }

    fn spawn(&self, socket: OwnedFd) -> io::Result<Child> {
        let lock = File::create(remains::lock_path(&self.directory))?;
        // Free as soon as the supervisor before it is gone.
        lock.lock()?;
        // A supervisor outlives its worker to clean up, and then has nobody to complain to but this file.
        let complaints = File::options()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(self.directory.join("supervisor.log"))?;
        std::process::Command::new("/proc/self/exe")
            .arg("supervisor")
            // The inits of runs are copies of it, and tests share a namespace with them.
            .env_clear()
            .arg(&self.directory)
            .stdin(Stdio::from(socket))
            .stdout(Stdio::from(lock))
            .stderr(Stdio::from(complaints))
            .spawn()
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

    /// Of a supervisor that was killed: the kernel takes its inits along, what they leave is ended, and then their jobs
    /// are told. Done once, by whoever notices first.
    fn bury(&self, state: &mut State, gone: &Connection) {
        if state.connection.as_ref().is_some_and(|connection| connection.is(gone)) {
            remains::end_inits(&self.directory);
            tree::kill_orphans(|pid| pid == gone.pid);
            state.connection = None;
            // Dropping the senders tells every job.
            state.waiting.clear();
        }
    }
}

impl State {
    fn expect_answer(&mut self, job: u64) {
        let Some(waiting) = self.waiting.get_mut(&job) else { return };
        waiting.unanswered += 1;
        if let (DEAF.., Some(connection)) = (waiting.unanswered, &self.connection) {
            connection.give_up();
        }
    }

    fn hand_on(&mut self, report: Report) {
        match report {
            Report::Noted { job } => {
                if let Some(waiting) = self.waiting.get_mut(&job) {
                    waiting.unanswered = 0;
                }
            }
            Report::Granted(Grant { rung: 3, .. }) => {
                self.rung.send_replace(Some(3));
                tracing::info!("runs are kept apart on rung 3: sandbox and control groups");
            }
            Report::Granted(grant) => {
                self.rung.send_replace(Some(grant.rung));
                let lacks = grant.lacks.join("; ");
                tracing::warn!(
                    grant.rung,
                    lacks,
                    "runs are not kept apart as well as they could be"
                );
            }
            Report::Started { job, started } => self.started(job, Ok(started)),
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

    fn started(&mut self, job: u64, result: io::Result<Begun>) {
        let started = self.waiting.get_mut(&job).and_then(|waiting| waiting.started.take());
        if let Some(started) = started {
            let _ = started.send(result);
        }
    }
}

/// What is too long for a packet.
fn document(contents: &impl Serialize) -> io::Result<File> {
    let mut document = File::from(spawn::anonymous_file(c"document")?);
    document.write_all(&serde_json::to_vec(contents)?)?;
    document.rewind()?;
    Ok(document)
}
