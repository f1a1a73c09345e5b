//! The processes of this machine, from /proc.

use std::fs;
use std::path::Path;

use nix::sys::signal::Signal;
use nix::unistd::Pid;

use super::{faults, wait_until};

/// A living process: a zombie is none.
#[derive(Debug, Clone)]
pub struct Process {
    pub pid: Pid,
    pub parent: Pid,
    pub arguments: Vec<String>,
    environment: Vec<String>,
}

pub fn processes() -> Vec<Process> {
    let pids = fs::read_dir("/proc").unwrap().flatten();
    let pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| Process::read(Pid::from_raw(pid))).collect()
}

pub fn kill(pid: Pid, signal: Signal) {
    if matches!(signal, Signal::SIGKILL | Signal::SIGSTOP) {
        faults::note_kill();
    }
    // One that is gone already is as good as killed.
    let _ = nix::sys::signal::kill(pid, signal);
}

/// SIGSTOP while it is writing to no database, so that others can go on: looks for the locks in /proc/locks, see
/// <https://www.sqlite.org/walformat.html#locks>.
pub fn stop_between_writes(process: &Process) {
    stop_when(process, false);
}

/// SIGSTOP while it is writing to a database.
pub fn stop_while_writing(process: &Process) {
    stop_when(process, true);
}

fn stop_when(process: &Process, writing: bool) {
    let of_this_process = format!(" {} ", process.pid);
    wait_until("the process is stopped at the right moment", || {
        kill(process.pid, Signal::SIGSTOP);
        wait_until("it is stopped", || Process::state(process.pid).as_deref() == Some("T"));
        let locks = fs::read_to_string("/proc/locks").unwrap();
        let mut locks = locks.lines().filter(|lock| lock.contains(&of_this_process));
        let is_right =
            writing == locks.any(|lock| lock.contains("WRITE") && lock.ends_with(" 120 120"));
        if !is_right {
            kill(process.pid, Signal::SIGCONT);
        }
        is_right
    });
}

impl Process {
    fn state(pid: Pid) -> Option<String> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some(stat.rsplit_once(')')?.1.split_whitespace().next()?.to_owned())
    }

    fn read(pid: Pid) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let (state, parent) = (fields.next()?, fields.next()?.parse().ok()?);
        if matches!(state, "Z" | "X") {
            return None;
        }
        Some(Self {
            pid,
            parent: Pid::from_raw(parent),
            arguments: words(&format!("/proc/{pid}/cmdline")),
            environment: words(&format!("/proc/{pid}/environ")),
        })
    }

    /// Its largest resident memory so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn is_alive(&self) -> bool {
        Self::read(self.pid).is_some_and(|now| now.arguments == self.arguments)
    }

    /// Whether its environment has this `NAME=value`.
    pub fn has_variable(&self, variable: &str) -> bool {
        self.environment.iter().any(|one| one == variable)
    }

    /// Whether it is `proctor ROLE` with something below this data directory among its words.
    pub fn plays(&self, role: &str, data: &Path) -> bool {
        self.arguments.get(1).is_some_and(|word| word == role)
            && self.arguments.iter().any(|word| Path::new(word).starts_with(data))
    }
}

fn words(path: &str) -> Vec<String> {
    let bytes = fs::read(path).unwrap_or_default();
    let words = bytes.split(|byte| *byte == 0).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}
