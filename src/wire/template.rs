//! Templates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::RunOptions;
use crate::domain;

/// A saved way to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Template {
    #[schema(example = "nightly")]
    pub name: String,
    pub description: String,
    /// Files, directories or node ids, relative to the tests root.
    pub targets: Vec<String>,
    /// Numbers of test plans, whose targets run before its own.
    pub plans: Vec<i64>,
    /// What a person chooses when running it.
    pub parameters: Vec<Parameter>,
    /// Environment variables of the tests, on top of those of the environment.
    pub variables: BTreeMap<String, String>,
    /// What a run does that does not say otherwise.
    pub options: RunOptions,
}

/// A named choice that the tests read as an environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "INTERFACE", "choices": ["REST", "SOAP"], "default": "REST", "description": "How the orders get in"
}))]
pub struct Parameter {
    /// Name of the environment variable.
    #[schema(min_length = 1, max_length = 256)]
    pub name: String,
    /// Different values; how long one may be is in `GET /settings`.
    #[schema(min_items = 1, max_items = 100)]
    pub choices: Vec<String>,
    /// One of the choices; without a default every run has to choose.
    #[serde(default)]
    #[schema(required)]
    pub default: Option<String>,
    /// Its length is counted in bytes.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub description: String,
}

/// A template to be saved, or the new content of one. What is left out is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "nightly",
    "description": "What has to pass before a release",
    "targets": ["checkout"],
    "plans": [3],
    "parameters": [{"name": "INTERFACE", "choices": ["REST", "SOAP"], "default": "REST", "description": ""}],
    "variables": {"CURRENCY": "EUR"},
    "options": {"timeout_s": 600}
}))]
pub struct NewTemplate {
    /// Without a slash; no other template has it. In a change it may be left out, or differ
    /// from the address, which renames the template.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 128)]
    pub name: Option<String>,
    /// Its length is counted in bytes.
    #[serde(default)]
    #[schema(max_length = 4096)]
    pub description: String,
    /// Files, directories or node ids, relative to the tests root; each has to exist, and counts once.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub targets: Vec<String>,
    /// Numbers of test plans that exist.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub plans: Vec<i64>,
    /// With different names, none of which is also a variable.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub parameters: Vec<Parameter>,
    /// Environment variables of the tests; how many, and how long a value may be, is in `GET /settings`. They are shown
    /// to everybody: secrets belong to environments.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    #[serde(default)]
    pub options: RunOptions,
}

impl From<domain::Template> for Template {
    fn from(template: domain::Template) -> Self {
        Self {
            name: template.name,
            description: template.description,
            targets: template.targets,
            plans: template.plans.into_iter().map(|id| id.0).collect(),
            parameters: template.parameters.into_iter().map(Parameter::from).collect(),
            variables: template.variables,
            options: template.options.into(),
        }
    }
}

impl From<domain::Parameter> for Parameter {
    fn from(parameter: domain::Parameter) -> Self {
        let domain::Parameter { name, choices, default, description } = parameter;
        Self { name, choices, default, description }
    }
}
