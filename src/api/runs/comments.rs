//! `/runs/{id}/comments`: what people say about a run.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use serde::Deserialize;
use utoipa::IntoParams;

use super::find::existing;
use super::submission::user_name;
use crate::actions::{self, CommentError};
use crate::api::body::{Fields, Mistakes};
use crate::api::extract::{CommentPath, JsonBody, Params, RunPath};
use crate::api::problem::{ApiError, BadBody, BadJson, BadQuery, Missing, Pruned, Unavailable};
use crate::api::{AppState, Limits, page};
use crate::domain::{NewComment, RunId};
use crate::store::comments;
use crate::store::tests::is_of_run;
use crate::wire::{self, Comment, Page};

const LIST: &str = "comment";
/// Bytes of an address.
const LONGEST_URL: usize = 2048;
/// Bytes of a nodeid.
const LONGEST_NODEID: usize = 16 * 1024;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListComments {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Comments on a run and on its test cases, oldest first
#[utoipa::path(
    get,
    path = "/runs/{id}/comments",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112), ListComments),
    responses(
        (status = 200, description = "A page of comments", body = Page<Comment>),
        BadQuery,
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn list_comments(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    Params(query): Params<ListComments>,
) -> Result<Json<Page<Comment>>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), page::USUAL, &mut mistakes);
    let after = page::after(query.cursor.as_deref(), LIST, &mut mistakes).unwrap_or(0);
    mistakes.query()?;
    existing(&state, id).await?;
    let found = comments::list(&state.ctx.db, id, after, limit + 1).await?;
    Ok(Json(page::of(found, limit, LIST, |one| one.id, Comment::from)))
}

/// Say something about a run, or about one of its test cases
#[utoipa::path(
    post,
    path = "/runs/{id}/comments",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    request_body = wire::NewComment,
    responses(
        (status = 201, description = "The comment", body = Comment),
        BadJson,
        Missing,
        Pruned,
        (
            status = 409, description = "The run has as many comments as it can have", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
pub async fn create_comment(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    body: JsonBody,
) -> Result<(StatusCode, Json<Comment>), ApiError> {
    existing(&state, id).await?;
    let comment = read(&state, id, &body).await?;
    let limit = state.settings.limits.comments;
    let created = actions::create_comment(&state.ctx, id, comment, limit).await?;
    Ok((StatusCode::CREATED, Json(created.into())))
}

/// Delete a comment, whoever wrote it
#[utoipa::path(
    delete,
    path = "/runs/{id}/comments/{comment}",
    tag = "runs",
    params(
        ("id" = i64, Path, description = "Number of the run", example = 112),
        ("comment" = i64, Path, description = "Number of the comment", example = 7)
    ),
    responses((status = 204, description = "It is gone"), Missing, Unavailable)
)]
pub async fn delete_comment(
    State(state): State<AppState>,
    CommentPath(run, id): CommentPath,
) -> Result<StatusCode, ApiError> {
    actions::delete_comment(&state.ctx, run, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(state: &AppState, run: RunId, body: &JsonBody) -> Result<NewComment, ApiError> {
    let limits = &state.settings.limits;
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let author = author(&mut fields, limits, &mut mistakes);
    let text = short_text(&mut fields, "text", limits.note, &mut mistakes);
    let url = short_text(&mut fields, "url", LONGEST_URL, &mut mistakes);
    let nodeid = short_text(&mut fields, "nodeid", LONGEST_NODEID, &mut mistakes);
    let mut says = |name| fields.take(name).is_some_and(|value| *value != "");
    if !says("text") && !says("url") {
        mistakes.at("/text", "say something, or name the url of a ticket");
    }
    if let Some(words) = url.as_deref().and_then(why_no_link) {
        mistakes.at("/url", words);
    }
    if let Some(nodeid) = &nodeid
        && !is_of_run(&state.ctx.db, run, nodeid).await?
    {
        mistakes.at("/nodeid", format!("run {run} has no result of {nodeid:?}"));
    }
    fields.finish(&mut mistakes);
    mistakes.body()?;
    Ok(NewComment { nodeid, author: author.unwrap_or_default(), text, url })
}

fn author(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Option<String> {
    if fields.take("author").is_none() {
        mistakes.at("/author", "is required: who says this");
    }
    match user_name(fields.text("author", mistakes)?, limits) {
        Ok(name) => Some(name),
        Err(words) => {
            mistakes.at("/author", words);
            None
        }
    }
}

/// Without the space around it.
fn short_text(
    fields: &mut Fields,
    name: &'static str,
    limit: usize,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let text = fields.text(name, mistakes).filter(|text| !text.is_empty())?.trim();
    if text.is_empty() {
        mistakes.at(&format!("/{name}"), "must not be empty");
        return None;
    }
    if text.len() > limit {
        mistakes.at(&format!("/{name}"), format!("has {} bytes; the limit is {limit}", text.len()));
        return None;
    }
    Some(text.to_owned())
}

/// Why a page must not make a link of this.
fn why_no_link(text: &str) -> Option<&'static str> {
    let Ok(uri) = text.parse::<Uri>() else {
        return Some(
            "must be an address such as https://tickets.example.com/112, with what is not ASCII escaped",
        );
    };
    match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(host)) if host.as_str().contains('@') => {
            Some("must not have a user or a password before its host")
        }
        (Some("http" | "https"), Some(host)) if !host.host().is_empty() => None,
        _ => Some("must begin with http:// or https:// and a host"),
    }
}

impl From<CommentError> for ApiError {
    fn from(error: CommentError) -> Self {
        match error {
            CommentError::NoRun(_) | CommentError::NotFound { .. } => {
                Self::NotFound(error.to_string())
            }
            CommentError::TooMany { .. } => {
                Self::Conflict { code: "too_many_comments", detail: error.to_string() }
            }
            CommentError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::why_no_link;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        for good in ["http://a", "https://tickets.example.com/a?b=c#d", "HTTPS://a:8080/"] {
            assert_eq!(why_no_link(good), None, "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//a",
            "/a",
            "a",
            "https://",
            "https://ann:secret@a",
            "https://a b",
            "ftp://a",
            "https://größe",
        ] {
            assert!(why_no_link(bad).is_some(), "{bad}");
        }
    }
}
