//! What the worker and its supervisor say to each other: one JSON document per packet, with descriptors where needed.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, UnixAddr, recvmsg, sendmsg};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cgroup::Counted;
use super::confine::Confinement;
use super::grant::Grant;
use super::sandbox::Sandbox;
use super::snapshot::Snapshot;
use crate::domain::Limits;
use crate::domain::run::Network;

/// Descriptors that come with [`Command::Start`]: the launch document, the output, the request, the events.
pub(super) const START_DESCRIPTORS: usize = 4;
/// Longer than any packet; what may be long travels in a descriptor.
const LONGEST: usize = 4096;

/// What came in a descriptor, read at once: a system call for each byte would be most of a start.
pub(super) fn document<T: DeserializeOwned>(descriptor: OwnedFd) -> io::Result<T> {
    let text = io::read_to_string(File::from(descriptor))?;
    Ok(serde_json::from_str(&text)?)
}

/// What the worker wants.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Command {
    /// Starts a tree that ends when this time (milliseconds of the lease clock) comes and no later one was said.
    Start {
        job: u64,
        until: i64,
    },
    Signal {
        job: u64,
        signal: Signal,
    },
    /// Ends the job's whole tree.
    Kill {
        job: u64,
    },
    Deadline {
        job: u64,
        until: i64,
    },
    /// Keeps an interpreter warm before the first run asks for it; comes with a document, a [`Preparation`].
    Prepare,
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Report {
    /// Said once, first of all.
    Granted(Grant),
    Started {
        job: u64,
        started: Begun,
    },
    Failed {
        job: u64,
        error: String,
    },
    /// A deadline was noted.
    Noted {
        job: u64,
    },
    /// The job's whole tree is gone.
    Ended {
        job: u64,
        end: End,
    },
}

/// A tree that was started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begun {
    pub isolation: String,
    pub rung: u8,
    /// Its first process.
    pub init: i32,
    /// Its control groups; none where the kernel does not count or limit anything for it.
    pub groups: Vec<PathBuf>,
    /// Whether the kernel holds it to its limits of memory and processes; otherwise somebody has to watch it.
    pub held: bool,
    pub how: How,
}

/// How a tree ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct End {
    pub cause: Cause,
    pub cpu_ms: i64,
    /// Largest resident set of one process.
    pub memory_peak_bytes: i64,
    /// From and to disks.
    pub read_bytes: i64,
    pub written_bytes: i64,
    /// What the kernel counted, where it does.
    pub counted: Counted,
}

impl End {
    /// Of a tree of which nothing more is known.
    pub(super) fn silent(cause: Cause) -> Self {
        Self {
            cause,
            cpu_ms: 0,
            memory_peak_bytes: 0,
            read_bytes: 0,
            written_bytes: 0,
            counted: Counted::default(),
        }
    }
}

/// What ended a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The end of its first process, with its raw wait status.
    Exit(i32),
    /// Its time came and nobody had said a later one.
    Overdue,
    /// A kill from here or from outside.
    Killed,
}

/// A signal to the first process of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Writes the stacks of all threads into the output.
    DumpStacks,
    /// Also where the main thread hangs outside of Python.
    DumpStacksNow,
    /// As Ctrl-C in a terminal: to its whole process group.
    Interrupt,
    Terminate,
}

/// What to execute.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Launch {
    pub arguments: Vec<String>,
    pub environment: Vec<String>,
    pub directory: String,
    pub limits: Limits,
    pub start: Start,
    /// The warm interpreter that could fork the same.
    pub warm: Recipe,
    pub sandbox: Sandbox,
    pub confinement: Confinement,
    /// It is refused where runs are kept apart on a lower one.
    pub least_rung: u8,
    pub network: Network,
    /// What is seen in place of the directory.
    pub snapshot: Option<Snapshot>,
    /// Why that is not what was asked for, in words for the reader of the log.
    pub notice: Option<String>,
}

/// How a runner may come into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// As a fork of a warm interpreter if one is ready.
    Auto,
    /// The same, waiting for one that is getting ready.
    Warm,
    /// By executing a new interpreter, for this reason.
    Cold(String),
}

/// How a runner came into being.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Warm,
    Cold(String),
}

/// How a warm interpreter is started, a zygote of runs. Equal ones share one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipe {
    pub arguments: Vec<String>,
    pub environment: Vec<String>,
}

/// How many zygotes are kept, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// At most so many; the one that was used last stays longest.
    pub most: usize,
    /// One that nobody used for so many milliseconds ends.
    pub idle_ms: i64,
    /// After so many runs another one takes over when nothing has run for a while, with another hash seed.
    pub runs: u32,
}

/// What comes with [`Command::Prepare`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Preparation {
    pub recipe: Recipe,
    pub habits: Habits,
}

pub(super) fn send<T: Serialize>(
    socket: BorrowedFd<'_>,
    message: &T,
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    let text = serde_json::to_vec(message)?;
    let raw: Vec<_> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let control = [ControlMessage::ScmRights(&raw)];
    let control = if raw.is_empty() { &control[..0] } else { &control[..] };
    loop {
        let parts = [IoSlice::new(&text)];
        match sendmsg::<UnixAddr>(socket.as_raw_fd(), &parts, control, MsgFlags::MSG_NOSIGNAL, None)
        {
            Ok(_) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The next message, or `None` when the other side is gone.
pub(super) fn receive<T: DeserializeOwned>(
    socket: BorrowedFd<'_>,
) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    receive_into(socket, &mut [0; LONGEST])
}

/// The same, with room for longer ones.
pub(super) fn receive_into<T: DeserializeOwned>(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
) -> io::Result<Option<(T, Vec<OwnedFd>)>> {
    let mut space = cmsg_space!([std::os::fd::RawFd; START_DESCRIPTORS]);
    let mut parts = [IoSliceMut::new(buffer)];
    let flags = MsgFlags::MSG_CMSG_CLOEXEC;
    let message = loop {
        match recvmsg::<UnixAddr>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags) {
            Ok(message) => break message,
            Err(Errno::EINTR) => {}
            Err(Errno::ECONNRESET) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    };
    let length = message.bytes;
    let whole = !message.flags.contains(MsgFlags::MSG_TRUNC);
    let mut descriptors = Vec::new();
    for part in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(raw) = part {
            descriptors.extend(raw.into_iter().map(adopt));
        }
    }
    if length == 0 {
        return Ok(None);
    }
    if !whole {
        return Err(io::Error::other("a packet is too long"));
    }
    let message = serde_json::from_slice(&buffer[..length])?;
    Ok(Some((message, descriptors)))
}

#[expect(unsafe_code, reason = "descriptors arrive as numbers and nobody else knows them yet")]
fn adopt(raw: std::os::fd::RawFd) -> OwnedFd {
    // SAFETY: the kernel has just made this descriptor for us in recvmsg, so we are its only owner.
    unsafe { OwnedFd::from_raw_fd(raw) }
}
