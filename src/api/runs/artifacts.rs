//! `GET /runs/{id}/artifacts`: what the tests left for people. Tests can leave anything, so a browser shows only what
//! cannot do anything, and saves the rest.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::find::existing;
use super::left;
use super::log_bytes::portions;
use super::pruned::refuse_if_gone;
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::extract::{ArtifactName, RunPath};
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::catalog::{Artifact, Artifacts};
use crate::domain::RunId;
use crate::domain::retention::Part;
use crate::wire;

/// What a browser can show without executing anything of it.
const SHOWN: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", TEXT];
const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// Files that the tests of a run left in `PROCTOR_ARTIFACTS`
///
/// By name, at most 10,000; of a run that goes on, what is there now.
#[utoipa::path(
    get,
    path = "/runs/{id}/artifacts",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112)),
    responses(
        (status = 200, description = "All of them on one page", body = wire::Page<wire::Artifact>),
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn list_run_artifacts(
    State(state): State<AppState>,
    RunPath(id): RunPath,
) -> Result<Json<wire::Page<wire::Artifact>>, ApiError> {
    existing(&state, id).await?;
    let found = if let Some(left) = left::elsewhere(&state, id).await? {
        left.artifacts()
    } else {
        let artifacts = Artifacts::of(&state.run_directory(id));
        blocking(move || artifacts.list().map_err(ApiError::internal)).await?
    };
    if found.is_empty() {
        refuse_if_gone(&state, id, Part::Artifacts).await?;
    }
    Ok(Json(wire::Page { items: found.into_iter().map(show).collect(), next_cursor: None }))
}

/// One of these files
///
/// Pictures and text are shown, everything else (HTML, SVG) is sent as an attachment.
#[utoipa::path(
    get,
    path = "/runs/{id}/artifacts/{*name}",
    tag = "runs",
    params(
        ("id" = i64, Path, description = "Number of the run", example = 112),
        ("name" = String, Path, description = "Its name", example = "screens/checkout.png")
    ),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn find_run_artifact(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    ArtifactName(name): ArtifactName,
) -> Result<Response, ApiError> {
    existing(&state, id).await?;
    let Some((content, size)) = content(&state, id, &name).await? else {
        refuse_if_gone(&state, id, Part::Artifacts).await?;
        return Err(ApiError::NotFound(format!("run {id} has no artifact {name:?}")));
    };
    let media_type = media_type(&name);
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_LENGTH, size.into());
    headers.insert(header::CONTENT_DISPOSITION, disposition(media_type, &name));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}

/// The bytes of one that is there, wherever the run was executed.
async fn content(
    state: &AppState,
    run: RunId,
    name: &str,
) -> Result<Option<(Body, u64)>, ApiError> {
    if let Some(left) = left::elsewhere(state, run).await? {
        let found = left.open(state, &format!("artifacts/{name}")).await?;
        return Ok(found.map(|(content, size)| (Body::from_stream(portions(content, size)), size)));
    }
    let (artifacts, name) = (Artifacts::of(&state.run_directory(run)), name.to_owned());
    let found = blocking(move || artifacts.open(&name).map_err(ApiError::internal)).await?;
    Ok(found.map(|(file, size)| (Body::from_stream(portions(file, size)), size)))
}

fn show(artifact: Artifact) -> wire::Artifact {
    wire::Artifact {
        media_type: media_type(&artifact.name).to_owned(),
        name: artifact.name,
        size: artifact.size,
        modified_at: wire::Timestamp(artifact.modified_at),
    }
}

/// By the name, never by the content: that is up to the tests.
fn media_type(name: &str) -> &'static str {
    let guessed = mime_guess::from_path(name).first_raw().unwrap_or(BYTES);
    match guessed {
        "text/html" | "text/xml" => BYTES,
        text if text.starts_with("text/") || text == "application/json" => TEXT,
        picture => SHOWN.into_iter().find(|shown| *shown == picture).unwrap_or(BYTES),
    }
}

/// The name as RFC 6266 and 8187 want it: plain characters, the others as percent-encoded UTF-8.
fn disposition(media_type: &str, name: &str) -> HeaderValue {
    let kind = if SHOWN.contains(&media_type) { "inline" } else { "attachment" };
    let name = name.rsplit('/').next().unwrap_or(name);
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    HeaderValue::from_str(&format!("{kind}; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_nothing_is_shown() {
        for (name, media, kind) in [
            ("a.png", "image/png", "inline"),
            ("a.JPG", "image/jpeg", "inline"),
            ("a.txt", TEXT, "inline"),
            ("trace.json", TEXT, "inline"),
            ("a.css", TEXT, "inline"),
            ("a.html", BYTES, "attachment"),
            ("a.svg", BYTES, "attachment"),
            ("a.xhtml", BYTES, "attachment"),
            ("a.xml", BYTES, "attachment"),
            ("a.pdf", BYTES, "attachment"),
            ("core", BYTES, "attachment"),
        ] {
            assert_eq!(media_type(name), media, "{name}");
            assert!(disposition(media, name).to_str().unwrap().starts_with(kind), "{name}");
        }
    }

    #[test]
    fn names_are_told_whatever_is_in_them() {
        let header = disposition(TEXT, "a b/ü\"\r\n.txt");
        assert_eq!(header.to_str().unwrap(), "inline; filename*=UTF-8''%C3%BC%22%0D%0A.txt");
    }
}
