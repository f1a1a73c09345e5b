//! Test plans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain;

/// A numbered, named list of targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    #[schema(example = 3)]
    pub id: i64,
    #[schema(example = "checkout")]
    pub name: String,
    /// Files, directories or node ids, relative to the tests root, in the order in which they run.
    #[schema(example = json!(["checkout/test_cart.py", "login"]))]
    pub targets: Vec<String>,
}

/// A test plan to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "checkout", "targets": ["checkout/test_cart.py", "login"]}))]
pub struct NewPlan {
    /// No other plan has it.
    #[schema(min_length = 1, max_length = 128)]
    pub name: String,
    /// Files, directories or node ids, relative to the tests root; each has to exist, and counts once.
    #[schema(min_items = 1, max_items = 1000)]
    pub targets: Vec<String>,
}

/// The new content of a test plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedPlan {
    /// Its number, as in the address; may be left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,
    /// No other plan has it.
    #[schema(min_length = 1, max_length = 128)]
    pub name: String,
    /// Files, directories or node ids, relative to the tests root; each has to exist, and counts once.
    #[schema(min_items = 1, max_items = 1000)]
    pub targets: Vec<String>,
}

impl From<domain::Plan> for Plan {
    fn from(plan: domain::Plan) -> Self {
        Self { id: plan.id.0, name: plan.name, targets: plan.targets }
    }
}
