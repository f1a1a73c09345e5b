//! `GET /history/leaderboards`: the test cases that cost most attention.

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
use crate::domain::Millis;
use crate::domain::history::Reliability;
use crate::store::boards::{self, MOST_DAYS, Tally};
use crate::store::history::{self, PastFilter};
use crate::wire::{Leader, Leaderboards, Timestamp};

const DEFAULT_DAYS: u32 = 14;
const DEFAULT_LIMIT: u32 = 10;
/// Test cases that are looked at closely, because they have good and bad results.
const SUSPECTS: u32 = 50;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find_leaderboards))
}

/// Of when, and how long.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindLeaderboards {
    /// So many days, today included, each from midnight to midnight UTC; 1 to 366, 14 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 366)]
    days: Option<String>,
    /// At most this many test cases on each, 1 to 200; 10 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// The flakiest, the slowest and the most failing test cases of the last days
#[utoipa::path(
    get,
    path = "/history/leaderboards",
    tag = "results",
    params(FindLeaderboards),
    responses(
        (status = 200, description = "Three lists of test cases", body = Leaderboards),
        BadQuery,
        Unavailable
    )
)]
async fn find_leaderboards(
    State(state): State<AppState>,
    Params(query): Params<FindLeaderboards>,
) -> Result<Json<Leaderboards>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), DEFAULT_LIMIT, &mut mistakes);
    let days = days(query.days.as_deref(), &mut mistakes);
    mistakes.query()?;
    let since = boards::first_day(days, state.ctx.clock.now());
    let db = &state.ctx.db;
    let tops = boards::tops(db, since, limit, SUSPECTS).await?;
    Ok(Json(Leaderboards {
        since: Timestamp(since),
        flakiest: flakiest(&state, tops.mixed, since, limit).await?,
        slowest: tops.slowest.into_iter().map(|tally| leader(tally, None)).collect(),
        failing: tops.failing.into_iter().map(|tally| leader(tally, None)).collect(),
    }))
}

fn days(text: Option<&str>, mistakes: &mut Mistakes) -> u32 {
    let Some(text) = text else { return DEFAULT_DAYS };
    match text.parse() {
        Ok(days) if (1..=MOST_DAYS).contains(&days) => days,
        _ => {
            let words = format!("must be a whole number from 1 to {MOST_DAYS}, not {text:?}");
            mistakes.parameter("days", words);
            DEFAULT_DAYS
        }
    }
}

async fn flakiest(
    state: &AppState,
    suspects: Vec<Tally>,
    since: Millis,
    limit: u32,
) -> Result<Vec<Leader>, ApiError> {
    let nodeids: Vec<_> = suspects.iter().map(|tally| tally.nodeid.clone()).collect();
    let filter = PastFilter { until: None, since: Some(since) };
    let mut past = history::past(&state.ctx.db, &nodeids, filter).await?;
    let mut found: Vec<_> = suspects
        .into_iter()
        .filter_map(|tally| {
            let flips = Reliability::of(&past.remove(&tally.nodeid)?).flips;
            (flips > 0).then_some((flips, tally))
        })
        .collect();
    // Equal ones stay in the order of the board.
    found.sort_by_key(|(flips, _)| std::cmp::Reverse(*flips));
    found.truncate(limit as usize);
    Ok(found.into_iter().map(|(flips, tally)| leader(tally, Some(flips))).collect())
}

fn leader(tally: Tally, flips: Option<usize>) -> Leader {
    Leader {
        nodeid: tally.nodeid,
        results: tally.good + tally.bad,
        failed: tally.bad,
        flips: flips.map(|flips| i64::try_from(flips).unwrap_or(i64::MAX)),
        mean_ms: tally.mean_ms,
        longest_ms: tally.longest_ms,
        last_run_id: tally.last_run.0,
    }
}
