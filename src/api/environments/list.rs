//! `GET /environments`, `GET /environments/{id}`

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::existing;
use crate::api::body::Mistakes;
use crate::api::extract::{EnvironmentPath, Params};
use crate::api::problem::{ApiError, BadQuery, Missing, Unavailable};
use crate::api::runs::filter::{names, words};
use crate::api::{AppState, page};
use crate::domain::{self, EnvironmentState};
use crate::store::environments;
use crate::wire::{Environment, Page};

const LIST: &str = "environment";

/// Which ones, and which page. Filters are combined: an environment must meet all of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEnvironments {
    /// Comma list of `free`, `busy`, `reserved`, `maintenance`.
    #[param(example = "free,reserved")]
    state: Option<String>,
    /// Comma list of labels; an environment must have all of them.
    #[param(example = "gpu,eu")]
    label: Option<String>,
    /// Part of the name, the description, a label or a person's name, in any case; or a number.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 200 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Environments with their present state, holder and queue
#[utoipa::path(
    get,
    path = "/environments",
    tag = "environments",
    params(ListEnvironments),
    responses(
        (status = 200, description = "A page of environments, by number", body = Page<Environment>),
        BadQuery,
        Unavailable
    )
)]
pub async fn list_environments(
    State(state): State<AppState>,
    Params(query): Params<ListEnvironments>,
) -> Result<Json<Page<Environment>>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), page::LARGEST, &mut mistakes);
    let after = page::after(query.cursor.as_deref(), LIST, &mut mistakes);
    let filter = Filter {
        states: names("state", query.state.as_deref(), &mut mistakes),
        labels: labels(query.label.as_deref()),
        q: words("q", query.q, &mut mistakes),
    };
    mistakes.query()?;
    // They are few, so all are read for a page; their queues may be long.
    let db = &state.ctx.db;
    let mut found = environments::without_queues(db).await?;
    found.retain(|one| after.is_none_or(|after| one.id.0 > after) && filter.fits(one));
    found.truncate(limit as usize + 1);
    let found = environments::with_queues(db, found).await?;
    Ok(Json(page::of(found, limit, LIST, |one| one.id.0, Environment::from)))
}

/// One environment with its present state, holder and queue
#[utoipa::path(
    get,
    path = "/environments/{id}",
    tag = "environments",
    params(("id" = i64, Path, description = "Number of the environment", example = 7)),
    responses((status = 200, description = "The environment", body = Environment), Missing, Unavailable)
)]
pub async fn find_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
) -> Result<Json<Environment>, ApiError> {
    existing(&state, id).await.map(Json)
}

struct Filter {
    states: Vec<EnvironmentState>,
    labels: Vec<String>,
    q: Option<String>,
}

impl Filter {
    fn fits(&self, environment: &domain::Environment) -> bool {
        (self.states.is_empty() || self.states.contains(&environment.state()))
            && environment.has_labels(&self.labels)
            && self.q.as_ref().is_none_or(|text| is_found(environment, text))
    }
}

fn is_found(environment: &domain::Environment, text: &str) -> bool {
    let person = environment.reservation.as_ref().map(|reservation| reservation.person.as_str());
    let mut texts = vec![environment.name.as_str(), environment.description.as_str()];
    texts.extend(environment.labels.iter().map(String::as_str));
    texts.extend(person);
    let text = text.to_lowercase();
    text.trim_start_matches('#') == environment.id.to_string()
        || texts.iter().any(|one| one.to_lowercase().contains(&text))
}

fn labels(list: Option<&str>) -> Vec<String> {
    let parts = list.unwrap_or_default().split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
