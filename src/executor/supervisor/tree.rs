//! Processes below a process: find them, kill them, wait for them.

use std::fs;
use std::path::Path;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// The next dead child with its raw wait status.
pub(super) fn wait_any(flags: WaitPidFlag) -> Option<(Pid, i32)> {
    loop {
        return match waitpid(None, Some(flags)) {
            Ok(WaitStatus::Exited(pid, status)) => Some((pid, (status & 0xff) << 8)),
            Ok(WaitStatus::Signaled(pid, signal, core)) => {
                Some((pid, signal as i32 | if core { 0x80 } else { 0 }))
            }
            Ok(WaitStatus::StillAlive) => None,
            Ok(_) | Err(Errno::EINTR) => continue,
            Err(_) => None,
        };
    }
}

/// Kills everything below `root`, which is a subreaper, until nothing is left. What is killed while it forks leaves a
/// child that the next round finds.
pub(super) fn kill_descendants(root: Pid) {
    loop {
        let below = descendants(root);
        if below.is_empty() {
            return;
        }
        for pid in below {
            let _ = kill(pid, Signal::SIGKILL);
        }
        while wait_any(WaitPidFlag::WNOHANG).is_some() {}
        std::thread::yield_now();
    }
}

fn descendants(root: Pid) -> Vec<Pid> {
    let mut found = children(root);
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        found.extend(children(pid));
        next += 1;
    }
    found
}

fn children(of: Pid) -> Vec<Pid> {
    let path = format!("/proc/{of}/task/{of}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| pid.parse().ok().map(Pid::from_raw)).collect()
}

/// When a process was started, in ticks since the machine was: with the pid it names one process for good.
pub(super) fn start_ticks(pid: Pid) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name stands in brackets and may hold anything; field 22 is the 20th after it, see proc(5).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    if fields.first() == Some(&"Z") {
        return None;
    }
    fields.get(19)?.parse().ok()
}

/// Waits until the inits whose names a killed supervisor left in `directory` are gone, and with them their namespaces.
/// The kernel kills them when their supervisor dies, so this is a matter of milliseconds.
pub fn wait_until_gone(directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let named = name.to_str().and_then(|name| name.split_once('-'));
        if let Some((pid, ticks)) = named
            && let (Ok(pid), Ok(ticks)) = (pid.parse().map(Pid::from_raw), ticks.parse::<u64>())
        {
            while start_ticks(pid) == Some(ticks) {
                let _ = kill(pid, Signal::SIGKILL);
                std::thread::yield_now();
            }
        }
        let _ = fs::remove_file(entry.path());
    }
}
