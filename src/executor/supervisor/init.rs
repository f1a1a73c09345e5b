//! The first process of a run's tree: starts the runner, passes signals on, buries the dead, says how the runner ended.
//! User code is never pid 1, because the kernel keeps signals from a pid 1 that has no handler for them.

use std::ffi::CString;
use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{SigSet, SigmaskHow, Signal as Sig, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::time::TimeValLike;
use nix::sys::wait::WaitPidFlag;
use nix::unistd::{Gid, Pid, Uid, setsid};

use super::cgroup::Doors;
use super::message::{Cause, End, Launch, Signal};
use super::sandbox::Sandbox;
use super::spawn::{self, Isolation};
use super::{limit, tree};
use crate::domain::run::Network;

/// The runner answers it with the stacks of all its threads as soon as its main thread is in Python: SIGRTMAX-3 of glibc.
const DUMP_STACKS: i32 = 61;
/// The same wherever the main thread is, unless the first was answered: SIGRTMAX-2. Busy threads may not survive it.
const DUMP_STACKS_NOW: i32 = 62;
/// Status of a shell for a command that cannot be executed.
pub(super) const CANNOT_EXECUTE: i32 = 126;
/// The first byte of the control pipe: execute the runner.
pub(super) const EXECUTE: u8 = b'e';
/// Or: the runner is there, with the number that follows in four bytes, and waits to be let go.
pub(super) const LET_GO: u8 = b'l';
/// What the runner then reads.
const GO: u8 = b'g';

/// What an init is given.
pub(super) struct Init {
    pub isolation: Isolation,
    pub launch: Launch,
    /// Output, request and events of the runner.
    pub streams: [OwnedFd; 3],
    /// Bytes from the supervisor: [`EXECUTE`] or [`LET_GO`], then one signal each. Its end means that the supervisor is
    /// gone.
    pub control: OwnedFd,
    /// Lets a runner go that a zygote has forked. Its end tells such a runner that it is not wanted.
    pub go: OwnedFd,
    /// Takes the one [`End`].
    pub report: OwnedFd,
    /// Of the supervisor, for the user namespace.
    pub user: (Uid, Gid),
    pub rung: u8,
    /// Whether a control group holds the run to its limits.
    pub held: bool,
    /// Of the run's control group.
    pub doors: Doors,
}

/// Runs in the copy of the supervisor until the runner has ended; answers the status to exit with.
pub(super) fn run(init: &Init) -> i32 {
    match supervise(init) {
        Ok(end) => {
            let text = serde_json::to_vec(&end).unwrap_or_default();
            i32::from(nix::unistd::write(&init.report, &text).is_err())
        }
        Err(error) => {
            // The run's own log is the one place where somebody will look for it.
            let text = format!("proctor: cannot set up the processes of this run: {error}\n");
            let [output, ..] = &init.streams;
            let _ = nix::unistd::write(output, text.as_bytes());
            CANNOT_EXECUTE
        }
    }
}

fn supervise(init: &Init) -> io::Result<End> {
    let [output, request, events] = &init.streams;
    let kept = [output, request, events, &init.control, &init.report, &init.go];
    let kept = kept.map(AsFd::as_fd).into_iter().chain(init.doors.descriptors());
    spawn::keep_only(&kept.map(|fd| fd.as_raw_fd()).collect::<Vec<_>>())?;
    // Meanwhile a zygote forks the runner, which goes in itself.
    init.doors.enter()?;
    // Opened while it can be: a process that hides itself is refused its own file later.
    let disk = fs::File::open("/proc/self/io").ok();
    let sandbox = (init.rung >= 2).then_some(&init.launch.sandbox);
    isolate(init.isolation, init.user, sandbox, |own| show_files(init, own))?;
    if init.launch.network == Network::None {
        spawn::switch_on_loopback()?;
    }
    let mut children = SigSet::empty();
    children.add(Sig::SIGCHLD);
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&children), None)?;
    let deaths = SignalFd::with_flags(&children, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let Some(runner) = begin(init)? else { return Ok(End::silent(Cause::Killed)) };
    let status = follow(runner, init.control.as_fd(), &deaths)?;
    if init.isolation == Isolation::Tree {
        tree::kill_descendants(Pid::this());
    }
    Ok(usage(status, disk))
}

