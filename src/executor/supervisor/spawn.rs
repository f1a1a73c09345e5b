//! Making processes: the only place with `unsafe` besides adopting received descriptors. Everything here happens in the
//! supervisor and its children, which have one thread each, so a copy of the process is a whole process.
#![expect(unsafe_code, reason = "new processes and their descriptors can only be set up so")]

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::prctl::{set_child_subreaper, set_pdeathsig};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use nix::sys::wait::WaitPidFlag;
use nix::unistd::{ForkResult, Pid, fork};
use serde::{Deserialize, Serialize};

use crate::domain::run::Network;

/// Namespaces of each run.
const OWN: libc::c_int = libc::CLONE_NEWPID | libc::CLONE_NEWNS | libc::CLONE_NEWIPC;

/// How far a run's processes are kept apart from the rest of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Isolation {
    /// Pid and mount namespace: all of them end with their init.
    Namespace,
    /// The same, within a user namespace, for those who are not root.
    UserNamespace,
    /// None of it is granted: a subreaper that kills its descendants.
    Tree,
}

impl Isolation {
    /// Best first.
    pub const NAMESPACES: [Self; 2] = [Self::Namespace, Self::UserNamespace];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "pid namespace",
            Self::UserNamespace => "pid namespace in a user namespace",
            Self::Tree => "process tree",
        }
    }

    fn flags(self) -> libc::c_int {
        match self {
            Self::Namespace => OWN,
            Self::UserNamespace => OWN | libc::CLONE_NEWUSER,
            Self::Tree => 0,
        }
    }
}

/// Copies this process into new namespaces; `child` runs in the copy, which ends with it.
pub(super) fn clone_init(
    isolation: Isolation,
    network: Network,
    child: impl FnOnce() -> i32,
) -> io::Result<Pid> {
    let network = if network == Network::None { libc::CLONE_NEWNET } else { 0 };
    // Stack and descriptors are copied as by fork: no CLONE_VM, no CLONE_FILES.
    let flags = libc::c_long::from(isolation.flags() | network | libc::SIGCHLD);
    // SAFETY: this process has one thread, so the copy holds no lock of another; the null stack means "as by fork".
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // The kernel ends the init when its supervisor ends, and with it the whole namespace.
            let _ = set_pdeathsig(Signal::SIGKILL);
            exit_now(child())
        }
        pid => Ok(Pid::from_raw(i32::try_from(pid).unwrap_or(-1))),
    }
}

/// Copies this process into one that executes something; `child` answers only if it could not.
pub(super) fn fork_process(child: impl FnOnce() -> i32) -> nix::Result<Pid> {
    // SAFETY: as above, one thread.
    match unsafe { fork() }? {
        ForkResult::Child => exit_now(child()),
        ForkResult::Parent { child } => Ok(child),
    }
}

/// Ends this process without running anything of the process that it was copied from.
fn exit_now(status: i32) -> ! {
    // SAFETY: _exit does not return and touches no memory.
    unsafe { libc::_exit(status) }
}

/// Puts each descriptor at its place in the list, from 0, and closes everything above.
pub(super) fn arrange_descriptors(wanted: &[BorrowedFd<'_>]) -> nix::Result<()> {
    let count = RawFd::try_from(wanted.len()).map_err(|_| Errno::EINVAL)?;
    // Out of the way first, so that no place is overwritten before it was copied.
    let mut high = Vec::with_capacity(wanted.len());
    for fd in wanted {
        // SAFETY: plain system calls on numbers; the result is checked.
        let copy = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_DUPFD, count) };
        high.push(Errno::result(copy)?);
    }
    for (place, fd) in (0..count).zip(&high) {
        // SAFETY: as above; dup2 makes a copy that survives exec.
        Errno::result(unsafe { libc::dup2(*fd, place) })?;
    }
    close_from(count)
}

/// Closes every descriptor from `first` on.
fn close_from(first: RawFd) -> nix::Result<()> {
    let first = libc::c_uint::try_from(first).map_err(|_| Errno::EINVAL)?;
    // SAFETY: this process is about to execute something else and owns nothing above `first` any more.
    Errno::result(unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) })?;
    Ok(())
}

