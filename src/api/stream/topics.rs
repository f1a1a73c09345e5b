//! What a client wants to be told of.

use std::collections::BTreeSet;

use super::message::About;
use crate::api::body::Mistakes;
use crate::api::problem::ApiError;
use crate::domain::RunId;
use crate::store::{Read, runs};

/// Single runs that one stream follows.
const MOST_RUNS: usize = 50;

/// The topics of one stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics {
    pub names: BTreeSet<Topic>,
    pub runs: BTreeSet<RunId>,
}

/// A topic about many things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Runs,
    Environments,
    Tests,
}

impl Topics {
    /// # Errors
    /// All unknown topics, and none at all.
    pub fn parse(list: Option<&str>) -> Result<Self, ApiError> {
        let mut mistakes = Mistakes::default();
        let mut topics = Self::default();
        let parts = list.unwrap_or_default().split(',').map(str::trim);
        for part in parts.filter(|part| !part.is_empty()) {
            match (part, part.strip_prefix("run:").and_then(|id| id.parse().ok())) {
                ("runs", _) => _ = topics.names.insert(Topic::Runs),
                ("environments", _) => _ = topics.names.insert(Topic::Environments),
                ("tests", _) => _ = topics.names.insert(Topic::Tests),
                (_, Some(id)) => _ = topics.runs.insert(RunId(id)),
                (unknown, None) => {
                    let known = "known are runs, run:<id>, environments, tests";
                    mistakes.parameter("topics", format!("unknown topic {unknown:?}; {known}"));
                }
            }
        }
        if topics.runs.len() > MOST_RUNS {
            let words = format!(
                "{} runs, the limit is {MOST_RUNS}; take the topic runs",
                topics.runs.len()
            );
            mistakes.parameter("topics", words);
        }
        mistakes.query()?;
        if topics == Self::default() {
            let words = "is required: a comma list of runs, run:<id>, environments, tests";
            return Err(ApiError::parameter("topics", words));
        }
        Ok(topics)
    }

    /// # Errors
    /// When one of the single runs does not exist.
    pub async fn check_runs(&self, db: &impl Read) -> Result<(), ApiError> {
        let wanted: Vec<_> = self.runs.iter().copied().collect();
        let found = runs::find_many(db, &wanted).await?;
        match wanted.into_iter().find(|id| found.iter().all(|run| run.id != *id)) {
            Some(missing) => Err(ApiError::NotFound(format!("there is no run {missing}"))),
            None => Ok(()),
        }
    }

    pub fn want(&self, about: About) -> bool {
        match about {
            About::Run(id) => self.names.contains(&Topic::Runs) || self.runs.contains(&id),
            About::PartOfRun(id) => self.runs.contains(&id),
            About::Environment => self.names.contains(&Topic::Environments),
            About::Tests => self.names.contains(&Topic::Tests),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_read_from_a_comma_list() {
        let topics = Topics::parse(Some("runs, run:12,environments")).unwrap();
        assert_eq!(topics.names, BTreeSet::from([Topic::Runs, Topic::Environments]));
        assert_eq!(topics.runs, BTreeSet::from([RunId(12)]));
    }

    #[test]
    fn unknown_topics_and_none_at_all_are_refused() {
        for bad in [None, Some(""), Some("run:x"), Some("runs,weather")] {
            assert!(Topics::parse(bad).is_err(), "{bad:?}");
        }
        let many: Vec<_> = (0..51).map(|id| format!("run:{id}")).collect();
        assert!(Topics::parse(Some(&many.join(","))).is_err());
    }
}
