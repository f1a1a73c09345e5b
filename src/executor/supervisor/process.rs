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

use super::cgroup::{Group, Groups};
use super::init::{self, Init};
use super::message::{self, Begun, Cause, Command, End, Launch, Report};
use super::spawn::{self, Isolation};
use super::{remains, tree};
use crate::clock::Clock;
use crate::domain::Limits;

/// Supervises what the worker at the other end of `socket` asks for, until that worker is gone and everything with it.
/// `directory` is the worker's: this process puts the names of the living inits there. Its standard output is the lock
/// that shows whether it lives, taken by the worker: so there is no moment in which it lives without. It writes its own
/// name there, for those who wait.
pub fn main(socket: OwnedFd, directory: PathBuf) -> io::Result<()> {
    // An own session: a Ctrl-C in the terminal of the worker is the worker's business.
    let _ = setsid();
    spawn::become_subreaper()?;
    let inits = remains::inits_path(&directory);
    fs::create_dir_all(&inits)?;
    let name = tree::name_of(Pid::this()).unwrap_or_default();
    nix::unistd::write(io::stdout(), name.as_bytes())?;
    let mut handled = SigSet::empty();
    handled.add(Sig::SIGCHLD);
    let mut blocked = handled;
    // The worker decides when its runs end; a signal to all processes of the machine's user is no reason.
    blocked.extend([Sig::SIGTERM, Sig::SIGINT, Sig::SIGHUP, Sig::SIGQUIT]);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&blocked), None)?;
    let deaths = SignalFd::with_flags(&handled, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let groups = Groups::find();
    groups.remove_orphaned();
    let mut supervisor = Supervisor {
        groups,
        socket,
        deaths,
        inits,
        ladder: Isolation::LADDER.to_vec(),
        living: HashMap::new(),
    };
    let result = supervisor.serve();
    supervisor.end_everything();
    result
}

struct Supervisor {
    groups: Groups,
    socket: OwnedFd,
    deaths: SignalFd,
    inits: PathBuf,
    /// What may still be granted, best first.
    ladder: Vec<Isolation>,
    living: HashMap<Pid, Living>,
}

struct Living {
    job: u64,
    /// Milliseconds of the lease clock.
    until: i64,
    /// What its end means when its init says nothing.
    cause: Cause,
    control: OwnedFd,
    report: OwnedFd,
    name: PathBuf,
    group: Option<Group>,
}

impl Supervisor {
    /// Until the worker is gone.
    fn serve(&mut self) -> io::Result<()> {
        loop {
            let (asked, died) = self.wait()?;
            if died {
                self.bury()?;
            }
            // Before a command that was given long ago, should this process have been stopped meanwhile.
            self.end_overdue();
            if asked {
                match message::receive::<Command>(self.socket.as_fd())? {
                    Some((command, descriptors)) => self.obey(command, descriptors)?,
                    None => return Ok(()),
                }
            }
        }
    }

