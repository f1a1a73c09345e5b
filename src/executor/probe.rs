//! A run of something else than tests, to see what runs can do here.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::pipe2;

use super::supervisor::{Streams, Supervisor};
use super::{Limits, Settings, launch};
use crate::clock::Clock;

/// It is ended then.
const LONGEST_MS: i64 = 30_000;
/// Of what it prints.
const LONGEST: u64 = 64 * 1024;

/// What to execute.
pub struct Probe<'a> {
    /// Of its supervisor's directory; no two have the same.
    pub name: &'a str,
    pub settings: &'a Settings,
    pub limits: Limits,
    /// Python.
    pub script: &'a str,
    pub arguments: Vec<String>,
    /// `NAME=value`.
    pub variables: Vec<String>,
}

/// What became of it.
pub struct Probed {
    pub rung: u8,
    pub isolation: String,
    /// Whether the kernel ended a process for lack of memory.
    pub out_of_memory: bool,
    pub output: String,
}

/// Starts it as every run is started, and waits for its end. Blocks.
pub fn probe(probe: &Probe<'_>) -> io::Result<Probed> {
    let scratch = probe.settings.scratch.join("run");
    std::fs::create_dir_all(&scratch)?;
    let launch = launch::probe(probe, &scratch);
    let supervisor = Supervisor::new(&probe.settings.data.join(probe.name), None)?;
    let (read, write) = pipe2(OFlag::O_CLOEXEC)?;
    let nothing = File::options().read(true).write(true).open("/dev/null")?;
    let streams =
        Streams { output: write.as_fd(), request: nothing.as_fd(), events: nothing.as_fd() };
    let until = Clock::System.lease_now() + LONGEST_MS;
    let started = supervisor.start(&launch, &streams, until)?;
    drop(write);
    let gone = || io::Error::other("its supervisor died");
    let begun = started.begun.blocking_recv().map_err(|_| gone())??;
    let end = started.ended.blocking_recv().map_err(|_| gone())?;
    // Should something be left that has the other end, it is not waited for.
    fcntl(&read, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let mut output = Vec::new();
    let _ = File::from(read).take(LONGEST).read_to_end(&mut output);
    Ok(Probed {
        rung: begun.rung,
        isolation: begun.isolation,
        out_of_memory: end.counted.out_of_memory > 0,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}
