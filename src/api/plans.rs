//! Test plans: numbered, named lists of targets.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::asked::{names, targets};
use super::body::{Fields, Mistakes, shown};
use super::extract::{JsonBody, Params, PlanPath};
use super::problem::{
    ApiError, BadBody, BadJson, BadQuery, InUse, Missing, NameTaken, Unavailable,
};
use super::runs::words;
use super::{AppState, page};
use crate::actions::{self, PlanError};
use crate::domain::{NewPlan, PlanId};
use crate::store::plans;
use crate::wire::{self, Page, Plan};

const LIST: &str = "plan";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_plans, create_plan)).routes(routes!(
        find_plan,
        update_plan,
        delete_plan
    ))
}

/// Which plans.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListPlans {
    /// Part of the name or of a target, in any case; or the number of a plan.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Test plans, a page at a time, by number
#[utoipa::path(
    get,
    path = "/plans",
    tag = "plans",
    params(ListPlans),
    responses((status = 200, description = "A page of test plans", body = Page<Plan>), BadQuery, Unavailable)
)]
async fn list_plans(
    State(state): State<AppState>,
    Params(query): Params<ListPlans>,
) -> Result<Json<Page<Plan>>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), page::USUAL, &mut mistakes);
    let after = page::after(query.cursor.as_deref(), LIST, &mut mistakes).unwrap_or(0);
    let q = words("q", query.q, &mut mistakes);
    mistakes.query()?;
    let found = plans::list(&state.ctx.db, q.as_deref(), PlanId(after), limit + 1).await?;
    Ok(Json(page::of(found, limit, LIST, |one| one.id.0, Plan::from)))
}

/// Save a test plan
///
/// All mistakes are reported at once, and nothing is stored then.
#[utoipa::path(
    post,
    path = "/plans",
    tag = "plans",
    request_body = wire::NewPlan,
    responses(
        (
            status = 201, description = "The test plan with its number", body = Plan,
            headers(("Location" = String, description = "The address of the test plan"))
        ),
        BadJson,
        NameTaken,
        BadBody,
        Unavailable
    )
)]
async fn create_plan(State(state): State<AppState>, body: JsonBody) -> Result<Response, ApiError> {
    let plan = read(&state, &body.value, None).await?;
    let id = actions::create_plan(&state.ctx, &plan).await?;
    let location = [(header::LOCATION, format!("/api/v1/plans/{id}"))];
    Ok((StatusCode::CREATED, location, Json(show(id, plan))).into_response())
}

/// One test plan
#[utoipa::path(
    get,
    path = "/plans/{id}",
    tag = "plans",
    params(("id" = i64, Path, description = "Number of the test plan", example = 3)),
    responses((status = 200, description = "The test plan", body = Plan), Missing, Unavailable)
)]
async fn find_plan(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
) -> Result<Json<Plan>, ApiError> {
    let found = plans::find(&state.ctx.db, id).await?;
    Ok(Json(found.ok_or(PlanError::NotFound(id))?.into()))
}

/// Change a test plan
///
/// Replaces its name and its targets. Runs that were asked for with it stay as they are.
#[utoipa::path(
    put,
    path = "/plans/{id}",
    tag = "plans",
    params(("id" = i64, Path, description = "Number of the test plan", example = 3)),
    request_body = wire::ChangedPlan,
    responses(
        (status = 200, description = "The test plan as it is now", body = Plan),
        BadJson,
        Missing,
        NameTaken,
        BadBody,
        Unavailable
    )
)]
async fn update_plan(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
    body: JsonBody,
) -> Result<Json<Plan>, ApiError> {
    plans::find(&state.ctx.db, id).await?.ok_or(PlanError::NotFound(id))?;
    let plan = read(&state, &body.value, Some(id)).await?;
    actions::update_plan(&state.ctx, id, &plan).await?;
    Ok(Json(show(id, plan)))
}

/// Delete a test plan
///
/// Runs that were asked for with it stay as they are, and keep its number. A plan that is part of a template is not
/// deleted.
#[utoipa::path(
    delete,
    path = "/plans/{id}",
    tag = "plans",
    params(("id" = i64, Path, description = "Number of the test plan", example = 3)),
    responses((status = 204, description = "It is gone"), Missing, InUse, Unavailable)
)]
async fn delete_plan(
    State(state): State<AppState>,
    PlanPath(id): PlanPath,
) -> Result<StatusCode, ApiError> {
    actions::delete_plan(&state.ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The plan of a body. A change may repeat the number that it has in the address.
async fn read(
    state: &AppState,
    body: &Value,
    changed: Option<PlanId>,
) -> Result<NewPlan, ApiError> {
    let limits = &state.settings.limits;
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(body, "", &mut mistakes);
    if let Some(id) = changed
        && let Some(given) = fields.take("id")
        && given.as_i64() != Some(id.0)
    {
        let words = format!("is {id}, as in the address, not {}; leave it out", shown(given));
        mistakes.at("/id", words);
    }
    let name = names::name(&mut fields, limits.name, &mut mistakes);
    names::require(&mut fields, "the test plan", &mut mistakes);
    let wanted = targets::read(&mut fields, limits.targets, &mut mistakes);
    if targets::are_absent(&mut fields) {
        mistakes.at(
            "/targets",
            "at least one is needed: a file, a directory or a nodeid below the tests root",
        );
    }
    fields.finish(&mut mistakes);
    let found = targets::find(state, wanted, limits.targets, &mut mistakes).await?;
    mistakes.body()?;
    Ok(NewPlan { name: name.unwrap_or_default(), targets: found.targets })
}

fn show(id: PlanId, plan: NewPlan) -> Plan {
    Plan { id: id.0, name: plan.name, targets: plan.targets }
}

impl From<PlanError> for ApiError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NotFound(_) => Self::NotFound(error.to_string()),
            PlanError::NameTaken(_) => {
                Self::Conflict { code: "name_taken", detail: error.to_string() }
            }
            PlanError::InUse { .. } => {
                Self::Conflict { code: "plan_in_use", detail: error.to_string() }
            }
            PlanError::Store(error) => error.into(),
        }
    }
}
