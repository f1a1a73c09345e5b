//! A run: one request to execute targets in one environment.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::leak::LeakHunt;
use super::{EnvironmentId, Epoch, LimitWishes, LogSize, Millis, Outcome, RunId, State, WorkerId};

/// What somebody asked for, checked and complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    pub requester: String,
    /// What it says is not asked when any will do.
    pub environment: i64,
    /// Labels, sorted, that any free environment must have to be taken.
    pub any: Option<Vec<String>>,
    /// At least one; each is one line.
    pub targets: Vec<String>,
    pub plans: Vec<i64>,
    pub template: Option<String>,
    pub parameters: BTreeMap<String, String>,
    pub variables: BTreeMap<String, String>,
    pub options: Options,
    pub note: Option<String>,
    pub rerun_of: Option<i64>,
    pub sources: Vec<Source>,
    /// SHA-256 of the tests root as it was then; absent when it was too large to be kept.
    pub snapshot: Option<String>,
}

/// A file that a run's targets name, as it was when the run was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    pub path: String,
    pub sha256: String,
}

/// How to run; every field is optional.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// pytest's `-k` expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// pytest's `-m` expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub markers: Option<String>,
    /// Stop after this many failures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_failures: Option<u32>,
    /// Wall-clock limit in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// How many more attempts a lost run gets, 0 to 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_lost: Option<u32>,
    /// When the run fails, its requester keeps the environment for so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_if_failed_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: LimitWishes,
    /// Name of the interpreter; the server's own when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// How its interpreter starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<StartWish>,
    /// Which network its tests have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// Repeat its one test and see whether memory grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leak: Option<LeakHunt>,
}

fn is_default(wishes: &LimitWishes) -> bool {
    *wishes == LimitWishes::default()
}

/// How the interpreter of a run is to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartWish {
    /// Warm when a warm interpreter is ready.
    Auto,
    /// Warm, waiting for one that gets ready.
    Warm,
    /// A new interpreter, always.
    Cold,
}

impl StartWish {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Warm => "warm",
            Self::Cold => "cold",
        }
    }
}

/// Which network a run has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// That of the machine.
    #[default]
    Machine,
    /// A loopback device of its own, and nothing else.
    None,
}

impl Network {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::None => "none",
        }
    }
}

impl FromStr for Network {
    type Err = UnknownNetwork;

    fn from_str(name: &str) -> Result<Self, UnknownNetwork> {
        let known = [Self::Machine, Self::None].into_iter().find(|known| known.as_str() == name);
        known.ok_or_else(|| UnknownNetwork(name.to_owned()))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("must be machine or none, not {0:?}")]
pub struct UnknownNetwork(String);

impl Options {
    /// These, and where they say nothing, `others`.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            keyword: self.keyword.or(others.keyword),
            markers: self.markers.or(others.markers),
            max_failures: self.max_failures.or(others.max_failures),
            timeout_s: self.timeout_s.or(others.timeout_s),
            retry_lost: self.retry_lost.or(others.retry_lost),
            keep_if_failed_minutes: self.keep_if_failed_minutes.or(others.keep_if_failed_minutes),
            limits: self.limits.or(&others.limits),
            interpreter: self.interpreter.or(others.interpreter),
            start: self.start.or(others.start),
            network: self.network.or(others.network),
            leak: self.leak.or(others.leak),
        }
    }
}

/// What a person would type for a run, in the tests root.
pub fn command_shown(targets: &[String], options: &Options) -> Vec<String> {
    let mut words: Vec<String> = ["python", "-m", "pytest"].map(str::to_owned).into();
    words.extend(options.keyword.iter().map(|keyword| format!("-k={keyword}")));
    words.extend(options.markers.iter().map(|markers| format!("-m={markers}")));
    words.extend(options.max_failures.map(|count| format!("--maxfail={count}")));
    words.extend(targets.iter().cloned());
    words
}

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub requester: String,
    /// Below zero while it waits for any: that of its queue.
    pub environment: EnvironmentId,
    pub environment_name: String,
    /// The labels, if any environment that has them was asked for.
    pub any: Option<Vec<String>>,
    /// Place in the environment's queue order; grows with every submit to it.
    pub sequence: i64,
    pub targets: Vec<String>,
    pub plans: Vec<i64>,
    pub template: Option<String>,
    pub note: Option<String>,
    pub rerun_of: Option<RunId>,
    pub attempt: i64,
    pub created_at: Millis,
    pub status: Status,
    pub progress: Progress,
    pub cancel: Option<Cancel>,
    pub start_mode: Option<StartMode>,
    pub log: LogSize,
    /// How many people have made.
    pub comments: i64,
    /// How many runs are reruns of this one.
    pub reruns: i64,
}

