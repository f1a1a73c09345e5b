//! Reads what somebody asks for and finds every mistake in it, before anything is stored.

use serde_json::Value;

use super::variables;
use crate::api::blocking::blocking;
use crate::api::body::{Fields, Mistakes, kind, shown, text};
use crate::api::problem::ApiError;
use crate::api::{AppState, Limits};
use crate::catalog::{Catalog, CatalogError, Kind, Target};
use crate::domain::run::Source;
use crate::domain::{EnvironmentId, NewRun, Options};
use crate::store::environments;

/// Characters of an expression for `-k` or `-m`.
const LONGEST_EXPRESSION: usize = 4096;
const ONE_WEEK_S: u32 = 7 * 24 * 60 * 60;

/// The run that a body asks for.
///
/// # Errors
/// All mistakes of the body, each with its JSON pointer.
pub async fn read_submission(state: &AppState, body: &Value) -> Result<NewRun, ApiError> {
    let mut mistakes = Mistakes::default();
    let mut run = read_fields(state, body, &mut mistakes);
    let known = environments::find(&state.ctx.db, EnvironmentId(run.environment)).await?;
    if known.is_none() && run.environment != NOWHERE {
        mistakes.at("/environment", unknown_environment(run.environment));
    }
    (run.targets, run.sources) = find_targets(state, run.targets, &mut mistakes).await?;
    mistakes.body()?;
    Ok(run)
}

pub fn unknown_environment(number: i64) -> String {
    format!("there is no environment {number}; /api/v1/environments lists them")
}

/// Stands for an environment that could not be read; its mistake is noted.
const NOWHERE: i64 = 0;

