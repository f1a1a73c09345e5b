//! `POST /runs`: ask for a run.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::find::details;
use super::submission::read_submission;
use crate::actions::{self, IdempotencyKey, SubmitError, Submitted};
use crate::api::AppState;
use crate::api::asked::environment::unknown_environment;
use crate::api::extract::JsonBody;
use crate::api::problem::{ApiError, BadBody, BadJson, Unavailable};
use crate::wire;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 255;

/// Ask for a run
///
/// It starts as soon as its environment, or any with the labels it asks for, is free and everybody who asked earlier has
/// had their turn. All mistakes of
/// the body are reported at once, and nothing is stored then.
///
/// With an `Idempotency-Key` a repeat within 24 hours makes no second run but answers with the first one.
#[utoipa::path(
    post,
    path = "/runs",
    tag = "runs",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "Any text of 1 to 255 visible characters, new for each run that is wanted"
    )),
    request_body = wire::NewRun,
    responses(
        (
            status = 201, description = "The run, queued", body = wire::RunDetails,
            headers(
                ("Location" = String, description = "The address of the run"),
                ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made it")
            )
        ),
        BadJson,
        (
            status = 409, description = "The key was used with another body", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        (
            status = 413, description = "The body is larger than 1 MiB", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        (
            status = 415, description = "The body is not sent as application/json", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable,
        (
            status = 507, description = "The data disk is full", body = wire::Problem,
            content_type = "application/problem+json"
        )
    )
)]
pub async fn create_run(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let key = idempotency_key(&headers, body.sha256)?;
    // A repeat is answered before anything is checked: a target may be gone by now.
    if let Some(submitted) = actions::submitted_before(&state.ctx, key.as_ref()).await? {
        return created(&state, submitted).await;
    }
    let run = read_submission(&state, &body.value).await?;
    let submitted = actions::submit(&state.ctx, &run, key.as_ref()).await?;
    created(&state, submitted).await
}

/// The key of a request. `body_sha256` says what was asked for.
pub fn idempotency_key(
    headers: &HeaderMap,
    body_sha256: String,
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        let words = format!("must have 1 to {LONGEST_KEY} visible ASCII characters");
        return Err(ApiError::parameter("Idempotency-Key", words));
    }
    Ok(Some(IdempotencyKey { key: key.to_owned(), body_sha256 }))
}

/// The answer to whoever asked for a run.
pub async fn created(state: &AppState, submitted: Submitted) -> Result<Response, ApiError> {
    let run = details(state, submitted.run).await?;
    let location = [(header::LOCATION, format!("/api/v1/runs/{}", submitted.run))];
    let mut response = (StatusCode::CREATED, location, Json(run)).into_response();
    if submitted.replayed {
        response.headers_mut().insert(REPLAYED, axum::http::HeaderValue::from_static("true"));
    }
    Ok(response)
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::UnknownEnvironment(number) => {
                Self::pointer("/environment", unknown_environment(number.0))
            }
            SubmitError::KeyReused { .. } => {
                Self::Conflict { code: "idempotency_key_reused", detail: error.to_string() }
            }
            SubmitError::Store(error) => error.into(),
        }
    }
}