    fn wait(&self) -> io::Result<(bool, bool)> {
        let times = self.living.values().filter(|living| living.cause != Cause::Overdue);
        let timeout = match times.map(|living| living.until).min() {
            None => PollTimeout::NONE,
            Some(until) => {
                let left = (until - Clock::System.lease_now()).clamp(0, 60_000);
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
            Command::Start { job, until } => {
                let report = match self.start(job, until, descriptors) {
                    Ok(started) => Report::Started { job, started },
                    Err(error) => Report::Failed { job, error: error.to_string() },
                };
                self.tell(&report)?;
            }
            Command::Signal { job, signal } => {
                if let Some((_, living)) = self.find(job) {
                    // A full pipe means that many are on their way already.
                    let _ = nix::unistd::write(&living.control, &[signal.to_byte()]);
                }
            }
            Command::Kill { job } => {
                if let Some((pid, _)) = self.find(job) {
                    let _ = kill(*pid, Sig::SIGKILL);
                }
            }
            Command::Deadline { job, until } => {
                if let Some((_, living)) = self.find(job) {
                    living.until = living.until.max(until);
                }
                self.tell(&Report::Noted { job })?;
            }
        }
        Ok(())
    }

    fn find(&mut self, job: u64) -> Option<(&Pid, &mut Living)> {
        self.living.iter_mut().find(|(_, living)| living.job == job)
    }

    fn end_overdue(&mut self) {
        let now = Clock::System.lease_now();
        for (pid, living) in &mut self.living {
            if living.until <= now && living.cause != Cause::Overdue {
                living.cause = Cause::Overdue;
                let _ = kill(*pid, Sig::SIGKILL);
            }
        }
    }

    fn start(&mut self, job: u64, until: i64, descriptors: Vec<OwnedFd>) -> io::Result<Begun> {
        let [document, output, request, events] =
            <[OwnedFd; message::START_DESCRIPTORS]>::try_from(descriptors)
                .map_err(|_| io::Error::other("the descriptors of a start are not complete"))?;
        let launch: Launch = serde_json::from_reader(fs::File::from(document))?;
        let (control_read, control) = pipe2(OFlag::O_CLOEXEC)?;
        let (report, report_write) = pipe2(OFlag::O_CLOEXEC)?;
        let init = Init {
            isolation: Isolation::Tree,
            launch,
            streams: [output, request, events],
            control: control_read,
            report: report_write,
            uid: getuid(),
            gid: getgid(),
            held: self.groups.hold(),
        };
        let limits = init.launch.limits;
        let (pid, isolation) = self.clone_init(init)?;
        let name = tree::name_of(pid).ok_or_else(|| io::Error::other("its init died"))?;
        let name = self.inits.join(name);
        fs::File::create(&name)?;
        let group = self
            .take_in(job, pid, &limits)
            .inspect_err(|_| fs::remove_file(&name).unwrap_or_default())?;
        // Only now: whoever cleans up after a killed supervisor goes by the names, and an init that is not let go ends
        // with this process.
        if Clock::System.lease_now() < until {
            nix::unistd::write(&control, &[init::GO])?;
        }
        let groups = group.as_ref().map(Group::directories).unwrap_or_default();
        let living = Living { job, until, cause: Cause::Killed, control, report, name, group };
        self.living.insert(pid, living);
        let isolation = isolation.as_str().to_owned();
        Ok(Begun { isolation, init: pid.as_raw(), groups, held: self.groups.hold() })
    }

    /// Puts the init of a run, which has not begun yet, into the control groups of that run.
    fn take_in(&mut self, job: u64, init: Pid, limits: &Limits) -> io::Result<Option<Group>> {
        if self.groups.is_empty() {
            return Ok(None);
        }
        let group = self.groups.make(job, limits)?;
        match group.add(init) {
            Ok(()) => Ok(Some(group)),
            Err(error) => {
                self.groups.remove(group);
                Err(io::Error::other(format!("cannot use its control group: {error}")))
            }
        }
    }

    /// Of the ways that the kernel grants, the best.
    fn clone_init(&mut self, mut init: Init) -> io::Result<(Pid, Isolation)> {
        loop {
            let Some(isolation) = self.ladder.first().copied() else {
                return Err(io::Error::other("no process can be made"));
            };
            init.isolation = isolation;
            match spawn::clone_init(isolation, || init::run(&init)) {
                Ok(pid) => return Ok((pid, isolation)),
                Err(error) if self.ladder.len() > 1 && is_refusal(&error) => {
                    self.ladder.remove(0);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Of an init that was waited for nothing is left, and of a namespace nobody.
    fn bury(&mut self) -> io::Result<()> {
        while self.deaths.read_signal()?.is_some() {}
        while let Some((pid, _)) = spawn::wait_any(WaitPidFlag::WNOHANG) {
            let Some(living) = self.living.remove(&pid) else { continue };
            if self.ladder.first() == Some(&Isolation::Tree) {
                // Its init should have ended them, unless it was killed itself.
                tree::kill_orphans(|pid| self.living.contains_key(&pid));
            }
            let _ = fs::remove_file(&living.name);
            let mut text = Vec::new();
            let _ = fs::File::from(living.report).read_to_end(&mut text);
            let silent = End::silent(living.cause);
            let mut end: End = serde_json::from_slice(&text).unwrap_or(silent);
            if let Some(group) = living.group {
                end.counted = group.counted();
                self.groups.remove(group);
            }
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
            match spawn::wait_any(WaitPidFlag::empty()) {
                Some((pid, _)) => {
                    if let Some(living) = self.living.remove(&pid) {
                        let _ = fs::remove_file(living.name);
                        living.group.into_iter().for_each(|group| self.groups.remove(group));
                    }
                }
                None => break,
            }
        }
        tree::kill_descendants(Pid::this());
    }
}

/// What kernels and containers answer that do not grant a kind of namespace.
fn is_refusal(error: &io::Error) -> bool {
    let numbers = [libc::EPERM, libc::ENOSYS, libc::EINVAL, libc::ENOSPC];
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}
