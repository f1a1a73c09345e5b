//! When a run may start and end, from how long the same work took before.

use std::sync::Arc;

use super::show::AHEAD_SHOWN;
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::problem::ApiError;
use crate::catalog::{CatalogError, Selection};
use crate::domain::{Millis, Run, RunId, State};
use crate::store::runs;
use crate::store::times::{self, Work};
use crate::wire::Place;

/// Pieces of work whose files are looked at, for each estimate; behind more than that of unknown length nothing is said.
const MOST_LOOKED_AT: usize = 8;

/// Both unknown when there is nothing to go by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    pub start: Option<Millis>,
    pub end: Option<Millis>,
}

/// A run that starts earlier, and how much longer it takes in ms, as far as that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Ahead {
    pub run: Run,
    pub left_ms: Option<i64>,
}

/// Something to be done: by a run, or by one that somebody thinks of.
#[derive(Debug, Clone)]
pub struct Piece {
    pub work: Work,
    pub targets: Vec<String>,
}

/// What is known of a piece of work that waits at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    pub estimate: Estimate,
    pub duration_ms: Option<i64>,
    pub ahead: Vec<Ahead>,
}

/// Of a run that exists.
pub async fn estimate(
    state: &AppState,
    run: &Run,
    place: Option<&Place>,
) -> Result<Estimate, ApiError> {
    let now = state.ctx.clock.now();
    match (run.state(), place) {
        (State::Finished, _) | (State::Queued, None) => Ok(Estimate::default()),
        (State::Running, _) => {
            let usual = usual_of_runs(state, std::slice::from_ref(run)).await?;
            let left = left(run, usual.first().copied().flatten(), now);
            Ok(Estimate { start: None, end: left.map(|ms| Millis(now.0 + ms)) })
        }
        (State::Queued, Some(place)) => {
            let pieces = pieces(state, std::slice::from_ref(run)).await?;
            let Some(piece) = pieces.into_iter().next() else { return Ok(Estimate::default()) };
            Ok(outlook(state, piece, place).await?.estimate)
        }
    }
}

/// Of what somebody asks for, or thinks of asking for.
pub async fn outlook(state: &AppState, piece: Piece, place: &Place) -> Result<Outlook, ApiError> {
    let now = state.ctx.clock.now();
    let ids: Vec<_> = place.ahead.iter().map(|id| RunId(*id)).collect();
    let mut runs = runs::find_many(&state.ctx.db, &ids).await?;
    runs.sort_by_key(|run| ids.iter().position(|id| *id == run.id));
    let mut all = pieces(state, &runs).await?;
    all.push(piece);
    let mut usual = usual(state, &all).await?;
    let duration_ms = usual.pop().flatten();
    let ahead: Vec<Ahead> = runs
        .into_iter()
        .zip(usual)
        .map(|(run, usual)| Ahead { left_ms: left(&run, usual, now), run })
        .collect();
    let start = turn(place, &ahead, now);
    let end = start.zip(duration_ms).map(|(start, ms)| Millis(start.0 + ms));
    Ok(Outlook { estimate: Estimate { start, end }, duration_ms, ahead })
}

/// When everybody ahead is done, if all of them are known and nothing else has to happen first.
fn turn(place: &Place, ahead: &[Ahead], now: Millis) -> Option<Millis> {
    if !place.starts_by_itself || place.ahead.len() >= AHEAD_SHOWN {
        return None;
    }
    let left: Option<i64> = ahead.iter().map(|one| one.left_ms).sum();
    left.map(|ms| Millis(now.0 + ms))
}

/// Never less than nothing: a run that takes longer than usual may end any moment.
fn left(run: &Run, usual: Option<i64>, now: Millis) -> Option<i64> {
    match run.state() {
        State::Finished => Some(0),
        State::Queued => usual,
        State::Running => {
            let end = run.started_at()?.0 + usual?;
            Some((end - now.0).max(0))
        }
    }
}

async fn usual_of_runs(state: &AppState, runs: &[Run]) -> Result<Vec<Option<i64>>, ApiError> {
    usual(state, &pieces(state, runs).await?).await
}

async fn pieces(state: &AppState, runs: &[Run]) -> Result<Vec<Piece>, ApiError> {
    let ids: Vec<RunId> = runs.iter().map(|run| run.id).collect();
    let works = times::works(&state.ctx.db, &ids).await?;
    let piece = |run: &Run| Piece {
        work: works.get(&run.id).copied().unwrap_or_default(),
        targets: run.targets.clone(),
    };
    Ok(runs.iter().map(piece).collect())
}

/// How long each piece of work usually takes in ms: as earlier runs of the same, else as the tests of the same files did.
async fn usual(state: &AppState, pieces: &[Piece]) -> Result<Vec<Option<i64>>, ApiError> {
    let works: Vec<Work> = pieces.iter().map(|piece| piece.work).collect();
    let mut known = times::usual(&state.ctx.db, &works).await?;
    let mut looked_at = Vec::new();
    for piece in pieces {
        if known.contains_key(&piece.work) || looked_at.contains(&piece.work) {
            continue;
        }
        if looked_at.len() == MOST_LOOKED_AT {
            break;
        }
        looked_at.push(piece.work);
        if let Some(ms) = from_files(state, piece.targets.clone()).await? {
            known.insert(piece.work, ms);
        }
    }
    Ok(works.iter().map(|work| known.get(work).copied()).collect())
}

/// The sum of what the tests took the last time, when that is known of all of them.
async fn from_files(state: &AppState, targets: Vec<String>) -> Result<Option<i64>, ApiError> {
    let catalog = Arc::clone(&state.catalog);
    let selection = blocking(move || Ok::<_, CatalogError>(catalog.selected(&targets)));
    let Selection::Files(files) = selection.await? else { return Ok(None) };
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let known = times::of_files(&state.ctx.db, &paths).await?;
    let of_file =
        |file: &crate::catalog::Selected| known.get(file.path.as_str())?.of(file.nodes.as_deref());
    let sum: Option<i64> = files.iter().map(of_file).sum();
    Ok(sum.filter(|_| !files.is_empty()))
}
