//! `GET /runs/{id}/log`: what a run printed, whole, by bytes, by lines, or searched.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::find::existing;
use super::log_bytes::{Version, send};
use super::pruned::refuse_if_gone;
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::body::Mistakes;
use crate::api::extract::{Params, RunPath};
use crate::api::problem::{ApiError, BadQuery, Missing, Pruned};
use crate::domain::retention::Part;
use crate::domain::{Run, RunId, State as RunState};
use crate::logs::{self, Case, LogError, LogReader, SearchError, SearchLimits, Syntax};
use crate::wire;

const DEFAULT_LINES: usize = 500;
const MOST_LINES: usize = 2000;
/// Line numbers in one answer.
const MOST_MATCHES: usize = 10_000;
const LONGEST_SEARCH: Duration = Duration::from_secs(5);

/// Which lines; without any of them the whole log is sent as text.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// First line, counted from 1.
    #[param(value_type = Option<u64>, minimum = 1)]
    from_line: Option<String>,
    /// At most this many lines, 1 to 2,000; 500 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 2000)]
    count: Option<String>,
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Text or pattern, at most 1,024 bytes.
    #[param(required, example = "Connection refused")]
    q: Option<String>,
    /// `true`: `q` is a regular expression.
    #[param(value_type = Option<bool>)]
    regex: Option<String>,
    /// `true`: upper and lower case differ.
    #[param(value_type = Option<bool>)]
    case: Option<String>,
    /// First line to look at, counted from 1: the one behind the last of the answer before, or the first that was not
    /// there yet.
    #[param(value_type = Option<u64>, minimum = 1)]
    from_line: Option<String>,
}

/// What a run printed
///
/// Without `from_line` and `count` the log as `text/plain`, byte for byte what the tests and pytest wrote to stdout
/// and stderr; `Range` (one range) and `If-Range` work. With one of them lines with their numbers, as JSON.
#[utoipa::path(
    get,
    path = "/runs/{id}/log",
    tag = "runs",
    params(
        ("id" = i64, Path, description = "Number of the run", example = 112),
        LogQuery,
        ("Range" = Option<String>, Header, description = "One range of bytes", example = "bytes=0-1023")
    ),
    responses(
        (
            status = 200, description = "The whole log, or some lines",
            content((String = "text/plain"), (wire::LogLines = "application/json")),
            headers(
                ("ETag" = String, description = "Changes as the log grows; an older one still fits `If-Range`"),
                ("X-Log-Complete" = String, description = "`true` when nothing will be added any more")
            )
        ),
        (
            status = 206, description = "Some bytes", body = String, content_type = "text/plain",
            headers(("Content-Range" = String, description = "Which bytes"))
        ),
        BadQuery,
        Missing,
        Pruned,
        (
            status = 416, description = "The range lies outside of the log", body = wire::Problem,
            content_type = "application/problem+json"
        )
    )
)]
pub async fn find_run_log(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    Params(query): Params<LogQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let lines = query.check()?;
    // The run first, then its log: a run that had finished by then has all of its log there.
    let run = existing(&state, id).await?;
    let complete = is_complete(&run);
    let log = open(&state, id).await?;
    let Some(Lines { from, count }) = lines else {
        let version = Version { run: id, attempt: run.attempt, complete };
        return send(&log, &version, &headers);
    };
    let answer = blocking(move || read_lines(log, from, count)).await?;
    Ok(Json(wire::LogLines { complete, ..answer }).into_response())
}

