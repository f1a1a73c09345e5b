//! Which runs a list shows.

use std::ops::RangeInclusive;

use crate::domain::{Millis, Outcome, State};

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

/// A column that runs can be looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    State,
    Outcome,
    Environment,
    Requester,
    Template,
    Created,
}

impl RunFilter {
    /// The columns that this filter says something of.
    pub(super) fn columns(&self) -> Vec<Column> {
        let columns = [
            (Column::State, !self.states.is_empty()),
            (Column::Requester, self.requester.is_some()),
            (Column::Template, self.template.is_some()),
            (Column::Outcome, !self.outcomes.is_empty()),
            (Column::Environment, !self.environments.is_empty()),
            (Column::Created, self.created_from.is_some() || self.created_to.is_some()),
        ];
        columns.into_iter().filter(|(_, is_set)| *is_set).map(|(column, _)| column).collect()
    }

    /// The columns that runs can be looked up by: those with one value, or one range.
    pub(super) fn indexed(&self) -> impl Iterator<Item = Column> {
        self.columns().into_iter().filter(|column| match column {
            Column::State => !self.states.contains(&State::Finished),
            Column::Outcome => self.outcomes.len() == 1,
            Column::Environment => {
                matches!(&*self.environments, [range] if range.start() == range.end())
            }
            Column::Requester | Column::Template | Column::Created => true,
        })
    }

    /// The one column that everything is about, if its index has the order of the list.
    pub(super) fn only(&self) -> Option<Column> {
        let is_only = self.columns().len() == 1 && self.plan.is_none() && !self.has_text();
        self.indexed().find(|column| is_only && *column != Column::Created)
    }

    pub(super) fn has_text(&self) -> bool {
        self.target.is_some() || self.q.is_some()
    }

    /// The run that the text of the search box numbers: `112` or `#112`.
    pub(super) fn number(&self) -> Option<i64> {
        self.q.as_deref()?.trim_start_matches('#').parse().ok()
    }
}
