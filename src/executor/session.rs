//! What is known of a running session: put together from the runner's events and from the marks in its output.

mod followed;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use followed::{Test, shorten};

use super::protocol::Event;
use crate::actions::Batch;
use crate::domain::leak::LeakReport;
use crate::domain::limits::Reached;
use crate::domain::run::Source;
use crate::domain::verdict::{Evidence, Exit, Stopped};
use crate::domain::{LogSize, MemoryUse, Millis, PhaseReport, Progress, Section, TestOutcome};
use crate::logs::{Border, Mark};
use crate::store::run_states::StartedAs;

/// Bytes. The runner keeps to them; what it says can be forged.
const LONGEST_NODEID: usize = 16 * 1024;
const LONGEST_MESSAGE: usize = 16 * 1024;
/// Tests that run at once: one, or one for each process of pytest-xdist.
const MOST_RUNNING: usize = 128;
/// Tests that are kept although they were recorded, because their last mark may still come.
const MOST_KEPT: usize = 2_000;
/// Tests in one record: others want to write too.
const PORTION: usize = 500;
/// Tests that wait to be recorded, after which the runner has to wait.
const MOST_WAITING: usize = 2_000;

/// No process has more.
const MOST_MEMORY: i64 = 1 << 47;

/// State of one attempt; tests that are reported and recorded are forgotten, so its size does not grow with their number.
#[derive(Debug, Default)]
pub struct Session {
    tests: BTreeMap<i64, Test>,
    /// How many of them are not reported.
    running: usize,
    /// Tests whose present state is not recorded.
    dirty: BTreeSet<i64>,
    news: bool,
    is_running: bool,
    started_as: Option<StartedAs>,
    leak: Option<LeakReport>,
    progress: Progress,
    log: LogSize,
    announced: Option<i32>,
    collect_errors: i64,
    last_words: Option<String>,
    /// The files of its tests, each with the first 64 bits of its SHA-256.
    files: HashMap<String, i64>,
    /// The most resident bytes during a test.
    memory_peak: i64,
    /// A test that something is still to be said of, whatever is recorded.
    held: Option<i64>,
}

/// The end of a test, as the runner tells it.
struct Ending {
    outcome: TestOutcome,
    duration_ms: Option<f64>,
    message: Option<String>,
    memory: Option<MemoryUse>,
}

/// What is being recorded, to be given back when that fails.
#[derive(Debug)]
pub struct Taken {
    numbers: BTreeSet<i64>,
    started_as: Option<StartedAs>,
}

impl Session {
    /// Of a run of these files.
    pub fn of(sources: &[Source]) -> Self {
        let key = |one: &Source| {
            let digits = one.sha256.get(..16)?;
            Some((one.path.clone(), u64::from_str_radix(digits, 16).ok()?.cast_signed()))
        };
        Self { files: sources.iter().filter_map(key).collect(), ..Self::default() }
    }

    pub fn started_as(&mut self, started: StartedAs) {
        self.started_as = Some(started);
        self.news = true;
    }

    pub fn log_size(&mut self, size: LogSize) {
        self.log = size;
    }

    /// Whether the runner has taken over from the interpreter's start.
    pub fn is_running(&self) -> bool {
        self.is_running
    }

    pub fn size_of_log(&self) -> LogSize {
        self.log
    }

    /// What the runner saw of its own memory, which may be more than anybody sees from outside.
    pub fn memory_peak(&self) -> i64 {
        self.memory_peak
    }

