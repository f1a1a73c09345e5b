//! The log of a run as bytes, all of them or a range.

use std::io::Read;
use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};

use crate::api::problem::ApiError;
use crate::domain::RunId;
use crate::logs::LogReader;

const LOG_COMPLETE: HeaderName = HeaderName::from_static("x-log-complete");
const PORTION: u64 = 128 * 1024;

/// Which log this is. Within one attempt a log only grows, so whoever has the beginning of an older version has the
/// beginning of this one.
pub struct Version {
    pub run: RunId,
    pub attempt: i64,
    pub complete: bool,
}

impl Version {
    fn tag(&self, bytes: u64) -> String {
        format!("\"{}-{}-{bytes}\"", self.run, self.attempt)
    }

    /// Whether `tag` names this log as it was or is.
    fn continues(&self, tag: &str, bytes: u64) -> bool {
        let beginning = format!("\"{}-{}-", self.run, self.attempt);
        let size =
            tag.strip_prefix(&beginning).and_then(|rest| rest.strip_suffix('"')?.parse().ok());
        size.is_some_and(|size: u64| size <= bytes)
    }
}

/// Sends what was asked for of a log, in the size that it has now.
pub fn send(log: &LogReader, version: &Version, asked: &HeaderMap) -> Result<Response, ApiError> {
    let size = log.size().bytes;
    let wanted = match if_range(asked, version, size) {
        Validity::Holds => range(asked, size)?,
        Validity::Outdated => None,
    };
    let bytes = wanted.clone().unwrap_or(0..size);
    let length = bytes.end - bytes.start;
    let mut response = Body::from_stream(portions(log.range(bytes)?, length)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        LOG_COMPLETE,
        HeaderValue::from_static(if version.complete { "true" } else { "false" }),
    );
    insert_text(headers, header::ETAG, &version.tag(size));
    if let Some(Range { start, end }) = wanted {
        insert_text(headers, header::CONTENT_RANGE, &format!("bytes {start}-{}/{size}", end - 1));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn insert_text(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

/// Whether the client's range still fits what it has.
enum Validity {
    Holds,
    Outdated,
}

fn if_range(asked: &HeaderMap, version: &Version, size: u64) -> Validity {
    match asked.get(header::IF_RANGE).map(|tag| tag.to_str().unwrap_or_default()) {
        Some(tag) if !version.continues(tag, size) => Validity::Outdated,
        _ => Validity::Holds,
    }
}

/// The one range of bytes that is asked for (RFC 9110, 14.1.2); several, or other units, count as none.
fn range(asked: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ApiError> {
    let Some(text) = asked.get(header::RANGE).and_then(|range| range.to_str().ok()) else {
        return Ok(None);
    };
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|one| one.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.trim().parse::<u64>(), last.trim()) {
        (Ok(first), "") => first..size,
        (Ok(first), last) => match last.parse::<u64>() {
            Ok(last) if last >= first => first..size.min(last.saturating_add(1)),
            _ => return Ok(None),
        },
        (Err(_), last) => match last.parse::<u64>() {
            Ok(suffix) if first.trim().is_empty() => size.saturating_sub(suffix)..size,
            _ => return Ok(None),
        },
    };
    if range.is_empty() { Err(ApiError::Range { size }) } else { Ok(Some(range)) }
}

/// Reads as the client takes it: a slow one holds neither a thread nor more than one portion.
pub fn portions(
    log: impl Read + Send + 'static,
    length: u64,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    stream::try_unfold((log, length), |(mut log, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || {
            let mut portion = Vec::new();
            let count = log.by_ref().take(left.min(PORTION)).read_to_end(&mut portion)?;
            Ok::<_, std::io::Error>((log, portion, count as u64))
        });
        let (log, portion, count) = read.await.map_err(std::io::Error::other)??;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some((Bytes::from(portion), (log, left - count))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))])
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (text, expected) in [
            ("bytes=0-9", Some(0..10)),
            ("bytes=5-", Some(5..100)),
            ("bytes=-10", Some(90..100)),
            ("bytes=-1000", Some(0..100)),
            ("bytes=90-1000", Some(90..100)),
            ("bytes=9-5", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("bytes=a-b", None),
        ] {
            assert_eq!(range(&asked(text), 100).ok(), Some(expected), "{text}");
        }
        for text in ["bytes=100-", "bytes=-0"] {
            assert!(
                matches!(range(&asked(text), 100), Err(ApiError::Range { size: 100 })),
                "{text}"
            );
        }
    }

    #[test]
    fn an_older_version_of_the_same_attempt_is_continued() {
        let version = Version { run: RunId(12), attempt: 2, complete: false };
        assert!(version.continues("\"12-2-40\"", 100) && version.continues(&version.tag(100), 100));
        assert!(!version.continues("\"12-1-40\"", 100) && !version.continues("\"12-2-101\"", 100));
        assert!(!version.continues("W/\"12-2-40\"", 100));
    }
}
