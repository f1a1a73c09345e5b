//! Which runs a list shows, as conditions of a query.

use std::ops::RangeInclusive;

use crate::domain::{Millis, Outcome, State};

use super::{Dialect, Value};

/// What a list of runs is narrowed to; empty fields narrow nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunFilter {
    pub states: Vec<State>,
    pub outcomes: Vec<Outcome>,
    pub environments: Vec<RangeInclusive<i64>>,
    pub requester: Option<String>,
    pub template: Option<String>,
    pub plan: Option<i64>,
    /// Part of one of the targets.
    pub target: Option<String>,
    /// Part of the requester, a target, the template or the note, in any case; or a run's number.
    pub q: Option<String>,
    pub created_from: Option<Millis>,
    pub created_to: Option<Millis>,
}

/// Order of a list; runs are numbered in the order of their creation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RunOrder {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// Conditions to be joined by AND, and the values that they bind.
pub(super) fn conditions(filter: &RunFilter, dialect: Dialect) -> (Vec<String>, Vec<Value>) {
    let mut built = Built { clauses: Vec::new(), values: Vec::new() };
    built.any_of("r.state", filter.states.iter().map(|state| state.as_str()));
    built.any_of("r.outcome", filter.outcomes.iter().map(|outcome| outcome.as_str()));
    built.environments(&filter.environments);
    built.compare("r.requester =", filter.requester.clone().map(Value::from));
    built.compare("r.template =", filter.template.clone().map(Value::from));
    built.compare("r.created_at >=", filter.created_from.map(|at| at.0.into()));
    built.compare("r.created_at <=", filter.created_to.map(|at| at.0.into()));
    if let Some(plan) = filter.plan {
        // Plans are stored as a JSON list of numbers: [1,14].
        let list = format!("{}(replace(replace(r.plans, '[', ','), ']', ',')", dialect.position());
        built.contains(&list, format!(",{plan},"));
    }
    if let Some(target) = &filter.target {
        built.contains(&format!("{}(r.targets", dialect.position()), target.clone());
    }
    if let Some(text) = &filter.q {
        built.search(text, dialect);
    }
    (built.clauses, built.values)
}

struct Built {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Built {
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn any_of<'a>(&mut self, column: &str, texts: impl Iterator<Item = &'a str>) {
        let places: Vec<_> = texts.map(|text| self.bind(text.into())).collect();
        if !places.is_empty() {
            self.clauses.push(format!("{column} IN ({})", places.join(", ")));
        }
    }

    fn environments(&mut self, ranges: &[RangeInclusive<i64>]) {
        let parts: Vec<_> = ranges
            .iter()
            .map(|range| {
                if range.start() == range.end() {
                    return format!("r.environment_id = {}", self.bind((*range.start()).into()));
                }
                let (from, to) =
                    (self.bind((*range.start()).into()), self.bind((*range.end()).into()));
                format!("r.environment_id BETWEEN {from} AND {to}")
            })
            .collect();
        if !parts.is_empty() {
            self.clauses.push(format!("({})", parts.join(" OR ")));
        }
    }

    fn compare(&mut self, column: &str, value: Option<Value>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.clauses.push(format!("{column} {place}"));
        }
    }

    /// `open_call` lacks its second argument and its closing bracket.
    fn contains(&mut self, open_call: &str, part: String) {
        let place = self.bind(part.into());
        self.clauses.push(format!("{open_call}, {place}) > 0"));
    }

    fn search(&mut self, text: &str, dialect: Dialect) {
        let place = self.bind(text.to_lowercase().into());
        let found = format!("{}(r.search, {place}) > 0", dialect.position());
        match text.trim_start_matches('#').parse::<i64>() {
            Ok(number) => {
                let id = self.bind(number.into());
                self.clauses.push(format!("({found} OR r.id = {id})"));
            }
            Err(_) => self.clauses.push(found),
        }
    }
}
