//! `GET /runs/{id}`: all of one run.

use axum::Json;
use axum::extract::State;

use super::estimate::{Estimate, estimate};
use super::pruned::{self, refuse_if_gone};
use super::show::places;
use crate::api::AppState;
use crate::api::extract::RunPath;
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::domain::retention::Part;
use crate::domain::run::RefusedWrite;
use crate::domain::{Run, RunId, State as RunState};
use crate::store::{refused, runs};
use crate::wire;

/// One run with everything that is known of it
#[utoipa::path(
    get,
    path = "/runs/{id}",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    responses((status = 200, description = "The run", body = wire::RunDetails), Missing, Pruned, Unavailable)
)]
pub async fn find_run(
    State(state): State<AppState>,
    RunPath(id): RunPath,
) -> Result<Json<wire::RunDetails>, ApiError> {
    details(&state, id).await.map(Json)
}

/// All of a run, as it is now.
pub async fn details(state: &AppState, id: RunId) -> Result<wire::RunDetails, ApiError> {
    let db = &state.ctx.db;
    let run = existing(state, id).await?;
    let details = runs::details(db, id).await?.ok_or_else(|| missing(id))?;
    let place = places(db, std::slice::from_ref(&run)).await?.remove(&id);
    let Estimate { start, end } = estimate(state, &run, place.as_ref()).await?;
    let gone = if run.state() == RunState::Finished {
        pruned::marks(state, id, details.snapshot.as_deref()).await?
    } else {
        Vec::new()
    };
    let log = if gone.iter().any(|one| one.part == Part::Log.as_str()) {
        wire::LogState { complete: true, ..wire::LogState::default() }
    } else {
        log_state(state, &run).await?
    };
    Ok(wire::RunDetails {
        ahead: place.as_ref().map(|place| place.ahead.clone()).unwrap_or_default(),
        run: wire::Run::new(run, place.as_ref()),
        reruns: runs::reruns(db, id).await?.into_iter().map(|run| run.0).collect(),
        parameters: details.parameters,
        variables: details.variables,
        options: details.options.into(),
        estimated_start_at: start.map(wire::Timestamp),
        estimated_end_at: end.map(wire::Timestamp),
        command: details.command,
        isolation: details.isolation,
        isolation_rung: details.rung,
        usage: details.usage.map(wire::run::Usage::from),
        log,
        pruned: gone,
        refused: refused::of_run(db, id).await?.into_iter().map(show_refused).collect(),
        snapshot: details.snapshot,
        sources: details.sources.into_iter().map(wire::run::Source::from).collect(),
        attempts: details.attempts.into_iter().map(wire::run::Attempt::from).collect(),
    })
}

fn show_refused(refused: RefusedWrite) -> wire::Refused {
    wire::Refused { at: refused.at.into(), epoch: refused.epoch.0, what: refused.what }
}

/// The run with this number.
///
/// # Errors
/// That there is none, or none any more.
pub async fn existing(state: &AppState, id: RunId) -> Result<Run, ApiError> {
    if let Some(run) = runs::find(&state.ctx.db, id).await? {
        return Ok(run);
    }
    refuse_if_gone(state, id, Part::Run).await?;
    Err(missing(id))
}

pub fn missing(id: RunId) -> ApiError {
    ApiError::NotFound(format!("there is no run {id}"))
}

/// How much of the log there is. The run was read before its log is measured: what is complete then stays so.
async fn log_state(state: &AppState, run: &Run) -> Result<wire::LogState, ApiError> {
    let complete = run.state() == RunState::Finished;
    let size = state.logs.size(run).await?;
    Ok(wire::LogState { lines: size.lines, bytes: size.bytes, complete })
}
