//! What the processes of a run use, looked at from outside while they run and added up at the end.

use std::fs;
use std::path::PathBuf;

use nix::unistd::{Pid, SysconfVar, sysconf};

use super::supervisor::{Begun, End, count, descendants};
use crate::domain::limits::{Limits, OutOfMemory, Reached};
use crate::domain::run::Usage;

/// A look at a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sample {
    pub cpu_ms: i64,
    pub memory_bytes: i64,
    pub processes: i64,
    /// From and to disks.
    pub read_bytes: i64,
    pub written_bytes: i64,
}

/// Looks at one run, and remembers the most that it saw.
#[derive(Debug)]
pub struct Meter {
    groups: Vec<PathBuf>,
    init: Pid,
    ticks_per_s: i64,
    page_bytes: i64,
    most: Sample,
}

impl Meter {
    pub fn new(begun: &Begun) -> Self {
        let number = |name| sysconf(name).ok().flatten();
        Self {
            groups: begun.groups.clone(),
            init: Pid::from_raw(begun.init),
            ticks_per_s: number(SysconfVar::CLK_TCK).unwrap_or(100),
            page_bytes: number(SysconfVar::PAGE_SIZE).unwrap_or(4096),
            most: Sample::default(),
        }
    }

    /// What it uses now; `None` when it is gone.
    pub fn look(&mut self) -> Option<Sample> {
        let counted = count(&self.groups);
        let mut sample = if let (Some(cpu_ms), Some(memory_bytes), Some(processes)) =
            (counted.cpu_ms, counted.memory_bytes, counted.processes)
        {
            Sample { cpu_ms, memory_bytes, processes, ..Sample::default() }
        } else {
            let seen = self.look_at_processes()?;
            Sample {
                cpu_ms: counted.cpu_ms.unwrap_or(seen.cpu_ms),
                memory_bytes: counted.memory_bytes.unwrap_or(seen.memory_bytes),
                processes: counted.processes.unwrap_or(seen.processes),
                ..seen
            }
        };
        self.add_traffic(&mut sample);
        self.most.cpu_ms = self.most.cpu_ms.max(sample.cpu_ms);
        self.most.memory_bytes = self.most.memory_bytes.max(sample.memory_bytes);
        self.most.processes = self.most.processes.max(sample.processes);
        Some(sample)
    }

    /// Sums that do not sink when a process ends that nobody has waited for.
    fn add_traffic(&mut self, sample: &mut Sample) {
        let (mut read, mut written) = (0, 0);
        for pid in descendants(self.init).into_iter().chain([self.init]) {
            let (more_read, more_written) = traffic(pid).unwrap_or_default();
            read += more_read;
            written += more_written;
        }
        self.most.read_bytes = self.most.read_bytes.max(read);
        self.most.written_bytes = self.most.written_bytes.max(written);
        sample.read_bytes = self.most.read_bytes;
        sample.written_bytes = self.most.written_bytes;
    }

    /// One by one, where the kernel does not add up.
    fn look_at_processes(&self) -> Option<Sample> {
        let mut sum = self.look_at(self.init)?;
        for pid in descendants(self.init) {
            if let Some(one) = self.look_at(pid) {
                sum.cpu_ms += one.cpu_ms;
                sum.memory_bytes += one.memory_bytes;
                sum.processes += one.processes;
            }
        }
        Some(sum)
    }

    /// Fields of proc_pid_stat(5), counted from the one after the command's name, which may hold anything. Time of
    /// children that were waited for counts too; memory that is shared counts for each who shares it.
    fn look_at(&self, pid: Pid) -> Option<Sample> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<i64> = stat
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0))
            .collect();
        let ticks: i64 = fields.get(11..15)?.iter().sum();
        Some(Sample {
            cpu_ms: ticks * 1000 / self.ticks_per_s,
            memory_bytes: fields.get(21)? * self.page_bytes,
            processes: *fields.get(17)?,
            ..Sample::default()
        })
    }

    /// Bytes of all processes together, each with its part of what is shared, see proc_pid_smaps(5). This takes the
    /// kernel a while.
    pub fn exact_memory(&self) -> Option<u64> {
        let kib = |pid: Pid| -> Option<u64> {
            let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim().strip_suffix("kB")?.trim().parse().ok()
        };
        let below = descendants(self.init).into_iter().filter_map(kib).sum::<u64>();
        (below > 0).then_some(below * 1024)
    }

    /// All in all, with what is only known at the end.
    pub fn total(&self, end: &End) -> Usage {
        let counted = &end.counted;
        Usage {
            cpu_ms: counted.cpu_ms.unwrap_or(0).max(end.cpu_ms).max(self.most.cpu_ms),
            memory_peak_bytes: self.most.memory_bytes.max(end.memory_peak_bytes),
            processes_peak: counted.processes_peak.unwrap_or(0).max(self.most.processes),
            read_bytes: end.read_bytes.max(self.most.read_bytes),
            written_bytes: end.written_bytes.max(self.most.written_bytes),
            // Counted by whoever knows where they are.
            artifacts_bytes: 0,
        }
    }
}

/// Bytes that a process, and its children that were waited for, read from and wrote to disks, see proc_pid_io(5).
fn traffic(pid: Pid) -> Option<(i64, i64)> {
    let text = fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    let number = |key: &str| -> Option<i64> {
        text.lines().find_map(|line| line.strip_prefix(key))?.trim().parse().ok()
    };
    Some((number("read_bytes:")?, number("write_bytes:")?))
}

/// The limits that the kernel held a run to.
pub fn reached(end: &End, limits: &Limits) -> Reached {
    let memory = (end.counted.out_of_memory > 0).then(|| OutOfMemory {
        limit_bytes: limits.memory_bytes,
        peak_bytes: end.counted.memory_peak_bytes.unwrap_or(0).unsigned_abs(),
    });
    let processes = (end.counted.refused > 0).then_some(limits.processes);
    Reached { memory, processes, log_bytes: None }
}