/// Where a text or pattern is in the log of a run
///
/// At most 10,000 line numbers, and at most 5 seconds; colour codes are not searched.
#[utoipa::path(
    get,
    path = "/runs/{id}/log/search",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112), SearchQuery),
    responses(
        (status = 200, description = "The lines that match", body = wire::LogMatches),
        BadQuery,
        Missing,
        Pruned
    )
)]
pub async fn search_run_log(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    Params(query): Params<SearchQuery>,
) -> Result<Json<wire::LogMatches>, ApiError> {
    let (query, limits) = query.check()?;
    let complete = is_complete(&existing(&state, id).await?);
    let mut log = open(&state, id).await?;
    // A search takes a core for itself.
    let _turn = state.searches.acquire().await.map_err(ApiError::internal)?;
    let found = blocking(move || log.search(&query, limits)).await?;
    Ok(Json(wire::LogMatches {
        count: found.count,
        lines: found.lines,
        more: found.truncated,
        complete,
    }))
}

async fn open(state: &AppState, id: RunId) -> Result<LogReader, ApiError> {
    let directory = state.logs.directory(id).await?;
    let log = blocking(move || LogReader::open(&directory)).await?;
    if log.size().bytes == 0 {
        refuse_if_gone(state, id, Part::Log).await?;
    }
    Ok(log)
}

fn is_complete(run: &Run) -> bool {
    run.state() == RunState::Finished
}

fn read_lines(mut log: LogReader, from: u64, count: usize) -> Result<wire::LogLines, LogError> {
    let line = |line: logs::Line| wire::LogLine {
        number: line.number,
        at: line.at.into(),
        text: line.text,
    };
    let items = log.lines(from, count)?.into_iter().map(line).collect();
    Ok(wire::LogLines { items, total_lines: log.size().lines, complete: false })
}

/// A page of lines.
struct Lines {
    from: u64,
    count: usize,
}

impl LogQuery {
    /// `None`: the whole log is asked for.
    fn check(self) -> Result<Option<Lines>, ApiError> {
        if self.from_line.is_none() && self.count.is_none() {
            return Ok(None);
        }
        let mut mistakes = Mistakes::default();
        let from = first_line(self.from_line.as_deref(), &mut mistakes);
        let count = match self.count.as_deref().map(str::parse) {
            None => DEFAULT_LINES,
            Some(Ok(count)) if (1..=MOST_LINES).contains(&count) => count,
            Some(_) => {
                mistakes
                    .parameter("count", format!("must be a whole number from 1 to {MOST_LINES}"));
                DEFAULT_LINES
            }
        };
        mistakes.query()?;
        Ok(Some(Lines { from, count }))
    }
}

impl SearchQuery {
    fn check(self) -> Result<(logs::Query, SearchLimits), ApiError> {
        let mut mistakes = Mistakes::default();
        let syntax = if truth("regex", self.regex.as_deref(), &mut mistakes) {
            Syntax::Regex
        } else {
            Syntax::Plain
        };
        let case = if truth("case", self.case.as_deref(), &mut mistakes) {
            Case::Sensitive
        } else {
            Case::Ignored
        };
        let query = logs::Query::new(&self.q.unwrap_or_default(), syntax, case);
        if let Err(refused) = &query {
            mistakes.parameter("q", refused.to_string());
        }
        let from_line = first_line(self.from_line.as_deref(), &mut mistakes);
        mistakes.query()?;
        let query =
            query.map_err(|refused: SearchError| ApiError::parameter("q", refused.to_string()))?;
        Ok((query, SearchLimits { from_line, lines: MOST_MATCHES, time: LONGEST_SEARCH }))
    }
}

fn first_line(text: Option<&str>, mistakes: &mut Mistakes) -> u64 {
    match text.map(str::parse) {
        None => 1,
        Some(Ok(line)) if line >= 1 => line,
        Some(_) => {
            mistakes.parameter("from_line", "must be a whole number from 1");
            1
        }
    }
}

fn truth(name: &str, text: Option<&str>, mistakes: &mut Mistakes) -> bool {
    match text {
        None | Some("" | "false" | "0") => false,
        Some("true" | "1") => true,
        Some(other) => {
            mistakes.parameter(name, format!("must be true or false, not {other:?}"));
            false
        }
    }
}