/// Where a run is, each with its own times.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    Queued,
    Running {
        started_at: Millis,
        worker: WorkerId,
        epoch: Epoch,
    },
    Finished {
        /// Absent when it ended before it started.
        started_at: Option<Millis>,
        finished_at: Millis,
        outcome: Outcome,
        reason: Option<String>,
    },
}

/// Somebody's wish that a run ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancel {
    pub at: Millis,
    pub by: String,
}

/// How the interpreter of a run came to be.
#[derive(Debug, Clone, PartialEq)]
pub struct StartMode {
    /// `warm` or `cold`.
    pub mode: String,
    /// Why it was cold.
    pub reason: Option<String>,
}

/// Counts of test cases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub collected: i64,
    pub passed: i64,
    pub failed: i64,
    pub error: i64,
    pub skipped: i64,
    pub xfailed: i64,
    pub xpassed: i64,
}

/// What only the page of one run shows.
#[derive(Debug, Clone, PartialEq)]
pub struct RunDetails {
    pub parameters: BTreeMap<String, String>,
    pub variables: BTreeMap<String, String>,
    pub options: Options,
    pub command: Vec<String>,
    pub isolation: Option<String>,
    pub rung: Option<i64>,
    pub usage: Option<Usage>,
    pub sources: Vec<Source>,
    pub snapshot: Option<String>,
    pub log_complete: bool,
    pub attempts: Vec<Attempt>,
}

/// What the processes of a run used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// User and system time of all its processes.
    pub cpu_ms: i64,
    /// The most that all its processes had at once, as far as it was seen; at least the largest of one of them.
    pub memory_peak_bytes: i64,
    /// The most processes and threads at once that were seen.
    #[serde(default)]
    pub processes_peak: i64,
    /// From and to disks.
    #[serde(default)]
    pub read_bytes: i64,
    #[serde(default)]
    pub written_bytes: i64,
    /// Of the files that it left for people.
    #[serde(default)]
    pub artifacts_bytes: i64,
}

/// A record that came when its attempt did not hold the environment any more. It changed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedWrite {
    pub at: Millis,
    /// The fence that it came with.
    pub epoch: Epoch,
    /// What it said, in words.
    pub what: String,
}

/// One execution of a run, counted from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub number: i64,
    pub worker: WorkerId,
    pub worker_name: String,
    pub started_at: Millis,
    pub finished_at: Option<Millis>,
    pub outcome: Option<Outcome>,
    pub reason: Option<String>,
}

impl Run {
    /// Whether it is known where it is executed.
    pub fn is_placed(&self) -> bool {
        self.environment.0 > 0
    }

    pub fn state(&self) -> State {
        match self.status {
            Status::Queued => State::Queued,
            Status::Running { .. } => State::Running,
            Status::Finished { .. } => State::Finished,
        }
    }

    pub fn outcome(&self) -> Option<Outcome> {
        match self.status {
            Status::Finished { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    pub fn started_at(&self) -> Option<Millis> {
        match self.status {
            Status::Queued => None,
            Status::Running { started_at, .. } => Some(started_at),
            Status::Finished { started_at, .. } => started_at,
        }
    }

    pub fn finished_at(&self) -> Option<Millis> {
        match self.status {
            Status::Finished { finished_at, .. } => Some(finished_at),
            _ => None,
        }
    }
}

impl Progress {
    /// Test cases that have ended.
    pub fn done(&self) -> i64 {
        self.passed + self.failed + self.error + self.skipped + self.xfailed + self.xpassed
    }
}
