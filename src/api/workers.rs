//! Workers: who executes runs, and how to let one leave.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::extract::WorkerPath;
use super::problem::{ApiError, Missing, Unavailable};
use crate::actions;
use crate::domain::{RunId, WorkerId};
use crate::store::workers::{self, State as Known};
use crate::wire::{self, WorkerState};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_workers)).routes(routes!(drain_worker))
}

/// Workers on all hosts
///
/// Those that are not known to have left, oldest first: also such as have let their leases run out.
#[utoipa::path(
    get,
    path = "/workers",
    tag = "workers",
    responses(
        (status = 200, description = "All of them on one page", body = wire::Page<wire::Worker>),
        Unavailable
    )
)]
async fn list_workers(
    State(state): State<AppState>,
) -> Result<Json<wire::Page<wire::Worker>>, ApiError> {
    Ok(Json(wire::Page { items: present(&state).await?, next_cursor: None }))
}

/// Let a worker leave
///
/// It finishes the runs that it has, takes no more, and ends. A `serve` that keeps a worker on that machine then starts
/// another one. Asking again changes nothing.
#[utoipa::path(
    post,
    path = "/workers/{id}/drain",
    tag = "workers",
    params(("id" = i64, Path, description = "Number of the worker", example = 3)),
    responses(
        (status = 202, description = "The worker, as it is now", body = wire::Worker),
        Missing,
        Unavailable
    )
)]
async fn drain_worker(
    State(state): State<AppState>,
    WorkerPath(id): WorkerPath,
) -> Result<(StatusCode, Json<wire::Worker>), ApiError> {
    actions::drain(&state.ctx, id).await?;
    let worker = present(&state).await?.into_iter().find(|worker| worker.id == id.0);
    let missing =
        || ApiError::NotFound(format!("there is no worker {id}; /api/v1/workers lists them"));
    Ok((StatusCode::ACCEPTED, Json(worker.ok_or_else(missing)?)))
}

async fn present(state: &AppState) -> Result<Vec<wire::Worker>, ApiError> {
    let db = &state.ctx.db;
    let mut running = workers::running(db).await?;
    let known = workers::list(db, state.ctx.lease_now()).await?;
    Ok(known.into_iter().map(|worker| show(worker, &mut running)).collect())
}

fn show(worker: workers::Worker, running: &mut HashMap<WorkerId, Vec<RunId>>) -> wire::Worker {
    let runs = running.remove(&worker.id).unwrap_or_default();
    wire::Worker {
        id: worker.id.0,
        name: worker.name,
        version: worker.version,
        labels: worker.labels,
        environments: worker.serves.0,
        slots: worker.slots,
        runs: runs.into_iter().map(|run| run.0).collect(),
        state: match worker.state {
            _ if worker.is_silent => WorkerState::Silent,
            Known::Active => WorkerState::Active,
            Known::Draining => WorkerState::Draining,
            Known::Silent => WorkerState::Silent,
        },
        isolation_rung: worker.rung,
        started_at: wire::Timestamp(worker.started_at),
        last_seen_at: wire::Timestamp(worker.seen_at),
    }
}
