//! The supervisor's own process: one thread, one loop.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal as Sig, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::WaitPidFlag;
use nix::unistd::{Pid, getgid, getuid, pipe2, setsid};

use super::init::{self, Init};
use super::message::{self, Command, End, Launch, Report};
use super::spawn::{self, Isolation};
use super::tree;
use crate::clock::Clock;

/// Supervises what the worker at the other end of `socket` asks for, until that worker is gone and everything with it.
/// `directory` is the worker's: it holds this process's lock and the names of the living inits.
pub fn main(socket: OwnedFd, directory: PathBuf) -> io::Result<()> {
    // An own session: a Ctrl-C in the terminal of the worker is the worker's business.
    let _ = setsid();
    spawn::become_subreaper()?;
    let lock = fs::File::create(directory.join("supervisor.lock"))?;
    lock.lock()?;
    let inits = directory.join("inits");
    fs::create_dir_all(&inits)?;
    let mut handled = SigSet::empty();
    handled.add(Sig::SIGCHLD);
    let mut blocked = handled;
    // The worker decides when its runs end; a signal to all processes of the machine's user is no reason.
    blocked.extend([Sig::SIGTERM, Sig::SIGINT, Sig::SIGHUP, Sig::SIGQUIT]);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&blocked), None)?;
    let deaths = SignalFd::with_flags(&handled, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let mut supervisor = Supervisor {
        socket,
        deaths,
        inits,
        ladder: Isolation::LADDER.to_vec(),
        living: HashMap::new(),
        deadline: None,
    };
    let result = supervisor.serve();
    supervisor.end_everything();
    drop(lock);
    result
}

struct Supervisor {
    socket: OwnedFd,
    deaths: SignalFd,
    inits: PathBuf,
    /// What may still be granted, best first.
    ladder: Vec<Isolation>,
    living: HashMap<Pid, Living>,
    /// Milliseconds of the lease clock.
    deadline: Option<i64>,
}

struct Living {
    job: u64,
    control: OwnedFd,
    report: OwnedFd,
    name: Option<PathBuf>,
}

impl Supervisor {
    /// Until the worker is gone.
    fn serve(&mut self) -> io::Result<()> {
        loop {
            let (asked, died) = self.wait()?;
            if died {
                self.bury()?;
            }
            if asked {
                match message::receive::<Command>(self.socket.as_fd())? {
                    Some((command, descriptors)) => self.obey(command, descriptors)?,
                    None => return Ok(()),
                }
            }
            if self.deadline.is_some_and(|deadline| Clock::System.lease_now() >= deadline) {
                self.kill_all();
                self.deadline = None;
            }
        }
    }

