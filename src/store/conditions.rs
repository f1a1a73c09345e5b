//! A filter as conditions of a query.

use std::ops::RangeInclusive;

use crate::domain::State;

use super::filter::{Column, RunFilter};
use super::runs::fold;
use super::{Dialect, Value};

/// Conditions to be joined by AND, and the values that they bind.
#[derive(Debug)]
pub(super) struct Conditions {
    dialect: Dialect,
    index: Option<Column>,
    texts: Texts,
    clauses: Vec<String>,
    values: Vec<Value>,
}

/// When the texts of a run are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// As the rows come.
    WithTheRow,
    /// When everything else fits, which narrow indexes tell; then the row is looked up.
    Last,
    LeftOut,
}

impl Conditions {
    pub fn none(dialect: Dialect) -> Self {
        let texts = Texts::WithTheRow;
        Self { dialect, index: None, texts, clauses: Vec::new(), values: Vec::new() }
    }

    /// What `filter` says of a row `r` of the runs. A database that does not plan by frequency looks runs up by `index` or
    /// not at all.
    pub fn of(filter: &RunFilter, dialect: Dialect, index: Option<Column>, texts: Texts) -> Self {
        let mut built = Self { index, texts, ..Self::none(dialect) };
        for column in filter.columns() {
            built.column(column, filter);
        }
        if let Some(plan) = filter.plan {
            built.plan(plan);
        }
        if let Some(target) = filter.target.as_ref().filter(|_| texts != Texts::LeftOut) {
            built.target(target);
        }
        if let Some(text) = filter.q.as_ref().filter(|_| texts != Texts::LeftOut) {
            built.search(text, filter.number());
        }
        built
    }

    /// What `filter` says of one column, to be looked up.
    pub fn on(column: Column, filter: &RunFilter, dialect: Dialect) -> Self {
        let mut built = Self { index: Some(column), ..Self::none(dialect) };
        built.column(column, filter);
        built
    }

    /// `comparison` lacks its right side.
    pub fn compare(&mut self, comparison: &str, value: Option<Value>) {
        if let Some(value) = value {
            let place = self.bind(value);
            self.clauses.push(format!("{comparison} {place}"));
        }
    }

    /// Only these runs; for a database that has a search index of its own.
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

    fn column(&mut self, column: Column, filter: &RunFilter) {
        let name = self.name(column);
        match column {
            Column::State => self.states(&name, &filter.states),
            Column::Outcome => {
                self.any_of(&name, filter.outcomes.iter().map(|outcome| outcome.as_str()));
            }
            Column::Environment => self.environments(&name, &filter.environments),
            Column::Requester => {
                self.compare(&format!("{name} ="), filter.requester.clone().map(Value::from));
            }
            Column::Template => {
                self.compare(&format!("{name} ="), filter.template.clone().map(Value::from));
            }
            Column::Created => {
                self.compare(&format!("{name} >="), filter.created_from.map(|at| at.0.into()));
                self.compare(&format!("{name} <="), filter.created_to.map(|at| at.0.into()));
            }
        }
    }

    /// The column; with a plus sign SQLite does not look it up, <https://www.sqlite.org/optoverview.html>, 2.1.
    fn name(&self, column: Column) -> String {
        let name = match column {
            Column::State => "r.state",
            Column::Outcome => "r.outcome",
            Column::Environment => "r.environment_id",
            Column::Requester => "r.requester",
            Column::Template => "r.template",
            Column::Created => "r.created_at",
        };
        let is_free = self.dialect.plans_by_frequency() || self.index == Some(column);
        if is_free { name.to_owned() } else { format!("+{name}") }
    }

    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn states(&mut self, name: &str, states: &[State]) {
        if !states.contains(&State::Finished) {
            // As the index of these has it.
            self.clauses.push(format!("{name} <> 'finished'"));
        }
        self.any_of(name, states.iter().map(|state| state.as_str()));
    }

    fn any_of<'a>(&mut self, name: &str, texts: impl ExactSizeIterator<Item = &'a str>) {
        let is_one = texts.len() == 1;
        let places: Vec<_> = texts.map(|text| self.bind(text.into())).collect();
        let places = places.join(", ");
        self.clauses.push(if is_one {
            format!("{name} = {places}")
        } else {
            format!("{name} IN ({places})")
        });
    }

    fn environments(&mut self, name: &str, ranges: &[RangeInclusive<i64>]) {
        let parts: Vec<_> = ranges
            .iter()
            .map(|range| {
                let first = self.bind((*range.start()).into());
                if range.start() == range.end() {
                    return format!("{name} = {first}");
                }
                let last = self.bind((*range.end()).into());
                format!("{name} BETWEEN {first} AND {last}")
            })
            .collect();
        self.clauses.push(format!("({})", parts.join(" OR ")));
    }

    fn plan(&mut self, plan: i64) {
        if self.dialect.plans_by_frequency() {
            let place = self.bind(plan.into());
            self.clauses
                .push(format!("r.id IN (SELECT p.run_id FROM run_plans p WHERE p.plan = {place})"));
            return;
        }
        self.clauses.push("r.plans <> '[]'".into());
        // Plans are stored as a JSON list of numbers: [1,14].
        let list = "replace(replace(r.plans, '[', ','), ']', ',')";
        let found = self.contains(list, &format!(",{plan},"));
        self.clauses.push(found);
    }

    fn target(&mut self, target: &str) {
        let found = self.contains(&self.text("targets"), target);
        self.clauses.push(found);
        if self.dialect.plans_by_frequency() {
            // Follows from the other; this one has an index.
            let found = self.contains("r.search", &fold(target));
            self.clauses.push(found);
        }
    }

    fn search(&mut self, text: &str, number: Option<i64>) {
        let found = self.contains(&self.text("search"), &fold(text));
        match number {
            Some(number) => {
                let id = self.bind(number.into());
                self.clauses.push(format!("({found} OR r.id = {id})"));
            }
            None => self.clauses.push(found),
        }
    }

    fn text(&self, name: &str) -> String {
        match self.texts {
            Texts::WithTheRow | Texts::LeftOut => format!("r.{name}"),
            Texts::Last => format!("(SELECT t.{name} FROM runs t WHERE t.id = r.id)"),
        }
    }

    fn contains(&mut self, text: &str, part: &str) -> String {
        let place = self.bind(self.dialect.part(part).into());
        self.dialect.contains(text, &place)
    }
}
