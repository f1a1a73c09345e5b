//! Environments are made, changed and deleted.

use std::collections::BTreeMap;

use crate::domain::environment::{Changes, NewEnvironment, Service, Variable};
use crate::domain::{Environment, EnvironmentId, Event, RunId};
use crate::live::Hint;
use crate::store::{self, environments};

use super::Context;

#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    #[error("there is no environment {0}")]
    NotFound(EnvironmentId),
    #[error(
        "there is an environment {0} already; change it, or leave the number out to get the next"
    )]
    Exists(EnvironmentId),
    #[error(
        "run {run} is running in environment {id} and {queued} wait for it; let them end or cancel them, then delete it"
    )]
    Busy { id: EnvironmentId, run: RunId, queued: usize },
    #[error(
        "{queued} runs are queued for environment {id}, run {first} first; cancel them, then delete it"
    )]
    Wanted { id: EnvironmentId, first: RunId, queued: usize },
    #[error("environment {id} is reserved by {person}; release it, then delete it")]
    Reserved { id: EnvironmentId, person: String },
    #[error("variable {0} has no value here that could stay as it is")]
    UnknownVariable(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Makes an environment under the number that is asked for, or under the next.
pub async fn create_environment(
    context: &Context,
    new: &NewEnvironment,
) -> Result<EnvironmentId, EnvironmentError> {
    loop {
        let mut change = context.begin().await?;
        let id = match new.id {
            Some(id) => EnvironmentId(id),
            None => environments::next_id(&change.tx).await?,
        };
        match environments::insert(&change.tx, id).await {
            Err(error) if error.is_unique_violation() && new.id.is_some() => {
                return Err(EnvironmentError::Exists(id));
            }
            // Somebody else was faster and has this number now.
            Err(error) if error.is_unique_violation() => continue,
            result => result?,
        }
        let mut environment = Environment::new(id);
        apply(&mut environment, &new.values)?;
        environments::update(&change.tx, &environment).await?;
        change.event(Event::Environment(id));
        // Runs that take any environment may have waited for one like this.
        change.hint(Hint::Queue);
        change.commit().await?;
        return Ok(id);
    }
}

/// Changes what people say of an environment. A run that is running there goes on as it began.
pub async fn change_environment(
    context: &Context,
    id: EnvironmentId,
    changes: &Changes,
) -> Result<(), EnvironmentError> {
    let mut change = context.begin().await?;
    environments::lock(&change.tx, id).await?;
    let mut environment = found(environments::find(&change.tx, id).await?, id)?;
    apply(&mut environment, changes)?;
    environments::update(&change.tx, &environment).await?;
    change.event(Event::Environment(id));
    change.hint(Hint::Queue);
    change.commit().await?;
    Ok(())
}

/// Deletes an environment that nobody uses. Runs that ended there keep its number and its name.
pub async fn delete_environment(
    context: &Context,
    id: EnvironmentId,
) -> Result<(), EnvironmentError> {
    let mut change = context.begin().await?;
    // Submits lock it too, so that nobody can queue up in between.
    environments::lock(&change.tx, id).await?;
    let environment = found(environments::find(&change.tx, id).await?, id)?;
    let queued = environment.queue.len();
    if let Some(holder) = environment.holder {
        return Err(EnvironmentError::Busy { id, run: holder.run, queued });
    }
    if let Some(first) = environment.queue.first() {
        return Err(EnvironmentError::Wanted { id, first: *first, queued });
    }
    if let Some(reservation) = environment.reservation {
        return Err(EnvironmentError::Reserved { id, person: reservation.person });
    }
    environments::delete(&change.tx, id).await?;
    change.event(Event::Environment(id));
    change.commit().await?;
    Ok(())
}

fn found(
    environment: Option<Environment>,
    id: EnvironmentId,
) -> Result<Environment, EnvironmentError> {
    environment.ok_or(EnvironmentError::NotFound(id))
}

fn apply(environment: &mut Environment, changes: &Changes) -> Result<(), EnvironmentError> {
    let Changes { name, description, labels, variables, network, service } = changes.clone();
    if let Some(name) = name {
        environment.name = name;
    }
    if let Some(description) = description {
        environment.description = description;
    }
    if let Some(labels) = labels {
        environment.labels = labels;
    }
    if let Some(variables) = variables {
        environment.variables = replaced(&environment.variables, variables)?;
    }
    if let Some(network) = network {
        environment.network = network;
    }
    match service {
        Some(Service::Enabled) => environment.maintenance = None,
        Some(Service::Maintenance { reason }) => environment.maintenance = Some(reason),
        None => {}
    }
    Ok(())
}

fn replaced(
    present: &BTreeMap<String, Variable>,
    wanted: BTreeMap<String, Option<Variable>>,
) -> Result<BTreeMap<String, Variable>, EnvironmentError> {
    let value =
        |(name, value): (String, Option<Variable>)| match value.or(present.get(&name).cloned()) {
            Some(value) => Ok((name, value)),
            None => Err(EnvironmentError::UnknownVariable(name)),
        };
    wanted.into_iter().map(value).collect()
}
