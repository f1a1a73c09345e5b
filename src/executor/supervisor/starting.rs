//! How runners begin: each below an init of its own, forked by a zygote or executed.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;

use nix::fcntl::OFlag;
use nix::unistd::{Pid, getgid, getuid, pipe2};

use super::cgroup::{Doors, Group};
use super::init::{self, Init};
use super::message::{self, Begun, Cause, How, Launch, Report, Start};
use super::process::{Living, Supervisor};
use super::spawn::{self, Isolation};
use super::tree;
use super::zygote::Birth;
use super::zygotes::{News, Offer};
use crate::clock::Clock;
use crate::domain::Limits;
use crate::domain::run::Network;

/// For a zygote to fork. It takes milliseconds; one that was stopped must not keep a run waiting.
const FORK_MS: i64 = 10_000;
/// For a zygote to get ready, where a run waits for it.
const WARM_MS: i64 = 60_000;

/// A runner that does not exist yet.
pub(super) struct Pending {
    launch: Launch,
    birth: Birth,
    /// The zygote that was asked for it; none while it waits for one that gets ready.
    asked: Option<Pid>,
    waits_since: Option<i64>,
    /// When it starts cold instead.
    pub until: i64,
}

impl Supervisor {
    pub(super) fn start(
        &mut self,
        job: u64,
        until: i64,
        descriptors: Vec<OwnedFd>,
    ) -> io::Result<()> {
        let [document, output, request, events] =
            <[OwnedFd; message::START_DESCRIPTORS]>::try_from(descriptors)
                .map_err(|_| io::Error::other("the descriptors of a start are not complete"))?;
        let launch: Launch = message::document(document.try_clone()?)?;
        if let Some(words) = self.grant.refusal(launch.least_rung) {
            return Err(io::Error::other(words));
        }
        if launch.network == Network::None && self.grant.isolation == Isolation::Tree {
            return Err(without_network(launch.network, &io::Error::other("no namespaces at all")));
        }
        let group = self.make_group(job, &launch.limits)?;
        let streams = [output, request, events];
        let made = group.as_ref().map_or_else(|| Ok(Doors::default()), Group::doors);
        let made =
            made.and_then(|doors| self.make_init((job, until), (launch, document), streams, doors));
        match made {
            Ok((pid, living)) => {
                self.living.insert(pid, Living { group, ..living });
                self.beget(pid)
            }
            Err(error) => {
                if let Some(group) = group {
                    self.groups.remove(group);
                }
                Err(error)
            }
        }
    }

    /// Makes the first process of a run, which waits for its runner.
    fn make_init(
        &self,
        (job, until): (u64, i64),
        (launch, document): (Launch, OwnedFd),
        streams: [OwnedFd; 3],
        doors: Doors,
    ) -> io::Result<(Pid, Living)> {
        let (control_read, control) = pipe2(OFlag::O_CLOEXEC)?;
        let (report, report_write) = pipe2(OFlag::O_CLOEXEC)?;
        let (go, go_write) = pipe2(OFlag::O_CLOEXEC)?;
        let init = Init {
            isolation: self.grant.isolation,
            rung: self.grant.rung,
            launch,
            streams,
            control: control_read,
            report: report_write,
            go: go_write,
            user: (getuid(), getgid()),
            held: self.groups.hold(),
            doors,
        };
        let network = init.launch.network;
        let pid = spawn::clone_init(init.isolation, network, || init::run(&init))
            .map_err(|error| without_network(network, &error))?;
        let name = tree::name_of(pid).ok_or_else(|| io::Error::other("its init died"))?;
        let name = self.inits.join(name);
        // Before it may begin: whoever cleans up after a killed supervisor goes by the names, and an init that is not
        // let go ends with this process.
        fs::File::create(&name)?;
        let Init { isolation, launch, streams, doors, .. } = init;
        let birth = Birth {
            job,
            user_namespace: isolation == Isolation::UserNamespace,
            own_network: network == Network::None,
            launch: document,
            streams,
            go,
            init: spawn::open_process(pid)?,
            doors,
        };
        let pending = Pending { launch, birth, asked: None, waits_since: None, until };
        let cause = Cause::Killed;
        let pending = Some(pending);
        let living =
            Living { job, until, cause, control, report, name, group: None, isolation, pending };
        Ok((pid, living))
    }

    /// Makes the control group of a run, which its init enters and takes the runner into.
    fn make_group(&mut self, job: u64, limits: &Limits) -> io::Result<Option<Group>> {
        let wanted = !self.groups.is_empty();
        wanted.then(|| self.groups.make(job, limits)).transpose()
    }