/// Closes every descriptor but these.
pub(super) fn keep_only(kept: &[RawFd]) -> nix::Result<()> {
    let mut kept = kept.to_vec();
    kept.sort_unstable();
    let mut from: libc::c_uint = 0;
    for fd in kept {
        let fd = libc::c_uint::try_from(fd).map_err(|_| Errno::EINVAL)?;
        if fd > from {
            // SAFETY: the copy of the supervisor's descriptors that this init does not use.
            Errno::result(unsafe { libc::syscall(libc::SYS_close_range, from, fd - 1, 0) })?;
        }
        from = fd + 1;
    }
    // SAFETY: as above.
    Errno::result(unsafe { libc::syscall(libc::SYS_close_range, from, libc::c_uint::MAX, 0) })?;
    Ok(())
}

/// Default handlers and nothing blocked: what a program expects that was typed in a shell.
pub(super) fn reset_signals() -> nix::Result<()> {
    for number in 1..=64 {
        // SAFETY: SIG_DFL is no function of ours; numbers that cannot be set are refused and left.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None)
}

/// The kernel ends this process when the one that made it ends.
pub(super) fn end_with_parent() -> nix::Result<()> {
    set_pdeathsig(Signal::SIGKILL)
}

/// A descriptor for a process, by which others can enter its namespaces.
pub(super) fn open_process(pid: Pid) -> io::Result<OwnedFd> {
    // SAFETY: a plain system call on a number; the result is checked.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    let fd = RawFd::try_from(Errno::result(fd)?).map_err(io::Error::other)?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Of a change of mounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    This,
    /// All that are below it too.
    Everything,
}

/// Lets nothing be changed at a mount: the one at the path, or `at` itself when the path is empty.
pub(super) fn set_read_only(at: impl AsFd, path: &CStr, reach: Reach) -> io::Result<()> {
    let read_only = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let mut flags = if path.is_empty() { libc::AT_EMPTY_PATH } else { 0 };
    if reach == Reach::Everything {
        flags |= libc::AT_RECURSIVE;
    }
    // SAFETY: the kernel reads the path and as many bytes of the structure as it is told.
    let done = unsafe {
        let size = size_of::<libc::mount_attr>();
        let at = at.as_fd().as_raw_fd();
        libc::syscall(libc::SYS_mount_setattr, at, path.as_ptr(), flags, &raw const read_only, size)
    };
    Errno::result(done)?;
    Ok(())
}

/// Switches on the loopback device of a network namespace of its own, see netdevice(7).
pub(super) fn switch_on_loopback() -> nix::Result<()> {
    let flags = SockFlag::SOCK_CLOEXEC;
    let socket = socket(AddressFamily::Inet, SockType::Datagram, flags, None)?;
    // SAFETY: all bits zero are a valid value of this structure of plain numbers.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = libc::c_char::from_ne_bytes([*from]);
    }
    request.ifr_ifru.ifru_flags =
        libc::c_short::try_from(libc::IFF_UP).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the kernel reads the structure, which lives until the call returns.
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
    Errno::result(done).map(drop)
}

/// Orphans below this process become its children.
pub(super) fn become_subreaper() -> nix::Result<()> {
    set_child_subreaper(true)
}

/// Executes the program in place of this process; returns only the reason why not.
pub(super) fn execute(arguments: &[CString], environment: &[CString]) -> Errno {
    match arguments.first() {
        Some(program) => match nix::unistd::execvpe(program, arguments, environment) {
            Ok(never) => match never {},
            Err(error) => error,
        },
        None => Errno::ENOENT,
    }
}

/// The next dead child with its raw wait status. (nix has no name for the real-time signals, and fails for a child that
/// one of them ended, after the kernel has forgotten it.)
pub(super) fn wait_any(flags: WaitPidFlag) -> Option<(Pid, i32)> {
    let mut status = 0;
    loop {
        // SAFETY: the kernel writes the status into a variable of ours.
        match unsafe { libc::waitpid(-1, &raw mut status, flags.bits()) } {
            -1 if Errno::last() == Errno::EINTR => {}
            pid if pid > 0 => return Some((Pid::from_raw(pid), status)),
            _ => return None,
        }
    }
}

/// Sends a real-time signal, which nix has no name for.
pub(super) fn send_number(pid: Pid, number: i32) {
    // SAFETY: kill touches no memory of ours; a process that is gone is no error here.
    unsafe { libc::kill(pid.as_raw(), number) };
}

/// Memory that has no name, for documents that are too long for a packet.
pub(super) fn anonymous_file(name: &std::ffi::CStr) -> nix::Result<OwnedFd> {
    nix::sys::memfd::memfd_create(name, nix::sys::memfd::MFdFlags::MFD_CLOEXEC)
}
