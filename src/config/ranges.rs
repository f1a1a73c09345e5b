//! Which limits make sense: with nothing of something nothing runs, and what no machine has was mistyped.

use std::ops::RangeInclusive;

use super::{ConfigError, Limits};
use crate::domain::limits::{LEAST_LOG, LEAST_MEMORY, LEAST_PROCESSES, LEAST_TMP, LONGEST_RUN_S};

const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;
/// More of a disk or of memory than one machine has.
const MOST_BYTES: u64 = 1024 * TIB;
/// <https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html>, pid_max.
const MOST_PROCESSES: u64 = 1 << 22;
/// Linux knows of at most 8,192 processors.
const MOST_CPU_PERCENT: u64 = 8192 * 100;
/// Linux takes 128 KiB with the name of the variable (at most 256 bytes), an equals sign and a NUL:
/// <https://man7.org/linux/man-pages/man2/execve.2.html>.
const MOST_VARIABLE: u64 = 128 * 1024 - 256 - 2;
/// A name stands in indexes; those of PostgreSQL take 2,700 bytes.
const LONGEST_NAME: u64 = 500;
/// Held in memory, each.
const LARGEST_BODY: u64 = 64 * MIB;
const LARGEST_LIST: u64 = 100_000;
const LONGEST_TEXT: u64 = MIB;

/// A limit, and what it can be.
struct Limit {
    name: &'static str,
    value: u64,
    range: RangeInclusive<u64>,
}

/// Whether each number of a table, by name, is from its least to its most; all mistakes at once.
pub(super) fn check(
    table: &str,
    each: impl IntoIterator<Item = (&'static str, u64, u64, u64)>,
) -> Result<(), ConfigError> {
    let mistakes: Vec<_> = each
        .into_iter()
        .filter(|(_, value, least, most)| !(least..=most).contains(&value))
        .map(|(name, value, least, most)| {
            format!("{table}.{name} = {value}: must be from {least} to {most}")
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(ConfigError::Limits(mistakes)) }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let out_of_range = self.each().into_iter().filter(|one| !one.range.contains(&one.value));
        let mut mistakes: Vec<_> = out_of_range.map(|one| one.words()).collect();
        mistakes.extend(self.maximum_below());
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigError::Limits(mistakes)) }
    }

    fn each(&self) -> Vec<Limit> {
        let mut limits = self.of_runs();
        limits.extend(self.of_requests());
        let most = &self.maximum;
        let maximums = [
            ("maximum.memory_bytes", most.memory_bytes, LEAST_MEMORY..=MOST_BYTES),
            ("maximum.processes", most.processes.map(u64::from), LEAST_PROCESSES..=MOST_PROCESSES),
            ("maximum.cpu_percent", most.cpu_percent.map(u64::from), 1..=MOST_CPU_PERCENT),
            ("maximum.log_bytes", most.log_bytes, LEAST_LOG..=MOST_BYTES),
            ("maximum.tmp_bytes", most.tmp_bytes, LEAST_TMP..=MOST_BYTES),
        ];
        limits.extend(
            maximums
                .into_iter()
                .filter_map(|(name, value, range)| value.map(|value| Limit { name, value, range })),
        );
        limits
    }

    fn of_runs(&self) -> Vec<Limit> {
        let cpu = self.cpu_percent.map_or(1, u64::from);
        let limits = [
            ("timeout_s", self.timeout_s.into(), 1..=LONGEST_RUN_S.into()),
            ("memory_bytes", self.memory_bytes, LEAST_MEMORY..=MOST_BYTES),
            ("processes", self.processes.into(), LEAST_PROCESSES..=MOST_PROCESSES),
            ("cpu_percent", cpu, 1..=MOST_CPU_PERCENT),
            ("log_bytes", self.log_bytes, LEAST_LOG..=MOST_BYTES),
            ("tmp_bytes", self.tmp_bytes, LEAST_TMP..=MOST_BYTES),
            ("tmp_files", self.tmp_files, 100..=1_000_000_000),
            ("artifacts_bytes", self.artifacts_bytes, 4096..=MOST_BYTES),
            ("usage_samples", self.usage_samples as u64, 10..=LARGEST_LIST),
        ];
        limits.map(|(name, value, range)| Limit { name, value, range }).into()
    }

    fn of_requests(&self) -> Vec<Limit> {
        let of = |name, value: usize, range| Limit { name, value: value as u64, range };
        let days = u64::from(self.reservation_days);
        vec![
            Limit { name: "upload_bytes", value: self.upload_bytes, range: 1024..=TIB },
            of("upload_files", self.upload_files, 1..=1_000_000),
            of("targets", self.targets, 1..=LARGEST_LIST),
            of("variables", self.variables, 1..=LARGEST_LIST),
            of("variable_bytes", self.variable_bytes, 1..=MOST_VARIABLE),
            of("plans", self.plans, 1..=LARGEST_LIST),
            of("parameters", self.parameters, 1..=LARGEST_LIST),
            of("choices", self.choices, 1..=LARGEST_LIST),
            of("comments", self.comments, 1..=LARGEST_LIST),
            of("choice_bytes", self.choice_bytes, 1..=MOST_VARIABLE),
            of("body_bytes", self.body_bytes, 1024..=LARGEST_BODY),
            of("requester_characters", self.requester_characters, 1..=LONGEST_NAME),
            of("name_characters", self.name_characters, 1..=LONGEST_NAME),
            of("description_bytes", self.description_bytes, 1..=LONGEST_TEXT),
            of("note_bytes", self.note_bytes, 1..=LONGEST_TEXT),
            of("labels", self.labels, 1..=LARGEST_LIST),
            of("label_bytes", self.label_bytes, 1..=LONGEST_NAME),
            Limit { name: "reservation_days", value: days, range: 1..=3660 },
            of("streams", self.streams, 1..=LARGEST_LIST),
        ]
    }

    /// A maximum that is less than what runs get without asking says two things at once.
    fn maximum_below(&self) -> Vec<String> {
        let most = &self.maximum;
        let pairs = [
            ("memory_bytes", most.memory_bytes, Some(self.memory_bytes)),
            ("processes", most.processes.map(u64::from), Some(self.processes.into())),
            ("cpu_percent", most.cpu_percent.map(u64::from), self.cpu_percent.map(u64::from)),
            ("log_bytes", most.log_bytes, Some(self.log_bytes)),
            ("tmp_bytes", most.tmp_bytes, Some(self.tmp_bytes)),
        ];
        let below = pairs.into_iter().filter_map(|(name, most, usual)| {
            let (most, usual) = most.zip(usual).filter(|(most, usual)| most < usual)?;
            Some(format!(
                "limits.maximum.{name} = {most} is less than the {usual} that runs get without asking: \
                 lower limits.{name} too, or raise this one"
            ))
        });
        below.collect()
    }
}

