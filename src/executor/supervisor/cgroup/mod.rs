//! Control groups of runs, version 1 and 2: what the kernel itself counts and holds them to.
//!
//! They are made below the supervisor's own group, so a limit of the service as a whole stays one. Their names begin
//! with the name of the supervisor that made them: whoever comes later removes those whose maker is gone.

mod find;

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use super::tree;
use crate::domain::Limits;
use find::{Controller, Place, Version};

/// Begins the names of all groups of runs.
const PREFIX: &str = "proctor-";
/// The period of a share of the processors, in microseconds.
const CPU_PERIOD_US: u64 = 100_000;

/// Where groups can be made.
#[derive(Debug, Default)]
pub struct Groups {
    places: Vec<Place>,
    /// Of gone runs, when the kernel was not ready to remove them.
    remains: Vec<PathBuf>,
}

/// The group of one run, with one directory for each controller (one for all in version 2).
#[derive(Debug)]
pub struct Group {
    directories: Vec<(Place, PathBuf)>,
}

/// What the kernel has counted of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub cpu_ms: Option<i64>,
    /// Without what the kernel could give back at any time.
    pub memory_bytes: Option<i64>,
    pub memory_peak_bytes: Option<i64>,
    pub processes: Option<i64>,
    pub processes_peak: Option<i64>,
    /// Processes that were killed because there was no memory.
    pub out_of_memory: i64,
    /// Processes that were refused.
    pub refused: i64,
}

impl Groups {
    /// Those that this process may use, seen by making one.
    pub fn find() -> Self {
        let mut places = find::places();
        places.retain(Place::is_usable);
        Self { places, remains: Vec::new() }
    }

    /// The controllers that it has, for people.
    pub fn controllers(&self) -> Vec<&'static str> {
        let all = self.places.iter().flat_map(|place| &place.controllers);
        let mut names: Vec<_> = all.map(|controller| controller.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn has(&self, wanted: Controller) -> bool {
        self.places.iter().any(|place| place.controllers.contains(&wanted))
    }

    /// Whether memory and number of processes are limited.
    pub fn hold(&self) -> bool {
        self.has(Controller::Memory) && self.has(Controller::Pids)
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Makes the group of a run.
    pub fn make(&mut self, job: u64, limits: &Limits) -> io::Result<Group> {
        self.clear();
        let maker = tree::name_of(Pid::this()).unwrap_or_default();
        let mut group = Group { directories: Vec::new() };
        for place in &self.places {
            let directory = place.parent.join(format!("{PREFIX}{maker}-{job}"));
            let made = fs::create_dir(&directory).and_then(|()| place.limit(&directory, limits));
            group.directories.push((place.clone(), directory));
            if let Err(error) = made {
                self.remove(group);
                return Err(error);
            }
        }
        Ok(group)
    }

    /// Of a run of which nothing is left.
    pub fn remove(&mut self, group: Group) {
        self.remains.extend(group.directories.into_iter().map(|(_, directory)| directory));
        self.clear();
    }

    fn clear(&mut self) {
        self.remains.retain(|directory| !is_removed(directory));
    }

    /// Those whose maker is gone, and what is in them.
    pub fn remove_orphaned(&self) {
        for place in &self.places {
            for entry in fs::read_dir(&place.parent).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let maker =
                    name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.rsplit_once('-'));
                if maker.is_some_and(|(maker, _)| tree::named(maker).is_none()) {
                    is_removed(&entry.path());
                }
            }
        }
    }
}

