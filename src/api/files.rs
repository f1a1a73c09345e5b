//! Answers with the bytes of a file.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::AppState;
use super::blocking::blocking;
use super::problem::ApiError;
use crate::catalog::ContentHash;

/// Bytes of a kept content that is shown.
const LARGEST_SHOWN: u64 = 4 * 1024 * 1024;

/// The content with this hash, if it is kept and not too large to be shown.
pub async fn kept(state: &AppState, sha256: &str) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(sha256) = ContentHash::parse(sha256) else { return Ok(None) };
    let blobs = state.blobs.clone();
    blocking(move || blobs.read(&sha256, LARGEST_SHOWN).map_err(ApiError::of_content)).await
}

/// A text file of known content. It is shown as text whatever is in it, never executed by a browser.
pub fn text(bytes: Vec<u8>, sha256: &str, asked: &HeaderMap) -> Response {
    let tag = format!("\"{sha256}\"");
    let is_known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .any(|tags| tags.split(',').any(|one| one.trim() == tag));
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
