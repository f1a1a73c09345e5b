//! Reads what somebody says of an environment, with every mistake in it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::Settings;
use crate::api::asked::variables::refused_name;
use crate::api::asked::{names, options};
use crate::api::body::{Fields, Mistakes, escaped, kind, shown, text};
use crate::domain::environment::{Changes, Service, Variable};

/// Bytes. Masking a shorter one would hide parts of everything.
const SHORTEST_SECRET: usize = 4;

pub fn changes(fields: &mut Fields, settings: &Settings, mistakes: &mut Mistakes) -> Changes {
    let limits = &settings.limits;
    Changes {
        name: names::name(fields, limits.name, mistakes),
        description: words(fields, "description", limits.description, mistakes),
        labels: fields.list("labels", mistakes).map(|list| {
            if list.len() > limits.labels {
                let detail = format!("{} labels, the limit is {}", list.len(), limits.labels);
                mistakes.at("/labels", detail);
                return Vec::new();
            }
            labels(list, limits.label, "/labels", mistakes)
        }),
        variables: variables(fields, settings, mistakes),
        network: options::network(fields, mistakes),
        service: service(fields, limits.note, mistakes),
    }
}

/// Labels in their order, each once and of at most `longest` bytes.
pub fn labels(
    list: &[Value],
    longest: usize,
    pointer: &str,
    mistakes: &mut Mistakes,
) -> Vec<String> {
    let mut found = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        let Some(label) = text(value, &pointer, mistakes) else { continue };
        let is_label = (1..=longest).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        if is_label {
            found.push(label.to_owned());
        } else {
            let detail =
                format!("{label:?} is no label: 1 to {longest} letters, digits and - _ . : are");
            mistakes.at(&pointer, detail);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A text up to a limit of bytes.
pub fn words(
    fields: &mut Fields,
    name: &'static str,
    limit: usize,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let text = fields.text(name, mistakes)?;
    if text.len() > limit {
        let detail = format!("has {} bytes, the limit is {limit}", text.len());
        mistakes.at(&fields.pointer(name), detail);
    }
    Some(text.to_owned())
}

fn service(fields: &mut Fields, limit: usize, mistakes: &mut Mistakes) -> Option<Service> {
    let state = fields.text("state", mistakes);
    let reason = words(fields, "reason", limit, mistakes);
    let reason = reason.map(|reason| reason.trim().to_owned());
    match (state, reason) {
        (Some("maintenance"), Some(reason)) if !reason.is_empty() => {
            return Some(Service::Maintenance { reason });
        }
        (Some("maintenance"), _) => {
            mistakes.at("/reason", "is required: why the environment is in maintenance");
        }
        (Some("enabled"), None) => return Some(Service::Enabled),
        (Some(other), None) if other != "enabled" => mistakes
            .at("/state", format!("must be enabled or maintenance, not {other:?}; the rest follows from what happens there")),
        (_, Some(_)) => mistakes.at("/reason", "belongs to state maintenance; leave it out"),
        (_, None) => {}
    }
    None
}

fn variables(
    fields: &mut Fields,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Option<BTreeMap<String, Option<Variable>>> {
    let value = fields.take("variables")?;
    let Some(object) = value.as_object() else {
        mistakes.at("/variables", format!("must be an object, not {}", kind(value)));
        return None;
    };
    let limit = settings.limits.variables;
    if object.len() > limit {
        mistakes.at("/variables", format!("{} variables, the limit is {limit}", object.len()));
        return None;
    }
    let mut found = BTreeMap::new();
    for (name, value) in object {
        let pointer = format!("/variables/{}", escaped(name));
        if let Some(words) = refused_name(name, &settings.allowed_variables) {
            mistakes.at(&pointer, words);
        }
        let variable = variable(value, &pointer, mistakes);
        check(variable.as_ref(), settings.limits.variable, &pointer, mistakes);
        found.insert(name.clone(), variable);
    }
    Some(found)
}

/// `None`: the value stays as it is.
fn variable(value: &Value, pointer: &str, mistakes: &mut Mistakes) -> Option<Variable> {
    match value {
        Value::Null => None,
        Value::Object(_) => {
            let mut fields = Fields::of(value, pointer, mistakes);
            let value = fields.text("value", mistakes).map(str::to_owned);
            let secret = fields.truth("secret", mistakes).unwrap_or(false);
            if value.is_none() && fields.take("value").is_none() {
                mistakes.at(&fields.pointer("value"), "is required");
            }
            fields.finish(mistakes);
            Some(Variable { value: value?, secret })
        }
        Value::String(_) => {
            let value = text(value, pointer, mistakes)?.to_owned();
            Some(Variable { value, secret: false })
        }
        other => {
            let detail = format!(
                r#"must be text, {{"value": …, "secret": true}}, or null to stay as it is, not {}"#,
                shown(other)
            );
            mistakes.at(pointer, detail);
            None
        }
    }
}

fn check(variable: Option<&Variable>, limit: usize, pointer: &str, mistakes: &mut Mistakes) {
    let Some(Variable { value, secret }) = variable else { return };
    if value.len() > limit {
        mistakes.at(pointer, format!("has {} bytes, the limit is {limit}", value.len()));
    }
    if *secret && value.len() < SHORTEST_SECRET {
        let detail = format!(
            "a secret has at least {SHORTEST_SECRET} bytes, this one has {}: masking it would hide parts of everything",
            value.len()
        );
        mistakes.at(pointer, detail);
    }
}
