//! `GET /runs/{id}/tests`: the test cases of a run.

use std::collections::HashMap;
use std::io;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde::Deserialize;
use utoipa::IntoParams;

use super::filter::{names, words};
use super::find::existing;
use crate::api::body::Mistakes;
use crate::api::extract::{Params, RunPath};
use crate::api::problem::{ApiError, BadQuery, Missing, Pruned, Unavailable};
use crate::api::{AppState, page};
use crate::domain::history::{Reliability, TestResult, is_good};
use crate::domain::{RunId, TestReport};
use crate::store::history::{self, PastFilter};
use crate::store::tests::{self, TestFilter};
use crate::wire;

const DEFAULT_LIMIT: u32 = 50;
const LIST: &str = "test";
/// One JSON object in each line.
const LINES: &str = "application/x-ndjson";
/// Test cases read at a time; their tracebacks may be long.
const PORTION: u32 = 100;

/// Which test cases.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListTests {
    /// Comma list of `passed`, `failed`, `error`, `skipped`, `xfailed`, `xpassed`, `running`, `lost`.
    #[param(example = "failed,error")]
    outcome: Option<String>,
    /// Part of the node id.
    q: Option<String>,
    /// Comma list of numbers of test cases, at most 200; the other parameters do not count then.
    #[param(example = "0,17")]
    number: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// The test cases of a run that have started, in the order of execution
///
/// Failures carry a label as `GET /history` makes it, of the newest 50 results up to this run.
///
/// With `Accept: application/x-ndjson` the answer is all of them, one JSON object in each line; `limit` and `number` do
/// not count then.
#[utoipa::path(
    get,
    path = "/runs/{id}/tests",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112), ListTests),
    responses(
        (status = 200, description = "A page of test cases", body = wire::Page<wire::TestCase>),
        BadQuery,
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn list_run_tests(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    headers: HeaderMap,
    Params(query): Params<ListTests>,
) -> Result<Response, ApiError> {
    let Listing { filter, numbers, after, limit } = query.check()?;
    let db = &state.ctx.db;
    existing(&state, id).await?;
    if wants_lines(&headers) {
        let body = Body::from_stream(lines(state, id, filter, after));
        return Ok(([(header::CONTENT_TYPE, LINES)], body).into_response());
    }
    let found = match numbers {
        Some(numbers) => tests::find_many(db, id, &numbers).await?,
        None => tests::list(db, id, &filter, after, limit + 1).await?,
    };
    let mut past = past_of_failures(&state, id, &found).await?;
    let show = |test| label(wire::TestCase::from(test), &mut past);
    Ok(Json(page::of(found, limit, LIST, |test| test.number, show)).into_response())
}

fn wants_lines(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|text| text.contains(LINES))
}

/// Read as the client takes them, so that any number of test cases needs little memory.
fn lines(
    state: AppState,
    id: RunId,
    filter: TestFilter,
    after: Option<i64>,
) -> impl Stream<Item = io::Result<String>> + Send {
    stream::try_unfold((state, filter, after), move |(state, filter, after)| async move {
        let found = tests::list(&state.ctx.db, id, &filter, after, PORTION).await;
        let found = found.map_err(io::Error::other)?;
        let Some(last) = found.last().map(|test| test.number) else { return Ok(None) };
        let mut past = past_of_failures(&state, id, &found).await.map_err(io::Error::other)?;
        let mut text = String::new();
        for test in found {
            text += &serde_json::to_string(&label(test.into(), &mut past))?;
            text.push('\n');
        }
        Ok(Some((text, (state, filter, Some(last)))))
    })
}

type Past = HashMap<String, Vec<TestResult>>;

/// The results of those that failed, up to this run.
async fn past_of_failures(
    state: &AppState,
    id: RunId,
    found: &[TestReport],
) -> Result<Past, ApiError> {
    let failed = found.iter().filter(|test| is_good(test.outcome) == Some(false));
    let nodeids: Vec<_> = failed.map(|test| test.nodeid.clone()).collect();
    let filter = PastFilter { until: Some(id), since: None };
    Ok(history::past(&state.ctx.db, &nodeids, filter).await?)
}

fn label(mut test: wire::TestCase, past: &mut Past) -> wire::TestCase {
    if let Some(results) = past.remove(&test.nodeid) {
        let Reliability { label, why, .. } = Reliability::of(&results);
        test.label = label.map(wire::Label::from);
        test.why = Some(why);
    }
    test
}

/// A checked query.
struct Listing {
    filter: TestFilter,
    numbers: Option<Vec<i64>>,
    after: Option<i64>,
    limit: u32,
}

impl ListTests {
    fn check(self) -> Result<Listing, ApiError> {
        let mut mistakes = Mistakes::default();
        let numbers = self.number.as_deref().map(|list| numbers(list, &mut mistakes));
        let listing = Listing {
            filter: TestFilter {
                outcomes: names("outcome", self.outcome.as_deref(), &mut mistakes),
                q: words("q", self.q, &mut mistakes),
            },
            after: page::after(self.cursor.as_deref(), LIST, &mut mistakes),
            limit: match numbers {
                Some(_) => page::LARGEST,
                None => page::limit(self.limit.as_deref(), DEFAULT_LIMIT, &mut mistakes),
            },
            numbers,
        };
        mistakes.query()?;
        Ok(listing)
    }
}

fn numbers(list: &str, mistakes: &mut Mistakes) -> Vec<i64> {
    let numbers: Vec<i64> = list.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    if numbers.len() != list.split(',').count() || numbers.len() > page::LARGEST as usize {
        mistakes.parameter(
            "number",
            format!("must be a comma list of at most {} whole numbers", page::LARGEST),
        );
    }
    numbers
}
