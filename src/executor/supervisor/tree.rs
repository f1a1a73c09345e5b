//! Processes below a process: find them, kill them, wait for them.

use std::fs;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;

use super::spawn;

/// Between two looks at processes that were killed.
pub(super) const MOMENT: Duration = Duration::from_millis(1);

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
        while spawn::wait_any(WaitPidFlag::WNOHANG).is_some() {}
        std::thread::sleep(MOMENT);
    }
}

/// Kills the children of this process that are not among the `living` and everything below them, until nothing of them
/// is left: they came here when the process was killed that should have ended them.
pub(super) fn kill_orphans(living: impl Fn(Pid) -> bool) {
    loop {
        let mut orphans = children(Pid::this());
        orphans.retain(|pid| !living(*pid));
        if orphans.is_empty() {
            return;
        }
        for orphan in orphans {
            for pid in descendants(orphan).into_iter().chain([orphan]) {
                let _ = kill(pid, Signal::SIGKILL);
            }
            // Its children come here and are found in the next round.
            let _ = waitpid(orphan, None);
        }
    }
}

/// Everything below a process.
pub fn descendants(root: Pid) -> Vec<Pid> {
    let mut found = children(root);
    let mut next = 0;
    while let Some(pid) = found.get(next).copied() {
        found.extend(children(pid));
        next += 1;
    }
    found
}

/// The kernel lists the children of each thread for itself.
fn children(of: Pid) -> Vec<Pid> {
    let threads = fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let texts =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    texts
        .flat_map(|text| {
            text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()
        })
        .map(Pid::from_raw)
        .collect()
}

/// A name of a living process that no other ever has: its number, and when it was started.
pub(super) fn name_of(pid: Pid) -> Option<String> {
    Some(format!("{pid}-{}", start_ticks(pid)?))
}

/// The living process with this name.
pub(super) fn named(name: &str) -> Option<Pid> {
    let pid = Pid::from_raw(name.split_once('-')?.0.parse().ok()?);
    (name_of(pid)? == name).then_some(pid)
}

/// In ticks since the machine was started; `None` for one that is dead.
fn start_ticks(pid: Pid) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name stands in brackets and may hold anything; field 22 is the 20th after it, see proc(5).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    if fields.first() == Some(&"Z") {
        return None;
    }
    fields.get(19)?.parse().ok()
}
