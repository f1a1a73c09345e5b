//! What there is to select below the tests root.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::blocking::blocking;
use super::extract::Params;
use super::problem::{ApiError, BadQuery, Missing, Unavailable};
use super::{AppState, cases, files};
use crate::catalog::{Catalog, CatalogError, Kind, Level, Target, TestPath};
use crate::{store, wire};

/// Files and directories that a search shows.
const MOST_FOUND: usize = 1000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_tests))
        .routes(routes!(list_cases))
        .routes(routes!(find_test_source))
}

/// What of the tests root is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TreeQuery {
    /// Directory relative to the tests root; the root itself when absent.
    path: Option<String>,
    /// Search at any depth for names that contain this text, in any case; for paths, when it has a slash.
    q: Option<String>,
}

/// One file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// File relative to the tests root.
    #[param(required, example = "checkout/test_cart.py")]
    path: Option<String>,
}

/// One version of a file.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SourceQuery {
    /// File relative to the tests root.
    #[param(required, example = "checkout/test_cart.py")]
    path: Option<String>,
    /// An earlier content of it, as `GET /tests/changes` names it; the present one when absent.
    sha256: Option<String>,
}

/// The directories and files of a directory below the tests root
///
/// With `q` what was found at any depth, at most 1,000 entries, below `path` when it is given; `more` says that there
/// were others.
#[utoipa::path(
    get,
    path = "/tests",
    tag = "tests",
    params(TreeQuery),
    responses((status = 200, description = "What is there", body = wire::Tree), BadQuery, Missing, Unavailable)
)]
async fn list_tests(
    State(state): State<AppState>,
    Params(query): Params<TreeQuery>,
) -> Result<Json<wire::Tree>, ApiError> {
    let path = match query.path.as_deref().filter(|path| !path.is_empty()) {
        Some(path) => TestPath::parse(path)?,
        None => TestPath::root(),
    };
    let catalog = Arc::clone(&state.catalog);
    let level = match query.q.filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            blocking(move || Ok::<_, CatalogError>(search(&catalog, &path, text.trim()))).await?
        }
        None => blocking(move || catalog.level(&path)).await?,
    };
    Ok(Json(show(level)))
}

fn search(catalog: &Catalog, path: &TestPath, text: &str) -> Level {
    let mut found = catalog.find(text, MOST_FOUND);
    if !path.is_root() {
        let below = format!("{path}/");
        found.directories.retain(|one| one.path.as_str().starts_with(&below));
        found.files.retain(|one| one.path.as_str().starts_with(&below));
    }
    Level { path: path.clone(), ..found }
}

fn show(level: Level) -> wire::Tree {
    let directory = |one: crate::catalog::Directory| wire::Directory {
        path: one.path.to_string(),
        name: one.name,
    };
    let file = |one: crate::catalog::File| wire::File {
        path: one.path.to_string(),
        name: one.name,
        size: one.size,
        modified_at: one.modified_at.into(),
        sha256: one.sha256.map(|hash| hash.to_string()),
    };
    wire::Tree {
        path: if level.path.is_root() { String::new() } else { level.path.to_string() },
        directories: level.directories.into_iter().map(directory).collect(),
        files: level.files.into_iter().map(file).collect(),
        more: level.truncated,
    }
}

/// The test cases of a file, as pytest collects them
///
/// Collected by a worker and remembered for this content of the file; 503 when no worker answers in time.
/// A file that cannot be collected is a good answer too: no items, and `error` in pytest's words.
#[utoipa::path(
    get,
    path = "/tests/cases",
    tag = "tests",
    params(FileQuery),
    responses((status = 200, description = "Its test cases, in order", body = wire::Cases), BadQuery, Missing, Unavailable)
)]
async fn list_cases(
    State(state): State<AppState>,
    Params(query): Params<FileQuery>,
) -> Result<Json<wire::Cases>, ApiError> {
    let path = query.path()?;
    let catalog = Arc::clone(&state.catalog);
    let (path, key) = blocking(move || {
        let target = Target::parse(&path)?;
        if catalog.resolve(&target)? != Kind::File {
            return Err(CatalogError::NotAFile { path });
        }
        let key = catalog.cases_key(target.path())?;
        Ok((target.path().to_string(), key.to_string()))
    })
    .await?;
    cases::of_file(&state, &path, &key).await.map(Json)
}

/// The text of a file below the tests root
///
/// With `sha256` that of an earlier version, which was uploaded, replaced, moved or deleted through Proctor; the file
/// itself need not be there any more.
#[utoipa::path(
    get,
    path = "/tests/source",
    tag = "tests",
    params(SourceQuery),
    responses(
        (
            status = 200, description = "The file; `ETag` is the SHA-256 of its bytes", body = String,
            content_type = "text/plain"
        ),
        BadQuery,
        Missing,
        Unavailable
    )
)]
async fn find_test_source(
    State(state): State<AppState>,
    Params(query): Params<SourceQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let path = TestPath::parse(&required(query.path)?)?;
    let catalog = Arc::clone(&state.catalog);
    let wanted = query.sha256;
    let name = path.to_string();
    let source = blocking(move || Ok::<_, ApiError>(catalog.source(&path))).await?;
    match (source, wanted) {
        (Ok(source), None) => Ok(files::text(source.bytes, &source.sha256.to_string(), &headers)),
        (Err(error), None) => Err(error.into()),
        (Ok(source), Some(wanted)) if source.sha256.to_string() == wanted => {
            Ok(files::text(source.bytes, &wanted, &headers))
        }
        (_, Some(wanted)) => {
            let bytes = if store::files::had_content(&state.ctx.db, &name, &wanted).await? {
                files::kept(&state, &wanted).await?
            } else {
                None
            };
            let missing =
                || ApiError::NotFound(format!("{name:?} has no version {wanted:?} that is kept"));
            Ok(files::text(bytes.ok_or_else(missing)?, &wanted, &headers))
        }
    }
}

impl FileQuery {
    fn path(self) -> Result<String, ApiError> {
        required(self.path)
    }
}

fn required(path: Option<String>) -> Result<String, ApiError> {
    path.ok_or_else(|| {
        ApiError::parameter("path", "is required: a file relative to the tests root")
    })
}
