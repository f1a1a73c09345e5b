//! What a client is told first: how things are.

use std::collections::BTreeSet;

use super::message::{Message, lines};
use super::topics::{Topic, Topics};
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::problem::ApiError;
use crate::api::runs::show_runs;
use crate::api::state::run_directory;
use crate::domain::{RunId, State};
use crate::logs::LogReader;
use crate::store::tests::{self, TestFilter};
use crate::store::{RunFilter, RunOrder, environments, events::Cursor, runs};
use crate::wire::{LogChange, TestsChange};

const NEWEST_RUNS: u32 = 50;
const MOST_ACTIVE_RUNS: u32 = 200;
const MOST_TESTS: i64 = 1000;
/// Test cases told at a time.
const PORTION: u32 = 200;

/// What is still to be told, in order.
#[derive(Debug)]
pub struct Present {
    steps: std::vec::IntoIter<Step>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Topic(Topic),
    Run(RunId),
    Tests { run: RunId, after: Option<i64> },
}

impl Present {
    pub fn of(topics: &Topics) -> Self {
        let names = topics.names.iter().map(|topic| Step::Topic(*topic));
        let runs = topics.runs.iter().flat_map(|run| {
            let portions = (0..MOST_TESTS).step_by(PORTION as usize);
            let tests =
                portions.map(|first| Step::Tests { run: *run, after: first.checked_sub(1) });
            std::iter::once(Step::Run(*run)).chain(tests)
        });
        Self { steps: names.chain(runs).collect::<Vec<_>>().into_iter() }
    }

    /// The next portion of text; `None` when all was told. Events carry the cursor from which everything is told again,
    /// because a client that is cut off here has not seen all of it.
    pub async fn next(&mut self, state: &AppState) -> Result<Option<String>, ApiError> {
        let mut portion = String::new();
        while portion.is_empty() {
            let Some(step) = self.steps.next() else { return Ok(None) };
            for message in step.messages(state, &mut portion).await? {
                message.write(&mut portion, Cursor::default());
            }
        }
        Ok(Some(portion))
    }
}

impl Step {
    async fn messages(
        self,
        state: &AppState,
        portion: &mut String,
    ) -> Result<Vec<Message>, ApiError> {
        let db = &state.ctx.db;
        Ok(match self {
            Self::Topic(Topic::Runs) => run_list(state).await?,
            Self::Topic(Topic::Environments) => {
                environments::list(db).await?.into_iter().map(Message::environment).collect()
            }
            Self::Topic(Topic::Tests) => {
                portion.push_str(&lines("tests", &TestsChange::default()));
                portion.push_str(&format!("id: {}\n\n", Cursor::default()));
                Vec::new()
            }
            Self::Run(id) => {
                let found = runs::find_many(db, &[id]).await?;
                let log = log_change(state, id).await?;
                let shown = show_runs(db, found).await?;
                shown.iter().map(Message::run).chain(log.as_ref().map(Message::log)).collect()
            }
            Self::Tests { run, after } => {
                // Numbers count from 0 without gaps, so portions are known beforehand.
                let found = tests::list(db, run, &TestFilter::default(), after, PORTION).await?;
                found.into_iter().map(|test| Message::test(run, test.into())).collect()
            }
        })
    }
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

/// How much a run has printed; `None` when there is no such run.
pub async fn log_change(state: &AppState, id: RunId) -> Result<Option<LogChange>, ApiError> {
    // The run first, then its log: what is complete then stays so.
    let Some(run) = runs::find(&state.ctx.db, id).await? else { return Ok(None) };
    let directory = run_directory(&state.settings.data, id);
    let size = blocking(move || LogReader::open(&directory).map(|log| log.size())).await?;
    let complete = run.state() == State::Finished;
    Ok(Some(LogChange { run_id: id.0, lines: size.lines, bytes: size.bytes, complete }))
}
