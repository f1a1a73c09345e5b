//! `POST /runs/{id}/cancel`: end a run early.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::find::details;
use super::submission::requester;
use crate::actions::{self, CancelError};
use crate::api::AppState;
use crate::api::body::{Fields, Mistakes};
use crate::api::extract::{OptionalJson, RunPath};
use crate::api::problem::{ApiError, BadBody, Missing, Unavailable};
use crate::wire;

/// Who it was, when nobody said.
const SOMEBODY: &str = "somebody";

/// End a run early
///
/// A queued run ends at once; a running one when its processes are gone. Asking again changes nothing.
#[utoipa::path(
    post,
    path = "/runs/{id}/cancel",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    request_body(content = Option<wire::CancelRun>, description = "May be left out"),
    responses(
        (status = 202, description = "The run, as it is now", body = wire::RunDetails),
        Missing,
        (
            status = 409, description = "It has finished already", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
pub async fn cancel_run(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    OptionalJson(body): OptionalJson,
) -> Result<(StatusCode, Json<wire::RunDetails>), ApiError> {
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let by = requester(&mut fields, &state.settings.limits, &mut mistakes);
    fields.finish(&mut mistakes);
    mistakes.body()?;
    actions::cancel(&state.ctx, id, by.as_deref().unwrap_or(SOMEBODY)).await?;
    Ok((StatusCode::ACCEPTED, Json(details(&state, id).await?)))
}

impl From<CancelError> for ApiError {
    fn from(error: CancelError) -> Self {
        match error {
            CancelError::NotFound(_) => Self::NotFound(error.to_string()),
            CancelError::AlreadyFinished(_) => {
                Self::Conflict { code: "already_finished", detail: error.to_string() }
            }
            CancelError::Store(error) => error.into(),
        }
    }
}
