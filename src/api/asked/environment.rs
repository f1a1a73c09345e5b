//! Where somebody wants a run: in an environment by its number, or in any free one with some labels.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::AppState;
use crate::api::body::{Fields, Mistakes, shown, text};
use crate::domain::EnvironmentId;
use crate::store::{self, environments};

/// A choice as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    Number(i64),
    /// The labels, sorted, each once.
    Any(Vec<String>),
}

impl Choice {
    /// A number, which is 0 for any, and the labels.
    pub fn parts(self) -> (i64, Option<Vec<String>>) {
        match self {
            Self::Number(number) => (number, None),
            Self::Any(labels) => (0, Some(labels)),
        }
    }
}

/// `None` when it is left out, or cannot be read and its mistake is noted.
pub fn read(fields: &mut Fields, mistakes: &mut Mistakes) -> Option<Choice> {
    let value = fields.take("environment")?;
    if value.get("any").is_some() {
        return any(value, mistakes);
    }
    let detail = match value.as_i64() {
        Some(number) if number > 0 => return Some(Choice::Number(number)),
        Some(number) => unknown_environment(number),
        None => format!(
            "must be the number of an environment, or {{\"any\": {{\"labels\": []}}}}, not {}",
            shown(value)
        ),
    };
    mistakes.at("/environment", detail);
    None
}

fn any(value: &Value, mistakes: &mut Mistakes) -> Option<Choice> {
    let mut outer = Fields::of(value, "/environment", mistakes);
    let wanted = outer.take("any");
    outer.finish(mistakes);
    let Some(wanted) = wanted else {
        mistakes.at("/environment/any", "must be an object, not null");
        return None;
    };
    let mut inner = Fields::of(wanted, "/environment/any", mistakes);
    let labels = inner.list("labels", mistakes).unwrap_or_default();
    inner.finish(mistakes);
    let read = labels.iter().enumerate().filter_map(|(index, label)| {
        let pointer = format!("/environment/any/labels/{index}");
        text(label, &pointer, mistakes).map(ToOwned::to_owned)
    });
    let read: BTreeSet<String> = read.collect();
    Some(Choice::Any(read.into_iter().collect()))
}

/// Notes it when there is nothing like this.
pub async fn check(
    state: &AppState,
    choice: &Choice,
    mistakes: &mut Mistakes,
) -> store::Result<()> {
    match choice {
        Choice::Number(number) => {
            let known = environments::find(&state.ctx.db, EnvironmentId(*number)).await?;
            if known.is_none() {
                mistakes.at("/environment", unknown_environment(*number));
            }
        }
        Choice::Any(labels) => {
            let all = environments::list(&state.ctx.db).await?;
            if !all.iter().any(|one| one.has_labels(labels)) {
                let known: BTreeSet<_> = all.iter().flat_map(|one| &one.labels).collect();
                let known: Vec<_> = known.into_iter().map(String::as_str).collect();
                mistakes.at("/environment/any/labels", none_has(labels, &known));
            }
        }
    }
    Ok(())
}

fn none_has(labels: &[String], known: &[&str]) -> String {
    if labels.is_empty() {
        return "there is no environment yet; make one first".to_owned();
    }
    let wanted = labels.join(", ");
    match known {
        [] => format!("no environment has {wanted}; none has any label"),
        known if labels.iter().all(|label| known.contains(&label.as_str())) => {
            format!("no environment has all of {wanted}; ask for fewer of them")
        }
        known => format!("no environment has {wanted}; there are {}", known.join(", ")),
    }
}

pub fn unknown_environment(number: i64) -> String {
    format!("there is no environment {number}; /api/v1/environments lists them")
}
