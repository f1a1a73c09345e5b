//! `GET /history`: a test case over all runs.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Mistakes;
use super::extract::Params;
use super::problem::{ApiError, BadQuery, Unavailable};
use super::{AppState, page};
use crate::domain::history::{Reliability, TestResult, quantile};
use crate::domain::{EnvironmentId, RunId};
use crate::store::history::{self, HistoryFilter};
use crate::wire;

const LIST: &str = "history";
const DEFAULT_LIMIT: u32 = 50;
/// Results that label, flake rate and durations are made of.
const WINDOW: u32 = 50;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find_history))
}

/// Which test case.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindHistory {
    /// The node id, as runs show it.
    #[param(example = "checkout/test_cart.py::test_total")]
    nodeid: String,
    /// Only results of the environment with this number.
    #[param(value_type = Option<i64>)]
    environment: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many results, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// How a test case ended in finished runs, and what its last failure seems to be
///
/// The label is made of the newest 50 results: `flaky` when two or more of them differ from the one before, of the same
/// file in the same environment; `environment` when the file failed at least twice in this environment and never in two
/// or more runs elsewhere; `new` for a failure after a good result; `known_failing` for more than one in a row.
#[utoipa::path(
    get,
    path = "/history",
    tag = "results",
    params(FindHistory),
    responses(
        (status = 200, description = "Results, newest run first; none for a node id that nobody ran", body = wire::History),
        BadQuery,
        Unavailable
    )
)]
async fn find_history(
    State(state): State<AppState>,
    Params(query): Params<FindHistory>,
) -> Result<Json<wire::History>, ApiError> {
    let Asked { nodeid, environment, before, limit } = query.check()?;
    let db = &state.ctx.db;
    let whole = HistoryFilter { environment, before: None };
    // The first page begins with the newest results, so it needs no question of its own.
    let mut newest = history::results(db, &nodeid, &whole, WINDOW.max(limit + 1)).await?;
    let found = if before.is_some() {
        let filter = HistoryFilter { environment, before };
        history::results(db, &nodeid, &filter, limit + 1).await?
    } else {
        newest.iter().take(limit as usize + 1).cloned().collect()
    };
    newest.truncate(WINDOW as usize);
    let page = page::of(found, limit, LIST, |result| result.run.0, wire::HistoryItem::from);
    Ok(Json(show(nodeid, page, &newest)))
}

struct Asked {
    nodeid: String,
    environment: Option<EnvironmentId>,
    before: Option<RunId>,
    limit: u32,
}

impl FindHistory {
    fn check(self) -> Result<Asked, ApiError> {
        let mut mistakes = Mistakes::default();
        if self.nodeid.is_empty() || self.nodeid.contains('\0') {
            mistakes.parameter("nodeid", "must be the node id of a test case");
        }
        let environment = self.environment.and_then(|text| {
            let number = text.parse().ok();
            if number.is_none() {
                let words = format!("must be the number of an environment, not {text:?}");
                mistakes.parameter("environment", words);
            }
            number.map(EnvironmentId)
        });
        let asked = Asked {
            nodeid: self.nodeid,
            environment,
            before: page::after(self.cursor.as_deref(), LIST, &mut mistakes).map(RunId),
            limit: page::limit(self.limit.as_deref(), DEFAULT_LIMIT, &mut mistakes),
        };
        mistakes.query()?;
        Ok(asked)
    }
}

fn show(
    nodeid: String,
    page: wire::Page<wire::HistoryItem>,
    newest: &[TestResult],
) -> wire::History {
    let reliability = Reliability::of(newest);
    let durations: Vec<_> = newest.iter().filter_map(|result| result.duration_ms).collect();
    wire::History {
        nodeid,
        items: page.items,
        next_cursor: page.next_cursor,
        flake_rate: reliability.flake_rate,
        label: reliability.label.map(wire::Label::from),
        why: reliability.why,
        first_failing_run: reliability.first_failing.map(|run| run.0),
        duration_p50_ms: quantile(&durations, 0.5),
        duration_p95_ms: quantile(&durations, 0.95),
    }
}
