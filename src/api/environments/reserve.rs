//! `PUT, DELETE /environments/{id}/reservation`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::{existing, fields, missing};
use crate::actions::{self, Begin, ReserveError, Wish};
use crate::api::body::{Fields, Mistakes};
use crate::api::extract::{EnvironmentPath, JsonBody};
use crate::api::problem::{ApiError, BadBody, BadJson, Missing, Unavailable};
use crate::api::runs::user_name;
use crate::api::{AppState, Limits};
use crate::domain::Millis;
use crate::wire;

/// Keep an environment for a person
///
/// Until then, or until it is released, only runs of that person start there; those of others wait and say why. Asked
/// again by the same person it changes the time and the reason. It ends by itself.
#[utoipa::path(
    put,
    path = "/environments/{id}/reservation",
    tag = "environments",
    params(("id" = i64, Path, description = "Number of the environment", example = 7)),
    request_body = wire::NewReservation,
    responses(
        (status = 200, description = "The environment as it is now", body = wire::Environment),
        BadJson,
        Missing,
        (
            status = 409, description = "Somebody else keeps it, or has a run running there", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
pub async fn reserve_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
    body: JsonBody,
) -> Result<Json<wire::Environment>, ApiError> {
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let wish = read_wish(&mut fields, &state, &mut mistakes);
    fields.finish(&mut mistakes);
    mistakes.body()?;
    actions::reserve(&state.ctx, id, &wish).await?;
    existing(&state, id).await.map(Json)
}

/// End a reservation
///
/// Whoever waits starts. Without a reservation nothing changes.
#[utoipa::path(
    delete,
    path = "/environments/{id}/reservation",
    tag = "environments",
    params(("id" = i64, Path, description = "Number of the environment", example = 7)),
    responses((status = 204, description = "Nobody keeps it"), Missing, Unavailable)
)]
pub async fn release_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
) -> Result<StatusCode, ApiError> {
    actions::release(&state.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_wish(fields: &mut Fields, state: &AppState, mistakes: &mut Mistakes) -> Wish {
    let limits = &state.settings.limits;
    let person = person(fields, limits, mistakes);
    let reason = fields::words(fields, "reason", limits.note, mistakes);
    let reason = reason.map(|reason| reason.trim().to_owned()).unwrap_or_default();
    if reason.is_empty() {
        mistakes.at("/reason", "is required: others see why they wait");
    }
    let begin = match fields.truth("after_present_run", mistakes) {
        Some(true) => Begin::AfterPresentRun,
        _ => Begin::Now,
    };
    let until = until(fields, state.ctx.clock.now(), limits, mistakes);
    Wish { person: person.unwrap_or_default(), until, reason, begin }
}

fn person(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Option<String> {
    let Some(name) = fields.text("person", mistakes) else {
        if fields.take("person").is_none() {
            mistakes.at("/person", "is required: who wants to keep the environment");
        }
        return None;
    };
    let name = user_name(name, limits);
    name.map_err(|detail| mistakes.at("/person", detail)).ok()
}

fn until(fields: &mut Fields, now: Millis, limits: &Limits, mistakes: &mut Mistakes) -> Millis {
    let Some(text) = fields.text("until", mistakes) else {
        if fields.take("until").is_none() {
            mistakes.at("/until", "is required: when the reservation ends by itself");
        }
        return now;
    };
    let days = limits.reservation.as_secs() / (24 * 60 * 60);
    let most = i64::try_from(limits.reservation.as_millis()).unwrap_or(i64::MAX);
    match wire::Timestamp::parse(text).map(|time| time.0) {
        Ok(until) if until <= now => {
            mistakes.at("/until", format!("is over: it is {now} now"));
        }
        Ok(until) if until.since(now) > most => {
            mistakes.at("/until", format!("is more than {days} days away, the limit"));
        }
        Ok(until) => return until,
        Err(_) => mistakes
            .at("/until", format!("{text:?} is no time; write it like 2026-03-01T14:20:03Z")),
    }
    now
}

impl From<ReserveError> for ApiError {
    fn from(error: ReserveError) -> Self {
        let code = match error {
            ReserveError::NotFound(id) => return missing(id),
            ReserveError::Store(error) => return error.into(),
            ReserveError::Taken { .. } => "environment_reserved",
            ReserveError::Busy { .. } => "environment_busy",
        };
        Self::Conflict { code, detail: error.to_string() }
    }
}
