//! Which runs a list shows, as conditions of a query.

use std::ops::RangeInclusive;

use crate::domain::{Millis, Outcome, State};

use super::{Dialect, Value};

/// Up to this many environments are looked up one by one; more are so many of all that reading along the list is quicker.
const FEW_ENVIRONMENTS: i64 = 8;

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

impl RunFilter {
    /// The run that the text of the search box numbers: `112` or `#112`.
    pub(super) fn number(&self) -> Option<i64> {
        self.q.as_deref()?.trim_start_matches('#').parse().ok()
    }
}

/// Conditions to be joined by AND, and the values that they bind.
#[derive(Debug)]
pub(super) struct Conditions {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    /// What `filter` says of a row `r` of the runs.
    pub fn of(filter: &RunFilter, dialect: Dialect) -> Self {
        let mut built = Self { clauses: Vec::new(), values: Vec::new() };
        built.states(&filter.states);
        built.outcomes(&filter.outcomes);
        built.environments(&filter.environments);
        built.compare("r.requester =", filter.requester.clone().map(Value::from));
        built.compare("r.template =", filter.template.clone().map(Value::from));
        built.compare("r.created_at >=", filter.created_from.map(|at| at.0.into()));
        built.compare("r.created_at <=", filter.created_to.map(|at| at.0.into()));
        if let Some(plan) = filter.plan {
            // Plans are stored as a JSON list of numbers: [1,14].
            let position = dialect.position();
            let list = format!("{position}(replace(replace(r.plans, '[', ','), ']', ',')");
            built.clauses.push("r.plans <> '[]'".into());
            built.contains(&list, format!(",{plan},"));
        }
        if let Some(target) = &filter.target {
            built.contains(&format!("{}(r.targets", dialect.position()), target.clone());
        }
        if let Some(text) = &filter.q {
            built.search(text, filter.number(), dialect);
        }
        built
    }

    pub fn compare(&mut self, column: &str, value: Option<Value>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.clauses.push(format!("{column} {place}"));
        }
    }

    /// Only these runs.
    pub fn among(&mut self, ids: &[i64]) {
        let list = self.bind(super::to_json(&ids).into());
        self.clauses.push(format!("r.id IN (SELECT value FROM json_each({list}))"));
    }

    /// The condition with the values that it binds.
    pub fn finish(self) -> (String, Vec<Value>) {
        let condition =
            if self.clauses.is_empty() { "1 = 1".to_owned() } else { self.clauses.join(" AND ") };
        (condition, self.values)
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn states(&mut self, states: &[State]) {
        // Those that have not finished are few and looked up; nearly all have finished, so that is no way to find them.
        let is_looked_up = !states.contains(&State::Finished) || states.len() == 1;
        let column = if is_looked_up { "r.state" } else { "r.state || ''" };
        self.any_of(column, states.iter().map(|state| state.as_str()));
    }

    fn outcomes(&mut self, outcomes: &[Outcome]) {
        // Runs of one outcome are indexed in the order of the list. Those of several would have to be sorted first.
        let column = if outcomes.len() == 1 { "r.outcome" } else { "r.outcome || ''" };
        self.any_of(column, outcomes.iter().map(|outcome| outcome.as_str()));
    }

    fn any_of<'a>(&mut self, column: &str, texts: impl Iterator<Item = &'a str>) {
        let places: Vec<_> = texts.map(|text| self.bind(text.into())).collect();
        if !places.is_empty() {
            self.clauses.push(format!("{column} IN ({})", places.join(", ")));
        }
    }

    fn environments(&mut self, ranges: &[RangeInclusive<i64>]) {
        let count: i64 =
            ranges.iter().map(|range| range.end().saturating_sub(*range.start()) + 1).sum();
        let column =
            if count <= FEW_ENVIRONMENTS { "r.environment_id" } else { "r.environment_id + 0" };
        let parts: Vec<_> = ranges
            .iter()
            .map(|range| {
                let (from, to) =
                    (self.bind((*range.start()).into()), self.bind((*range.end()).into()));
                format!("{column} BETWEEN {from} AND {to}")
            })
            .collect();
        if !parts.is_empty() {
            self.clauses.push(format!("({})", parts.join(" OR ")));
        }
    }

    /// `open_call` lacks its second argument and its closing bracket.
    fn contains(&mut self, open_call: &str, part: String) {
        let place = self.bind(part.into());
        self.clauses.push(format!("{open_call}, {place}) > 0"));
    }

    fn search(&mut self, text: &str, number: Option<i64>, dialect: Dialect) {
        let place = self.bind(text.to_lowercase().into());
        let found = format!("{}(r.search, {place}) > 0", dialect.position());
        match number {
            Some(number) => {
                let id = self.bind(number.into());
                self.clauses.push(format!("({found} OR r.id = {id})"));
            }
            None => self.clauses.push(found),
        }
    }
}
