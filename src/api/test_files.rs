//! Files below the tests root are moved and deleted, and their earlier versions read.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::blocking::blocking;
use super::body::{Fields, Mistakes};
use super::extract::{JsonBody, Params};
use super::problem::{ApiError, BadBody, BadQuery, Missing, Unavailable};
use super::runs::{requester, user_name};
use super::{AppState, page};
use crate::actions;
use crate::catalog::{Moved, Removal, Removed, RemovedFile, TestPath};
use crate::domain::{FileChange, FileChangeKind, TestsChange};
use crate::store::files;
use crate::wire;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(move_tests, delete_tests))
        .routes(routes!(list_file_changes))
}

/// What is moved.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MoveQuery {
    /// File or directory relative to the tests root.
    #[param(required, example = "checkout/test_cart.py")]
    path: Option<String>,
}

/// What is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeleteQuery {
    /// File or directory relative to the tests root.
    #[param(required, example = "checkout/test_cart.py")]
    path: Option<String>,
    /// Also a directory that is not empty, with everything in it.
    recursive: Option<bool>,
    /// Who deletes it.
    #[param(example = "ann")]
    requester: Option<String>,
}

/// A page of what happened to a file, or to all of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ChangesQuery {
    /// File relative to the tests root; it need not be there any more. All files when absent.
    #[param(example = "checkout/test_cart.py")]
    path: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200, 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

const CHANGES_OF_A_PAGE: u32 = 50;

/// Move or rename a file or directory below the tests root
///
/// Nothing is replaced: where there is something already, the answer is a conflict.
#[utoipa::path(
    patch,
    path = "/tests",
    tag = "tests",
    params(MoveQuery),
    request_body = wire::MoveTests,
    responses(
        (status = 200, description = "Where it is now", body = wire::MovedTests),
        BadQuery,
        Missing,
        (
            status = 409, description = "There is something at the new path", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable
    )
)]
async fn move_tests(
    State(state): State<AppState>,
    Params(query): Params<MoveQuery>,
    body: JsonBody,
) -> Result<Json<wire::MovedTests>, ApiError> {
    let from = required(query.path)?;
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(&body.value, "", &mut mistakes);
    let to = new_path(&mut fields, &mut mistakes);
    let by = requester(&mut fields, &state.settings.limits, &mut mistakes);
    fields.finish(&mut mistakes);
    mistakes.body()?;
    let moving = tokio::spawn(relocate(state, from, to, by));
    moving.await.map_err(ApiError::internal)?.map(Json)
}

/// Delete a file or directory below the tests root
///
/// Contents of files are kept: the runs that used them show them, and so does `GET /tests/source` with `sha256`.
#[utoipa::path(
    delete,
    path = "/tests",
    tag = "tests",
    params(DeleteQuery),
    responses(
        (status = 200, description = "What was deleted", body = wire::DeletedTests),
        BadQuery,
        Missing,
        (
            status = 409, description = "A directory that is not empty, or holds too many files", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        Unavailable
    )
)]
async fn delete_tests(
    State(state): State<AppState>,
    Params(query): Params<DeleteQuery>,
) -> Result<Json<wire::DeletedTests>, ApiError> {
    let path = required(query.path)?;
    let limits = &state.settings.limits;
    let by = query.requester.map(|name| user_name(&name, limits)).transpose();
    let by = by.map_err(|words| ApiError::parameter("requester", words))?;
    let removal = match query.recursive {
        Some(true) => Removal::Everything { files: limits.upload.files },
        _ => Removal::Single,
    };
    let removing = tokio::spawn(remove(state, path, removal, by));
    removing.await.map_err(ApiError::internal)?.map(Json)
}

