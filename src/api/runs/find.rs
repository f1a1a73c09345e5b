//! `GET /runs/{id}`: all of one run.

use axum::Json;
use axum::extract::State;

use super::estimate::{Estimate, estimate};
use super::show::places;
use crate::api::AppState;
use crate::api::extract::RunPath;
use crate::api::problem::{ApiError, Missing, Unavailable};
use crate::domain::{Run, RunId, State as RunState};
use crate::store::runs;
use crate::wire;

/// One run with everything that is known of it
#[utoipa::path(
    get,
    path = "/runs/{id}",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    responses((status = 200, description = "The run", body = wire::RunDetails), Missing, Unavailable)
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
    let log = log_state(state, &run).await?;
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
        snapshot: details.snapshot,
        sources: details.sources.into_iter().map(wire::run::Source::from).collect(),
        attempts: details.attempts.into_iter().map(wire::run::Attempt::from).collect(),
    })
}

/// The run with this number.
pub async fn existing(state: &AppState, id: RunId) -> Result<Run, ApiError> {
    runs::find(&state.ctx.db, id).await?.ok_or_else(|| missing(id))
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
