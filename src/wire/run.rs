//! Runs: short in lists and in the stream, all of it alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::submit::{Labels, RunOptions};
use super::{LogState, Outcome, State, Timestamp};
use crate::domain;

/// A run as lists and the stream show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    #[schema(example = 112)]
    pub id: i64,
    #[schema(example = "ann")]
    pub requester: String,
    /// `null` as long as it waits for any free one, and when it ended before it got one.
    #[schema(required)]
    pub environment: Option<EnvironmentName>,
    /// Set when any free environment was asked for; it stays when there is one.
    #[serde(default)]
    #[schema(required)]
    pub environment_any: Option<Labels>,
    /// Files, directories or node ids, relative to the tests root: all of them, also those of plans and template.
    #[schema(example = json!(["checkout/test_cart.py::test_total"]))]
    pub targets: Vec<String>,
    /// Numbers of the test plans that it was asked for with, the template's included; they may have changed since.
    pub plans: Vec<i64>,
    /// Name of the template that it was asked for with; it may have changed since.
    #[schema(required)]
    pub template: Option<String>,
    pub state: State,
    #[schema(required)]
    pub outcome: Option<Outcome>,
    /// Why it ended as it did, in words.
    #[schema(required, example = "1 failed")]
    pub reason: Option<String>,
    /// Which execution this is or will be, from 1.
    pub attempt: i64,
    pub created_at: Timestamp,
    #[schema(required)]
    pub started_at: Option<Timestamp>,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    /// From start to end in milliseconds; `null` until it has ended, and when it never started.
    #[schema(required)]
    pub duration_ms: Option<i64>,
    pub progress: Progress,
    /// Place in the queue of its environment, or of those that take any with the same labels: 1 is next; `null` unless queued.
    #[schema(required)]
    pub position: Option<i64>,
    /// What it waits for, in words; `null` unless queued.
    #[schema(required, example = "run 111 to end in environment 7")]
    pub waits_for: Option<String>,
    /// Whether the interpreter was already there.
    #[schema(required, example = "cold")]
    pub start_mode: Option<String>,
    #[schema(required)]
    pub start_mode_reason: Option<String>,
    #[schema(required)]
    pub rerun_of: Option<i64>,
    #[schema(required)]
    pub note: Option<String>,
    /// Somebody's wish that it ends; it has ended when the state says so.
    #[schema(required)]
    pub cancel: Option<Cancel>,
    /// How many comments it has.
    #[serde(default)]
    #[schema(required)]
    pub comments: i64,
    /// How many reruns of itself it has.
    #[serde(default)]
    #[schema(required)]
    pub rerun_count: i64,
}

/// An environment by number and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnvironmentName {
    #[schema(example = 7)]
    pub id: i64,
    pub name: String,
}

/// Counts of test cases; `collected` is 0 until they are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    pub collected: i64,
    pub passed: i64,
    pub failed: i64,
    pub error: i64,
    pub skipped: i64,
    pub xfailed: i64,
    pub xpassed: i64,
}

/// Who asked a run to end, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cancel {
    pub at: Timestamp,
    pub by: String,
}

/// A run with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunDetails {
    #[serde(flatten)]
    pub run: Run,
    /// What was chosen for each parameter of the template, defaults included.
    pub parameters: BTreeMap<String, String>,
    /// Those of the template and of the request; those of the environment are added when it starts.
    pub variables: BTreeMap<String, String>,
    /// Those of the request and, where it said nothing, of the template.
    pub options: RunOptions,
    /// Runs of the same environment that start earlier, first to start first.
    pub ahead: Vec<i64>,
    /// Numbers of its reruns, oldest first; `GET /runs/{id}/reruns` has also theirs, and what became of its failures.
    #[serde(default)]
    #[schema(required)]
    pub reruns: Vec<i64>,
    /// From the durations of earlier runs of the same targets, else of the tests of the same files; `null` when there is
    /// nothing to go by, or when nobody knows what has to happen first.
    #[schema(required)]
    pub estimated_start_at: Option<Timestamp>,
    #[schema(required)]
    pub estimated_end_at: Option<Timestamp>,
    /// The same as a person would type it; empty until it has started.
    pub command: Vec<String>,
    /// How the processes are kept apart.
    #[schema(required)]
    pub isolation: Option<String>,
    /// 3: sandbox and control groups, 2: sandbox, 1: landlock, 0: none of them.
    #[schema(required, example = 3)]
    pub isolation_rung: Option<i64>,
    #[schema(required)]
    pub usage: Option<Usage>,
    pub log: LogState,
    /// What was removed of it because of its age or size.
    #[serde(default)]
    #[schema(required)]
    pub pruned: Vec<Pruned>,
    /// Records that came when an attempt did not hold the environment any more. They changed nothing.
    #[serde(default)]
    #[schema(required)]
    pub refused: Vec<Refused>,
    /// The files that its targets name, as they were when it was asked for.
    pub sources: Vec<Source>,
    /// SHA-256 of the whole tests root as it was when the run was asked for, and as the run sees it; `null` when it is
    /// too large to be kept, and the run reads the files as they are.
    #[schema(required)]
    pub snapshot: Option<String>,
    pub attempts: Vec<Attempt>,
}

/// What the processes of a run used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// User and system time of all processes, in milliseconds.
    pub cpu_ms: i64,
    /// The most memory of all its processes at once, as far as it was seen, in bytes.
    pub memory_peak_bytes: i64,
    /// The most processes and threads at once, as far as they were seen.
    #[serde(default)]
    pub processes_peak: i64,
    /// Read from disks.
    #[serde(default)]
    pub read_bytes: i64,
    #[serde(default)]
    pub written_bytes: i64,
    /// Of its artifacts.
    #[serde(default)]
    pub artifacts_bytes: i64,
}