    pub fn event(&mut self, event: Event) {
        match event {
            Event::Collected { total, .. } => {
                self.progress.collected = total;
                self.news = true;
            }
            Event::CollectError { nodeid, message, .. } => {
                self.collect_errors += 1;
                let message = message.unwrap_or_default();
                self.last_words.get_or_insert(format!("{nodeid}: {message}"));
            }
            Event::TestStarted { index, nodeid, at } => self.start(index, nodeid, at.map(Millis)),
            Event::Phase { index, phase, outcome, duration_ms, traceback, sections, .. } => {
                let phase = PhaseReport { name: phase, outcome, duration_ms };
                self.change(index, |test| test.add_phase(phase, traceback, sections));
            }
            Event::Subtest { index, description, outcome, traceback } => {
                if outcome != "passed" {
                    self.change(index, |test| test.add_part(&description, traceback));
                }
            }
            Event::TestFinished { index, outcome, duration_ms, message, memory } => {
                let Ok(outcome) = TestOutcome::from_str(&outcome) else { return };
                let memory = memory.and_then(plausible);
                let duration_ms = Some(duration_ms);
                self.end(index, Ending { outcome, duration_ms, message, memory });
            }
            Event::Leak(mut report) => {
                report.bound();
                self.leak = Some(*report);
                self.news = true;
            }
            Event::SessionFinished { exit_status } => self.announced = Some(exit_status),
            Event::SessionStarted {} => self.is_running = true,
            Event::Warning {} | Event::Unknown => {}
        }
    }

    pub fn mark(&mut self, mark: Mark) {
        let Ok(index) = i64::try_from(mark.index) else { return };
        let line = i64::try_from(mark.line).unwrap_or(i64::MAX);
        match mark.what {
            Border::Begin => {
                if let Some(test) = self.known_or_new(index) {
                    test.report.from_line = Some(line);
                }
            }
            Border::End => self.change(index, |test| {
                test.marked = true;
                // The mark stands at the beginning of the line after the test's last.
                let from = test.report.from_line.unwrap_or(line);
                test.report.to_line = Some((line - 1).max(from));
            }),
            Border::Setup | Border::Call | Border::Teardown => {}
        }
    }

    /// Whether there is anything that a record would tell.
    pub fn has_news(&self) -> bool {
        self.news
    }

    /// Whether more events can be taken in; otherwise the runner waits until some are recorded.
    pub fn has_room(&self) -> bool {
        self.dirty.len() < MOST_WAITING
    }

    /// What the next record tells.
    pub fn take(&mut self) -> (Batch, Taken) {
        let rest = self.dirty.iter().nth(PORTION).copied();
        let rest = rest.map(|first| self.dirty.split_off(&first)).unwrap_or_default();
        let numbers = std::mem::replace(&mut self.dirty, rest);
        self.news = !self.dirty.is_empty();
        let started_as = self.started_as.take();
        let tests = numbers
            .iter()
            .filter_map(|number| self.tests.get(number))
            .filter(|test| !test.report.nodeid.is_empty())
            .map(|test| test.report.clone())
            .collect();
        let held = self.held;
        self.tests.retain(|number, test| {
            held == Some(*number) || !(test.reported && test.marked && numbers.contains(number))
        });
        self.forget_oldest();
        let progress = self.progress;
        let leak = self.leak.take();
        let batch = Batch { started_as: started_as.clone(), tests, progress, log: self.log, leak };
        (batch, Taken { numbers, started_as })
    }

    /// Nothing was recorded: all of it is news again.
    pub fn give_back(&mut self, batch: Batch, taken: Taken) {
        for report in batch.tests {
            self.tests.entry(report.number).or_insert_with(|| {
                let marked = report.to_line.is_some();
                Test { report, reported: true, marked }
            });
        }
        self.dirty.extend(taken.numbers);
        self.leak = self.leak.take().or(batch.leak);
        self.started_as = self.started_as.take().or(taken.started_as);
        self.news = true;
    }

    /// The test that started last and has no report.
    pub fn unfinished(&self) -> Option<String> {
        self.tests.values().rfind(|test| test.is_running()).map(|test| test.report.nodeid.clone())
    }

    /// The same, and it stays until [`Session::explain_lost`], although it may still be reported.
    pub fn hold_unfinished(&mut self) -> Option<String> {
        let mut open = self.tests.iter().filter(|(_, test)| test.is_running());
        let (number, test) = open.next_back()?;
        self.held = Some(*number);
        Some(test.report.nodeid.clone())
    }

