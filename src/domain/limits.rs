//! What one run may use at most, and what became of it.

use serde::{Deserialize, Serialize};

/// Less than that and an interpreter does not start.
pub const LEAST_MEMORY: u64 = 32 << 20;
pub const LEAST_PROCESSES: u64 = 4;
/// A log has room for what pytest says of an error.
pub const LEAST_LOG: u64 = 4096;
pub const LEAST_TMP: u64 = 64 << 10;
/// The longest time that a run can be given.
pub const LONGEST_RUN_S: u32 = 7 * 24 * 60 * 60;

/// Of all processes of a run together, unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    pub memory_bytes: u64,
    /// Processes and threads at once.
    pub processes: u32,
    /// Hundredths of one processor; absent: all of them, shared fairly with other runs.
    pub cpu_percent: Option<u32>,
    /// Bytes of the log that are kept.
    pub log_bytes: u64,
    /// Bytes of temporary files, and of each single file anywhere else.
    pub tmp_bytes: u64,
    /// Number of temporary files.
    pub tmp_files: u64,
    /// Bytes of what it leaves for people.
    pub artifacts_bytes: u64,
}

/// What a requester wants instead, up to the operator's maximum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitWishes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_percent: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tmp_bytes: Option<u64>,
}

/// Limits that a run came up against, each with its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    pub memory: Option<OutOfMemory>,
    pub processes: Option<u32>,
    pub log_bytes: Option<u64>,
}

/// A process was killed because there was no memory left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfMemory {
    pub limit_bytes: u64,
    pub peak_bytes: u64,
}

impl Limits {
    /// With the wishes of a requester, as far as this machine's operator allows.
    #[must_use]
    pub fn with(self, wishes: &LimitWishes, maximum: &Self) -> Self {
        Self {
            memory_bytes: wishes
                .memory_bytes
                .unwrap_or(self.memory_bytes)
                .min(maximum.memory_bytes),
            processes: wishes.processes.unwrap_or(self.processes).min(maximum.processes),
            cpu_percent: match (wishes.cpu_percent.or(self.cpu_percent), maximum.cpu_percent) {
                (Some(wish), Some(most)) => Some(wish.min(most)),
                (wish, most) => wish.or(most),
            },
            log_bytes: wishes.log_bytes.unwrap_or(self.log_bytes).min(maximum.log_bytes),
            tmp_bytes: wishes.tmp_bytes.unwrap_or(self.tmp_bytes).min(maximum.tmp_bytes),
            ..self
        }
    }
}

impl LimitWishes {
    /// These, and where they leave something open, those of others.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        Self {
            memory_bytes: self.memory_bytes.or(others.memory_bytes),
            processes: self.processes.or(others.processes),
            cpu_percent: self.cpu_percent.or(others.cpu_percent),
            log_bytes: self.log_bytes.or(others.log_bytes),
            tmp_bytes: self.tmp_bytes.or(others.tmp_bytes),
        }
    }
}

impl Reached {
    /// What a person should know although the run ended in its own way.
    pub fn notes(&self) -> Vec<String> {
        let memory =
            self.memory.map(|memory| format!("a child process was killed, {}", memory.words()));
        let processes = self
            .processes
            .map(|limit| format!("the limit of {limit} processes and threads was reached"));
        let log = self
            .log_bytes
            .map(|limit| format!("the log was cut off at its limit of {}", bytes_in_words(limit)));
        [memory, processes, log].into_iter().flatten().collect()
    }
}

impl OutOfMemory {
    pub fn words(&self) -> String {
        format!(
            "out of memory: the limit is {} and the peak was {}",
            bytes_in_words(self.limit_bytes),
            bytes_in_words(self.peak_bytes)
        )
    }
}

/// For people: `1.5 GiB`.
pub fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = format!("{value:.1}");
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        memory_bytes: 100,
        processes: 10,
        cpu_percent: None,
        log_bytes: 100,
        tmp_bytes: 100,
        tmp_files: 100,
        artifacts_bytes: 100,
    };

    #[test]
    fn a_wish_counts_up_to_the_maximum() {
        let maximum = Limits { memory_bytes: 200, processes: 10, cpu_percent: Some(150), ..LIMITS };
        let wish =
            |memory_bytes| LimitWishes { memory_bytes: Some(memory_bytes), ..Default::default() };
        assert_eq!(LIMITS.with(&wish(200), &maximum).memory_bytes, 200);
        assert_eq!(LIMITS.with(&wish(201), &maximum).memory_bytes, 200);
        assert_eq!(LIMITS.with(&wish(1), &maximum).memory_bytes, 1);
        let none = LIMITS.with(&LimitWishes::default(), &maximum);
        assert_eq!((none.memory_bytes, none.cpu_percent), (100, Some(150)));
    }

    #[test]
    fn sizes_are_told_in_the_largest_unit() {
        assert_eq!(bytes_in_words(1023), "1023 bytes");
        assert_eq!(bytes_in_words(512 << 20), "512 MiB");
        assert_eq!(bytes_in_words(3 << 29), "1.5 GiB");
    }
}
