//! `POST /runs/{id}/rerun`: ask for the same again.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::create::{created, idempotency_key};
use super::files::{self, Files, files_of_then};
use super::find::{existing, missing};
use super::submission::requester;
use crate::actions;
use crate::api::AppState;
use crate::api::asked::environment::{self, Choice};
use crate::api::asked::targets::Wanted;
use crate::api::body::{Fields, Mistakes};
use crate::api::extract::{OptionalJson, RunPath};
use crate::api::problem::{ApiError, BadBody, Missing, Pruned, Unavailable};
use crate::domain::{NewRun, RunId};
use crate::store::{runs, tests};
use crate::wire;

/// Ask for the same again
///
/// A new run with the targets, variables and options of this one, and `rerun_of` set. With `failed_only` its targets
/// are the test cases that failed, broke or were lost. It runs the same bytes, whatever has become of the files since, or
/// with `"files": "today"` the files as they are now. A run that took any environment takes any again.
#[utoipa::path(
    post,
    path = "/runs/{id}/rerun",
    tag = "runs",
    params(
        ("id" = i64, Path, description = "Number of the run", example = 112),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "Any text of 1 to 255 visible characters, new for each run that is wanted"
        )
    ),
    request_body(content = Option<wire::Rerun>, description = "May be left out"),
    responses(
        (
            status = 201, description = "The new run, queued", body = wire::RunDetails,
            headers(("Location" = String, description = "The address of the new run"))
        ),
        Missing,
        Pruned,
        (
            status = 409, description = "`failed_only`, and nothing failed; or the key was used with another body",
            body = wire::Problem, content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
pub async fn rerun_run(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson,
) -> Result<Response, ApiError> {
    let key = idempotency_key(&headers, format!("rerun {id} {}", body.sha256))?;
    if let Some(submitted) = actions::submitted_before(&state.ctx, key.as_ref()).await? {
        return created(&state, submitted).await;
    }
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let changes = Changes {
        requester: requester(&mut fields, &state.settings.limits, &mut mistakes),
        environment: environment::read(&mut fields, &mut mistakes),
        files: which_files(&mut fields, &mut mistakes),
        which: match fields.truth("failed_only", &mut mistakes) {
            Some(true) => Which::Failed,
            _ => Which::All,
        },
    };
    fields.finish(&mut mistakes);
    mistakes.body()?;
    let run = again(&state, id, changes).await?;
    created(&state, actions::submit(&state.ctx, &run, key.as_ref()).await?).await
}

/// What is to be different this time.
struct Changes {
    requester: Option<String>,
    environment: Option<Choice>,
    files: wire::RerunFiles,
    which: Which,
}

/// Which test cases of the first run.
enum Which {
    All,
    Failed,
}

fn which_files(fields: &mut Fields, mistakes: &mut Mistakes) -> wire::RerunFiles {
    match fields.text("files", mistakes) {
        None | Some("same") => wire::RerunFiles::Same,
        Some("today") => wire::RerunFiles::Today,
        Some(other) => {
            mistakes.at("/files", format!("must be same or today, not {other:?}"));
            wire::RerunFiles::Same
        }
    }
}

async fn again(state: &AppState, id: RunId, changes: Changes) -> Result<NewRun, ApiError> {
    let first = existing(state, id).await?;
    let details = runs::details(&state.ctx.db, id).await?.ok_or_else(|| missing(id))?;
    let targets = match changes.which {
        Which::All => first.targets,
        Which::Failed => failed(state, id).await?,
    };
    let environment = changes.environment.unwrap_or(match first.any {
        Some(labels) => Choice::Any(labels),
        None => Choice::Number(first.environment.0),
    });
    let mut mistakes = Mistakes::default();
    environment::check(state, &environment, &mut mistakes).await?;
    mistakes.body()?;
    let (environment, any) = environment.parts();
    let files = match (changes.files, details.snapshot) {
        (wire::RerunFiles::Same, Some(snapshot)) => files_of_then(state, snapshot, targets).await?,
        _ => files_of_today(state, targets).await?,
    };
    Ok(NewRun {
        requester: changes.requester.unwrap_or(first.requester),
        environment,
        any,
        targets: files.targets,
        sources: files.sources,
        snapshot: files.snapshot,
        plans: first.plans,
        template: first.template,
        parameters: details.parameters,
        variables: details.variables,
        options: details.options,
        note: first.note,
        rerun_of: Some(id.0),
    })
}

async fn files_of_today(state: &AppState, targets: Vec<String>) -> Result<Files, ApiError> {
    let mut mistakes = Mistakes::default();
    let wanted = targets.into_iter().enumerate().map(|(index, text)| Wanted {
        text,
        pointer: format!("/targets/{index}"),
        part_of: None,
    });
    let files = files::files_of_today(state, wanted.collect(), usize::MAX, &mut mistakes).await?;
    match mistakes.body() {
        Ok(()) => Ok(files),
        Err(gone) => Err(ApiError::Conflict { code: "targets_gone", detail: gone.detail() }),
    }
}

async fn failed(state: &AppState, id: RunId) -> Result<Vec<String>, ApiError> {
    let nodeids = tests::failed_nodeids(&state.ctx.db, id).await?;
    let limit = state.settings.limits.targets;
    if nodeids.is_empty() {
        let detail = format!("no test case of run {id} has failed; rerun it without failed_only");
        return Err(ApiError::Conflict { code: "nothing_failed", detail });
    }
    if nodeids.len() > limit {
        let detail = format!(
            "{} test cases failed, the limit is {limit} targets; rerun it without failed_only",
            nodeids.len()
        );
        return Err(ApiError::Conflict { code: "too_many_failed", detail });
    }
    Ok(nodeids)
}
