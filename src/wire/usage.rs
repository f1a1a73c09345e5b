//! What a run uses, over time.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Timestamp;
use super::run::Usage;
use crate::domain::usage;

/// Samples of a run, oldest first, and the sum of it all once it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageSeries {
    pub items: Vec<UsageSample>,
    /// What the run was held to; `null` until its processes have begun.
    #[schema(required)]
    pub limits: Option<UsageLimits>,
    /// Limits of which it used nine tenths or more, in words.
    #[schema(example = json!(["its memory came to 3.8 GiB, and its limit is 4 GiB"]))]
    pub near: Vec<String>,
    /// `null` until it has ended.
    #[schema(required)]
    pub total: Option<Usage>,
}

/// What all processes of a run together use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageSample {
    pub at: Timestamp,
    /// User and system time since the start of the run, in milliseconds.
    pub cpu_ms: i64,
    /// The most that was seen since the sample before.
    pub memory_bytes: i64,
    /// The most processes and threads that were seen since the sample before.
    pub processes: i64,
    /// Read from disks since the start of the run, as far as it was seen.
    pub read_bytes: i64,
    pub written_bytes: i64,
}

/// What a run was held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageLimits {
    pub memory_bytes: u64,
    /// Processes and threads at once.
    pub processes: u32,
    pub timeout_s: u32,
}

impl From<usage::UsageSample> for UsageSample {
    fn from(sample: usage::UsageSample) -> Self {
        Self {
            at: Timestamp(sample.at),
            cpu_ms: sample.cpu_ms,
            memory_bytes: sample.memory_bytes,
            processes: sample.processes,
            read_bytes: sample.read_bytes,
            written_bytes: sample.written_bytes,
        }
    }
}

impl From<usage::UsageLimits> for UsageLimits {
    fn from(limits: usage::UsageLimits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            processes: limits.processes,
            timeout_s: limits.timeout_s,
        }
    }
}
