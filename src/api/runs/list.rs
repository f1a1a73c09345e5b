//! `GET /runs`: a page of runs.

use axum::Json;
use axum::extract::State;

use super::filter::{ListRuns, Listing};
use super::show::show_runs;
use crate::api::extract::Params;
use crate::api::problem::{ApiError, BadQuery, Unavailable};
use crate::api::{AppState, page};
use crate::domain::RunId;
use crate::store::runs;
use crate::wire;

/// Runs, a page at a time
///
/// Walking the pages shows every run once, also while new ones arrive.
#[utoipa::path(
    get,
    path = "/runs",
    tag = "runs",
    params(ListRuns),
    responses((status = 200, description = "A page of runs", body = wire::Page<wire::Run>), BadQuery, Unavailable)
)]
pub async fn list_runs(
    State(state): State<AppState>,
    Params(query): Params<ListRuns>,
) -> Result<Json<wire::Page<wire::Run>>, ApiError> {
    let Listing { filter, order, after, limit } = query.check()?;
    let db = &state.ctx.db;
    let found = runs::list(db, &filter, order.order, after.map(RunId), limit + 1).await?;
    let page = page::of(found, limit, order.name, |run| run.id.0, |run| run);
    let items = show_runs(db, page.items).await?;
    Ok(Json(wire::Page { items, next_cursor: page.next_cursor }))
}
