//! The supervisor's own process: one thread, one loop.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, SigmaskHow, Signal as Sig, kill, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::WaitPidFlag;
use nix::unistd::{Pid, setsid};

use super::cgroup::{Group, Groups};
use super::grant::Grant;
use super::message::{self, Cause, Command, End, Preparation, Report};
use super::spawn::{self, Isolation};
use super::starting::Pending;
use super::zygotes::Zygotes;
use super::{remains, tree};
use crate::clock::Clock;

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
    let grant = Grant::find(&groups, &directory);
    let mut supervisor = Supervisor {
        groups,
        socket,
        deaths,
        inits,
        grant,
        living: HashMap::new(),
        zygotes: Zygotes::new(),
    };
    supervisor.tell(&Report::Granted(supervisor.grant.clone()))?;
    let result = supervisor.serve();
    supervisor.end_everything();
    result
}

pub(super) struct Supervisor {
    pub groups: Groups,
    socket: OwnedFd,
    deaths: SignalFd,
    pub inits: PathBuf,
    pub grant: Grant,
    pub living: HashMap<Pid, Living>,
    pub zygotes: Zygotes,
}

pub(super) struct Living {
    pub job: u64,
    /// Milliseconds of the lease clock.
    pub until: i64,
    /// What its end means when its init says nothing.
    pub cause: Cause,
    pub control: OwnedFd,
    pub report: OwnedFd,
    pub name: PathBuf,
    pub group: Option<Group>,
    pub isolation: Isolation,
    /// Until its runner exists.
    pub pending: Option<Pending>,
}

/// What there is to do.
struct Due {
    asked: bool,
    died: bool,
    /// Zygotes that have something to say.
    heard: Vec<Pid>,
}

impl Supervisor {
    /// Until the worker is gone.
    fn serve(&mut self) -> io::Result<()> {
        loop {
            let due = self.wait()?;
            for zygote in due.heard {
                self.hear(zygote)?;
            }
            if due.died {
                self.bury()?;
            }
            // Before a command that was given long ago, should this process have been stopped meanwhile.
            self.end_overdue();
            self.end_waiting()?;
            let now = Clock::System.lease_now();
            self.zygotes.set_at_rest(self.living.is_empty(), now);
            self.zygotes.tick(now);
            if due.asked {
                match message::receive::<Command>(self.socket.as_fd())? {
                    Some((command, descriptors)) => self.obey(command, descriptors)?,
                    None => return Ok(()),
                }
            }
        }
    }

    fn wait(&self) -> io::Result<Due> {
        let timeout = match self.next_at() {
            None => PollTimeout::NONE,
            Some(until) => {
                let left = (until - Clock::System.lease_now()).clamp(0, 60_000);
                PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO)
            }
        };
        let (zygotes, sockets): (Vec<_>, Vec<_>) = self.zygotes.sockets().unzip();
        let watched = [self.socket.as_fd(), self.deaths.as_fd()].into_iter().chain(sockets);
        let mut ready: Vec<_> = watched.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        match poll(&mut ready, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready: Vec<_> = ready.iter().map(|fd| fd.any().unwrap_or(true)).collect();
        let heard = zygotes.into_iter().zip(&is_ready[2..]);
        let heard = heard.filter(|(_, ready)| **ready).map(|(zygote, _)| zygote).collect();
        Ok(Due { asked: is_ready[0], died: is_ready[1], heard })
    }

    fn next_at(&self) -> Option<i64> {
        let overdue = self.living.values().filter(|living| living.cause != Cause::Overdue);
        let waiting = self.living.values().filter_map(|living| living.pending.as_ref());
        overdue
            .map(|living| living.until)
            .chain(waiting.map(|pending| pending.until))
            .chain(self.zygotes.next_at())
            .min()
    }

    fn obey(&mut self, command: Command, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        match command {
            Command::Start { job, until } => {
                if let Err(error) = self.start(job, until, descriptors) {
                    self.tell(&Report::Failed { job, error: error.to_string() })?;
                }
            }
            Command::Signal { job, signal } => {
                if let Some((_, living)) = self.find(job)
                    && living.pending.is_none()
                {
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
            Command::Prepare => {
                let document = descriptors.into_iter().next();
                let document = document.ok_or_else(|| io::Error::other("nothing to prepare"))?;
                let preparation: Preparation = message::document(document)?;
                self.zygotes.set_habits(preparation.habits);
                self.zygotes.want(&preparation.recipe, Clock::System.lease_now());
                self.zygotes.tick(Clock::System.lease_now());
            }
        }
        Ok(())
    }

    pub(super) fn find(&mut self, job: u64) -> Option<(&Pid, &mut Living)> {
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

    /// Of an init that was waited for nothing is left, and of a namespace nobody.
    fn bury(&mut self) -> io::Result<()> {
        while self.deaths.read_signal()?.is_some() {}
        while let Some((pid, _)) = spawn::wait_any(WaitPidFlag::WNOHANG) {
            if self.zygotes.is_one(pid) {
                self.bury_zygote(pid)?;
            }
            let Some(living) = self.living.remove(&pid) else { continue };
            self.zygotes.forget(living.job);
            if self.grant.isolation == Isolation::Tree {
                // Its init should have ended them, unless it was killed itself.
                tree::kill_orphans(|pid| {
                    self.living.contains_key(&pid) || self.zygotes.is_one(pid)
                });
            }
            let _ = fs::remove_file(&living.name);
            let mut text = Vec::new();
            let _ = fs::File::from(living.report).read_to_end(&mut text);
            let silent = End::silent(living.cause);
            let mut end: End = serde_json::from_slice(&text).unwrap_or(silent);
            if let Some(group) = &living.group {
                end.counted = group.counted();
            }
            self.tell(&Report::Ended { job: living.job, end })?;
            // Empty, and nobody waits for that.
            living.group.into_iter().for_each(|group| self.groups.remove(group));
        }
        Ok(())
    }

    /// A worker that is gone hears nothing; the loop notices that by itself.
    pub(super) fn tell(&self, report: &Report) -> io::Result<()> {
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
        self.zygotes.end_all();
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
