//! The query of a list of runs, checked parameter by parameter.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::body::Mistakes;
use crate::api::page;
use crate::api::problem::ApiError;
use crate::domain::Millis;
use crate::store::{RunFilter, RunOrder};
use crate::wire;

/// Characters of a text to look for.
const LONGEST_TEXT: usize = 1000;
/// Numbers and ranges of environments in one filter.
const MOST_RANGES: usize = 100;

/// Which runs, in which order. Filters are combined: a run must meet all of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListRuns {
    /// Comma list of `queued`, `running`, `finished`.
    #[param(example = "queued,running")]
    state: Option<String>,
    /// Comma list of `passed`, `failed`, `error`, `no_tests`, `timed_out`, `cancelled`, `lost`.
    #[param(example = "failed,error")]
    outcome: Option<String>,
    /// Comma list of numbers and ranges.
    #[param(example = "1-40,77")]
    environment: Option<String>,
    /// Exactly this user name.
    requester: Option<String>,
    /// Exactly this template.
    template: Option<String>,
    /// Number of a test plan.
    #[param(value_type = Option<i64>)]
    plan: Option<String>,
    /// Part of one of the targets.
    target: Option<String>,
    /// Part of the requester, a target, the template or the note, in any case; or the number of a run.
    q: Option<String>,
    /// Created at this time or later.
    #[param(value_type = Option<wire::Timestamp>)]
    created_from: Option<String>,
    /// Created at this time or earlier.
    #[param(value_type = Option<wire::Timestamp>)]
    created_to: Option<String>,
    /// `-id` (newest first, the default), `id`, `-created_at` or `created_at`; runs are numbered as they are created.
    #[param(example = "-id")]
    sort: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// A checked query.
#[derive(Debug)]
pub struct Listing {
    pub filter: RunFilter,
    pub order: Order,
    pub after: Option<i64>,
    pub limit: u32,
}

/// An order with the name that its cursors carry.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    pub order: RunOrder,
    pub name: &'static str,
}

impl ListRuns {
    /// # Errors
    /// All mistakes of the query.
    pub fn check(self) -> Result<Listing, ApiError> {
        let mut mistakes = Mistakes::default();
        let order = order(self.sort.as_deref(), &mut mistakes);
        let listing = Listing {
            order,
            after: page::after(self.cursor.as_deref(), order.name, &mut mistakes),
            limit: page::limit(self.limit.as_deref(), page::USUAL, &mut mistakes),
            filter: RunFilter {
                states: names("state", self.state.as_deref(), &mut mistakes),
                outcomes: names("outcome", self.outcome.as_deref(), &mut mistakes),
                environments: ranges(self.environment.as_deref(), &mut mistakes),
                requester: words("requester", self.requester, &mut mistakes),
                template: words("template", self.template, &mut mistakes),
                plan: number("plan", self.plan.as_deref(), &mut mistakes),
                target: words("target", self.target, &mut mistakes),
                q: words("q", self.q, &mut mistakes),
                created_from: time("created_from", self.created_from.as_deref(), &mut mistakes),
                created_to: time("created_to", self.created_to.as_deref(), &mut mistakes),
            },
        };
        mistakes.query()?;
        Ok(listing)
    }
}

fn order(sort: Option<&str>, mistakes: &mut Mistakes) -> Order {
    let newest_first = Order { order: RunOrder::NewestFirst, name: "-id" };
    match sort {
        None | Some("" | "-id" | "-created_at") => newest_first,
        Some("id" | "created_at") => Order { order: RunOrder::OldestFirst, name: "id" },
        Some(other) => {
            let words =
                format!("{other:?} is no order; known are -id, id, -created_at, created_at");
            mistakes.parameter("sort", words);
            newest_first
        }
    }
}

