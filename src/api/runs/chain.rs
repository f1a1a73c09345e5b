//! `GET /runs/{id}/reruns`: a run with its reruns, and what became of its failures.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;

use super::find::existing;
use super::show::show_runs;
use crate::api::AppState;
use crate::api::extract::RunPath;
use crate::api::problem::{ApiError, Missing, Pruned, Unavailable};
use crate::domain::history::is_good;
use crate::domain::{RunId, TestOutcome};
use crate::store::{history, runs};
use crate::wire::{Became, ChainItem, RerunChain};

/// A run, its reruns and theirs, with what became of the failures of the first
///
/// The same for each run of the chain. A run without reruns is a chain of its own.
#[utoipa::path(
    get,
    path = "/runs/{id}/reruns",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of any run of the chain", example = 112)),
    responses((status = 200, description = "The chain", body = RerunChain), Missing, Pruned, Unavailable)
)]
pub async fn find_reruns(
    State(state): State<AppState>,
    RunPath(id): RunPath,
) -> Result<Json<RerunChain>, ApiError> {
    existing(&state, id).await?;
    let db = &state.ctx.db;
    let chain = runs::chain(db, id).await?;
    let mut found = runs::find_many(db, &chain).await?;
    found.sort_unstable_by_key(|run| run.id);
    let order: HashMap<RunId, usize> = (0..).zip(&found).map(|(at, run)| (run.id, at)).collect();
    let mut items: Vec<ChainItem> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (run, nodeid, outcome) in history::failures_of_first(db, &chain).await? {
        let Some(at) = order.get(&run) else { continue };
        let place = *places.entry(nodeid.clone()).or_insert_with(|| {
            let outcomes = vec![None; order.len()];
            items.push(ChainItem { nodeid, outcomes, became: Became::NotRerun });
            items.len() - 1
        });
        items[place].outcomes[*at] = Some(outcome.into());
        items[place].became = became(items[place].became, *at, outcome);
    }
    Ok(Json(RerunChain { runs: show_runs(db, found).await?, items }))
}

/// After one more result, that of the run at this place of the chain.
fn became(before: Became, at: usize, outcome: TestOutcome) -> Became {
    match is_good(outcome) {
        Some(true) if at > 0 => Became::Fixed,
        Some(false) if at > 0 => Became::Failing,
        _ => before,
    }
}