    /// Has the runner of this init forked or executed, or waits for what can fork it.
    fn beget(&mut self, init: Pid) -> io::Result<()> {
        let now = Clock::System.lease_now();
        let Some(living) = self.living.get_mut(&init) else { return Ok(()) };
        let Some(pending) = &mut living.pending else { return Ok(()) };
        if living.isolation == Isolation::Tree {
            // The runner of a zygote would not be below its init.
            return self.execute(init, "this machine grants no pid namespaces".into());
        }
        if self.grant.rung < 2 {
            // What takes its place is done by who executes.
            return self.execute(init, "this machine grants no sandbox".into());
        }
        match self.zygotes.offer(&pending.launch, now) {
            Offer::Ready(zygote) => match self.zygotes.fork(zygote, &pending.birth) {
                Ok(()) => {
                    pending.asked = Some(zygote);
                    pending.until = now + FORK_MS;
                    Ok(())
                }
                Err(error) => self.execute(init, format!("the warm interpreter: {error}")),
            },
            Offer::Soon(_) if pending.launch.start == Start::Warm => {
                // From when it began to wait, whatever was promised in between.
                let since = *pending.waits_since.get_or_insert(now);
                pending.until = since + WARM_MS;
                Ok(())
            }
            Offer::Soon(reason) | Offer::None(reason) => self.execute(init, reason),
        }
    }

    /// Starts the runner cold.
    fn execute(&mut self, init: Pid, reason: String) -> io::Result<()> {
        self.begin(init, &[init::EXECUTE], How::Cold(reason))
    }

    fn begin(&mut self, init: Pid, word: &[u8], how: How) -> io::Result<()> {
        let Some(living) = self.living.get_mut(&init) else { return Ok(()) };
        if living.pending.take().is_none() || Clock::System.lease_now() >= living.until {
            return Ok(());
        }
        // An init that was killed takes nothing; its end is told elsewhere.
        let _ = nix::unistd::write(&living.control, word);
        let started = Begun {
            isolation: living.isolation.as_str().to_owned(),
            rung: self.grant.rung,
            init: init.as_raw(),
            groups: living.group.as_ref().map(Group::directories).unwrap_or_default(),
            held: self.groups.hold(),
            how,
        };
        let report = Report::Started { job: living.job, started };
        self.tell(&report)
    }

    /// Takes in what a zygote has to say; false when that is nothing.
    pub(super) fn hear(&mut self, zygote: Pid) -> io::Result<bool> {
        let Some(news) = self.zygotes.hear(zygote, Clock::System.lease_now()) else {
            return Ok(false);
        };
        match news {
            News::Ready => self.beget_waiting()?,
            News::Forked { job, pid } => {
                if let Some(init) = self.find(job).map(|(init, _)| *init) {
                    let word = [&[init::LET_GO][..], &pid.to_le_bytes()].concat();
                    self.begin(init, &word, How::Warm)?;
                }
            }
            News::Failed { job, reason } => {
                if let Some(init) = self.find(job).map(|(init, _)| *init) {
                    self.execute(init, format!("the warm interpreter could not fork: {reason}"))?;
                }
            }
        }
        Ok(true)
    }

    /// Who has waited too long starts cold.
    pub(super) fn end_waiting(&mut self) -> io::Result<()> {
        let now = Clock::System.lease_now();
        let late = |(_, living): &(&Pid, &Living)| {
            living.pending.as_ref().is_some_and(|pending| pending.until <= now)
        };
        let late: Vec<_> = self.living.iter().filter(late).map(|(pid, _)| *pid).collect();
        for init in late {
            let asked = self.living.get(&init).and_then(|living| living.pending.as_ref()?.asked);
            let reason = if let Some(zygote) = asked {
                self.zygotes.give_up_stopped(zygote);
                "the warm interpreter did not answer in time"
            } else {
                "no warm interpreter got ready in time"
            };
            self.execute(init, reason.into())?;
        }
        Ok(())
    }

    /// Of one that is dead.
    pub(super) fn bury_zygote(&mut self, zygote: Pid) -> io::Result<()> {
        // What it had said before, and what it had forked.
        while self.hear(zygote)? {}
        self.zygotes.bury(zygote, Clock::System.lease_now());
        let forsaken = |(_, living): &(&Pid, &Living)| {
            living.pending.as_ref().is_some_and(|pending| pending.asked == Some(zygote))
        };
        let forsaken: Vec<_> = self.living.iter().filter(forsaken).map(|(pid, _)| *pid).collect();
        for init in forsaken {
            self.execute(init, "the warm interpreter died".into())?;
        }
        // Those who waited for it to get ready learn why it did not.
        self.beget_waiting()
    }

    /// There may be something else for those who wait than there was before.
    fn beget_waiting(&mut self) -> io::Result<()> {
        let waiting = |(_, living): &(&Pid, &Living)| {
            living.pending.as_ref().is_some_and(|pending| pending.asked.is_none())
        };
        let waiting: Vec<_> = self.living.iter().filter(waiting).map(|(pid, _)| *pid).collect();
        waiting.into_iter().try_for_each(|init| self.beget(init))
    }
}

/// Why the first process of a run could not be made.
fn without_network(network: Network, error: &io::Error) -> io::Error {
    match network {
        Network::Machine => io::Error::other(format!("its first process: {error}")),
        Network::None => io::Error::other(format!(
            "it is to have no network, and this machine grants no network of its own to a run ({error}). `proctor doctor` \
             says what is missing; --network machine runs it with that of the machine"
        )),
    }
}
