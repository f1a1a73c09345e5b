//! Numbers of test plans in a body.

use crate::api::AppState;
use crate::api::body::{Fields, Mistakes, shown};
use crate::domain::{Plan, PlanId};
use crate::store::{self, plans};

use super::names::there_are;

/// Plans that are looked at to say which there are.
const LISTED: u32 = 11;

/// A plan that a body names, and where.
#[derive(Debug, Clone)]
pub struct NamedPlan {
    pub id: PlanId,
    pub pointer: String,
}

/// The numbers below `/plans`, each once.
pub fn read(fields: &mut Fields, limit: usize, mistakes: &mut Mistakes) -> Vec<NamedPlan> {
    let list = fields.list("plans", mistakes).unwrap_or_default();
    let pointer = fields.pointer("plans");
    if list.len() > limit {
        mistakes.at(&pointer, format!("{} test plans, the limit is {limit}", list.len()));
        return Vec::new();
    }
    let mut named: Vec<NamedPlan> = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        match value.as_i64() {
            Some(id) if named.iter().any(|one| one.id.0 == id) => {}
            Some(id) => named.push(NamedPlan { id: PlanId(id), pointer }),
            None => mistakes
                .at(&pointer, format!("must be the number of a test plan, not {}", shown(value))),
        }
    }
    named
}

/// The plans with these numbers, in this order; those that do not exist are mistakes.
pub async fn find(
    state: &AppState,
    named: &[NamedPlan],
    mistakes: &mut Mistakes,
) -> store::Result<Vec<Plan>> {
    let ids: Vec<PlanId> = named.iter().map(|one| one.id).collect();
    let known = plans::find_many(&state.ctx.db, &ids).await?;
    let mut found = Vec::with_capacity(named.len());
    for one in named {
        match known.iter().find(|plan| plan.id == one.id) {
            Some(plan) => found.push(plan.clone()),
            None => mistakes.at(&one.pointer, unknown(state, one.id).await?),
        }
    }
    Ok(found)
}

/// What to say of a plan that does not exist.
pub async fn unknown(state: &AppState, id: PlanId) -> store::Result<String> {
    let first = plans::list(&state.ctx.db, None, PlanId(0), LISTED).await?;
    let known = first.iter().map(|plan| format!("{} {:?}", plan.id, plan.name));
    Ok(format!("there is no test plan {id}; {}", there_are(known)))
}
