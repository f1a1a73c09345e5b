//! Files that somebody sends: looked at, or stored.

mod form;

use std::io;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use form::{Form, receive};

use super::AppState;
use super::blocking::blocking;
use super::body::Mistakes;
use super::problem::{ApiError, BadBody, NoRoom, NotAForm, TooLarge, Unavailable};
use crate::actions;
use crate::catalog::{self, CatalogError, Item, Judged, OnConflict, Placed, PlacedFile, Verdict};
use crate::domain::{FileChange, FileChangeKind, Millis};
use crate::wire;

/// Mistakes that are told one by one.
const MOST_MISTAKES: usize = 100;
/// Uploads that are received at once; each may take a long time.
pub const RECEIVED: usize = 32;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(upload_tests)).routes(routes!(preview_upload))
}

/// Store files below the tests root
///
/// All of them or none. Python files are compiled, never executed; a file with a syntax error is stored all the same.
/// Contents that are replaced are kept and stay readable. At most 2,000 files of 32 MiB together, also unpacked, unless
/// the operator has chosen other limits.
#[utoipa::path(
    post,
    path = "/tests/uploads",
    tag = "tests",
    request_body(content = wire::UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "What was stored, file by file", body = wire::Upload),
        NotAForm,
        (
            status = 409, description = "Files are there already; `errors` names all of them. Nothing was stored",
            body = wire::Problem, content_type = "application/problem+json"
        ),
        TooLarge,
        (
            status = 415, description = "The body is not sent as multipart/form-data", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable,
        NoRoom
    )
)]
async fn upload_tests(
    State(state): State<AppState>,
    request: Request,
) -> Result<(StatusCode, Json<wire::Upload>), ApiError> {
    let (form, judged) = look_at(&state, request).await?;
    refuse(&judged, form.on_conflict)?;
    // On its own, so that it is not left halfway when the client goes away.
    let stored = tokio::spawn(store(state, form, judged)).await.map_err(ApiError::internal)??;
    Ok((StatusCode::CREATED, Json(stored)))
}

/// Look at files as if they were stored
///
/// Takes the same form, says of each file what would become of it, and stores nothing.
#[utoipa::path(
    post,
    path = "/tests/uploads/preview",
    tag = "tests",
    request_body(content = wire::UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What would become of each file", body = wire::UploadPreview),
        NotAForm,
        TooLarge,
        (
            status = 415, description = "The body is not sent as multipart/form-data", body = wire::Problem,
            content_type = "application/problem+json"
        ),
        BadBody,
        Unavailable,
        NoRoom
    )
)]
async fn preview_upload(
    State(state): State<AppState>,
    request: Request,
) -> Result<Json<wire::UploadPreview>, ApiError> {
    let (_, judged) = look_at(&state, request).await?;
    Ok(Json(wire::UploadPreview {
        items: judged.items.into_iter().map(show_item).collect(),
        left_out: judged.left_out,
        unchecked: judged.unchecked,
    }))
}

/// Receives files and finds out what would become of them.
async fn look_at(state: &AppState, request: Request) -> Result<(Form, Judged), ApiError> {
    let Ok(_place) = state.receiving.try_acquire() else {
        let words =
            format!("{RECEIVED} uploads are being received, the limit; try again in a moment");
        return Err(ApiError::Unavailable(words));
    };
    let mut form = receive(state, request).await?;
    let _turn = state.judging.acquire().await.map_err(ApiError::internal)?;
    let catalog = Arc::clone(&state.catalog);
    let (limits, python) = (state.settings.limits.upload, state.settings.python.clone());
    blocking(move || {
        catalog.check_upload_directory(&form.directory).map_err(|error| at("/directory", error))?;
        let sent = std::mem::take(&mut form.files);
        let judged = catalog.judge(&form.directory, &mut form.spool, sent, &limits, &python)?;
        Ok::<_, ApiError>((form, judged))
    })
    .await
}

/// What is wrong with a path is a mistake in the form here.
fn at(pointer: &str, error: CatalogError) -> ApiError {
    match ApiError::from(error) {
        ApiError::InvalidQuery(mistakes) => {
            let detail = mistakes.into_iter().next().map(|one| one.detail).unwrap_or_default();
            ApiError::pointer(pointer, detail)
        }
        other => other,
    }
}

