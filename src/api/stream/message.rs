//! Makes what a client reads of what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;

use super::queues::{Queues, SHOWN_IN_QUEUE};
use crate::api::runs::show_runs;
use crate::domain::usage::UsageSample;
use crate::domain::{Environment, EnvironmentId, Event, Run, RunId, State, TestsChange};
use crate::store::events::{self, Cursor, Events};
use crate::store::{self, Read, any_queues, environments, runs, tests};
use crate::wire::{self, LogChange, TestChange, UsageChange};

/// Rows read at a time.
const PORTION: usize = 200;
/// Bytes of a message, of a traceback and of captured sections that go over the stream.
const SHORT: usize = 1024;
const LONG: usize = 4 * 1024;

/// One event for clients, without its id.
#[derive(Debug, Clone)]
pub struct Message {
    pub about: About,
    /// Its `event:` and `data:` lines.
    text: String,
}

/// Who is interested in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Run(RunId),
    /// A test case or the log of a run.
    PartOfRun(RunId),
    Environment,
    Tests,
}

impl Message {
    pub fn run(run: &wire::Run) -> Self {
        Self { about: About::Run(RunId(run.id)), text: lines("run", run) }
    }

    pub fn test(run: RunId, test: wire::TestCase) -> Self {
        let change = cut(TestChange { run_id: run.0, cut: false, test });
        Self { about: About::PartOfRun(run), text: lines("test", &change) }
    }

    pub fn usage(run: RunId, sample: UsageSample) -> Self {
        let change = UsageChange { run_id: run.0, sample: sample.into() };
        Self { about: About::PartOfRun(run), text: lines("usage", &change) }
    }

    pub fn log(change: &LogChange) -> Self {
        Self { about: About::PartOfRun(RunId(change.run_id)), text: lines("log", change) }
    }

    pub fn environment(environment: Environment) -> Self {
        let text = lines("environment", &wire::Environment::from(environment));
        Self { about: About::Environment, text }
    }

    pub fn environment_gone(id: EnvironmentId) -> Self {
        let gone = wire::EnvironmentGone { id: id.0, deleted: true };
        Self { about: About::Environment, text: lines("environment", &gone) }
    }

    pub fn tests(change: &wire::TestsChange) -> Self {
        Self { about: About::Tests, text: lines("tests", change) }
    }

    /// Appends the event to what is sent, with the cursor that a client has after it.
    pub fn write(&self, portion: &mut String, cursor: Cursor) {
        let _ = write!(portion, "{}id: {cursor}\n\n", self.text);
    }
}

/// The `event:` and `data:` lines of an event. JSON has no line breaks in it.
pub fn lines(event: &str, data: &impl Serialize) -> String {
    // Every shape of the service has a JSON form.
    format!("event: {event}\ndata: {}\n", serde_json::to_string(data).unwrap_or_default())
}

/// Cuts long texts, so that the stream carries small events only.
fn cut(mut change: TestChange) -> TestChange {
    let test = &mut change.test;
    let texts = [(&mut test.message, SHORT), (&mut test.traceback, LONG)];
    for (text, limit) in texts {
        if let Some(text) = text.as_mut().filter(|text| text.len() > limit) {
            text.truncate(text.floor_char_boundary(limit));
            change.cut = true;
        }
    }
    if test.sections.iter().map(|section| section.text.len()).sum::<usize>() > LONG {
        test.sections.clear();
        change.cut = true;
    }
    change
}

/// Tells what happened, portion by portion.
#[derive(Debug, Default)]
pub struct Teller {
    queues: Queues,
}

impl Teller {
    /// What clients are told of a portion of events: the present state of everything that they name, each thing once, and
    /// of those who moved up in a queue. Test cases and the end of logs only of the runs in `followed`.
    pub async fn messages(
        &mut self,
        db: &impl Read,
        events: &Events,
        followed: &BTreeSet<RunId>,
    ) -> store::Result<Vec<Message>> {
        let changed = Changed::of(&events.items, followed);
        let mut messages = test_messages(db, &changed.tests).await?;
        let environments = environments::find_many(db, &changed.environments).await?;
        let moved = environments.iter().flat_map(|one| self.queues.moved(one));
        let anywhere = waiting_anywhere(db, &changed).await?;
        let wanted: BTreeSet<_> =
            changed.runs.iter().copied().chain(moved).chain(anywhere).collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        for ids in wanted.chunks(PORTION) {
            let mut found = runs::find_many(db, ids).await?;
            leave_for_later(db, &mut found, events.cursor, followed).await?;
            found.sort_unstable_by_key(|run| run.id);
            let ended =
                found.iter().filter(|run| followed.contains(&run.id)).filter_map(end_of_log);
            messages.extend(ended.map(|change| Message::log(&change)));
            messages.extend(show_runs(db, found).await?.iter().map(Message::run));
        }
        let is_gone = |id: &&EnvironmentId| environments.iter().all(|one| one.id != **id);
        let gone = changed.environments.iter().filter(is_gone);
        messages.extend(gone.map(|id| Message::environment_gone(*id)));
        messages.extend(environments.into_iter().map(Message::environment));
        messages.extend(changed.files.iter().map(|change| Message::tests(&show_tests(change))));
        Ok(messages)
    }
}

