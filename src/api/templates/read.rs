//! Reads a template and finds every mistake in it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::asked::{names, options, plans, targets, variables};
use crate::api::body::{Fields, Mistakes, escaped, text};
use crate::api::problem::ApiError;
use crate::api::{AppState, Limits, Settings};
use crate::domain::{Parameter, Template};

/// The template of a body. A change may leave out the name that it has in the address.
///
/// # Errors
/// All mistakes of the body, each with its JSON pointer.
pub async fn template(
    state: &AppState,
    body: &Value,
    changed: Option<&str>,
) -> Result<Template, ApiError> {
    let (settings, limits) = (&state.settings, &state.settings.limits);
    let mut mistakes = Mistakes::default();
    let mut fields = Fields::of(body, "", &mut mistakes);
    let name = name(&mut fields, limits, changed, &mut mistakes);
    let description = names::description(&mut fields, limits.description, &mut mistakes);
    let wanted = targets::read(&mut fields, limits.targets, &mut mistakes);
    let named = plans::read(&mut fields, limits.plans, &mut mistakes);
    let parameters = parameters(&mut fields, settings, &mut mistakes);
    let variables = variables::read(&mut fields, settings, &mut mistakes);
    let options = options::read(&mut fields, settings, &mut mistakes);
    fields.finish(&mut mistakes);
    for name in parameters.iter().map(|one| &one.name).filter(|one| variables.contains_key(*one)) {
        let words = "is a parameter too; leave one of the two out";
        mistakes.at(&format!("/variables/{}", escaped(name)), words);
    }
    let found = targets::find(state, wanted, limits.targets, &mut mistakes).await?;
    plans::find(state, &named, &mut mistakes).await?;
    mistakes.body()?;
    Ok(Template {
        name,
        description,
        targets: found.targets,
        plans: named.into_iter().map(|plan| plan.id).collect(),
        parameters,
        variables,
        options,
    })
}

fn name(
    fields: &mut Fields,
    limits: &Limits,
    changed: Option<&str>,
    mistakes: &mut Mistakes,
) -> String {
    let name = names::name(fields, limits.name, mistakes);
    match (&name, changed) {
        (Some(name), _) if name.contains('/') || name == "." || name == ".." => {
            mistakes.at("/name", "is part of an address: it has no slash, and is not . or ..");
        }
        (None, None) => names::require(fields, "the template", mistakes),
        _ => {}
    }
    name.or_else(|| changed.map(ToOwned::to_owned)).unwrap_or_default()
}

fn parameters(fields: &mut Fields, settings: &Settings, mistakes: &mut Mistakes) -> Vec<Parameter> {
    let limit = settings.limits.parameters;
    let list = fields.list("parameters", mistakes).unwrap_or_default();
    if list.len() > limit {
        let words = format!("{} parameters, the limit is {limit}", list.len());
        mistakes.at("/parameters", words);
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut parameters = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let pointer = format!("/parameters/{index}");
        let parameter = parameter(value, &pointer, settings, mistakes);
        if !parameter.name.is_empty() && !seen.insert(parameter.name.clone()) {
            let words = format!("{:?} is the name of another parameter too", parameter.name);
            mistakes.at(&format!("{pointer}/name"), words);
        }
        parameters.push(parameter);
    }
    parameters
}

fn parameter(
    value: &Value,
    pointer: &str,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Parameter {
    let mut fields = Fields::of(value, pointer, mistakes);
    if !value.is_object() {
        return Parameter::default();
    }
    let name = fields.text("name", mistakes);
    if let Some(words) =
        name.and_then(|name| variables::refused_name(name, &settings.allowed_variables))
    {
        mistakes.at(&fields.pointer("name"), words);
    }
    names::require(&mut fields, "the variable that the tests read", mistakes);
    let name = name.unwrap_or_default().to_owned();
    let choices = choices(&mut fields, &settings.limits, mistakes);
    let default = fields.text("default", mistakes).map(ToOwned::to_owned);
    if let Some(default) = default.as_ref().filter(|one| !choices.contains(one)) {
        let words =
            format!("{default:?} is none of the choices; leave it out to have it chosen each time");
        mistakes.at(&fields.pointer("default"), words);
    }
    let description = names::description(&mut fields, settings.limits.description, mistakes);
    fields.finish(mistakes);
    Parameter { name, choices, default, description }
}

fn choices(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Vec<String> {
    let pointer = fields.pointer("choices");
    let list = fields.list("choices", mistakes);
    let is_missing = fields.take("choices").is_none();
    if is_missing || list.is_some_and(<[Value]>::is_empty) {
        mistakes.at(&pointer, "at least one is needed: what a person can choose");
    }
    let list = list.unwrap_or_default();
    if list.len() > limits.choices {
        let words = format!("{} choices, the limit is {}", list.len(), limits.choices);
        mistakes.at(&pointer, words);
    }
    let mut choices: Vec<String> = Vec::new();
    for (index, value) in list.iter().take(limits.choices).enumerate() {
        let pointer = format!("{pointer}/{index}");
        let Some(choice) = text(value, &pointer, mistakes) else { continue };
        if choice.len() > limits.choice {
            let words = format!("has {} bytes, the limit is {}", choice.len(), limits.choice);
            mistakes.at(&pointer, words);
        } else if choices.iter().any(|one| one == choice) {
            mistakes.at(&pointer, format!("{choice:?} is there twice"));
        }
        choices.push(choice.to_owned());
    }
    choices
}
