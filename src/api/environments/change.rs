//! `POST /environments`, `PATCH, DELETE /environments/{id}`

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{existing, fields, missing};
use crate::actions::{self, EnvironmentError};
use crate::api::AppState;
use crate::api::body::{Fields, Mistakes, escaped};
use crate::api::extract::{EnvironmentPath, JsonBody};
use crate::api::problem::{ApiError, BadBody, BadJson, Missing, Unavailable};
use crate::domain::environment::NewEnvironment;
use crate::wire;

const LARGEST_ID: u32 = 1_000_000;

/// Make an environment
///
/// Under the number that the body names, or under the next.
#[utoipa::path(
    post,
    path = "/environments",
    tag = "environments",
    request_body = wire::NewEnvironment,
    responses(
        (
            status = 201, description = "The environment", body = wire::Environment,
            headers(("Location" = String, description = "The address of the environment"))
        ),
        BadJson,
        (
            status = 409, description = "There is one with this number", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
pub async fn create_environment(
    State(state): State<AppState>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let new = NewEnvironment {
        id: fields.number("id", 1..=LARGEST_ID, &mut mistakes).map(i64::from),
        values: fields::changes(&mut fields, &state.settings, &mut mistakes),
    };
    fields.finish(&mut mistakes);
    mistakes.body()?;
    let id = actions::create_environment(&state.ctx, &new).await?;
    let location = [(header::LOCATION, format!("/api/v1/environments/{id}"))];
    Ok((StatusCode::CREATED, location, Json(existing(&state, id).await?)).into_response())
}

/// Change an environment, or its state
///
/// What is left out stays as it is. In maintenance nothing new starts; a run that is running goes on.
#[utoipa::path(
    patch,
    path = "/environments/{id}",
    tag = "environments",
    params(("id" = i64, Path, description = "Number of the environment", example = 7)),
    request_body = wire::EnvironmentChanges,
    responses(
        (status = 200, description = "The environment as it is now", body = wire::Environment),
        BadJson,
        Missing,
        BadBody,
        Unavailable
    )
)]
pub async fn update_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
    body: JsonBody,
) -> Result<Json<wire::Environment>, ApiError> {
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let changes = fields::changes(&mut fields, &state.settings, &mut mistakes);
    fields.finish(&mut mistakes);
    mistakes.body()?;
    actions::change_environment(&state.ctx, id, &changes).await?;
    existing(&state, id).await.map(Json)
}

/// Delete an environment that nobody uses
///
/// Runs that ended there keep its number and its name.
#[utoipa::path(
    delete,
    path = "/environments/{id}",
    tag = "environments",
    params(("id" = i64, Path, description = "Number of the environment", example = 107)),
    responses(
        (status = 204, description = "It is gone"),
        Missing,
        (
            status = 409, description = "Runs are running or queued there, or somebody has reserved it", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        Unavailable
    )
)]
pub async fn delete_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
) -> Result<StatusCode, ApiError> {
    actions::delete_environment(&state.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<EnvironmentError> for ApiError {
    fn from(error: EnvironmentError) -> Self {
        let code = match &error {
            EnvironmentError::NotFound(id) => return missing(*id),
            EnvironmentError::UnknownVariable(name) => {
                let detail = "has no value here that could stay as it is; send one";
                return Self::pointer(&format!("/variables/{}", escaped(name)), detail);
            }
            EnvironmentError::Exists(_) => "environment_exists",
            EnvironmentError::Busy { .. } | EnvironmentError::Wanted { .. } => "environment_in_use",
            EnvironmentError::Reserved { .. } => "environment_reserved",
            EnvironmentError::Store(_) => "",
        };
        match error {
            EnvironmentError::Store(error) => error.into(),
            refused => Self::Conflict { code, detail: refused.to_string() },
        }
    }
}
