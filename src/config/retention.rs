//! For how long, and how much of it, what runs leave is kept; what is absent is kept for ever.

use serde::Deserialize;

use super::{ConfigError, ranges};
use crate::domain::retention::Bounds;

/// A hundred years.
const MOST_DAYS: u64 = 36_525;
const LEAST_BYTES: u64 = 1 << 20;
const MOST_BYTES: u64 = 1 << 50;
const MOST_RUNS: u64 = 1_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Seconds between two looks.
    pub look_s: u32,
    /// Days after the end of a run.
    pub logs_days: Option<u32>,
    /// Of all runs together; the oldest go first.
    pub logs_bytes: Option<u64>,
    pub artifacts_days: Option<u32>,
    pub artifacts_bytes: Option<u64>,
    /// Test files as runs read them, and their earlier versions.
    pub versions_days: Option<u32>,
    pub versions_bytes: Option<u64>,
    pub runs_days: Option<u32>,
    /// Finished runs.
    pub runs: Option<u64>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            look_s: 3600,
            logs_days: None,
            logs_bytes: None,
            artifacts_days: None,
            artifacts_bytes: None,
            versions_days: None,
            versions_bytes: None,
            runs_days: None,
            runs: None,
        }
    }
}

impl Retention {
    pub fn logs(&self) -> Bounds {
        Bounds { days: self.logs_days, most: self.logs_bytes }
    }

    pub fn artifacts(&self) -> Bounds {
        Bounds { days: self.artifacts_days, most: self.artifacts_bytes }
    }

    pub fn versions(&self) -> Bounds {
        Bounds { days: self.versions_days, most: self.versions_bytes }
    }

    pub fn whole_runs(&self) -> Bounds {
        Bounds { days: self.runs_days, most: self.runs }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let chosen = self
            .each()
            .into_iter()
            .filter_map(|(name, value, least, most)| value.map(|value| (name, value, least, most)));
        ranges::check("retention", chosen)
    }

    fn each(&self) -> [(&'static str, Option<u64>, u64, u64); 9] {
        let days = |name, days: Option<u32>| (name, days.map(u64::from), 1, MOST_DAYS);
        let bytes = |name, bytes| (name, bytes, LEAST_BYTES, MOST_BYTES);
        [
            ("look_s", Some(self.look_s.into()), 1, 24 * 60 * 60),
            days("logs_days", self.logs_days),
            bytes("logs_bytes", self.logs_bytes),
            days("artifacts_days", self.artifacts_days),
            bytes("artifacts_bytes", self.artifacts_bytes),
            days("versions_days", self.versions_days),
            bytes("versions_bytes", self.versions_bytes),
            days("runs_days", self.runs_days),
            ("runs", self.runs, 1, MOST_RUNS),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let retention: Retention = toml::from_str(text).unwrap();
        retention.check().err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn every_bound_is_taken_at_its_edges_and_refused_beyond_them() {
        for (name, _, least, most) in Retention::default().each() {
            for value in [least, most] {
                assert_eq!(told(&format!("{name} = {value}\n")), "", "{name} = {value}");
            }
            for value in [0, least - 1, most + 1] {
                let expected =
                    format!("retention.{name} = {value}: must be from {least} to {most}");
                assert!(told(&format!("{name} = {value}\n")).contains(&expected), "{expected}");
            }
        }
    }

    #[test]
    fn everything_is_kept_for_ever_unless_somebody_chooses() {
        let chosen = Retention::default();
        assert_eq!(chosen.check().map_err(|error| error.to_string()), Ok(()));
        for bounds in [chosen.logs(), chosen.artifacts(), chosen.versions(), chosen.whole_runs()] {
            assert!(bounds.is_everything());
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let words = told("logs_days = 0\nruns = 0\n");
        assert!(
            words.contains("retention.logs_days") && words.contains("retention.runs"),
            "{words}"
        );
    }
}
