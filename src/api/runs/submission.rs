//! Reads what somebody asks for and finds every mistake in it, before anything is stored.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resolve::resolve;
use crate::api::asked::environment::{self, Choice};
use crate::api::asked::names::is_unprintable;
use crate::api::asked::plans::{self, NamedPlan};
use crate::api::asked::targets::{self, Wanted};
use crate::api::asked::{options, variables};
use crate::api::body::{Fields, Mistakes};
use crate::api::problem::ApiError;
use crate::api::{AppState, Limits};
use crate::domain::{NewRun, Options};

/// What a body says, not yet joined with the plans and the template that it names.
#[derive(Debug)]
pub struct Asked {
    pub requester: String,
    /// `None` when its mistake is noted.
    pub environment: Option<Choice>,
    pub targets: Vec<Wanted>,
    pub plans: Vec<NamedPlan>,
    pub template: Option<String>,
    pub parameters: BTreeMap<String, String>,
    pub variables: BTreeMap<String, String>,
    pub options: Options,
    pub note: Option<String>,
}

/// The run that a body asks for.
///
/// # Errors
/// All mistakes of the body, each with its JSON pointer.
pub async fn read_submission(state: &AppState, body: &Value) -> Result<NewRun, ApiError> {
    let mut mistakes = Mistakes::default();
    let asked = read_fields(state, body, &mut mistakes);
    if let Some(choice) = &asked.environment {
        environment::check(state, choice, &mut mistakes).await?;
    }
    let run = resolve(state, asked, &mut mistakes).await?;
    mistakes.body()?;
    Ok(run)
}

fn read_fields(state: &AppState, body: &Value, mistakes: &mut Mistakes) -> Asked {
    let limits = &state.settings.limits;
    let mut fields = Fields::of(body, "", mistakes);
    let requester = requester(&mut fields, limits, mistakes);
    if requester.is_none() && fields.take("requester").is_none() {
        mistakes.at("/requester", "is required: who asks for this run");
    }
    let asked = Asked {
        requester: requester.unwrap_or_default(),
        environment: environment(&mut fields, mistakes),
        targets: targets::read(&mut fields, limits.targets, mistakes),
        plans: plans::read(&mut fields, limits.plans, mistakes),
        template: fields.text("template", mistakes).filter(|name| !name.is_empty()).map(Into::into),
        parameters: fields.texts("parameters", mistakes),
        variables: variables::read(&mut fields, &state.settings, mistakes),
        options: options::read(&mut fields, &state.settings, mistakes),
        note: note(&mut fields, limits, mistakes),
    };
    let names_others = ["plans", "template"].map(|name| fields.take(name)).iter().any(|given| {
        given.is_some_and(|value| {
            !matches!(value, Value::Array(list) if list.is_empty()) && value != ""
        })
    });
    if targets::are_absent(&mut fields) && !names_others {
        mistakes.at(
            "/targets",
            "at least one is needed: a file, a directory or a nodeid below the tests root; or name a test plan or a \
             template that has some",
        );
    }
    fields.finish(mistakes);
    asked
}

/// A user name, without the space around it.
pub fn requester(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Option<String> {
    let name = fields.text("requester", mistakes)?;
    match user_name(name, limits) {
        Ok(name) => Some(name),
        Err(detail) => {
            mistakes.at("/requester", detail);
            None
        }
    }
}

/// A user name, without the space around it, or what is wrong with it.
pub fn user_name(name: &str, limits: &Limits) -> Result<String, String> {
    let name = name.trim();
    let length = name.chars().count();
    Err(if length == 0 {
        "must not be empty: who asks for it".to_owned()
    } else if length > limits.requester {
        format!("has {length} characters, the limit is {}", limits.requester)
    } else if name.chars().any(is_unprintable) {
        "must not contain control characters or such that change the direction of text".to_owned()
    } else {
        return Ok(name.to_owned());
    })
}

fn environment(fields: &mut Fields, mistakes: &mut Mistakes) -> Option<Choice> {
    if fields.take("environment").is_none() {
        let detail = "is required: the number of an environment, or {\"any\": {\"labels\": []}}";
        mistakes.at("/environment", detail);
    }
    environment::read(fields, mistakes)
}

fn note(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Option<String> {
    let note = fields.text("note", mistakes).filter(|note| !note.is_empty())?;
    if note.len() > limits.note {
        mistakes.at("/note", format!("has {} bytes, the limit is {}", note.len(), limits.note));
    }
    Some(note.to_owned())
}
