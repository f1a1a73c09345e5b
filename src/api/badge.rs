//! `GET /badge`: how the last run ended, as a small picture for a page of one's own.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::body::Mistakes;
use super::extract::Params;
use super::problem::{ApiError, BadQuery, Missing, Unavailable};
use crate::domain::{EnvironmentId, Outcome, Run, State as RunState};
use crate::store::{RunFilter, RunOrder, environments, runs, templates};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find_badge))
}

/// Of what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindBadge {
    /// Number of an environment.
    #[param(value_type = Option<i64>)]
    environment: Option<String>,
    /// Name of a template.
    template: Option<String>,
}

/// How the last run ended, as SVG
///
/// Of an environment, of a template, or of both: `![tests](http://proctor.example.com/badge?template=nightly)`. Runs that
/// were cancelled do not count. Never from a cache.
#[utoipa::path(
    get,
    path = "/badge",
    tag = "results",
    params(FindBadge),
    responses(
        (status = 200, description = "A picture", body = String, content_type = "image/svg+xml"),
        BadQuery,
        Missing,
        Unavailable
    )
)]
async fn find_badge(
    State(state): State<AppState>,
    Params(query): Params<FindBadge>,
) -> Result<Response, ApiError> {
    let (filter, name) = look_for(&state, query).await?;
    let found = runs::list(&state.ctx.db, &filter, RunOrder::NewestFirst, None, 1).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache, max-age=0"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ];
    Ok((headers, picture(&name, found.first())).into_response())
}

async fn look_for(state: &AppState, query: FindBadge) -> Result<(RunFilter, String), ApiError> {
    let mut mistakes = Mistakes::default();
    let mut filter = RunFilter {
        states: vec![RunState::Finished],
        // A cancelled run says nothing of the tests.
        outcomes: Outcome::ALL.into_iter().filter(|one| *one != Outcome::Cancelled).collect(),
        ..RunFilter::default()
    };
    let mut names = Vec::new();
    if let Some(name) = query.template {
        let missing = || ApiError::NotFound(format!("there is no template {name:?}"));
        templates::find(&state.ctx.db, &name).await?.ok_or_else(missing)?;
        names.push(name.clone());
        filter.template = Some(name);
    }
    match query.environment.as_deref().map(str::parse::<i64>) {
        Some(Ok(id)) => {
            let missing = || ApiError::NotFound(format!("there is no environment {id}"));
            let found = environments::find(&state.ctx.db, EnvironmentId(id)).await?;
            names.push(found.ok_or_else(missing)?.name);
            filter.environments = vec![id..=id];
        }
        Some(Err(_)) => mistakes.parameter("environment", "must be the number of an environment"),
        None if names.is_empty() => {
            mistakes.parameter("environment", "name an environment or a template");
        }
        None => {}
    }
    mistakes.query()?;
    Ok((filter, names.join(" · ")))
}

/// Two fields beside each other, as wide as their texts.
fn picture(name: &str, run: Option<&Run>) -> String {
    let outcome = run.and_then(Run::outcome);
    let word = outcome.map_or("no run yet", words);
    let name: String = name.chars().take(60).collect();
    let (left, right) = (width(&name), width(word));
    let (all, colour) = (left + right, colour(outcome));
    let (name_at, word_at) = (left / 2, left + right / 2);
    let name = escaped(&name);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" \
         aria-label=\"{name}: {word}\"><title>{name}: {word}</title>\
         <rect width=\"{all}\" height=\"20\" rx=\"3\" fill=\"#48525d\"/>\
         <path d=\"M{left} 0h{}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z\" fill=\"{colour}\"/>\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{name_at}\" y=\"14\">{name}</text><text x=\"{word_at}\" y=\"14\">{word}</text></g></svg>",
        right - 3
    )
}

/// Pixels of a text in the usual fonts of badges, with the space around it.
fn width(text: &str) -> usize {
    text.chars().count() * 7 + 14
}

fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Error => "error",
        Outcome::NoTests => "no tests",
        Outcome::TimedOut => "timed out",
        Outcome::Cancelled => "cancelled",
        Outcome::Lost => "lost",
    }
}

/// Dark enough for white letters.
fn colour(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Passed) => "#13723a",
        Some(Outcome::Failed) => "#bd1f29",
        Some(Outcome::Error) => "#a8450b",
        Some(Outcome::TimedOut) => "#7d5a00",
        Some(Outcome::Lost) => "#7239b8",
        Some(Outcome::NoTests | Outcome::Cancelled) | None => "#57616c",
    }
}

fn escaped(text: &str) -> String {
    let plain = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    plain.replace('"', "&quot;").chars().filter(|one| !one.is_control()).collect()
}
