//! Templates: saved ways to run.

mod read;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Mistakes;
use super::extract::{JsonBody, Params, TemplatePath};
use super::problem::{ApiError, BadBody, BadJson, BadQuery, Missing, NameTaken, Unavailable};
use super::runs::words;
use super::{AppState, page};
use crate::actions::{self, TemplateError};
use crate::store::templates;
use crate::wire::{self, Page, Template};

const LIST: &str = "name";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_templates, create_template)).routes(routes!(
        find_template,
        update_template,
        delete_template
    ))
}

/// Which templates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListTemplates {
    /// Part of the name, the description, a target, or the name of a parameter or a variable, in any case.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Templates, a page at a time, by name
#[utoipa::path(
    get,
    path = "/templates",
    tag = "templates",
    params(ListTemplates),
    responses((status = 200, description = "A page of templates", body = Page<Template>), BadQuery, Unavailable)
)]
async fn list_templates(
    State(state): State<AppState>,
    Params(query): Params<ListTemplates>,
) -> Result<Json<Page<Template>>, ApiError> {
    let mut mistakes = Mistakes::default();
    let limit = page::limit(query.limit.as_deref(), page::USUAL, &mut mistakes);
    let after = page::after_name(query.cursor.as_deref(), LIST, &mut mistakes);
    let q = words("q", query.q, &mut mistakes);
    mistakes.query()?;
    let found = templates::list(&state.ctx.db, q.as_deref(), &after, limit + 1).await?;
    Ok(Json(page::of_names(found, limit, LIST, |one| &one.name, Template::from)))
}

/// Save a template
///
/// All mistakes are reported at once, and nothing is stored then.
#[utoipa::path(
    post,
    path = "/templates",
    tag = "templates",
    request_body = wire::NewTemplate,
    responses(
        (
            status = 201, description = "The template", body = Template,
            headers(("Location" = String, description = "The address of the template"))
        ),
        BadJson,
        NameTaken,
        BadBody,
        Unavailable
    )
)]
async fn create_template(
    State(state): State<AppState>,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let template = read::template(&state, &body.value, None).await?;
    actions::create_template(&state.ctx, &template).await?;
    let name = utf8_percent_encode(&template.name, NON_ALPHANUMERIC);
    let location = [(header::LOCATION, format!("/api/v1/templates/{name}"))];
    Ok((StatusCode::CREATED, location, Json(Template::from(template))).into_response())
}

/// One template
#[utoipa::path(
    get,
    path = "/templates/{name}",
    tag = "templates",
    params(("name" = String, Path, description = "Name of the template", example = "nightly")),
    responses((status = 200, description = "The template", body = Template), Missing, Unavailable)
)]
async fn find_template(
    State(state): State<AppState>,
    TemplatePath(name): TemplatePath,
) -> Result<Json<Template>, ApiError> {
    let found = templates::find(&state.ctx.db, &name).await?;
    Ok(Json(found.ok_or(TemplateError::NotFound(name))?.into()))
}

/// Change a template
///
/// Replaces all of it; what is left out is empty afterwards, except the name. Runs that were asked for with it stay as
/// they are.
#[utoipa::path(
    put,
    path = "/templates/{name}",
    tag = "templates",
    params(("name" = String, Path, description = "Name of the template", example = "nightly")),
    request_body = wire::NewTemplate,
    responses(
        (status = 200, description = "The template as it is now", body = Template),
        BadJson,
        Missing,
        NameTaken,
        BadBody,
        Unavailable
    )
)]
async fn update_template(
    State(state): State<AppState>,
    TemplatePath(name): TemplatePath,
    body: JsonBody,
) -> Result<Json<Template>, ApiError> {
    if templates::find(&state.ctx.db, &name).await?.is_none() {
        return Err(TemplateError::NotFound(name).into());
    }
    let template = read::template(&state, &body.value, Some(&name)).await?;
    actions::update_template(&state.ctx, &name, &template).await?;
    Ok(Json(template.into()))
}

/// Delete a template
///
/// Runs that were asked for with it stay as they are, and keep its name.
#[utoipa::path(
    delete,
    path = "/templates/{name}",
    tag = "templates",
    params(("name" = String, Path, description = "Name of the template", example = "nightly")),
    responses((status = 204, description = "It is gone"), Missing, Unavailable)
)]
async fn delete_template(
    State(state): State<AppState>,
    TemplatePath(name): TemplatePath,
) -> Result<StatusCode, ApiError> {
    actions::delete_template(&state.ctx, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        match error {
            TemplateError::NotFound(_) => Self::NotFound(error.to_string()),
            TemplateError::NameTaken(_) => {
                Self::Conflict { code: "name_taken", detail: error.to_string() }
            }
            TemplateError::UnknownPlan(_) => Self::pointer("/plans", error.to_string()),
            TemplateError::Store(error) => error.into(),
        }
    }
}
