//! Somebody saves, changes or deletes a template. Runs that exist have their own copy of what it said.

use crate::domain::{PlanId, Template};
use crate::store::{self, plans, templates};

use super::Context;

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("there is no template {0:?}")]
    NotFound(String),
    #[error("there is a template {0:?} already; choose another name, or change that one")]
    NameTaken(String),
    #[error("there is no test plan {0}")]
    UnknownPlan(PlanId),
    #[error(transparent)]
    Store(#[from] store::Error),
}

pub async fn create_template(context: &Context, template: &Template) -> Result<(), TemplateError> {
    let change = context.begin().await?;
    check_plans(&change.tx, &template.plans).await?;
    if templates::find(&change.tx, &template.name).await?.is_some() {
        return Err(TemplateError::NameTaken(template.name.clone()));
    }
    templates::insert(&change.tx, template).await.map_err(|error| taken(error, template))?;
    change.commit().await?;
    Ok(())
}

/// Replaces the template `name`; the new one may have another name.
pub async fn update_template(
    context: &Context,
    name: &str,
    template: &Template,
) -> Result<(), TemplateError> {
    let change = context.begin().await?;
    check_plans(&change.tx, &template.plans).await?;
    if template.name != name && templates::find(&change.tx, &template.name).await?.is_some() {
        return Err(TemplateError::NameTaken(template.name.clone()));
    }
    let updated = templates::update(&change.tx, name, template).await;
    if !updated.map_err(|error| taken(error, template))? {
        return Err(TemplateError::NotFound(name.to_owned()));
    }
    change.commit().await?;
    Ok(())
}

pub async fn delete_template(context: &Context, name: &str) -> Result<(), TemplateError> {
    let change = context.begin().await?;
    if !templates::delete(&change.tx, name).await? {
        return Err(TemplateError::NotFound(name.to_owned()));
    }
    change.commit().await?;
    Ok(())
}

/// Keeps its plans from being deleted until the transaction ends.
async fn check_plans(tx: &store::Tx, wanted: &[PlanId]) -> Result<(), TemplateError> {
    let known = plans::lock_many(tx, wanted).await?;
    let unknown = wanted.iter().find(|id| known.iter().all(|plan| plan.id != **id));
    unknown.map_or(Ok(()), |id| Err(TemplateError::UnknownPlan(*id)))
}

/// Somebody else may take the name between the look and the write.
fn taken(error: store::Error, template: &Template) -> TemplateError {
    if error.is_unique_violation() {
        return TemplateError::NameTaken(template.name.clone());
    }
    error.into()
}
