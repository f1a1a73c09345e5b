//! Whether the server is alive and of use.

use std::fmt::Write as _;
use std::path::Path;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use nix::sys::statvfs::statvfs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::blocking::blocking;
use super::problem::{ApiError, Unavailable};
use crate::catalog::Target;
use crate::domain::EnvironmentState;
use crate::store::{self, environments, workers};
use crate::wire::{Check, Readiness};

/// With less room than this on the data disk nothing new can be taken on.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics))
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

/// Whether it can do its work: database, data disk, tests root
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
    let needed = [database, data_disk(&state).await, tests_root(&state).await];
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

fn good(name: &str) -> Check {
    Check { name: name.to_owned(), ok: true, detail: None }
}

fn bad(name: &str, detail: &str) -> Check {
    Check { name: name.to_owned(), ok: false, detail: Some(detail.to_owned()) }
}

/// Figures in the text format of Prometheus
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "health",
    responses(
        (
            status = 200, description = "Runs, environments, workers, streams, memory of this process", body = String,
            content_type = "text/plain"
        ),
        Unavailable
    )
)]
async fn metrics(State(state): State<AppState>) -> Result<Response, ApiError> {
    let environments = environments::list(&state.ctx.db).await?;
    let workers = alive(&state).await?;
    let queued: usize = environments.iter().map(|one| one.queue.len()).sum();
    let held = environments.iter().filter(|one| one.holder.is_some()).count();
    let in_state = |wanted| environments.iter().filter(|one| one.state() == wanted).count();
    let mut text = String::new();
    let mut family = |name: &str, help: &str, values: &[(&str, usize)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    family(
        "proctor_runs",
        "Runs that have not finished.",
        &[("{state=\"queued\"}", queued), ("{state=\"running\"}", held)],
    );
    family(
        "proctor_environments",
        "Environments by state.",
        &[
            ("{state=\"free\"}", in_state(EnvironmentState::Free)),
            ("{state=\"busy\"}", in_state(EnvironmentState::Busy)),
            ("{state=\"reserved\"}", in_state(EnvironmentState::Reserved)),
            ("{state=\"maintenance\"}", in_state(EnvironmentState::Maintenance)),
        ],
    );
    family("proctor_workers", "Workers that are alive.", &[("", workers.len())]);
    family("proctor_slots", "Runs that the workers execute at once.", &[("", slots(&workers))]);
    family("proctor_streams", "Open streams of this server.", &[("", state.feed.streams())]);
    family("process_resident_memory_bytes", "Resident memory of this server.", &[("", resident())]);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

async fn alive(state: &AppState) -> store::Result<Vec<workers::Worker>> {
    let mut workers = workers::list(&state.ctx.db, state.ctx.lease_now()).await?;
    workers.retain(|worker| !worker.is_silent);
    Ok(workers)
}

fn slots(workers: &[workers::Worker]) -> usize {
    workers.iter().map(|worker| usize::try_from(worker.slots).unwrap_or(0)).sum()
}

/// Second figure of <https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html>, in pages.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    let page = nix::unistd::sysconf(nix::unistd::SysconfVar::PAGE_SIZE).ok().flatten();
    pages * page.and_then(|size| usize::try_from(size).ok()).unwrap_or(4096)
}