/// A run is read later than the events: it may have ended meanwhile, and its last test cases are in a later portion. Whoever
/// follows it may leave at its end, so that is left to the event of the end itself, which comes after all of them.
async fn leave_for_later(
    db: &impl Read,
    found: &mut Vec<Run>,
    cursor: Cursor,
    followed: &BTreeSet<RunId>,
) -> store::Result<()> {
    let has_ended = |run: &&Run| run.state() == State::Finished && followed.contains(&run.id);
    let ended: Vec<_> = found.iter().filter(has_ended).map(|run| run.id).collect();
    let later = events::runs_after(db, cursor, &ended).await?;
    found.retain(|run| !later.contains(&run.id));
    Ok(())
}

/// What events name, each thing once.
#[derive(Debug, Default)]
struct Changed {
    runs: BTreeSet<RunId>,
    environments: BTreeSet<EnvironmentId>,
    /// Of runs that take any environment.
    queues: BTreeSet<EnvironmentId>,
    tests: BTreeMap<RunId, BTreeSet<i64>>,
    files: BTreeSet<TestsChange>,
}

impl Changed {
    fn of(events: &[Event], followed: &BTreeSet<RunId>) -> Self {
        let mut changed = Self::default();
        for event in events {
            match event {
                Event::Run(id) => _ = changed.runs.insert(*id),
                Event::Environment(id) if id.0 < 0 => _ = changed.queues.insert(*id),
                Event::Environment(id) => _ = changed.environments.insert(*id),
                Event::Test(run, number) if followed.contains(run) => {
                    changed.tests.entry(*run).or_default().insert(*number);
                }
                Event::Test(..) => {}
                Event::Tests(change) => _ = changed.files.insert(change.clone()),
            }
        }
        changed
    }
}

/// Of the runs that take any environment those whose place has changed, and the first of each queue, because it waits for
/// whatever becomes of the environments.
async fn waiting_anywhere(db: &impl Read, changed: &Changed) -> store::Result<Vec<RunId>> {
    let mut waiting = Vec::new();
    for queue in &changed.queues {
        waiting.extend(any_queues::waiting(db, *queue).await?.into_iter().take(SHOWN_IN_QUEUE));
    }
    if !changed.environments.is_empty() {
        waiting.extend(any_queues::first(db).await?);
    }
    Ok(waiting)
}

fn show_tests(change: &TestsChange) -> wire::TestsChange {
    let (path, below) = match change {
        TestsChange::In(path) => (path, false),
        TestsChange::Below(path) => (path, true),
    };
    wire::TestsChange { path: if path == "." { String::new() } else { path.clone() }, below }
}

async fn test_messages(
    db: &impl Read,
    changed: &BTreeMap<RunId, BTreeSet<i64>>,
) -> store::Result<Vec<Message>> {
    let mut messages = Vec::new();
    for (run, numbers) in changed {
        let numbers: Vec<_> = numbers.iter().copied().collect();
        for numbers in numbers.chunks(PORTION) {
            let found = tests::find_many(db, *run, numbers).await?;
            messages.extend(found.into_iter().map(|test| Message::test(*run, test.into())));
        }
    }
    Ok(messages)
}

fn end_of_log(run: &Run) -> Option<LogChange> {
    (run.state() == State::Finished).then_some(LogChange {
        run_id: run.id.0,
        lines: run.log.lines,
        bytes: run.log.bytes,
        complete: true,
    })
}

#[cfg(test)]
mod cutting {
    use super::*;

    fn change(traceback: &str, section: &str) -> TestChange {
        let test = wire::TestCase {
            number: 0,
            nodeid: "a.py::t".into(),
            outcome: wire::TestOutcome::Failed,
            started_at: None,
            duration_ms: None,
            phases: Vec::new(),
            message: None,
            traceback: Some(traceback.into()),
            sections: vec![wire::test_case::Section { name: "out".into(), text: section.into() }],
            log: None,
            memory: None,
            label: None,
            why: None,
        };
        TestChange { run_id: 1, cut: false, test }
    }

    #[test]
    fn short_texts_go_over_the_stream_as_they_are() {
        assert_eq!(cut(change("E", "out")), change("E", "out"));
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_it_is_said() {
        let cut = cut(change(&"ü".repeat(LONG), &"x".repeat(LONG + 1)));
        assert!(cut.cut && cut.test.sections.is_empty());
        assert_eq!(cut.test.traceback.map(|text| text.len()), Some(LONG));
    }
}
