//! `GET /runs/{id}/sources/{path}`: the bytes that a run ran.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::find::{existing, missing};
use crate::api::blocking::blocking;
use crate::api::extract::{RunPath, SourcePath};
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::api::{AppState, files};
use crate::catalog::{CatalogError, ContentHash, SnapshotReader, TestPath};
use crate::store::runs;

/// A file as it was when the run was asked for
///
/// Every file below the tests root of then, but those that are larger than 64 MiB and those of virtual environments and
/// version control.
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
        Pruned,
        Unavailable
    )
)]
pub async fn find_run_source(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    SourcePath(path): SourcePath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    existing(&state, id).await?;
    let details = runs::details(&state.ctx.db, id).await?.ok_or_else(|| missing(id))?;
    let named = details.sources.into_iter().find(|source| source.path == path);
    let wanted = match (named, details.snapshot) {
        (Some(source), _) => Some(source.sha256),
        (None, Some(snapshot)) => in_snapshot(&state, snapshot, path.clone()).await?,
        (None, None) => None,
    };
    let wanted =
        wanted.ok_or_else(|| ApiError::NotFound(format!("run {id} has no source {path:?}")))?;
    let name = path.clone();
    let catalog = Arc::clone(&state.catalog);
    let now = blocking(move || {
        let path = TestPath::parse(&path)?;
        Ok::<_, CatalogError>(catalog.source(&path).ok())
    });
    let now = now.await?.filter(|now| now.sha256.to_string() == wanted);
    let bytes = match now {
        Some(now) => Some(now.bytes),
        None => files::kept(&state, &wanted).await?,
    };
    let bytes = bytes.ok_or_else(|| {
        let detail =
            format!("{name:?} has changed since run {id}, and its bytes of then are not kept");
        ApiError::NotFound(detail)
    })?;
    Ok(files::text(bytes, &wanted, &headers))
}

async fn in_snapshot(
    state: &AppState,
    snapshot: String,
    path: String,
) -> Result<Option<String>, ApiError> {
    let blobs = state.blobs.clone();
    blocking(move || {
        let (Ok(path), Some(tree)) = (TestPath::parse(&path), ContentHash::parse(&snapshot)) else {
            return Ok(None);
        };
        let hash = SnapshotReader::new(&blobs, tree).file(&path).map_err(ApiError::of_content)?;
        Ok::<_, ApiError>(hash.map(|hash| hash.to_string()))
    })
    .await
}
