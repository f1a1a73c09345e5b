//! When a run may start and end, from how long the same targets took before.

use crate::api::AppState;
use crate::domain::{Millis, Run, RunId, State};
use crate::store::{self, runs};
use crate::wire::Place;

/// How many earlier runs of the same targets are looked at.
const SAMPLE: u32 = 15;
/// Behind more runs than this nothing is estimated: it would be guesswork, and cost a look at each.
const LONGEST_QUEUE: usize = 10;

/// Both unknown when there is nothing to go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    pub start: Option<Millis>,
    pub end: Option<Millis>,
}

pub async fn estimate(
    state: &AppState,
    run: &Run,
    place: Option<&Place>,
) -> store::Result<Estimate> {
    let now = state.ctx.clock.now();
    match (run.state(), place) {
        (State::Running, _) => Ok(Estimate { start: None, end: end_of(state, run, now).await? }),
        (State::Queued, Some(place)) if place.ahead.len() <= LONGEST_QUEUE => {
            let Some(start) = turn_of(state, place, now).await? else {
                return Ok(Estimate::default());
            };
            let end = usual_duration(state, run).await?.map(|ms| Millis(start.0 + ms));
            Ok(Estimate { start: Some(start), end })
        }
        _ => Ok(Estimate::default()),
    }
}

/// When everybody ahead is done.
async fn turn_of(state: &AppState, place: &Place, now: Millis) -> store::Result<Option<Millis>> {
    let ids: Vec<_> = place.ahead.iter().map(|id| RunId(*id)).collect();
    let mut turn = now;
    for ahead in runs::find_many(&state.ctx.db, &ids).await? {
        let left = match ahead.state() {
            State::Finished => Some(0),
            State::Queued => usual_duration(state, &ahead).await?,
            State::Running => end_of(state, &ahead, now).await?.map(|end| end.since(now)),
        };
        let Some(left) = left else { return Ok(None) };
        turn = Millis(turn.0 + left);
    }
    Ok(Some(turn))
}

/// Never before now: a run that takes longer than usual may end any moment.
async fn end_of(state: &AppState, run: &Run, now: Millis) -> store::Result<Option<Millis>> {
    let Some(started) = run.started_at() else { return Ok(None) };
    let usual = usual_duration(state, run).await?;
    Ok(usual.map(|ms| Millis(started.0 + ms).max(now)))
}

/// The median of the newest runs of the same targets, in milliseconds.
async fn usual_duration(state: &AppState, run: &Run) -> store::Result<Option<i64>> {
    let mut durations = runs::recent_durations(&state.ctx.db, &run.targets, SAMPLE).await?;
    durations.sort_unstable();
    Ok(durations.get(durations.len() / 2).copied())
}