/// Waits for the word of the supervisor and has the runner begin; `None` when the supervisor is gone without.
///
/// What limits a run from outside belongs here: its runner has done nothing yet, and what it starts inherits it.
fn begin(init: &Init) -> io::Result<Option<Pid>> {
    let word = read_exactly::<1>(init.control.as_fd())?;
    // The runner is of the same user, and this process a copy of the supervisor. Whoever had to enter its namespaces
    // has done so.
    set_dumpable(false)?;
    match word {
        Some([EXECUTE]) => {
            // A zygote may have forked a runner too late.
            nix::unistd::close(init.go.as_raw_fd())?;
            Ok(Some(spawn::fork_process(|| become_runner(init))?))
        }
        Some([LET_GO]) => {
            let Some(number) = read_exactly(init.control.as_fd())? else { return Ok(None) };
            let runner = Pid::from_raw(i32::from_le_bytes(number));
            limit::set(Some(runner), &init.launch.limits, init.isolation, init.held)?;
            nix::unistd::write(&init.go, &[GO])?;
            Ok(Some(runner))
        }
        _ => Ok(None),
    }
}

/// `None` at the end.
fn read_exactly<const COUNT: usize>(pipe: BorrowedFd<'_>) -> io::Result<Option<[u8; COUNT]>> {
    let mut bytes = [0; COUNT];
    loop {
        return match nix::unistd::read(pipe, &mut bytes) {
            // Each word was written at once, and is shorter than what a pipe may divide.
            Ok(read) => Ok((read == COUNT).then_some(bytes)),
            Err(Errno::EINTR) => continue,
            Err(error) => Err(error.into()),
        };
    }
}

/// Whether mounts made here are seen by nobody else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mounts {
    Own,
    OfTheMachine,
}

/// Gives this process what the processes of a run share: namespaces of their own with the sandbox in them, if there is
/// one. A runner that joins them later finds the same. `before` is done before the sandbox hides what it may need.
pub(super) fn isolate(
    isolation: Isolation,
    user: (Uid, Gid),
    sandbox: Option<&Sandbox>,
    before: impl FnOnce(Mounts),
) -> io::Result<()> {
    match isolation {
        Isolation::Tree => {
            before(Mounts::OfTheMachine);
            return Ok(spawn::become_subreaper()?);
        }
        Isolation::UserNamespace => {
            // Its own maps are not its to write otherwise.
            set_dumpable(true)?;
            map_user(user.0, user.1)?;
        }
        Isolation::Namespace => {}
    }
    let mounts = own_mounts();
    before(mounts);
    if let Some(sandbox) = sandbox {
        return sandbox.enter();
    }
    own_proc(mounts);
    Ok(())
}

fn own_mounts() -> Mounts {
    let nothing: Option<&str> = None;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    match mount(nothing, "/", nothing, private, nothing) {
        Ok(()) => Mounts::Own,
        Err(_) => Mounts::OfTheMachine,
    }
}

/// A /proc that shows the processes of the namespace; without the right to mount one, tests see the machine's.
fn own_proc(mounts: Mounts) {
    if mounts == Mounts::Own {
        let nothing: Option<&str> = None;
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
        let _ = mount(Some("proc"), "/proc", Some("proc"), flags, nothing);
    }
}

/// Shows the files that the run was asked for with. A machine that cannot do that runs those of now, and says so.
fn show_files(init: &Init, mounts: Mounts) {
    let mut notice = init.launch.notice.clone();
    if let Some(snapshot) = &init.launch.snapshot {
        let shown = match mounts {
            Mounts::Own => snapshot.mount(Path::new(&init.launch.directory)),
            Mounts::OfTheMachine => Err(Errno::EPERM.into()),
        };
        notice =
            shown.err().map(|error| format!("this machine grants no layered mounts ({error})"));
    }
    if let Some(notice) = notice {
        let text = format!(
            "proctor: {notice}: the run reads the tests as they are now, not as they were when it was asked for\n"
        );
        let [output, ..] = &init.streams;
        let _ = nix::unistd::write(output, text.as_bytes());
    }
}

