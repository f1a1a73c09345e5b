//! Whether the server is alive and of use.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use nix::sys::statvfs::statvfs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::blocking::blocking;
use super::problem::ApiError;
use crate::catalog::Target;
use crate::store::{self, workers};
use crate::wire::{Check, Readiness};

/// With less room than this on the data disk nothing new can be taken on.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;

/// For the interpreter to start and end, and for the object store to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// Whether the process answers
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "health",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain", example = "ok\n"))
)]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether it can do its work: database, data disk, tests root, interpreter, object store
///
/// A missing worker is told too, but does not count: runs wait for one.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "health",
    responses(
        (status = 200, description = "It can", body = Readiness),
        (status = 503, description = "Something is missing; the checks say what", body = Readiness)
    )
)]
async fn readyz(State(state): State<AppState>) -> Response {
    let workers = alive(&state).await;
    let database = match &workers {
        Ok(_) => good("database"),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            bad("database", "does not answer; the server's log says why")
        }
    };
    let mut needed = vec![
        database,
        data_disk(&state).await,
        tests_root(&state).await,
        interpreter(&state).await,
    ];
    needed.extend(object_store(&state).await);
    let ready = needed.iter().all(|check| check.ok);
    let worker = match workers {
        Ok(alive) if alive.is_empty() => {
            bad("worker", "none is alive: runs wait; start one with `proctor worker`")
        }
        Ok(_) => good("worker"),
        Err(_) => bad("worker", "unknown without the database"),
    };
    let checks = needed.into_iter().chain([worker]).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let version = state.settings.version.to_owned();
    (status, Json(Readiness { ready, version, checks })).into_response()
}

async fn data_disk(state: &AppState) -> Check {
    let data = state.settings.data.clone();
    match blocking(move || room(&data)).await {
        Ok(room) if room < LEAST_ROOM => bad(
            "data_disk",
            &format!("{} MiB are free, {} are needed; make room", room >> 20, LEAST_ROOM >> 20),
        ),
        Ok(_) => good("data_disk"),
        Err(_) => bad("data_disk", "cannot be read"),
    }
}

fn room(data: &Path) -> Result<u64, ApiError> {
    let disk = statvfs(data).map_err(ApiError::internal)?;
    Ok(disk.blocks_available().saturating_mul(disk.fragment_size()))
}

async fn tests_root(state: &AppState) -> Check {
    let catalog = std::sync::Arc::clone(&state.catalog);
    let root = Target::parse(".");
    match blocking(move || root.and_then(|root| catalog.resolve(&root))).await {
        Ok(_) => good("tests_root"),
        Err(_) => bad("tests_root", "cannot be read; check --tests"),
    }
}

/// Whether something can be written there, read and removed; `None` without one.
async fn object_store(state: &AppState) -> Option<Check> {
    let depot = state.depot.clone()?;
    let place = depot.objects()?.place().to_owned();
    let checked = blocking(move || depot.check().map_err(ApiError::of_content));
    Some(match tokio::time::timeout(PATIENCE, checked).await {
        Ok(Ok(())) => good("object_store"),
        Ok(Err(error)) => bad("object_store", &error.detail()),
        Err(_) => bad("object_store", &format!("{place} does not answer in time")),
    })
}

/// Whether it starts; `proctor doctor` looks closer.
async fn interpreter(state: &AppState) -> Check {
    let mut command = tokio::process::Command::new(&state.settings.python);
    command.args(["-I", "-S", "-c", ""]).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match tokio::time::timeout(PATIENCE, command.status()).await {
        Ok(Ok(status)) if status.success() => good("interpreter"),
        Ok(Ok(status)) => bad("interpreter", &format!("does not work ({status}); check --python")),
        Ok(Err(error)) => {
            bad("interpreter", &format!("cannot be started ({error}); check --python"))
        }
        Err(_) => bad("interpreter", "does not end in time; the machine may be overloaded"),
    }
}

fn good(name: &str) -> Check {
    Check { name: name.to_owned(), ok: true, detail: None }
}

fn bad(name: &str, detail: &str) -> Check {
    Check { name: name.to_owned(), ok: false, detail: Some(detail.to_owned()) }
}

pub(super) async fn alive(state: &AppState) -> store::Result<Vec<workers::Worker>> {
    let mut workers = workers::list(&state.ctx.db, state.ctx.lease_now()).await?;
    workers.retain(|worker| !worker.is_silent);
    Ok(workers)
}
