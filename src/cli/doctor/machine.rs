//! What the kernel grants.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::check::Check;
use crate::clock::Clock;
use crate::executor::supervisor::{Grant, Groups};

/// The first day of 2026: Proctor was not there before.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);

pub fn clock() -> Check {
    let check = Check::new("clock");
    let before = Clock::System.lease_now();
    std::thread::sleep(Duration::from_millis(20));
    let passed = Clock::System.lease_now() - before;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    if passed < 20 {
        return check.fails(
            &format!("the clock of leases went {passed} ms in 20 ms"),
            "no environment can be given away safely",
            "use a kernel whose CLOCK_BOOTTIME goes on",
        );
    }
    if since < EARLIEST {
        return check.degrades(
            "the date is before 2026",
            "times of runs are wrong; their order and durations are not",
            "set the clock, for example with an NTP service",
        );
    }
    check.passes("the clock of leases goes on, and the date can be right")
}

pub fn namespaces() -> Vec<Check> {
    let user = Check::new("user namespaces");
    let user = match Grant::try_user_namespace() {
        Ok(()) => user.passes("an ordinary user can make one, with a pid namespace in it"),
        Err(error) => user.degrades(
            &format!("none can be made: {error}"),
            "without root there is no sandbox",
            "sysctl kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000; on Ubuntu also \
             kernel.apparmor_restrict_unprivileged_userns=0; in a container allow unshare and mount (seccomp=unconfined, \
             or a profile with them)",
        ),
    };
    let pid = Check::new("pid namespaces");
    let pid = if Grant::has_pid_namespace() {
        pid.passes("the end of a run's first process ends all of its processes")
    } else {
        pid.degrades(
            "none can be made",
            "processes of a run are found one by one to be ended",
            "run it as root, or grant user namespaces",
        )
    };
    vec![user, pid]
}

pub fn control_groups() -> Check {
    let check = Check::new("control groups");
    let groups = Groups::find();
    let controllers = groups.controllers().join(", ");
    if groups.hold() {
        return check.passes(&format!("runs get their own, with {controllers}"));
    }
    let finding = if controllers.is_empty() {
        "none can be made below this process's own".to_owned()
    } else {
        format!("there are only {controllers}; memory and pids are needed")
    };
    check.degrades(
        &finding,
        "memory and processes of a run are watched ten times a second instead of being held by the kernel",
        "as a systemd service: Delegate=yes in its unit; in a container: make /sys/fs/cgroup writable for it",
    )
}
