//! What a client is told first: how things are.

use std::collections::BTreeSet;

use axum::body::Bytes;

use super::message::Message;
use super::topics::{Topic, Topics};
use crate::api::AppState;
use crate::api::problem::ApiError;
use crate::api::runs::show_runs;
use crate::domain::{Run, RunId, State};
use crate::store::tests::{self, TestFilter};
use crate::store::{RunFilter, RunOrder, environments, events::Cursor, runs};
use crate::wire::{LogChange, TestsChange};

const NEWEST_RUNS: u32 = 50;
const MOST_ACTIVE_RUNS: u32 = 200;
const MOST_TESTS: i64 = 1000;
/// Test cases told at a time.
const PORTION: u32 = 100;

/// What is still to be told, in order.
#[derive(Debug)]
pub struct Present {
    steps: std::vec::IntoIter<Step>,
    /// The end of a run, read before its test cases and told after them: whoever leaves at the end has seen all of them.
    kept: Vec<Message>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Topic(Topic),
    Run(RunId),
    Tests { run: RunId, after: Option<i64> },
    Kept,
}

impl Present {
    pub fn of(topics: &Topics) -> Self {
        let names = topics.names.iter().map(|topic| Step::Topic(*topic));
        let runs = topics.runs.iter().flat_map(|run| {
            let portions = (0..MOST_TESTS).step_by(PORTION as usize);
            let tests =
                portions.map(|first| Step::Tests { run: *run, after: first.checked_sub(1) });
            [Step::Run(*run)].into_iter().chain(tests).chain([Step::Kept])
        });
        Self { steps: names.chain(runs).collect::<Vec<_>>().into_iter(), kept: Vec::new() }
    }

    /// The next portion of text; `None` when all was told. `cursor` is where it is told from, but the events carry the one
    /// from which everything is told again, because a client that is cut off here has not seen all of it.
    pub async fn next(
        &mut self,
        state: &AppState,
        cursor: Cursor,
    ) -> Result<Option<Bytes>, ApiError> {
        while let Some(step) = self.steps.next() {
            let portion = match step {
                Step::Topic(topic) => {
                    let make = async { Ok(written(&topic_messages(state, topic).await?)) };
                    state.feed.snapshots().at(topic, cursor, make).await?
                }
                Step::Run(id) => written(&self.run_messages(state, id).await?).into(),
                Step::Tests { run, after } => {
                    written(&test_messages(state, run, after).await?).into()
                }
                Step::Kept => written(&std::mem::take(&mut self.kept)).into(),
            };
            if !portion.is_empty() {
                return Ok(Some(portion));
            }
        }
        Ok(None)
    }

    /// A run and its log; the end of one that has ended is kept for later.
    async fn run_messages(
        &mut self,
        state: &AppState,
        id: RunId,
    ) -> Result<Vec<Message>, ApiError> {
        let db = &state.ctx.db;
        let Some(run) = runs::find(db, id).await? else { return Ok(Vec::new()) };
        let has_ended = run.state() == State::Finished;
        let log = Message::log(&log_change(state, &run).await?);
        let shown = show_runs(db, vec![run]).await?;
        let run = shown.iter().map(Message::run);
        if has_ended {
            self.kept = [log].into_iter().chain(run).collect();
            return Ok(Vec::new());
        }
        Ok(run.chain([log]).collect())
    }
}

fn written(messages: &[Message]) -> String {
    let mut portion = String::new();
    for message in messages {
        message.write(&mut portion, Cursor::default());
    }
    portion
}

async fn topic_messages(state: &AppState, topic: Topic) -> Result<Vec<Message>, ApiError> {
    Ok(match topic {
        Topic::Runs => run_list(state).await?,
        Topic::Environments => {
            let found = environments::list(&state.ctx.db).await?;
            found.into_iter().map(Message::environment).collect()
        }
        Topic::Tests => vec![Message::tests(&TestsChange { path: String::new(), below: true })],
    })
}

/// Numbers count from 0 without gaps, so portions are known beforehand.
async fn test_messages(
    state: &AppState,
    run: RunId,
    after: Option<i64>,
) -> Result<Vec<Message>, ApiError> {
    let all = TestFilter::default();
    let found = tests::list(&state.ctx.db, run, &all, after, PORTION).await?;
    Ok(found.into_iter().map(|test| Message::test(run, test.into())).collect())
}

/// The newest runs and all that have not finished, oldest first, as they were made.
async fn run_list(state: &AppState) -> Result<Vec<Message>, ApiError> {
    let db = &state.ctx.db;
    let newest = RunFilter::default();
    let mut found = runs::list(db, &newest, RunOrder::NewestFirst, None, NEWEST_RUNS).await?;
    for active in [State::Running, State::Queued] {
        let filter = RunFilter { states: vec![active], ..RunFilter::default() };
        found.extend(runs::list(db, &filter, RunOrder::NewestFirst, None, MOST_ACTIVE_RUNS).await?);
    }
    found.sort_by_key(|run| run.id);
    let mut seen = BTreeSet::new();
    found.retain(|run| seen.insert(run.id));
    Ok(show_runs(db, found).await?.iter().map(Message::run).collect())
}

/// How much a run has printed. The run was read before its log is measured: what is complete then stays so.
pub async fn log_change(state: &AppState, run: &Run) -> Result<LogChange, ApiError> {
    let size = state.logs.size(run).await?;
    let complete = run.state() == State::Finished;
    Ok(LogChange { run_id: run.id.0, lines: size.lines, bytes: size.bytes, complete })
}