/// What was done to files through Proctor, and by whom, newest first
///
/// What is changed by hand or by git is not in here. The contents that are named can be read with
/// `GET /tests/source?path=&sha256=`.
#[utoipa::path(
    get,
    path = "/tests/changes",
    tag = "tests",
    params(ChangesQuery),
    responses(
        (status = 200, description = "A page of it", body = wire::Page<wire::FileChange>),
        BadQuery,
        Unavailable
    )
)]
async fn list_file_changes(
    State(state): State<AppState>,
    Params(query): Params<ChangesQuery>,
) -> Result<Json<wire::Page<wire::FileChange>>, ApiError> {
    let path = query.path.as_deref().map(TestPath::parse).transpose()?;
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), CHANGES_OF_A_PAGE, &mut mistakes);
    let before = page::after(query.cursor.as_deref(), "changes", &mut mistakes);
    mistakes.query()?;
    let path = path.as_ref().map(TestPath::as_str);
    let found = files::history(&state.ctx.db, path, before, limit + 1).await?;
    Ok(Json(page::of(found, limit, "changes", |(id, _)| *id, wire::FileChange::from)))
}

fn required(path: Option<String>) -> Result<TestPath, ApiError> {
    let path = path.ok_or_else(|| {
        ApiError::parameter("path", "is required: something relative to the tests root")
    })?;
    Ok(TestPath::parse(&path)?)
}

fn new_path(fields: &mut Fields, mistakes: &mut Mistakes) -> TestPath {
    let Some(text) = fields.text("path", mistakes) else {
        mistakes.at("/path", "is required: the new path, relative to the tests root");
        return TestPath::root();
    };
    let parsed = TestPath::parse(text).and_then(|path| path.check_as_new().map(|()| path));
    parsed.unwrap_or_else(|error| {
        mistakes.at("/path", error.to_string());
        TestPath::root()
    })
}

async fn relocate(
    state: AppState,
    from: TestPath,
    to: TestPath,
    by: Option<String>,
) -> Result<wire::MovedTests, ApiError> {
    let _turn = state.changing.lock().await;
    let answer = wire::MovedTests { path: to.to_string(), moved_from: from.to_string() };
    let catalog = Arc::clone(&state.catalog);
    let mut moved: Moved = blocking(move || catalog.relocate(&from, &to)).await?;
    let change = FileChange {
        kind: FileChangeKind::Moved,
        path: answer.path.clone(),
        sha256: moved.file.map(|(hash, _)| hash.to_string()),
        size: moved.file.and_then(|(_, size)| i64::try_from(size).ok()),
        replaced_sha256: None,
        moved_from: Some(answer.moved_from.clone()),
        changed_by: by,
        changed_at: state.ctx.clock.now(),
    };
    actions::record_file_changes(&state.ctx, &[change], &moved.seen()).await?;
    moved.keep();
    Ok(answer)
}

async fn remove(
    state: AppState,
    path: TestPath,
    removal: Removal,
    by: Option<String>,
) -> Result<wire::DeletedTests, ApiError> {
    let _turn = state.changing.lock().await;
    let (catalog, blobs) = (Arc::clone(&state.catalog), state.blobs.clone());
    let deleted = path.to_string();
    let mut removed: Removed = blocking(move || catalog.remove(&path, removal, &blobs)).await?;
    let line = |path: String, sha256, size| FileChange {
        kind: FileChangeKind::Deleted,
        path,
        sha256,
        size,
        replaced_sha256: None,
        moved_from: None,
        changed_by: by.clone(),
        changed_at: state.ctx.clock.now(),
    };
    let items: Vec<_> = removed.files.iter().map(show_removed).collect();
    let mut changes: Vec<_> = items
        .iter()
        .map(|file| line(file.path.clone(), file.sha256.clone(), i64::try_from(file.size).ok()))
        .collect();
    if items.iter().all(|file| file.path != deleted) {
        changes.push(line(deleted, None, None));
    }
    let seen: BTreeSet<TestsChange> = removed.seen();
    actions::record_file_changes(&state.ctx, &changes, &seen).await?;
    removed.keep();
    blocking(move || {
        drop(removed);
        Ok::<_, ApiError>(wire::DeletedTests { items })
    })
    .await
}

fn show_removed(file: &RemovedFile) -> wire::DeletedFile {
    wire::DeletedFile {
        path: file.path.to_string(),
        size: file.size,
        sha256: file.sha256.map(|hash| hash.to_string()),
    }
}
