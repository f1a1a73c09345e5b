//! Somebody saves, changes or deletes a test plan. Runs that exist have their own copy of its targets.

use crate::domain::{NewPlan, PlanId};
use crate::store::{self, plans, templates};

use super::Context;

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("there is no test plan {0}")]
    NotFound(PlanId),
    #[error("there is a test plan {0:?} already; choose another name, or change that one")]
    NameTaken(String),
    #[error("test plan {id} is part of {}; take it out of there first", .templates.join(", "))]
    InUse { id: PlanId, templates: Vec<String> },
    #[error(transparent)]
    Store(#[from] store::Error),
}

pub async fn create_plan(context: &Context, plan: &NewPlan) -> Result<PlanId, PlanError> {
    let change = context.begin().await?;
    refuse_taken(&change.tx, &plan.name, None).await?;
    let id = plans::insert(&change.tx, plan).await.map_err(|error| taken(error, plan))?;
    change.commit().await?;
    Ok(id)
}

pub async fn update_plan(context: &Context, id: PlanId, plan: &NewPlan) -> Result<(), PlanError> {
    let change = context.begin().await?;
    refuse_taken(&change.tx, &plan.name, Some(id)).await?;
    let updated = plans::update(&change.tx, id, plan).await;
    if !updated.map_err(|error| taken(error, plan))? {
        return Err(PlanError::NotFound(id));
    }
    change.commit().await?;
    Ok(())
}

/// Refused while a template has it: that template would run less than its owner thinks.
pub async fn delete_plan(context: &Context, id: PlanId) -> Result<(), PlanError> {
    let change = context.begin().await?;
    // A template that takes it at the same time waits for this, and then does not find it.
    plans::lock_many(&change.tx, &[id]).await?;
    let templates = templates::with_plan(&change.tx, id).await?;
    if !templates.is_empty() {
        let templates = templates.iter().map(|name| format!("template {name:?}")).collect();
        return Err(PlanError::InUse { id, templates });
    }
    if !plans::delete(&change.tx, id).await? {
        return Err(PlanError::NotFound(id));
    }
    change.commit().await?;
    Ok(())
}

async fn refuse_taken(tx: &store::Tx, name: &str, except: Option<PlanId>) -> Result<(), PlanError> {
    match plans::find_by_name(tx, name).await? {
        Some(other) if Some(other.id) != except => Err(PlanError::NameTaken(other.name)),
        _ => Ok(()),
    }
}

/// Somebody else may take the name between the look and the write.
fn taken(error: store::Error, plan: &NewPlan) -> PlanError {
    if error.is_unique_violation() {
        return PlanError::NameTaken(plan.name.clone());
    }
    error.into()
}
