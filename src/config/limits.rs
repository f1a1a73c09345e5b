//! What runs may use and requests be: what each gets that asks for nothing, and the most that can be asked for.

use serde::Deserialize;

use crate::domain;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Wall-clock limit in seconds.
    pub timeout_s: u32,
    pub memory_bytes: u64,
    /// Processes and threads at once.
    pub processes: u32,
    /// Hundredths of one processor; absent: all of them, shared fairly.
    pub cpu_percent: Option<u32>,
    /// Bytes of a log that are kept.
    pub log_bytes: u64,
    /// Bytes of temporary files.
    pub tmp_bytes: u64,
    /// Number of temporary files.
    pub tmp_files: u64,
    /// Bytes of a run's artifacts.
    pub artifacts_bytes: u64,
    /// Samples of what one run uses over time.
    pub usage_samples: usize,
    /// Bytes of the files of one upload together.
    pub upload_bytes: u64,
    pub upload_files: usize,
    /// Targets of a run together with those of its plans and its template.
    pub targets: usize,
    /// Environment variables of a run together with those of its template.
    pub variables: usize,
    /// Bytes of the value of one of them.
    pub variable_bytes: usize,
    /// Test plans that a run or a template names.
    pub plans: usize,
    /// Parameters of a template.
    pub parameters: usize,
    /// Choices of a parameter.
    pub choices: usize,
    /// Bytes of one choice.
    pub choice_bytes: usize,
    /// Bytes of a JSON body.
    pub body_bytes: usize,
    /// Characters of a user name.
    pub requester_characters: usize,
    /// Characters of the name of a plan, a template or an environment.
    pub name_characters: usize,
    /// Bytes of a description.
    pub description_bytes: usize,
    /// Bytes of a note or a reason.
    pub note_bytes: usize,
    /// Labels of an environment.
    pub labels: usize,
    /// Bytes of one of them.
    pub label_bytes: usize,
    /// The longest that a person may keep an environment.
    pub reservation_days: u32,
    /// Streams of events at once.
    pub streams: usize,
    /// Comments on one run.
    pub comments: usize,
    pub maximum: Maximum,
}

/// The most that a requester can ask for; what is absent is what usually suffices, and at least what is given without
/// asking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Maximum {
    pub memory_bytes: Option<u64>,
    pub processes: Option<u32>,
    /// Absent: all processors.
    pub cpu_percent: Option<u32>,
    pub log_bytes: Option<u64>,
    pub tmp_bytes: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout_s: 3600,
            memory_bytes: (machine_memory() / 2).min(4 * GIB),
            processes: 512,
            cpu_percent: None,
            log_bytes: 512 * MIB,
            tmp_bytes: GIB,
            tmp_files: 100_000,
            artifacts_bytes: GIB,
            usage_samples: 600,
            upload_bytes: 32 * MIB,
            upload_files: 2000,
            targets: 1000,
            variables: 100,
            variable_bytes: 32 << 10,
            plans: 1000,
            parameters: 50,
            choices: 100,
            choice_bytes: 1024,
            body_bytes: 1 << 20,
            requester_characters: 128,
            name_characters: 128,
            description_bytes: 4 << 10,
            note_bytes: 4 << 10,
            labels: 50,
            label_bytes: 64,
            reservation_days: 30,
            streams: 2000,
            comments: 1000,
            maximum: Maximum::default(),
        }
    }
}

impl Limits {
    /// Of a run that asks for nothing.
    pub fn per_run(&self) -> domain::Limits {
        domain::Limits {
            memory_bytes: self.memory_bytes,
            processes: self.processes,
            cpu_percent: self.cpu_percent,
            log_bytes: self.log_bytes,
            tmp_bytes: self.tmp_bytes,
            tmp_files: self.tmp_files,
            artifacts_bytes: self.artifacts_bytes,
        }
    }

    pub fn maximum(&self) -> domain::Limits {
        let most = &self.maximum;
        domain::Limits {
            memory_bytes: most
                .memory_bytes
                .unwrap_or_else(|| machine_memory().max(self.memory_bytes)),
            processes: most.processes.unwrap_or(self.processes.max(4096)),
            cpu_percent: most.cpu_percent,
            log_bytes: most.log_bytes.unwrap_or(self.log_bytes.max(4 * GIB)),
            tmp_bytes: most.tmp_bytes.unwrap_or(self.tmp_bytes.max(8 * GIB)),
            ..self.per_run()
        }
    }
}

/// All of this machine's, see <https://man7.org/linux/man-pages/man5/proc_meminfo.5.html>.
fn machine_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.map_or(4 * GIB, |kib| kib * 1024)
}