/// A comma list of known names; empty when there is none.
pub fn names<T>(parameter: &str, list: Option<&str>, mistakes: &mut Mistakes) -> Vec<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    parts(list)
        .filter_map(|name| match name.parse::<T>() {
            Ok(known) => Some(known),
            Err(unknown) => {
                mistakes.parameter(parameter, unknown.to_string());
                None
            }
        })
        .collect()
}

fn parts(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn ranges(list: Option<&str>, mistakes: &mut Mistakes) -> Vec<RangeInclusive<i64>> {
    let found: Vec<_> = parts(list)
        .filter_map(|part| {
            let range = range(part);
            if range.is_none() {
                mistakes.parameter(
                    "environment",
                    format!("{part:?} is no number and no range like 1-40"),
                );
            }
            range
        })
        .collect();
    if found.len() > MOST_RANGES {
        mistakes
            .parameter("environment", format!("{} parts, the limit is {MOST_RANGES}", found.len()));
    }
    found
}

fn range(part: &str) -> Option<RangeInclusive<i64>> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let number = |text: &str| text.trim().parse::<u32>().ok().map(i64::from);
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some(first..=last)
}

/// A text to look for; an empty one looks for nothing.
pub fn words(parameter: &str, text: Option<String>, mistakes: &mut Mistakes) -> Option<String> {
    let text = text.filter(|text| !text.is_empty())?;
    if text.contains('\0') || text.chars().count() > LONGEST_TEXT {
        mistakes.parameter(
            parameter,
            format!("must have at most {LONGEST_TEXT} characters, none of them NUL"),
        );
    }
    Some(text)
}

fn number(parameter: &str, text: Option<&str>, mistakes: &mut Mistakes) -> Option<i64> {
    let text = text.filter(|text| !text.is_empty())?;
    let number = text.parse().ok();
    if number.is_none() {
        mistakes.parameter(parameter, format!("must be a whole number, not {text:?}"));
    }
    number
}

fn time(parameter: &str, text: Option<&str>, mistakes: &mut Mistakes) -> Option<Millis> {
    let text = text.filter(|text| !text.is_empty())?;
    // In a query a plus sign stands for a space, and people forget to escape it.
    let time = wire::Timestamp::parse(&text.replace(' ', "+")).ok();
    if time.is_none() {
        let words = format!("{text:?} is no time; write it like 2026-03-01T14:20:03Z");
        mistakes.parameter(parameter, words);
    }
    time.map(|time| time.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Outcome, State};

    #[test]
    fn lists_and_ranges_are_read() {
        let query = ListRuns {
            state: Some("queued, running".into()),
            outcome: Some("failed".into()),
            environment: Some("1-40,77".into()),
            created_from: Some("2026-03-01T15:20:03 01:00".into()),
            ..ListRuns::default()
        };
        let filter = query.check().map(|listing| listing.filter);
        let expected = RunFilter {
            states: vec![State::Queued, State::Running],
            outcomes: vec![Outcome::Failed],
            environments: vec![1..=40, 77..=77],
            created_from: Some(Millis(1_772_374_803_000)),
            ..RunFilter::default()
        };
        assert_eq!(filter.ok(), Some(expected));
    }

    #[test]
    fn every_mistake_is_named() {
        let bad = || Some("banana".to_owned());
        let query = ListRuns {
            state: bad(),
            outcome: bad(),
            environment: Some("9-1".into()),
            plan: bad(),
            created_from: bad(),
            created_to: bad(),
            sort: bad(),
            cursor: bad(),
            limit: bad(),
            q: Some("a\0".into()),
            ..ListRuns::default()
        };
        let Err(ApiError::InvalidQuery(mistakes)) = query.check() else { panic!("accepted") };
        let mut named: Vec<_> = mistakes.into_iter().filter_map(|one| one.parameter).collect();
        named.sort();
        let mut expected = [
            "state",
            "outcome",
            "environment",
            "plan",
            "created_from",
            "created_to",
            "sort",
            "cursor",
            "limit",
            "q",
        ];
        expected.sort_unstable();
        assert_eq!(named, expected);
    }
}
