//! Looks at a run again and again: for its figures, and to hold it to limits that no kernel holds it to.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tokio::time::Instant;

use super::Shared;
use super::supervisor::{Begun, End};
use super::usage::{Meter, Sample};
use super::workspace::Workspace;
use crate::actions::Context;
use crate::domain::RunId;
use crate::domain::limits::{Limits, OutOfMemory};
use crate::domain::run::Usage;
use crate::domain::usage::{UsageLimits, UsageSample};
use crate::domain::verdict::Stopped;
use crate::live::Hint;
use crate::logs::SeriesWriter;

/// The longest between two looks at a run that the kernel holds to its limits.
const PERIOD: Duration = Duration::from_secs(1);
/// And at one that only this look holds to them.
const SHORT_PERIOD: Duration = Duration::from_millis(100);
/// Files of artifacts that are looked at; whoever leaves more has gone too far anyway.
const MOST_ARTIFACTS: usize = 100_000;

/// The looks at one run.
#[derive(Debug)]
pub struct Gauge {
    meter: Meter,
    held: bool,
    limits: Limits,
    next_at: Instant,
    next_artifacts: Instant,
    told: UsageLog,
}

/// Where the figures of one run go.
#[derive(Debug)]
pub struct UsageLog {
    context: Context,
    run: RunId,
    writer: SeriesWriter,
}

impl UsageLog {
    pub(super) fn new(
        shared: &Shared,
        run: RunId,
        workspace: &Workspace,
        limits: UsageLimits,
    ) -> Self {
        let writer = SeriesWriter::new(&workspace.home, limits, shared.settings.usage_samples);
        Self { context: shared.context.clone(), run, writer }
    }

    fn tell(&mut self, seen: Sample) {
        let sample = UsageSample {
            at: self.context.clock.now(),
            cpu_ms: seen.cpu_ms,
            memory_bytes: seen.memory_bytes,
            processes: seen.processes,
            read_bytes: seen.read_bytes,
            written_bytes: seen.written_bytes,
        };
        match self.writer.push(sample) {
            Ok(Some(sample)) => self.context.live.send(Hint::Usage { run: self.run, sample }),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, run = %self.run, "cannot keep its figures"),
        }
    }

    /// Until the next look is worth something, at most [`PERIOD`].
    fn period(&self) -> Duration {
        let period = self.writer.period_ms().unsigned_abs();
        Duration::from_millis(period).min(PERIOD)
    }

    /// A run that was over before anybody looked has its totals for its only sample.
    fn end(&mut self, total: &Usage) {
        if self.writer.is_empty() {
            self.tell(Sample {
                cpu_ms: total.cpu_ms,
                memory_bytes: total.memory_peak_bytes,
                processes: total.processes_peak,
                read_bytes: total.read_bytes,
                written_bytes: total.written_bytes,
            });
        }
        if let Err(error) = self.writer.end() {
            tracing::warn!(%error, run = %self.run, "cannot keep its last figures");
        }
    }
}

impl Gauge {
    pub fn new(begun: &Begun, limits: Limits, told: UsageLog) -> Self {
        let now = Instant::now();
        let meter = Meter::new(begun);
        Self {
            meter,
            held: begun.held,
            limits,
            next_at: now + SHORT_PERIOD,
            next_artifacts: now + PERIOD,
            told,
        }
    }

    pub fn next_at(&self) -> Instant {
        self.next_at
    }

    /// Looks, and answers why the run has to end, if it has to.
    pub fn look(&mut self, artifacts: &Path) -> Option<Stopped> {
        let sample = self.meter.look();
        if let Some(sample) = sample {
            self.told.tell(sample);
        }
        let now = Instant::now();
        self.next_at = now + if self.held { self.told.period() } else { SHORT_PERIOD };
        if self.next_artifacts <= now {
            self.next_artifacts = now + PERIOD;
            let limit_bytes = self.limits.artifacts_bytes;
            if size_of(artifacts) > limit_bytes {
                return Some(Stopped::TooManyArtifacts { limit_bytes });
            }
        }
        if self.held { None } else { self.beyond(sample?) }
    }

    fn beyond(&self, sample: Sample) -> Option<Stopped> {
        let Limits { memory_bytes, processes, .. } = self.limits;
        if sample.processes > processes.into() {
            return Some(Stopped::TooManyProcesses { limit: processes });
        }
        let mut used = sample.memory_bytes.unsigned_abs();
        if used > memory_bytes {
            // Looked at once more and closely, because what processes share was counted for each of them.
            used = self.meter.exact_memory().unwrap_or(used);
        }
        if used > memory_bytes {
            let memory = OutOfMemory { limit_bytes: memory_bytes, peak_bytes: used };
            return Some(Stopped::OutOfMemory(memory));
        }
        None
    }

    /// All in all, with the most memory that the runner saw; nothing is looked at any more.
    pub fn total(&mut self, end: &End, peak: i64, artifacts: &Path) -> Usage {
        let mut total = self.meter.total(end);
        total.memory_peak_bytes = total.memory_peak_bytes.max(peak);
        total.artifacts_bytes = i64::try_from(size_of(artifacts)).unwrap_or(i64::MAX);
        self.told.end(&total);
        total
    }
}

fn size_of(directory: &Path) -> u64 {
    let files = walkdir::WalkDir::new(directory).into_iter().take(MOST_ARTIFACTS).flatten();
    let found = files.filter_map(|file| file.metadata().ok()).filter(fs::Metadata::is_file);
    found.map(|file| file.len()).sum()
}
