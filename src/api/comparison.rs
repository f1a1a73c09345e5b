//! `GET /compare`: several runs beside each other.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::body::Mistakes;
use super::extract::Params;
use super::problem::{ApiError, BadQuery, Missing, Pruned, Unavailable};
use super::runs::{existing, missing};
use crate::domain::comparison::compare;
use crate::domain::{Run, RunDetails, RunId};
use crate::store::{history, runs};
use crate::wire::{Comparison, ComparisonItem, Difference};

/// How many runs are compared.
const MOST: usize = 4;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(compare_runs))
}

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CompareRuns {
    /// Comma list of the numbers of 2 to 4 runs; changes are from the first to the last.
    #[param(example = "111,112")]
    runs: String,
}

/// What failed newly, was repaired, still fails, is missing or became slower, and what was different
#[utoipa::path(
    get,
    path = "/compare",
    tag = "results",
    params(CompareRuns),
    responses(
        (status = 200, description = "All test cases of the runs", body = Comparison),
        BadQuery,
        Missing,
        Pruned,
        Unavailable
    )
)]
async fn compare_runs(
    State(state): State<AppState>,
    Params(query): Params<CompareRuns>,
) -> Result<Json<Comparison>, ApiError> {
    let ids = run_ids(&query.runs)?;
    let (mut outcomes, mut configurations, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for id in &ids {
        let run = existing(&state, *id).await?;
        let details = runs::details(&state.ctx.db, *id).await?.ok_or_else(|| missing(*id))?;
        outcomes.push(history::outcomes(&state.ctx.db, *id).await?);
        configurations.push(configuration(&run, &details));
        sources.push(details.sources.into_iter().map(|one| (one.path, one.sha256)).collect());
    }
    Ok(Json(Comparison {
        runs: ids.iter().map(|id| id.0).collect(),
        items: compare(outcomes).into_iter().map(ComparisonItem::from).collect(),
        configuration: differences(&configurations),
        sources: differences(&sources),
    }))
}

fn run_ids(list: &str) -> Result<Vec<RunId>, ApiError> {
    let ids: Vec<_> = list.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let different: BTreeSet<i64> = ids.iter().copied().collect();
    if ids.len() != list.split(',').count()
        || different.len() != ids.len()
        || !(2..=MOST).contains(&ids.len())
    {
        let mut mistakes = Mistakes::default();
        let words = format!(
            "must be a comma list of the numbers of 2 to {MOST} different runs, not {list:?}"
        );
        mistakes.parameter("runs", words);
        mistakes.query()?;
    }
    Ok(ids.into_iter().map(RunId).collect())
}

fn environment(run: &Run) -> String {
    if run.is_placed() { run.environment.to_string() } else { "any".to_owned() }
}

/// What was asked for, as names with values.
fn configuration(run: &Run, details: &RunDetails) -> BTreeMap<String, String> {
    let mut all = BTreeMap::from([
        ("environment".to_owned(), environment(run)),
        ("targets".to_owned(), run.targets.join(", ")),
    ]);
    let options = &details.options;
    for (name, value) in [
        ("template", run.template.clone()),
        ("options/keyword", options.keyword.clone()),
        ("options/markers", options.markers.clone()),
        ("options/max_failures", options.max_failures.map(|number| number.to_string())),
        ("options/timeout_s", options.timeout_s.map(|number| number.to_string())),
        ("options/network", options.network.map(|network| network.as_str().to_owned())),
    ] {
        all.extend(value.map(|value| (name.to_owned(), value)));
    }
    for (kind, values) in [("parameters", &details.parameters), ("variables", &details.variables)] {
        all.extend(values.iter().map(|(name, value)| (format!("{kind}/{name}"), value.clone())));
    }
    all
}

/// The names of which not all have the same value.
fn differences(all: &[BTreeMap<String, String>]) -> Vec<Difference> {
    let names: BTreeSet<_> = all.iter().flat_map(BTreeMap::keys).collect();
    let rows = names.into_iter().map(|name| Difference {
        name: name.clone(),
        values: all.iter().map(|one| one.get(name).cloned()).collect(),
    });
    rows.filter(|row| row.values.iter().any(|value| *value != row.values[0])).collect()
}
