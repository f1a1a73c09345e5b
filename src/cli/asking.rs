//! What a person wants of a run, whatever is to be done with it.

use std::collections::BTreeMap;

use super::client::ServerArgs;
use super::error::CliError;
use super::run::{parse_pair, parse_seconds, somebody};
use crate::wire::submit::{Labels, RunLimits};
use crate::wire::{EnvironmentChoice, NewRun, RunOptions};

/// Where, for whom and how; everything but the targets.
#[derive(Debug, clap::Args)]
pub struct Asking {
    #[command(flatten)]
    pub server: ServerArgs,
    /// Number of the environment, "any", or "any:LABEL,…" for a free one with these labels
    #[arg(short, long, value_name = "N|any|any:LABEL", value_parser = parse_environment)]
    environment: EnvironmentChoice,
    /// Who asks [default: who is logged in]
    #[arg(long = "as", value_name = "NAME", env = "PROCTOR_USER")]
    requester: Option<String>,
    /// Only tests that match this expression of names, as pytest's -k
    #[arg(short, value_name = "EXPRESSION")]
    keyword: Option<String>,
    /// Only tests that match this expression of markers, as pytest's -m
    #[arg(short, value_name = "EXPRESSION")]
    markers: Option<String>,
    /// Stop after this many failures
    #[arg(long, value_name = "N")]
    max_failures: Option<u32>,
    /// End the run after this time: 90, 90s, 10m, 1h
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    timeout: Option<u32>,
    /// How many more attempts the run gets when its host is lost
    #[arg(long, value_name = "N")]
    retry_lost: Option<u32>,
    /// When the run fails, its requester keeps the environment for so many minutes
    #[arg(long, value_name = "MINUTES")]
    keep_if_failed: Option<u32>,
    /// Name of one of the server's interpreters
    #[arg(long, value_name = "NAME")]
    interpreter: Option<String>,
    /// How the interpreter starts: auto, warm or cold
    #[arg(long, value_name = "MODE")]
    start: Option<String>,
    /// Which network the tests have: machine, or none but a loopback device of their own
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// Another limit than the server's: memory_bytes, processes, cpu_percent, log_bytes or tmp_bytes
    #[arg(long = "limit", value_name = "NAME=NUMBER", value_parser = parse_limit)]
    limits: Vec<(String, u64)>,
    /// Name of a template
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// A choice for a parameter of the template
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parse_pair)]
    parameters: Vec<(String, String)>,
    /// Number of a test plan
    #[arg(long = "plan", value_name = "ID")]
    plans: Vec<i64>,
    /// An environment variable of the tests
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = parse_pair)]
    variables: Vec<(String, String)>,
    /// A remark that is shown with the run
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Asking {
    /// The run of these targets.
    pub fn run(&self, targets: Vec<String>) -> Result<NewRun, CliError> {
        let requester = self.requester.clone().or_else(somebody).ok_or(CliError::Nobody)?;
        let map = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<BTreeMap<_, _>>();
        Ok(NewRun {
            requester,
            environment: self.environment.clone(),
            targets,
            plans: self.plans.clone(),
            template: self.template.clone(),
            parameters: map(&self.parameters),
            variables: map(&self.variables),
            options: RunOptions {
                keyword: self.keyword.clone(),
                markers: self.markers.clone(),
                max_failures: self.max_failures,
                timeout_s: self.timeout,
                retry_lost: self.retry_lost,
                keep_if_failed_minutes: self.keep_if_failed,
                limits: limits(&self.limits),
                interpreter: self.interpreter.clone(),
                start: self.start.clone(),
                network: self.network.clone(),
                ..RunOptions::default()
            },
            note: self.note.clone(),
        })
    }
}

pub fn parse_environment(text: &str) -> Result<EnvironmentChoice, String> {
    let labels = match text.split_once(':') {
        None if text == "any" => Vec::new(),
        Some(("any", labels)) if !labels.is_empty() => {
            labels.split(',').map(ToOwned::to_owned).collect()
        }
        _ => {
            let number = text.parse().map_err(|_| "give a number, \"any\" or \"any:LABEL\"")?;
            return Ok(EnvironmentChoice::Number(number));
        }
    };
    Ok(EnvironmentChoice::Any { any: Labels { labels } })
}

/// Names and numbers as the REST service has them.
fn parse_limit(text: &str) -> Result<(String, u64), String> {
    let (name, number) = parse_pair(text).map_err(|_| "give NAME=NUMBER")?;
    let number = number.parse().map_err(|_| "the number is a whole one")?;
    let mut wishes = RunLimits::default();
    set_limit(&mut wishes, &name, number)?;
    Ok((name, number))
}

fn limits(given: &[(String, u64)]) -> Option<RunLimits> {
    let mut wishes = RunLimits::default();
    for (name, number) in given {
        // Each was tried when it was read.
        let _ = set_limit(&mut wishes, name, *number);
    }
    (!given.is_empty()).then_some(wishes)
}

fn set_limit(wishes: &mut RunLimits, name: &str, number: u64) -> Result<(), String> {
    let small = || u32::try_from(number).map_err(|_| format!("{number} is too large"));
    match name {
        "memory_bytes" => wishes.memory_bytes = Some(number),
        "processes" => wishes.processes = Some(small()?),
        "cpu_percent" => wishes.cpu_percent = Some(small()?),
        "log_bytes" => wishes.log_bytes = Some(number),
        "tmp_bytes" => wishes.tmp_bytes = Some(number),
        _ => {
            return Err(
                "there are memory_bytes, processes, cpu_percent, log_bytes, tmp_bytes".into()
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_a_number_or_any_with_labels() {
        let any = |labels: &[&str]| EnvironmentChoice::Any {
            any: Labels { labels: labels.iter().map(ToString::to_string).collect() },
        };
        assert_eq!(parse_environment("7"), Ok(EnvironmentChoice::Number(7)));
        assert_eq!(parse_environment("any"), Ok(any(&[])));
        assert_eq!(parse_environment("any:arm,fast"), Ok(any(&["arm", "fast"])));
        for wrong in ["", "any:", "seven", "all:x"] {
            assert!(parse_environment(wrong).is_err(), "{wrong}");
        }
    }
}
