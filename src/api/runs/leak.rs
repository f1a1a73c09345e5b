//! `GET /runs/{id}/leak`: what a leak hunt found.

use axum::Json;
use axum::extract::State;

use super::find::{existing, missing};
use crate::api::AppState;
use crate::api::extract::RunPath;
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::domain::State as RunState;
use crate::store::{leaks, runs};
use crate::wire;

/// What a leak hunt found
///
/// There is one when the run was asked for with `options.leak` and its test has been repeated often enough, or could not
/// be.
#[utoipa::path(
    get,
    path = "/runs/{id}/leak",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    responses(
        (status = 200, description = "The verdict, the curve and the sites", body = wire::LeakReport),
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn find_run_leak(
    State(state): State<AppState>,
    RunPath(id): RunPath,
) -> Result<Json<wire::LeakReport>, ApiError> {
    let db = &state.ctx.db;
    let run = existing(&state, id).await?;
    if let Some(report) = leaks::find(db, id).await? {
        return Ok(Json(report.into()));
    }
    let details = runs::details(db, id).await?.ok_or_else(|| missing(id))?;
    let why = match (details.options.leak, run.state()) {
        (None, _) => "is no leak hunt; ask for one with options.leak",
        (Some(_), RunState::Finished) => "ended before its leak hunt had a result",
        (Some(_), _) => "has no result of its leak hunt yet",
    };
    Err(ApiError::NotFound(format!("run {id} {why}")))
}
