//! `POST /runs/preview`: what would happen.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::command_line::command_line;
use super::count::count;
use super::estimate::{Ahead, Piece, outlook};
use super::show::{any_place, free_one, place_after};
use super::submission::read_submission;
use crate::api::AppState;
use crate::api::asked::environment::unknown_environment;
use crate::api::extract::JsonBody;
use crate::api::problem::{ApiError, BadBody, BadJson, Unavailable};
use crate::domain::run::command_shown;
use crate::domain::{Environment, EnvironmentId, NewRun};
use crate::store::times::Work;
use crate::store::{Read, any_queues, environments, workers};
use crate::wire;

/// What a run would be, before it is asked for
///
/// The body is that of `POST /runs`, with the same mistakes. Nothing is stored and nothing is executed, so it may be asked
/// as somebody fills in a form.
#[utoipa::path(
    post,
    path = "/runs/preview",
    tag = "runs",
    request_body = wire::NewRun,
    responses(
        (status = 200, description = "What would run, where, and when", body = wire::RunPreview),
        BadJson,
        BadBody,
        Unavailable
    )
)]
pub async fn preview_run(
    State(state): State<AppState>,
    body: JsonBody,
) -> Result<Json<wire::RunPreview>, ApiError> {
    let run = read_submission(&state, &body.value).await?;
    let asked: wire::NewRun =
        serde_json::from_value(without_nulls(body.value)).map_err(ApiError::internal)?;
    let db = &state.ctx.db;
    let (environment, place) = match &run.any {
        Some(labels) => anywhere(db, labels).await?,
        None => in_environment(db, &run).await?,
    };
    let work = Work::of(&run.targets, &run.options);
    let outlook = outlook(&state, Piece { work, targets: run.targets.clone() }, &place).await?;
    let counted = count(&state, &run).await?;
    Ok(Json(wire::RunPreview {
        test_count: counted.tests,
        file_count: counted.files,
        test_count_note: counted.note,
        command: command_shown(&run.targets, &run.options),
        command_line: command_line(&asked),
        position: place.position,
        waits_for: place.waits_for,
        ahead: place.ahead,
        ahead_runs: outlook.ahead.into_iter().map(show).collect(),
        estimated_start_at: outlook.estimate.start.map(wire::Timestamp),
        estimated_end_at: outlook.estimate.end.map(wire::Timestamp),
        estimated_duration_ms: outlook.duration_ms,
        requester: run.requester,
        environment: environment
            .map(|one| wire::run::EnvironmentName { id: one.id.0, name: one.name }),
        environment_any: run.any.map(|labels| wire::Labels { labels }),
        targets: run.targets,
        plans: run.plans,
        template: run.template,
        parameters: run.parameters,
        variables: run.variables,
        options: run.options.into(),
        note: run.note,
    }))
}

async fn in_environment(
    db: &impl Read,
    run: &NewRun,
) -> Result<(Option<Environment>, wire::Place), ApiError> {
    let environment = environments::find(db, EnvironmentId(run.environment)).await?;
    let environment = environment
        .ok_or_else(|| ApiError::pointer("/environment", unknown_environment(run.environment)))?;
    let crew = workers::crew(db).await?;
    let place = place_after(&environment, &environment.queue, &run.requester, &crew);
    Ok((Some(environment), place))
}

/// The environment is the one that it would take now, if there is one.
async fn anywhere(
    db: &impl Read,
    labels: &[String],
) -> Result<(Option<Environment>, wire::Place), ApiError> {
    let environments = environments::list(db).await?;
    let before = match any_queues::find(db, labels).await? {
        Some(queue) => any_queues::waiting(db, queue).await?,
        None => Vec::new(),
    };
    let place = any_place(labels, &before, &environments, &workers::crew(db).await?);
    let taken = free_one(labels, &environments).filter(|_| before.is_empty());
    Ok((taken.cloned(), place))
}

/// In a body `null` is as good as left out.
fn without_nulls(mut body: Value) -> Value {
    if let Value::Object(fields) = &mut body {
        fields.retain(|_, value| !value.is_null());
        if let Some(Value::Object(options)) = fields.get_mut("options") {
            options.retain(|_, value| !value.is_null());
        }
    }
    body
}

fn show(ahead: Ahead) -> wire::AheadRun {
    let state = ahead.run.state().into();
    wire::AheadRun {
        id: ahead.run.id.0,
        requester: ahead.run.requester,
        template: ahead.run.template,
        targets: ahead.run.targets,
        state,
        progress: ahead.run.progress.into(),
        left_ms: ahead.left_ms,
    }
}
