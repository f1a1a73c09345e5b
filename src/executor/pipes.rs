//! The pipes between a runner and its worker.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::pipe2;
use tokio::net::unix::pipe::Receiver;

use super::protocol::Request;
use super::supervisor::{Launch, Started, Streams, Supervisor};

/// Bytes that a runner can print while its worker is busy; the largest that an ordinary user may ask for.
const CAPACITY: i32 = 1024 * 1024;

/// A started runner with the reading ends of its pipes.
pub struct Running {
    pub started: Started,
    pub output: Receiver,
    pub events: Receiver,
}

/// Starts a runner with its request; it ends at `until` (milliseconds of the lease clock) unless a later time is said.
pub fn start(
    supervisor: &Supervisor,
    launch: &Launch,
    request: &Request<'_>,
    until: i64,
) -> io::Result<Running> {
    let (output, output_write) = pipe()?;
    let (events, events_write) = pipe()?;
    // A limit of pipe memory for all processes of the user may refuse it; the usual 64 KiB do as well.
    let _ = fcntl(&output_write, FcntlArg::F_SETPIPE_SZ(CAPACITY));
    let mut document = File::from(memfd_create(c"request", MFdFlags::MFD_CLOEXEC)?);
    document.write_all(&serde_json::to_vec(request)?)?;
    document.rewind()?;
    let streams = Streams {
        output: output_write.as_fd(),
        request: document.as_fd(),
        events: events_write.as_fd(),
    };
    let started = supervisor.start(launch, &streams, until)?;
    Ok(Running { started, output, events })
}

/// A pipe whose reading end does not block, and whose writing end does, as programs expect.
fn pipe() -> io::Result<(Receiver, OwnedFd)> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    Ok((Receiver::from_owned_fd(read)?, write))
}