/// A file by its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// Relative to the tests root.
    pub path: String,
    pub sha256: String,
}

/// One execution of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attempt {
    pub number: i64,
    /// Name of the worker that executed it.
    pub worker: String,
    pub started_at: Timestamp,
    #[schema(required)]
    pub finished_at: Option<Timestamp>,
    #[schema(required)]
    pub outcome: Option<Outcome>,
    #[schema(required)]
    pub reason: Option<String>,
}

/// What is not there any more of a run because of its age or size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pruned {
    /// `log`, `artifacts`, or `files`: the test files as the run read them.
    pub part: String,
    /// `null` when it is not known exactly.
    #[schema(required)]
    pub at: Option<Timestamp>,
    #[schema(example = "logs are kept for 90 days")]
    pub reason: String,
    /// All of it in one sentence.
    pub words: String,
}

/// A record that came too late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    pub at: Timestamp,
    /// The fence that it came with; the environment had a later one by then, or none.
    pub epoch: i64,
    #[schema(example = "that it ended as passed")]
    pub what: String,
}

/// Where a queued run stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// 1 is next.
    pub position: i64,
    pub ahead: Vec<i64>,
    /// In words, to follow "waits for".
    pub waits_for: String,
    /// Whether it starts when everybody ahead is done, and nothing else has to happen first.
    pub starts_by_itself: bool,
}

impl Run {
    /// The run as lists show it; `place` is that of a queued run.
    pub fn new(run: domain::Run, place: Option<&Place>) -> Self {
        let (started_at, finished_at) = (run.started_at(), run.finished_at());
        let environment = run
            .is_placed()
            .then(|| EnvironmentName { id: run.environment.0, name: run.environment_name.clone() });
        let queued = place.filter(|_| run.state() == domain::State::Queued);
        let (mode, mode_reason) = run.start_mode.map(|mode| (mode.mode, mode.reason)).unzip();
        Self {
            id: run.id.0,
            requester: run.requester,
            environment,
            environment_any: run.any.map(|labels| Labels { labels }),
            targets: run.targets,
            plans: run.plans,
            template: run.template,
            attempt: run.attempt,
            created_at: run.created_at.into(),
            started_at: started_at.map(Timestamp),
            finished_at: finished_at.map(Timestamp),
            duration_ms: started_at.zip(finished_at).map(|(start, end)| end.since(start)),
            progress: run.progress.into(),
            position: queued.map(|place| place.position),
            waits_for: queued.map(|place| place.waits_for.clone()),
            start_mode: mode,
            start_mode_reason: mode_reason.flatten(),
            rerun_of: run.rerun_of.map(|id| id.0),
            note: run.note,
            cancel: run.cancel.map(|cancel| Cancel { at: cancel.at.into(), by: cancel.by }),
            comments: run.comments,
            rerun_count: run.reruns,
            state: where_it_is(&run.status),
            outcome: how_it_ended(&run.status),
            reason: why(run.status),
        }
    }
}

fn where_it_is(status: &domain::run::Status) -> State {
    match status {
        domain::run::Status::Queued => State::Queued,
        domain::run::Status::Running { .. } => State::Running,
        domain::run::Status::Finished { .. } => State::Finished,
    }
}

fn how_it_ended(status: &domain::run::Status) -> Option<Outcome> {
    match status {
        domain::run::Status::Finished { outcome, .. } => Some((*outcome).into()),
        _ => None,
    }
}

fn why(status: domain::run::Status) -> Option<String> {
    match status {
        domain::run::Status::Finished { reason, .. } => reason,
        _ => None,
    }
}

impl Run {
    /// Where it is or will be executed, in a word.
    pub fn environment_words(&self) -> String {
        match (&self.environment, &self.environment_any) {
            (Some(environment), _) => environment.id.to_string(),
            (None, Some(Labels { labels })) if !labels.is_empty() => {
                format!("any:{}", labels.join(","))
            }
            (None, _) => "any".to_owned(),
        }
    }
}

impl From<domain::Progress> for Progress {
    fn from(progress: domain::Progress) -> Self {
        Self {
            collected: progress.collected,
            passed: progress.passed,
            failed: progress.failed,
            error: progress.error,
            skipped: progress.skipped,
            xfailed: progress.xfailed,
            xpassed: progress.xpassed,
        }
    }
}

impl From<domain::run::Usage> for Usage {
    fn from(usage: domain::run::Usage) -> Self {
        Self {
            cpu_ms: usage.cpu_ms,
            memory_peak_bytes: usage.memory_peak_bytes,
            processes_peak: usage.processes_peak,
            read_bytes: usage.read_bytes,
            written_bytes: usage.written_bytes,
            artifacts_bytes: usage.artifacts_bytes,
        }
    }
}

impl From<domain::run::Source> for Source {
    fn from(source: domain::run::Source) -> Self {
        Self { path: source.path, sha256: source.sha256 }
    }
}

impl From<domain::Attempt> for Attempt {
    fn from(attempt: domain::Attempt) -> Self {
        Self {
            number: attempt.number,
            worker: attempt.worker_name,
            started_at: attempt.started_at.into(),
            finished_at: attempt.finished_at.map(Timestamp),
            outcome: attempt.outcome.map(Outcome::from),
            reason: attempt.reason,
        }
    }
}