/// All that keeps the files from being stored.
fn refuse(judged: &Judged, on_conflict: OnConflict) -> Result<(), ApiError> {
    let mut mistakes = Mistakes::default();
    let mut refused = 0;
    let mut conflicts = 0;
    for item in &judged.items {
        let words = match &item.verdict {
            Verdict::Refused(why) => {
                refused += 1;
                why.clone()
            }
            Verdict::Exists | Verdict::Unchanged if on_conflict == OnConflict::Refuse => {
                conflicts += 1;
                format!("{:?} exists already; send on_conflict=replace to replace it", item.path)
            }
            _ => continue,
        };
        if refused + conflicts <= MOST_MISTAKES {
            mistakes.at(&format!("/files/{}", item.part), words);
        }
    }
    if judged.items.is_empty() {
        let count = judged.left_out.len();
        mistakes.at("/files", format!("nothing is left to store: {count} files were left out"));
    }
    if refused + conflicts > MOST_MISTAKES {
        let more = refused + conflicts - MOST_MISTAKES;
        mistakes.at("/files", format!("{more} more files cannot be stored"));
    }
    if refused == 0 && conflicts > 0 { mistakes.conflict("exists") } else { mistakes.body() }
}

async fn store(state: AppState, form: Form, judged: Judged) -> Result<wire::Upload, ApiError> {
    let _turn = state.changing.lock().await;
    let (catalog, blobs) = (Arc::clone(&state.catalog), state.blobs.clone());
    let Form { spool, on_conflict, uploaded_by, .. } = form;
    let (mut placed, judged) = blocking(move || {
        let placed = catalog.place(&judged, &spool, &blobs, on_conflict);
        Ok::<_, ApiError>((placed.map_err(|error| at("/files", error))?, judged))
    })
    .await?;
    let now = state.ctx.clock.now();
    let changes: Vec<_> =
        placed.files.iter().map(|file| change(file, uploaded_by.as_ref(), now)).collect();
    actions::record_file_changes(&state.ctx, &changes, &placed.seen()).await?;
    placed.keep();
    blocking(move || Ok::<_, ApiError>(show_stored(&placed, judged))).await
}

fn change(file: &PlacedFile, by: Option<&String>, at: Millis) -> FileChange {
    FileChange {
        kind: if file.is_replacement() {
            FileChangeKind::Replaced
        } else {
            FileChangeKind::Uploaded
        },
        path: file.path.to_string(),
        sha256: Some(file.sha256.to_string()),
        size: i64::try_from(file.size).ok(),
        replaced_sha256: file.replaced.map(|hash| hash.to_string()),
        moved_from: None,
        changed_by: by.cloned(),
        changed_at: at,
    }
}

/// In the order in which the files were sent.
fn show_stored(placed: &Placed, judged: Judged) -> wire::Upload {
    let items = judged.items.into_iter().filter_map(|item| {
        let file = placed.files.iter().find(|file| file.path.as_str() == item.path)?;
        Some(wire::UploadedFile {
            path: item.path,
            sha256: file.sha256.to_string(),
            size: file.size,
            replaced: file.is_replacement(),
            syntax_error: item.syntax_error.map(show_syntax_error),
        })
    });
    wire::Upload { items: items.collect(), left_out: judged.left_out, unchecked: judged.unchecked }
}

fn show_item(item: Item) -> wire::PreviewedFile {
    let (verdict, reason) = match &item.verdict {
        Verdict::New => (wire::UploadVerdict::New, None),
        Verdict::Exists => (wire::UploadVerdict::Exists, None),
        Verdict::Unchanged => (wire::UploadVerdict::Unchanged, None),
        Verdict::Refused(why) => (wire::UploadVerdict::Refused, Some(why.clone())),
    };
    wire::PreviewedFile {
        part: item.part,
        sha256: item.sha256().map(|hash| hash.to_string()),
        size: item.size(),
        path: item.path,
        verdict,
        reason,
        syntax_error: item.syntax_error.map(show_syntax_error),
    }
}

fn show_syntax_error(error: catalog::SyntaxError) -> wire::SyntaxError {
    let catalog::SyntaxError { message, line, column, text } = error;
    wire::SyntaxError { message, line, column, text }
}

/// What a fault of the disk means for whoever sends something.
fn disk(error: io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ApiError::DiskFull,
        _ => ApiError::internal(error),
    }
}