fn is_removed(directory: &Path) -> bool {
    match fs::remove_dir(directory) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

impl Group {
    /// The files by which processes come in.
    pub fn doors(&self) -> io::Result<Doors> {
        let door = |(place, directory): &(Place, PathBuf)| {
            let file = fs::File::options().write(true).open(directory.join(place.door()))?;
            Ok(OwnedFd::from(file))
        };
        Ok(Doors(self.directories.iter().map(door).collect::<io::Result<_>>()?))
    }

    /// One for each controller, for whoever wants to look into them.
    pub fn directories(&self) -> Vec<PathBuf> {
        self.directories.iter().map(|(_, directory)| directory.clone()).collect()
    }

    pub fn counted(&self) -> Counted {
        count(&self.directories())
    }
}

/// Leads processes of one thread into a group, also where its files are out of sight. Each goes in by itself, by writing
/// [`Doors::SELF`].
#[derive(Debug, Default)]
pub struct Doors(Vec<OwnedFd>);

impl Doors {
    const SELF: &[u8] = b"0";

    /// Takes in this process; what it starts from now on belongs to the group too.
    pub fn enter(&self) -> io::Result<()> {
        self.0.iter().try_for_each(|door| {
            nix::unistd::write(door, Self::SELF).map(drop).map_err(|error| {
                io::Error::other(format!("its control group cannot be used: {error}"))
            })
        })
    }

    pub fn descriptors(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.0.iter().map(AsFd::as_fd)
    }
}

/// What the files in these directories say; the names differ between the versions, so each is looked for.
pub fn count(directories: &[PathBuf]) -> Counted {
    let mut counted = Counted::default();
    for directory in directories {
        let number = |name: &str| read_number(&directory.join(name));
        let field = |name: &str, key: &str| read_field(&directory.join(name), key);
        let v1_cpu = number("cpuacct.usage").map(|ns| ns / 1_000_000);
        let v2_cpu = field("cpu.stat", "usage_usec").map(|us| us / 1000);
        counted.cpu_ms = counted.cpu_ms.or(v1_cpu).or(v2_cpu);
        let v1_memory = number("memory.usage_in_bytes").map(|all| (all, "total_inactive_file"));
        let memory = v1_memory.or_else(|| Some((number("memory.current")?, "inactive_file")));
        if let Some((all, reclaimable)) = memory {
            let reclaimable = field("memory.stat", reclaimable).unwrap_or(0);
            counted.memory_bytes = Some((all - reclaimable).max(0));
            counted.memory_peak_bytes =
                number("memory.max_usage_in_bytes").or_else(|| number("memory.peak"));
        }
        counted.out_of_memory += field("memory.oom_control", "oom_kill")
            .or_else(|| field("memory.events", "oom_kill"))
            .unwrap_or(0);
        counted.processes = counted.processes.or_else(|| number("pids.current"));
        counted.processes_peak = counted.processes_peak.or_else(|| number("pids.peak"));
        counted.refused += field("pids.events", "max").unwrap_or(0);
    }
    counted
}

fn read_number(path: &Path) -> Option<i64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn read_field(path: &Path, key: &str) -> Option<i64> {
    let text = fs::read_to_string(path).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
    value.trim().parse().ok()
}

impl Place {
    /// Where processes go in. In version 1 a thread that moves itself waits for nobody; whole processes wait until no
    /// processor is amid a fork, which may be tens of milliseconds.
    fn door(&self) -> &'static str {
        match self.version {
            Version::One => "tasks",
            Version::Two => "cgroup.procs",
        }
    }

    /// Writes the limits into a new group.
    fn limit(&self, directory: &Path, limits: &Limits) -> io::Result<()> {
        let write = |name: &str, value: String| fs::write(directory.join(name), value);
        let one = self.version == Version::One;
        for controller in &self.controllers {
            match controller {
                Controller::Memory if one => {
                    write("memory.limit_in_bytes", limits.memory_bytes.to_string())?;
                    // Swap would be as much memory again; there is no such file without it.
                    let _ = write("memory.memsw.limit_in_bytes", limits.memory_bytes.to_string());
                }
                Controller::Memory => {
                    write("memory.max", limits.memory_bytes.to_string())?;
                    let _ = write("memory.swap.max", "0".to_owned());
                }
                Controller::Pids => write("pids.max", limits.processes.to_string())?,
                Controller::Cpu => {
                    let Some(percent) = limits.cpu_percent else { continue };
                    let quota = u64::from(percent) * CPU_PERIOD_US / 100;
                    if one {
                        write("cpu.cfs_period_us", CPU_PERIOD_US.to_string())?;
                        write("cpu.cfs_quota_us", quota.to_string())?;
                    } else {
                        write("cpu.max", format!("{quota} {CPU_PERIOD_US}"))?;
                    }
                }
                Controller::CpuAccount => {}
            }
        }
        Ok(())
    }

    /// Whether a group can be made here and a process put into it.
    fn is_usable(&self) -> bool {
        let maker = tree::name_of(Pid::this()).unwrap_or_default();
        let directory = self.parent.join(format!("{PREFIX}{maker}-probe"));
        let made = fs::create_dir(&directory);
        let usable = made.is_ok()
            && fs::OpenOptions::new().write(true).open(directory.join(self.door())).is_ok()
            && self.controllers.iter().all(|controller| {
                let name = match (self.version, controller) {
                    (Version::One, Controller::Memory) => "memory.limit_in_bytes",
                    (Version::Two, Controller::Memory) => "memory.max",
                    (_, Controller::Pids) => "pids.max",
                    (Version::One, Controller::Cpu) => "cpu.cfs_quota_us",
                    (Version::Two, Controller::Cpu) => "cpu.max",
                    (_, Controller::CpuAccount) => "cpuacct.usage",
                };
                directory.join(name).exists()
            });
        let _ = fs::remove_dir(&directory);
        usable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_both_versions_are_understood() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let put = |name: &str, text: &str| {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap_or(&path))?;
            fs::write(path, text)
        };
        put("1/memory/memory.usage_in_bytes", "5000\n")?;
        put("1/memory/memory.stat", "cache 2000\ninactive_file 7\ntotal_inactive_file 1000\n")?;
        put("1/memory/memory.max_usage_in_bytes", "6000\n")?;
        put("1/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")?;
        put("1/pids/pids.current", "3\n")?;
        put("1/pids/pids.peak", "9\n")?;
        put("1/pids/pids.events", "max 4\n")?;
        put("1/cpu/cpuacct.usage", "7000000\n")?;
        put("2/memory.current", "5000\n")?;
        put("2/memory.stat", "anon 1\ninactive_file 1000\n")?;
        put("2/memory.peak", "6000\n")?;
        put("2/memory.events", "low 0\nmax 5\noom 3\noom_kill 2\noom_group_kill 0\n")?;
        put("2/pids.current", "3\n")?;
        put("2/pids.peak", "9\n")?;
        put("2/pids.events", "max 4\n")?;
        put("2/cpu.stat", "usage_usec 7000\nuser_usec 1\n")?;
        let one = ["1/memory", "1/pids", "1/cpu"].map(|name| home.path().join(name));
        let expected = Counted {
            cpu_ms: Some(7),
            memory_bytes: Some(4000),
            memory_peak_bytes: Some(6000),
            processes: Some(3),
            processes_peak: Some(9),
            out_of_memory: 2,
            refused: 4,
        };
        assert_eq!(count(&one), expected);
        assert_eq!(count(&[home.path().join("2")]), expected);
        Ok(())
    }
}