impl Limit {
    fn words(&self) -> String {
        let Self { name, value, range } = self;
        format!("limits.{name} = {value}: must be from {} to {}", range.start(), range.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A configuration of one limit, as an operator writes it.
    fn with(name: &str, value: u64) -> Result<(), ConfigError> {
        let (table, key) = name.split_once('.').map_or(("", name), |(_, key)| ("[maximum]\n", key));
        // What runs get without asking stays below each maximum that is tried.
        let low = if table.is_empty() {
            String::new()
        } else {
            format!(
                "memory_bytes = {LEAST_MEMORY}\nprocesses = {LEAST_PROCESSES}\ncpu_percent = 1\n\
                 log_bytes = {LEAST_LOG}\ntmp_bytes = {LEAST_TMP}\n"
            )
        };
        let limits: Limits = toml::from_str(&format!("{low}{table}{key} = {value}\n"))
            .unwrap_or_else(|error| panic!("{name} = {value}: {error}"));
        limits.check()
    }

    fn every() -> Vec<Limit> {
        let cpu_percent = Some(1);
        let maximum = super::super::limits::Maximum {
            memory_bytes: Some(1),
            processes: Some(1),
            cpu_percent,
            log_bytes: Some(1),
            tmp_bytes: Some(1),
        };
        Limits { cpu_percent, maximum, ..Limits::default() }.each()
    }

    #[test]
    fn what_nobody_has_chosen_is_in_order() {
        assert_eq!(Limits::default().check().map_err(|error| error.to_string()), Ok(()));
    }

    #[test]
    fn every_limit_is_taken_at_its_edges_and_refused_beyond_them() {
        for Limit { name, range, .. } in every() {
            let (least, most) = range.into_inner();
            for value in [least, most] {
                let taken = with(name, value).map_err(|error| error.to_string());
                assert_eq!(taken, Ok(()), "{name} = {value}");
            }
            for value in [0, least - 1, most + 1] {
                let refused = with(name, value).err().map(|error| error.to_string());
                let words = format!("limits.{name} = {value}: must be from {least} to {most}");
                assert!(refused.as_ref().is_some_and(|told| told.contains(&words)), "{refused:?}");
            }
        }
    }

    #[test]
    fn every_limit_has_a_range() {
        let debug = format!("{:?}", Limits::default());
        let fields = debug.matches(": ").count();
        // `maximum` itself is no number.
        assert_eq!(every().len(), fields - 1, "a limit without a range: {debug}");
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let limits = Limits { targets: 0, streams: 0, ..Limits::default() };
        let told = limits.check().err().map(|error| error.to_string());
        assert_eq!(
            told.as_deref(),
            Some(
                "limits.targets = 0: must be from 1 to 100000; limits.streams = 0: must be from 1 to 100000; \
                 correct it in the configuration file, or leave the line out"
            )
        );
    }

    #[test]
    fn a_maximum_below_what_everybody_gets_is_refused() {
        let text = "log_bytes = 10000\n[maximum]\nlog_bytes = 9999\n";
        let limits: Limits = toml::from_str(text).unwrap_or_default();
        let told = limits.check().err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains("limits.maximum.log_bytes = 9999 is less than the 10000"), "{told}");
    }
}