    /// Says of the tests that have no report why, and where the threads were, if that is known.
    pub fn explain_lost(&mut self, why: &str, stacks: Option<String>) {
        let open = self.tests.iter().filter(|(_, test)| !test.reported);
        let open: Vec<i64> = open.map(|(number, _)| *number).collect();
        for number in &open {
            self.change(*number, |test| {
                test.report.message.get_or_insert_with(|| why.to_owned());
                if test.report.traceback.is_none() {
                    test.report.traceback.clone_from(&stacks);
                }
            });
        }
        if let (Some(number), Some(text)) = (self.held.filter(|held| !open.contains(held)), stacks)
        {
            let name = "Where its threads were when it was stopped".to_owned();
            self.change(number, |test| test.report.sections.push(Section { name, text }));
        }
    }

    pub fn evidence(&self, exit: Option<Exit>, stopped: Option<Stopped>) -> Evidence {
        Evidence {
            exit,
            announced: self.announced,
            failed: self.progress.failed,
            errors: self.progress.error,
            collect_errors: self.collect_errors,
            unfinished: self.unfinished(),
            last_words: self.last_words.clone(),
            stopped,
            place: None,
            reached: Reached::default(),
        }
    }

    /// What was said outside of a test, if the runner reported nothing better.
    pub fn last_words(&mut self, words: Option<String>) {
        if self.last_words.is_none() {
            self.last_words = words;
        }
    }

    fn start(&mut self, index: i64, mut nodeid: String, at: Option<Millis>) {
        shorten(&mut nodeid, LONGEST_NODEID);
        if self.known_or_new(index).is_some() {
            let file_key = self.files.get(path_of(&nodeid)).copied();
            self.change(index, |test| {
                test.report.nodeid = nodeid;
                test.report.file_key = file_key;
                // One that is repeated began with its first attempt.
                test.report.started_at = test.report.started_at.or(at);
            });
        }
    }

    /// `None` for one too many at once.
    fn known_or_new(&mut self, index: i64) -> Option<&mut Test> {
        match self.tests.entry(index) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(_) if self.running >= MOST_RUNNING => None,
            Entry::Vacant(new) => {
                self.running += 1;
                Some(new.insert(Test::new(index)))
            }
        }
    }

    /// Of those that were recorded.
    fn forget_oldest(&mut self) {
        let excess = self.tests.len().saturating_sub(MOST_KEPT);
        let recorded =
            |(number, test): &(&i64, &Test)| test.reported && !self.dirty.contains(number);
        let oldest: Vec<i64> =
            self.tests.iter().filter(recorded).map(|(number, _)| *number).take(excess).collect();
        for number in oldest {
            self.tests.remove(&number);
        }
    }

    fn end(&mut self, index: i64, ending: Ending) {
        let Ending { outcome, duration_ms, mut message, memory } = ending;
        if self.tests.get(&index).is_none_or(|test| test.reported) {
            return;
        }
        self.running -= 1;
        self.memory_peak = self.memory_peak.max(memory.map_or(0, |memory| memory.peak));
        if let Some(message) = &mut message {
            shorten(message, LONGEST_MESSAGE);
        }
        self.change(index, |test| {
            test.reported = true;
            test.report.outcome = outcome;
            test.report.duration_ms = duration_ms;
            test.report.message = message;
            test.report.memory = memory;
        });
        let count = match outcome {
            TestOutcome::Passed => &mut self.progress.passed,
            TestOutcome::Failed => &mut self.progress.failed,
            TestOutcome::Error => &mut self.progress.error,
            TestOutcome::Skipped => &mut self.progress.skipped,
            TestOutcome::Xfailed => &mut self.progress.xfailed,
            TestOutcome::Xpassed => &mut self.progress.xpassed,
            TestOutcome::Running | TestOutcome::Lost => return,
        };
        *count += 1;
    }

    fn change(&mut self, index: i64, change: impl FnOnce(&mut Test)) {
        if let Some(test) = self.tests.get_mut(&index) {
            change(test);
            self.dirty.insert(index);
            self.news = true;
        }
    }
}

fn path_of(nodeid: &str) -> &str {
    nodeid.split("::").next().unwrap_or_default()
}

/// What the runner says can be forged.
fn plausible([before, peak, after]: [i64; 3]) -> Option<MemoryUse> {
    let is_plausible = before.min(after) >= 0 && before.max(after) <= peak && peak <= MOST_MEMORY;
    is_plausible.then_some(MemoryUse { before, peak, after })
}

#[cfg(test)]
mod tests;
