//! Environments, with who has them and who waits.

mod change;
mod fields;
mod list;
mod reserve;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::problem::ApiError;
use crate::domain::EnvironmentId;
use crate::store::environments;
use crate::wire;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_environments, change::create_environment))
        .routes(routes!(
            list::find_environment,
            change::update_environment,
            change::delete_environment
        ))
        .routes(routes!(reserve::reserve_environment, reserve::release_environment))
}

/// An environment as it is now.
async fn existing(state: &AppState, id: EnvironmentId) -> Result<wire::Environment, ApiError> {
    let found = environments::find(&state.ctx.db, id).await?;
    Ok(found.ok_or_else(|| missing(id))?.into())
}

fn missing(id: EnvironmentId) -> ApiError {
    ApiError::NotFound(format!("there is no environment {id}; /api/v1/environments lists them"))
}
