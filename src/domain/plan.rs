//! Test plans: numbered, named lists of targets.

use super::PlanId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub id: PlanId,
    pub name: String,
    pub targets: Vec<String>,
}

/// A plan that has no number yet, or its new content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// Of all plans only this one has it.
    pub name: String,
    pub targets: Vec<String>,
}
