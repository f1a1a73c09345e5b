//! `GET /runs/{id}/usage`: what a run uses and used, over time.

use axum::Json;
use axum::extract::State;

use super::find::{existing, missing};
use super::left;
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::extract::RunPath;
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::domain::Run;
use crate::domain::run::Usage;
use crate::domain::usage::{UsageLimits, UsageSample};
use crate::logs::read_series;
use crate::store::runs;
use crate::wire::{self, UsageSeries};

/// Processor time, memory, processes and disk traffic of a run, over time
///
/// While it runs and afterwards; nothing while it is queued. Five samples a second at first; when there are more than the
/// operator's `limits.usage_samples` (600), each two become one. The stream tells new samples as `usage`.
#[utoipa::path(
    get,
    path = "/runs/{id}/usage",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    responses(
        (status = 200, description = "The samples, oldest first", body = UsageSeries),
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn find_run_usage(
    State(state): State<AppState>,
    RunPath(id): RunPath,
) -> Result<Json<UsageSeries>, ApiError> {
    let run = existing(&state, id).await?;
    let details = runs::details(&state.ctx.db, id).await?.ok_or_else(|| missing(id))?;
    let directory = match left::elsewhere(&state, id).await? {
        Some(left) => left.bring(&state, "usage").await?,
        None => state.run_directory(id),
    };
    let found = blocking(move || read_series(&directory).map_err(ApiError::internal)).await?;
    let (limits, samples) = found.unzip();
    let samples = samples.unwrap_or_default();
    let near = limits.map(|limits| nearly_reached(&run, &limits, &samples, details.usage));
    Ok(Json(UsageSeries {
        items: samples.into_iter().map(wire::UsageSample::from).collect(),
        limits: limits.map(wire::UsageLimits::from),
        near: near.unwrap_or_default(),
        total: details.usage.map(wire::run::Usage::from),
    }))
}

fn nearly_reached(
    run: &Run,
    limits: &UsageLimits,
    samples: &[UsageSample],
    total: Option<Usage>,
) -> Vec<String> {
    let total = total.unwrap_or_default();
    let memory = samples.iter().map(|one| one.memory_bytes).fold(total.memory_peak_bytes, i64::max);
    let processes = samples.iter().map(|one| one.processes).fold(total.processes_peak, i64::max);
    let until = run.finished_at().or_else(|| samples.last().map(|one| one.at));
    let took = run.started_at().zip(until).map_or(0, |(start, until)| until.since(start));
    limits.nearly_reached(memory, processes, took)
}