/// The same user inside as outside.
fn map_user(uid: Uid, gid: Gid) -> io::Result<()> {
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
    fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

fn become_runner(init: &Init) -> i32 {
    let [output, ..] = &init.streams;
    let error = match set_up_runner(init) {
        Ok((arguments, environment)) => io::Error::from(spawn::execute(&arguments, &environment)),
        Err(error) => error,
    };
    let program = init.launch.arguments.first().map_or("", String::as_str);
    let text = format!("proctor: cannot execute {program}: {error}\n");
    // After the descriptors were arranged the output is 1, before it is where it was.
    let _ = nix::unistd::write(std::io::stdout().as_fd(), text.as_bytes())
        .or_else(|_| nix::unistd::write(output.as_fd(), text.as_bytes()));
    CANNOT_EXECUTE
}

fn set_up_runner(init: &Init) -> io::Result<(Vec<CString>, Vec<CString>)> {
    let arguments = texts(&init.launch.arguments)?;
    let environment = texts(&init.launch.environment)?;
    setsid()?;
    nix::unistd::chdir(init.launch.directory.as_str())?;
    let nothing = fs::File::open("/dev/null")?;
    let [output, request, events] = &init.streams;
    let (output, request, events) = (output.as_fd(), request.as_fd(), events.as_fd());
    spawn::arrange_descriptors(&[nothing.as_fd(), output, output, request, events])?;
    // Its number is one of the arranged ones now.
    std::mem::forget(nothing);
    spawn::reset_signals()?;
    limit::set(None, &init.launch.limits, init.isolation, init.held)?;
    init.launch.confinement.enter((init.rung == 1).then_some(&init.launch.sandbox))?;
    Ok((arguments, environment))
}

/// As the kernel takes them.
pub(super) fn texts(list: &[String]) -> io::Result<Vec<CString>> {
    list.iter().map(|text| CString::new(text.as_str()).map_err(io::Error::from)).collect()
}

/// Waits for the runner's end, burying orphans and passing signals on; answers its raw wait status.
fn follow(runner: Pid, control: BorrowedFd<'_>, deaths: &SignalFd) -> io::Result<i32> {
    loop {
        let mut ready = [
            PollFd::new(control, PollFlags::POLLIN),
            PollFd::new(deaths.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut ready, PollTimeout::NONE) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        let asked = ready[0].any().unwrap_or(false);
        while deaths.read_signal()?.is_some() {}
        if let Some(status) = bury(runner) {
            return Ok(status);
        }
        if asked && !pass_on(runner, control)? {
            // The supervisor is gone; the kernel is killing this process too.
            return Ok(libc::SIGKILL);
        }
    }
}

fn bury(runner: Pid) -> Option<i32> {
    while let Some((pid, status)) = spawn::wait_any(WaitPidFlag::WNOHANG) {
        if pid == runner {
            return Some(status);
        }
    }
    None
}

fn pass_on(runner: Pid, control: BorrowedFd<'_>) -> io::Result<bool> {
    let mut byte = [0];
    let mut source = fs::File::from(control.try_clone_to_owned()?);
    if source.read(&mut byte)? == 0 {
        return Ok(false);
    }
    let group = Pid::from_raw(-runner.as_raw());
    match Signal::from_byte(byte[0]) {
        Some(Signal::DumpStacks) => spawn::send_number(runner, DUMP_STACKS),
        Some(Signal::DumpStacksNow) => spawn::send_number(runner, DUMP_STACKS_NOW),
        Some(Signal::Interrupt) => spawn::send_number(group, libc::SIGINT),
        Some(Signal::Terminate) => spawn::send_number(group, libc::SIGTERM),
        None => {}
    }
    Ok(true)
}

impl Signal {
    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::DumpStacks => b'd',
            Self::DumpStacksNow => b'n',
            Self::Interrupt => b'i',
            Self::Terminate => b't',
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        [Self::DumpStacks, Self::DumpStacksNow, Self::Interrupt, Self::Terminate]
            .into_iter()
            .find(|signal| signal.to_byte() == byte)
    }
}

/// Of everything below this process that was waited for.
fn usage(status: i32, disk: Option<fs::File>) -> End {
    let (cpu_ms, memory_peak_bytes) = match getrusage(UsageWho::RUSAGE_CHILDREN) {
        Ok(usage) => (
            usage.user_time().num_milliseconds() + usage.system_time().num_milliseconds(),
            // In KiB on Linux, see getrusage(2).
            usage.max_rss() * 1024,
        ),
        Err(_) => (0, 0),
    };
    let (read_bytes, written_bytes) = disk_bytes(disk);
    let cause = Cause::Exit(status);
    End { cpu_ms, memory_peak_bytes, read_bytes, written_bytes, ..End::silent(cause) }
}

/// Of this process and all that it has buried, see proc_pid_io(5).
fn disk_bytes(file: Option<fs::File>) -> (i64, i64) {
    let text = file.and_then(|file| io::read_to_string(file).ok()).unwrap_or_default();
    let field = |key: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(key));
        value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
    };
    (field("read_bytes:"), field("write_bytes:"))
}
