//! `GET /runs/{id}/sources/{path}`: the bytes that a run ran.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::find::missing;
use crate::api::blocking::blocking;
use crate::api::extract::{RunPath, SourcePath};
use crate::api::problem::{ApiError, Missing, Unavailable};
use crate::api::{AppState, files};
use crate::catalog::{CatalogError, TestPath};
use crate::store::runs;

/// A file as it was when the run was asked for
///
/// As long as it has not changed since, or its bytes were uploaded, replaced, moved or deleted through Proctor, which
/// keeps them.
#[utoipa::path(
    get,
    path = "/runs/{id}/sources/{*path}",
    tag = "runs",
    params(
        ("id" = i64, Path, description = "Number of the run", example = 112),
        ("path" = String, Path, description = "One of its `sources`", example = "checkout/test_cart.py")
    ),
    responses(
        (status = 200, description = "The file; `ETag` is the SHA-256 of its bytes", body = String, content_type = "text/plain"),
        Missing,
        Unavailable
    )
)]
pub async fn find_run_source(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    SourcePath(path): SourcePath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let details = runs::details(&state.ctx.db, id).await?.ok_or_else(|| missing(id))?;
    let wanted = details.sources.into_iter().find(|source| source.path == path);
    let wanted =
        wanted.ok_or_else(|| ApiError::NotFound(format!("run {id} has no source {path:?}")))?;
    let catalog = Arc::clone(&state.catalog);
    let now = blocking(move || {
        let path = TestPath::parse(&path)?;
        Ok::<_, CatalogError>(catalog.source(&path).ok())
    });
    let now = now.await?.filter(|now| now.sha256.to_string() == wanted.sha256);
    let bytes = match now {
        Some(now) => Some(now.bytes),
        None => files::kept(&state, &wanted.sha256).await?,
    };
    let bytes = bytes.ok_or_else(|| {
        let path = wanted.path;
        let detail =
            format!("{path:?} has changed since run {id}, and its bytes of then are not kept");
        ApiError::NotFound(detail)
    })?;
    Ok(files::text(bytes, &wanted.sha256, &headers))
}
