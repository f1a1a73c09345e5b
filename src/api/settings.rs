//! What this server offers and takes, so that a client asks for nothing else.

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{AppState, Limits};
use crate::wire;

const ONE_DAY_S: u64 = 24 * 60 * 60;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find_settings))
}

/// What this server offers, and the most that it takes
///
/// It stays as it is as long as the server runs. What is beyond a limit is refused with the limit and the value.
#[utoipa::path(
    get,
    path = "/settings",
    tag = "server",
    responses((status = 200, description = "The settings", body = wire::Settings))
)]
async fn find_settings(State(state): State<AppState>) -> Json<wire::Settings> {
    let settings = &state.settings;
    Json(wire::Settings {
        version: settings.version.to_owned(),
        interpreters: settings.interpreters.clone(),
        limits: show(&settings.limits),
    })
}

fn show(limits: &Limits) -> wire::SentLimits {
    wire::SentLimits {
        body_bytes: limits.body,
        requester_characters: limits.requester,
        name_characters: limits.name,
        description_bytes: limits.description,
        note_bytes: limits.note,
        targets: limits.targets,
        variables: limits.variables,
        variable_bytes: limits.variable,
        plans: limits.plans,
        parameters: limits.parameters,
        choices: limits.choices,
        choice_bytes: limits.choice,
        labels: limits.labels,
        label_bytes: limits.label,
        comments: limits.comments,
        upload_bytes: limits.upload.bytes,
        upload_files: limits.upload.files,
        reservation_days: limits.reservation.as_secs() / ONE_DAY_S,
    }
}
