//! The pipes between a runner and its worker.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::unistd::pipe2;
use serde::Serialize;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::Receiver;
use tokio::time::{Instant, sleep_until};

use super::supervisor::{Launch, Started, Streams, Supervisor};

/// Bytes that a runner can print while its worker is busy; the largest that an ordinary user may ask for.
const CAPACITY: i32 = 1024 * 1024;
/// Bytes at a time that are few; whoever brings more is not kept waiting.
const FEW: usize = 4096;
/// How long a pipe is silent that nobody will end.
pub const DRAIN: Duration = Duration::from_millis(500);
/// After few bytes, so that what is written in quick succession is read at once: waking up for every line costs more
/// than the line, and it costs the test too.
const REST: Duration = Duration::from_millis(4);

/// A started runner with the reading ends of its pipes.
pub struct Running {
    pub started: Started,
    pub output: Source,
    pub events: Source,
}

/// The reading end of a pipe.
pub struct Source {
    state: State,
    rest: Duration,
}

enum State {
    /// Whoever writes wakes the reader.
    Watched(Receiver),
    /// Until then nobody is woken. (A pipe that the reactor knows wakes it with every write, read or not.)
    Resting(OwnedFd, Instant),
    Ended,
}

/// Starts a runner with its request; it ends at `until` (milliseconds of the lease clock) unless a later time is said.
pub fn start(
    supervisor: &Supervisor,
    launch: &Launch,
    request: &impl Serialize,
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

/// Starts a program that is no runner: it is told nothing, and prints.
pub fn start_program(
    supervisor: &Supervisor,
    launch: &Launch,
    until: i64,
) -> io::Result<(Started, Source)> {
    let (output, output_write) = pipe()?;
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    let streams =
        Streams { output: output_write.as_fd(), request: nothing.as_fd(), events: nothing.as_fd() };
    Ok((supervisor.start(launch, &streams, until)?, output))
}

/// A pipe whose reading end does not block, and whose writing end does, as programs expect.
fn pipe() -> io::Result<(Source, OwnedFd)> {
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let state = State::Watched(Receiver::from_owned_fd(read)?);
    Ok((Source { state, rest: REST }, write))
}

impl Source {
    /// What comes next: 0 bytes once, at the end, and then nothing ever. Nothing is lost when this is given up.
    pub async fn read(&mut self, buffer: &mut [u8]) -> usize {
        loop {
            let read = match &mut self.state {
                State::Watched(pipe) => pipe.read(buffer).await.unwrap_or(0),
                State::Resting(pipe, until) => {
                    // Even no time at all is a millisecond for a timer.
                    if *until > Instant::now() {
                        sleep_until(*until).await;
                    }
                    match nix::unistd::read(&*pipe, buffer) {
                        Err(Errno::EAGAIN) => {
                            self.wake();
                            continue;
                        }
                        Err(Errno::EINTR) => continue,
                        read => read.unwrap_or(0),
                    }
                }
                State::Ended => return std::future::pending().await,
            };
            self.after(read);
            return read;
        }
    }

    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// From now on there is nothing to be gained by waiting.
    pub fn hurry(&mut self) {
        self.rest = Duration::ZERO;
        self.wake();
    }

    fn wake(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            State::Resting(pipe, _) => watch(pipe),
            unchanged => unchanged,
        };
    }

    fn after(&mut self, read: usize) {
        let rested = Instant::now() + self.rest;
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            _ if read == 0 => State::Ended,
            State::Watched(pipe) if read < FEW => {
                pipe.into_nonblocking_fd().map_or(State::Ended, |pipe| State::Resting(pipe, rested))
            }
            State::Resting(pipe, _) if read < FEW => State::Resting(pipe, rested),
            State::Resting(pipe, _) => watch(pipe),
            unchanged => unchanged,
        };
    }
}

fn watch(pipe: OwnedFd) -> State {
    Receiver::from_owned_fd_unchecked(pipe).map_or(State::Ended, State::Watched)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Checked = Result<(), Box<dyn std::error::Error>>;

    #[tokio::test]
    async fn a_line_is_read_at_once_and_what_follows_it_soon_together() -> Checked {
        let (mut source, write) = pipe()?;
        let mut write = File::from(write);
        let mut buffer = [0; 64];
        write.write_all(b"one")?;
        let read = source.read(&mut buffer).await;
        assert_eq!(&buffer[..read], b"one");
        write.write_all(b"two")?;
        write.write_all(b"three")?;
        let read = source.read(&mut buffer).await;
        assert_eq!(&buffer[..read], b"twothree");
        Ok(())
    }

    #[tokio::test]
    async fn a_pipe_that_rests_is_read_to_its_end() -> Checked {
        let (mut source, write) = pipe()?;
        let mut write = File::from(write);
        let mut buffer = [0; 4];
        let mut all = Vec::new();
        write.write_all(b"one")?;
        for last in [&b"two, three"[..], b""] {
            let read = source.read(&mut buffer).await;
            all.extend_from_slice(&buffer[..read]);
            write.write_all(last)?;
        }
        drop(write);
        source.hurry();
        while !source.has_ended() {
            let read = source.read(&mut buffer).await;
            all.extend_from_slice(&buffer[..read]);
        }
        assert_eq!(all, b"onetwo, three");
        Ok(())
    }

    #[tokio::test]
    async fn a_pipe_that_was_quiet_wakes_its_reader() -> Checked {
        let (mut source, write) = pipe()?;
        let mut write = File::from(write);
        let mut buffer = [0; 64];
        write.write_all(b"one")?;
        source.read(&mut buffer).await;
        // Longer than the rest, so that the pipe is watched again.
        let quiet = tokio::time::timeout(REST * 4, source.read(&mut buffer)).await;
        assert!(quiet.is_err());
        write.write_all(b"two")?;
        let read = source.read(&mut buffer).await;
        assert_eq!(&buffer[..read], b"two");
        Ok(())
    }
}
