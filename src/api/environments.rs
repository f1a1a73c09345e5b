//! Environments, with who has them and who waits.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Mistakes;
use super::extract::{EnvironmentPath, Params};
use super::problem::{ApiError, BadQuery, Missing, Unavailable};
use super::{AppState, page};
use crate::store::environments;
use crate::wire::{Environment, Page};

const LIST: &str = "environment";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_environments)).routes(routes!(find_environment))
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListEnvironments {
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
async fn list_environments(
    State(state): State<AppState>,
    Params(query): Params<ListEnvironments>,
) -> Result<Json<Page<Environment>>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), page::LARGEST, &mut mistakes);
    let after = page::after(query.cursor.as_deref(), LIST, &mut mistakes).unwrap_or(0);
    mistakes.query()?;
    // They are few: reading all of them and showing a page costs nothing.
    let mut found = environments::list(&state.ctx.db).await?;
    found.retain(|environment| environment.id.0 > after);
    found.truncate(limit as usize + 1);
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
async fn find_environment(
    State(state): State<AppState>,
    EnvironmentPath(id): EnvironmentPath,
) -> Result<Json<Environment>, ApiError> {
    let found = environments::find(&state.ctx.db, id).await?;
    let found = found.ok_or_else(|| ApiError::NotFound(format!("there is no environment {id}")))?;
    Ok(Json(found.into()))
}