    fn wait(&self) -> io::Result<(bool, bool)> {
        let timeout = match self.deadline {
            None => PollTimeout::NONE,
            Some(deadline) => {
                let left = (deadline - Clock::System.lease_now()).clamp(0, 60_000);
                PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO)
            }
        };
        let mut ready = [
            PollFd::new(self.socket.as_fd(), PollFlags::POLLIN),
            PollFd::new(self.deaths.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut ready, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok((ready[0].any().unwrap_or(true), ready[1].any().unwrap_or(true)))
    }

    fn obey(&mut self, command: Command, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        match command {
            Command::Start { job } => {
                let report = match self.start(job, descriptors) {
                    Ok(isolation) => {
                        Report::Started { job, isolation: isolation.as_str().to_owned() }
                    }
                    Err(error) => Report::Failed { job, error: error.to_string() },
                };
                self.tell(&report)
            }
            Command::Signal { job, signal } => {
                if let Some((_, living)) = self.find(job) {
                    // A full pipe means that many are on their way already.
                    let _ = nix::unistd::write(&living.control, &[signal.to_byte()]);
                }
                Ok(())
            }
            Command::Kill { job } => {
                if let Some((pid, _)) = self.find(job) {
                    let _ = kill(*pid, Sig::SIGKILL);
                }
                Ok(())
            }
            Command::Deadline { at } => {
                self.deadline = Some(at);
                Ok(())
            }
        }
    }

    fn find(&self, job: u64) -> Option<(&Pid, &Living)> {
        self.living.iter().find(|(_, living)| living.job == job)
    }

    fn start(&mut self, job: u64, descriptors: Vec<OwnedFd>) -> io::Result<Isolation> {
        let [document, output, request, events] =
            <[OwnedFd; message::START_DESCRIPTORS]>::try_from(descriptors)
                .map_err(|_| io::Error::other("the descriptors of a start are not complete"))?;
        let launch: Launch = serde_json::from_reader(fs::File::from(document))?;
        let streams = [output, request, events];
        loop {
            let Some(isolation) = self.ladder.first().copied() else {
                return Err(io::Error::other("no process can be made"));
            };
            match self.try_start(job, isolation, &launch, &streams) {
                Err(error)
                    if self.ladder.len() > 1
                        && matches!(
                            error.raw_os_error(),
                            Some(libc::EPERM | libc::ENOSYS | libc::EINVAL | libc::ENOSPC)
                        ) =>
                {
                    self.ladder.remove(0);
                }
                Err(error) => return Err(error),
                Ok(()) => return Ok(isolation),
            }
        }
    }

    fn try_start(
        &mut self,
        job: u64,
        isolation: Isolation,
        launch: &Launch,
        streams: &[OwnedFd; 3],
    ) -> io::Result<()> {
        let (control_read, control) = pipe2(OFlag::O_CLOEXEC)?;
        let (report, report_write) = pipe2(OFlag::O_CLOEXEC)?;
        let [output, request, events] = streams;
        let init = Init {
            isolation,
            launch: launch.clone(),
            streams: [output.try_clone()?, request.try_clone()?, events.try_clone()?],
            control: control_read,
            report: report_write,
            uid: getuid(),
            gid: getgid(),
        };
        let pid = spawn::clone_init(isolation, || init::run(init))?;
        let name = tree::start_ticks(pid).map(|ticks| self.inits.join(format!("{pid}-{ticks}")));
        if let Some(name) = &name {
            fs::File::create(name)?;
        }
        self.living.insert(pid, Living { job, control, report, name });
        Ok(())
    }

    /// Of an init that was waited for nothing is left, and of a namespace nobody.
    fn bury(&mut self) -> io::Result<()> {
        while self.deaths.read_signal()?.is_some() {}
        while let Some((pid, _)) = tree::wait_any(WaitPidFlag::WNOHANG) {
            let Some(living) = self.living.remove(&pid) else { continue };
            if self.ladder.first() == Some(&Isolation::Tree) && self.living.is_empty() {
                tree::kill_descendants(Pid::this());
            }
            if let Some(name) = &living.name {
                let _ = fs::remove_file(name);
            }
            let mut text = Vec::new();
            let _ = fs::File::from(living.report).read_to_end(&mut text);
            let killed = End { status: None, cpu_ms: 0, memory_peak_bytes: 0 };
            let end = serde_json::from_slice(&text).unwrap_or(killed);
            self.tell(&Report::Ended { job: living.job, end })?;
        }
        Ok(())
    }

    /// A worker that is gone hears nothing; the loop notices that by itself.
    fn tell(&self, report: &Report) -> io::Result<()> {
        let socket: BorrowedFd<'_> = self.socket.as_fd();
        match message::send(socket, report, &[]) {
            Err(error) if matches!(error.raw_os_error(), Some(libc::EPIPE | libc::ECONNRESET)) => {
                Ok(())
            }
            other => other,
        }
    }

    fn kill_all(&self) {
        for pid in self.living.keys() {
            let _ = kill(*pid, Sig::SIGKILL);
        }
    }

    fn end_everything(&mut self) {
        self.kill_all();
        while !self.living.is_empty() {
            match tree::wait_any(WaitPidFlag::empty()) {
                Some((pid, _)) => {
                    if let Some(Living { name: Some(name), .. }) = self.living.remove(&pid) {
                        let _ = fs::remove_file(name);
                    }
                }
                None => break,
            }
        }
        tree::kill_descendants(Pid::this());
    }
}