fn read_fields(state: &AppState, body: &Value, mistakes: &mut Mistakes) -> NewRun {
    let limits = &state.settings.limits;
    let mut fields = Fields::of(body, "", mistakes);
    let requester = requester(&mut fields, limits, mistakes);
    if requester.is_none() && fields.take("requester").is_none() {
        mistakes.at("/requester", "is required: who asks for this run");
    }
    let run = NewRun {
        requester: requester.unwrap_or_default(),
        environment: environment(&mut fields, mistakes),
        targets: targets(&mut fields, limits, mistakes),
        plans: Vec::new(),
        template: None,
        parameters: std::collections::BTreeMap::new(),
        variables: variables::read(&mut fields, &state.settings, mistakes),
        options: options(&mut fields, mistakes),
        note: note(&mut fields, limits, mistakes),
        rerun_of: None,
        sources: Vec::new(),
    };
    refuse_what_comes_later(&mut fields, mistakes);
    fields.finish(mistakes);
    run
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

fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn environment(fields: &mut Fields, mistakes: &mut Mistakes) -> i64 {
    let detail = match fields.take("environment") {
        None => "is required: the number of an environment".to_owned(),
        Some(Value::Object(choice)) if choice.contains_key("any") => {
            "any free environment cannot be asked for yet; name one by its number".to_owned()
        }
        Some(value) => match value.as_i64() {
            Some(number) if number > NOWHERE => return number,
            Some(number) => unknown_environment(number),
            None => format!("must be the number of an environment, not {}", shown(value)),
        },
    };
    mistakes.at("/environment", detail);
    NOWHERE
}

fn targets(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Vec<String> {
    let targets = fields.list("targets", mistakes);
    if targets.is_none_or(<[Value]>::is_empty) && !is_wrong_kind(fields, "targets") {
        mistakes.at(
            "/targets",
            "at least one is needed: a file, a directory or a nodeid below the tests root",
        );
    }
    let targets = targets.unwrap_or_default();
    if targets.len() > limits.targets {
        mistakes
            .at("/targets", format!("{} targets, the limit is {}", targets.len(), limits.targets));
        return Vec::new();
    }
    let texts = targets.iter().enumerate();
    texts
        .filter_map(|(index, one)| text(one, &format!("/targets/{index}"), mistakes))
        .map(str::to_owned)
        .collect()
}

fn is_wrong_kind(fields: &mut Fields, name: &'static str) -> bool {
    fields.take(name).is_some_and(|value| !value.is_array())
}

fn options(fields: &mut Fields, mistakes: &mut Mistakes) -> Options {
    let Some(value) = fields.take("options") else { return Options::default() };
    let mut fields = Fields::of(value, "/options", mistakes);
    let options = Options {
        keyword: expression(&mut fields, "keyword", mistakes),
        markers: expression(&mut fields, "markers", mistakes),
        max_failures: fields.number("max_failures", 1..=1_000_000, mistakes),
        timeout_s: fields.number("timeout_s", 1..=ONE_WEEK_S, mistakes),
        retry_lost: fields.number("retry_lost", 0..=3, mistakes),
    };
    if fields.take("interpreter").is_some() {
        mistakes.at("/options/interpreter", "an interpreter cannot be chosen yet; leave it out");
    }
    match fields.text("start", mistakes) {
        None | Some("auto" | "cold") => {}
        Some("warm") => {
            mistakes
                .at("/options/start", "warm interpreters are not kept yet; ask for auto or cold");
        }
        Some(other) => {
            mistakes.at("/options/start", format!("must be auto or cold, not {other:?}"));
        }
    }
    fields.finish(mistakes);
    options
}

fn expression(fields: &mut Fields, name: &'static str, mistakes: &mut Mistakes) -> Option<String> {
    let text = fields.text(name, mistakes).filter(|text| !text.trim().is_empty())?;
    let length = text.chars().count();
    if length > LONGEST_EXPRESSION {
        mistakes.at(
            &fields.pointer(name),
            format!("has {length} characters, the limit is {LONGEST_EXPRESSION}"),
        );
    } else if text.chars().any(char::is_control) {
        mistakes.at(&fields.pointer(name), "must be one line without control characters");
    }
    Some(text.to_owned())
}

fn note(fields: &mut Fields, limits: &Limits, mistakes: &mut Mistakes) -> Option<String> {
    let note = fields.text("note", mistakes).filter(|note| !note.is_empty())?;
    if note.len() > limits.note {
        mistakes.at("/note", format!("has {} bytes, the limit is {}", note.len(), limits.note));
    }
    Some(note.to_owned())
}

/// Part of the contract, not of this version: refused in words unless empty.
fn refuse_what_comes_later(fields: &mut Fields, mistakes: &mut Mistakes) {
    let later = [
        ("plans", "test plans are not there yet; name what is in them as targets"),
        ("template", "templates are not there yet; send targets, variables and options themselves"),
        (
            "parameters",
            "parameters belong to a template, and templates are not there yet; send them as variables",
        ),
    ];
    for (name, words) in later {
        if fields.take(name).is_some_and(|value| !is_empty(value)) {
            mistakes.at(&format!("/{name}"), words);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => kind(value) == "null",
    }
}

/// The content of the files that a run's targets name, when that run is asked for again.
///
/// # Errors
/// A conflict, when one of them cannot be run any more.
pub async fn find_sources(state: &AppState, targets: &[String]) -> Result<Vec<Source>, ApiError> {
    let mut mistakes = Mistakes::default();
    let (_, sources) = find_targets(state, targets.to_vec(), &mut mistakes).await?;
    match mistakes.body() {
        Ok(()) => Ok(sources),
        Err(gone) => Err(ApiError::Conflict { code: "targets_gone", detail: gone.detail() }),
    }
}

/// Finds the targets below the tests root: their normal form, and the content of the files that they name.
async fn find_targets(
    state: &AppState,
    targets: Vec<String>,
    mistakes: &mut Mistakes,
) -> Result<(Vec<String>, Vec<Source>), ApiError> {
    let catalog = std::sync::Arc::clone(&state.catalog);
    let found = blocking(move || {
        Ok::<_, ApiError>(
            targets.iter().map(|text| find_target(&catalog, text)).collect::<Vec<_>>(),
        )
    });
    let (mut normal, mut sources) = (Vec::new(), Vec::<Source>::new());
    for (index, target) in found.await?.into_iter().enumerate() {
        match target {
            Ok((target, source)) => {
                normal.push(target.to_string());
                sources.extend(source.filter(|source| !sources.contains(source)));
            }
            Err(fault @ (CatalogError::Root { .. } | CatalogError::Io { .. })) => {
                return Err(fault.into());
            }
            Err(refused) => mistakes.at(&format!("/targets/{index}"), refused.to_string()),
        }
    }
    Ok((normal, sources))
}

fn find_target(catalog: &Catalog, text: &str) -> Result<(Target, Option<Source>), CatalogError> {
    let target = Target::parse(text)?;
    let source = match catalog.resolve(&target)? {
        Kind::Directory => None,
        Kind::File | Kind::Node => {
            let sha256 = catalog.content_hash(target.path())?.to_string();
            Some(Source { path: target.path().to_string(), sha256 })
        }
    };
    Ok((target, source))
}
