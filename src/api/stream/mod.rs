//! The live feed: server-sent events about some topics.
//!
//! [`feed`] reads what is new once for all clients, [`message`] makes events of it, [`present`] is what a client is told
//! first, [`session`] is the sequence that one client sees. A client takes its events at its own pace: nothing is kept for
//! a slow one, it is told the present state of what it missed.

mod feed;
mod heard;
mod message;
mod pace;
mod present;
mod queues;
mod session;
mod snapshots;
mod topics;

use std::str::FromStr;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use feed::Feed;
use session::Session;
use topics::Topics;

use super::AppState;
use super::extract::Params;
use super::problem::{ApiError, BadQuery, Missing, Unavailable};
use crate::store::events::Cursor;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// What a client wants to be told of.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StreamQuery {
    /// Comma list of `runs`, `run:<id>` (at most 50), `environments`, `tests`.
    #[param(required, example = "runs,run:12,environments")]
    topics: Option<String>,
    /// Where to go on, for clients that cannot send the `Last-Event-ID` header.
    last_event_id: Option<String>,
}

/// Everything that changes in some topics, as server-sent events
///
/// First the present state of each topic, then changes: each event carries the changed object as it is after the
/// change, so applying one twice is harmless, and many changes of one object may arrive as one event.
///
/// | event | data | topics |
/// |---|---|---|
/// | `run` | `Run` | `runs`, `run:<id>` |
/// | `environment` | `Environment` | `environments` |
/// | `test` | `TestChange` | `run:<id>` |
/// | `log` | `LogChange` | `run:<id>` |
/// | `usage` | `UsageChange` | `run:<id>` |
/// | `tests` | `TestsChange` | `tests` |
/// | `reset` | `Reset` | every one |
///
/// The present state of `runs` is every run that is queued or running (at most 200 of each) and the 50 newest; of
/// `run:<id>` the run, its log's size and its test cases (at most 1,000; the rest by `GET /runs/{id}/tests`). A block
/// with nothing but an `id:` ends the present state. The end of a run comes after everything else about it, so a client
/// of `run:<id>` may leave there.
///
/// `id:` is the cursor. Sent back in `Last-Event-ID` (or `last_event_id`), the stream goes on after it without a gap
/// and without the present state; when what came in between is not kept any more, or the database has another primary
/// since, `reset` comes first and then the present state. A comment line comes at least every 15 seconds.
#[utoipa::path(
    get,
    path = "/stream",
    tag = "stream",
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id:` that was seen")
    ),
    responses(
        (
            status = 200,
            description = "Server-sent events",
            body = String,
            content_type = "text/event-stream",
            example = "event: log\ndata: {\"run_id\":12,\"lines\":40,\"bytes\":2113,\"complete\":false}\nid: 0-431\n\n"
        ),
        BadQuery,
        Missing,
        Unavailable
    )
)]
async fn stream(
    State(state): State<AppState>,
    Params(query): Params<StreamQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let topics = Topics::parse(query.topics.as_deref())?;
    topics.check_runs(&state.ctx.db).await?;
    let cursor = match cursor(&headers)? {
        Some(cursor) => Some(cursor),
        None => {
            query.last_event_id.as_deref().map(|id| read_cursor("last_event_id", id)).transpose()?
        }
    };
    let session = Session::open(state, topics, cursor).await?;
    let events = stream::unfold(session, |mut session| async {
        let portion = session.next().await?;
        Some((Ok::<_, std::convert::Infallible>(portion), session))
    });
    let mut response = Body::from_stream(events).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Proxies that collect answers would make a live feed late.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn cursor(headers: &HeaderMap) -> Result<Option<Cursor>, ApiError> {
    let Some(id) = headers.get(LAST_EVENT_ID) else { return Ok(None) };
    read_cursor("Last-Event-ID", id.to_str().unwrap_or_default()).map(Some)
}

fn read_cursor(place: &str, id: &str) -> Result<Cursor, ApiError> {
    if id.is_empty() {
        return Ok(Cursor::default());
    }
    Cursor::from_str(id).map_err(|error| ApiError::parameter(place, error.to_string()))
}
