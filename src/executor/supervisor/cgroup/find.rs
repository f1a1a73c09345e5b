//! Where this process may make control groups: below its own, as /proc tells.

use std::fs;
use std::path::{Path, PathBuf};

/// What a controller counts and limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    Memory,
    Pids,
    Cpu,
    /// Of version 1, where counting is another controller's business than limiting.
    CpuAccount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    One,
    Two,
}

/// The group of this process in one hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub version: Version,
    pub parent: PathBuf,
    pub controllers: Vec<Controller>,
}

impl Controller {
    const ALL: [Self; 4] = [Self::Memory, Self::Pids, Self::Cpu, Self::CpuAccount];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Pids => "pids",
            Self::Cpu => "cpu",
            Self::CpuAccount => "cpuacct",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|controller| controller.as_str() == name)
    }
}

/// Formats: <https://man7.org/linux/man-pages/man7/cgroups.7.html> and proc_pid_mountinfo(5).
pub fn places() -> Vec<Place> {
    let read = |name: &str| fs::read_to_string(format!("/proc/self/{name}")).unwrap_or_default();
    let mut places = hierarchies(&read("cgroup"), &read("mountinfo"));
    for place in &mut places {
        if place.version == Version::Two {
            place.controllers = enable(&place.parent);
        }
    }
    places.retain(|place| !place.controllers.is_empty());
    places
}

fn hierarchies(groups: &str, mounts: &str) -> Vec<Place> {
    groups
        .lines()
        .filter_map(|line| {
            let mut fields = line.splitn(3, ':');
            let (_, names, path) = (fields.next()?, fields.next()?, fields.next()?);
            let controllers: Vec<_> = names.split(',').filter_map(Controller::named).collect();
            let version = if names.is_empty() { Version::Two } else { Version::One };
            let parent = below_mount(mounts, version, names, path)?;
            Some(Place { version, parent, controllers })
        })
        .filter(|place| place.version == Version::Two || !place.controllers.is_empty())
        .collect()
}

/// The directory of a group, found in the list of mounts.
fn below_mount(mounts: &str, version: Version, names: &str, path: &str) -> Option<PathBuf> {
    mounts.lines().find_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let mut place = place.split(' ').skip(3);
        let (root, mount) = (place.next()?, place.next()?);
        let mut kind = kind.split(' ');
        let is_it = match (version, kind.next()?) {
            (Version::Two, "cgroup2") => true,
            (Version::One, "cgroup") => {
                let options = kind.nth(1)?;
                names.split(',').all(|name| options.split(',').any(|option| option == name))
            }
            _ => false,
        };
        let rest = Path::new(path).strip_prefix(root).ok()?;
        is_it.then(|| Path::new(mount).join(rest))
    })
}

/// The controllers that new groups below this one have. The kernel gives them only to a group without processes of its
/// own, so this process steps aside if it is alone here, as a delegated service may.
fn enable(group: &Path) -> Vec<Controller> {
    let read = |name: &str| fs::read_to_string(group.join(name)).unwrap_or_default();
    let wanted: Vec<_> =
        read("cgroup.controllers").split_whitespace().filter_map(Controller::named).collect();
    let enabled = || -> Vec<_> {
        read("cgroup.subtree_control").split_whitespace().filter_map(Controller::named).collect()
    };
    if wanted.iter().any(|controller| !enabled().contains(controller)) {
        let words: Vec<_> = wanted.iter().map(|one| format!("+{}", one.as_str())).collect();
        let control = group.join("cgroup.subtree_control");
        if fs::write(&control, words.join(" ")).is_err() && step_aside(group) {
            let _ = fs::write(&control, words.join(" "));
        }
    }
    enabled()
}

/// Moves the processes of this program into a group of their own, if there are no others.
fn step_aside(group: &Path) -> bool {
    let text = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    let program = |pid: &str| fs::read_link(format!("/proc/{pid}/exe")).ok();
    let own = program("self");
    if own.is_none() || text.lines().any(|pid| program(pid) != own) {
        return false;
    }
    let aside = group.join("proctor-itself");
    let made = fs::create_dir(&aside).is_ok() || aside.is_dir();
    made && text.lines().all(|pid| fs::write(aside.join("cgroup.procs"), pid).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_group_is_found_below_its_mount() {
        let groups = "5:pids:/\n4:memory:/service/one\n1:cpu,cpuacct:/service\n9:name=systemd:/\n0::/user/7\n";
        let mounts = "30 25 0:26 / /sys/fs/cgroup rw shared:4 - tmpfs tmpfs rw,mode=755\n\
            31 30 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n\
            32 30 0:28 /service /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n\
            33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpuacct,cpu\n\
            34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate\n";
        let found = hierarchies(groups, mounts);
        let paths: Vec<_> = found.iter().map(|place| place.parent.as_path()).collect();
        let expected = [
            "/sys/fs/cgroup/pids",
            "/sys/fs/cgroup/memory/one",
            "/sys/fs/cgroup/cpu,cpuacct/service",
            "/sys/fs/cgroup/unified/user/7",
        ];
        assert_eq!(paths, expected.map(Path::new));
        assert_eq!(found[2].controllers, [Controller::Cpu, Controller::CpuAccount]);
        assert_eq!(found[3].version, Version::Two);
    }
}
