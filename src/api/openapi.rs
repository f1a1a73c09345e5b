//! The OpenAPI document, made from the handlers, and a page to read it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::Config;

use super::problem::ApiError;
use super::{
    AppState, badge, boards, comparison, environments, health, history, metrics, plans, runs,
    settings, stream, templates, test_files, tests_root, uploads, workers,
};
use crate::wire;

mod limits;

/// The page runs its own scripts and nobody else's; Swagger UI writes styles into its elements.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'";

/// What the document says besides the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Proctor",
        description = "Runs Python tests on shared environments: one run per environment at a time, live, nothing lost.\n\n\
            JSON in snake_case. Times are RFC 3339 in UTC with milliseconds, durations end in `_ms` or `_s`, sizes are \
            bytes, line numbers start at 1. Lists are pages: ask again with `cursor` = `next_cursor`. Errors are problem \
            details (RFC 9457) with a stable `code`, a `request_id`, and all mistakes of a request at once."
    ),
    tags(
        (name = "runs", description = "Ask for runs, follow them, read what came out."),
        (name = "results", description = "Test cases over many runs, and runs beside each other."),
        (name = "environments", description = "What tests run on, with who has it and who waits."),
        (name = "plans", description = "Numbered, named lists of targets."),
        (name = "templates", description = "Saved ways to run, with parameters that a person chooses."),
        (name = "tests", description = "What there is to select below the tests root, and how it changes."),
        (name = "server", description = "What this server offers and takes."),
        (name = "workers", description = "Who executes runs, on which hosts."),
        (name = "stream", description = "Everything that changes, as it changes."),
        (name = "health", description = "Whether the server is alive and of use."),
    ),
    components(schemas(
        wire::EnvironmentGone, wire::LogChange, wire::TestChange, wire::TestsChange,
        wire::UsageChange, wire::Reset, wire::Problem
    )),
)]
struct Document;

/// The operations, with what the document says of them.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    let service = OpenApiRouter::new()
        .merge(runs::routes())
        .merge(environments::routes())
        .merge(plans::routes())
        .merge(templates::routes())
        .merge(tests_root::routes())
        .merge(test_files::routes())
        .merge(uploads::routes())
        .merge(history::routes())
        .merge(boards::routes())
        .merge(comparison::routes())
        .merge(workers::routes())
        .merge(settings::routes())
        .merge(stream::routes());
    OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", service)
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(badge::routes())
}

/// The OpenAPI 3.1 document of the service.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = routes().into_openapi();
    document.info.license = None;
    // The router marks a path of several segments with an asterisk, the document does not.
    let paths = std::mem::take(&mut document.paths.paths);
    document.paths.paths =
        paths.into_iter().map(|(path, item)| (path.replace("{*", "{"), item)).collect();
    document
}

/// The document as it is checked in at `web/openapi.json`.
///
/// # Errors
/// None in practice: the document is plain data.
pub fn document_text() -> Result<String, serde_json::Error> {
    document().to_pretty_json().map(|text| text + "\n")
}

/// The document with the limits of this server.
pub(super) async fn find_document(State(state): State<AppState>) -> Result<Json<Value>, ApiError> {
    let mut document = serde_json::to_value(document()).map_err(ApiError::internal)?;
    limits::set(&mut document, &state.settings.limits);
    Ok(Json(document))
}

pub(super) async fn docs_page() -> Result<Response, ApiError> {
    let page = docs_asset("index.html")?.ok_or_else(no_such_page)?;
    // Its addresses are relative to a directory; the page is not in one.
    let page = String::from_utf8_lossy(&page.bytes).replace("\"./", "\"/api/docs/");
    let policy = [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCS_POLICY))];
    Ok((policy, axum::response::Html(page)).into_response())
}

pub(super) async fn docs_file(Path(file): Path<String>) -> Result<Response, ApiError> {
    let asset = docs_asset(&file)?.ok_or_else(no_such_page)?;
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CONTENT_SECURITY_POLICY, DOCS_POLICY.to_owned()),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
    ];
    Ok((headers, axum::body::Bytes::from(asset.bytes.into_owned())).into_response())
}

fn docs_asset(file: &str) -> Result<Option<utoipa_swagger_ui::SwaggerFile<'static>>, ApiError> {
    let config = Config::from("/api/v1/openapi.json").validator_url("none").doc_expansion("list");
    utoipa_swagger_ui::serve(file, Arc::new(config))
        .map_err(|error| ApiError::internal(std::io::Error::other(error.to_string())))
}

fn no_such_page() -> ApiError {
    ApiError::NotFound("the documentation has no such page; it begins at /api/docs".into())
}
