//! `proctor doctor`: proves what this machine and this configuration can keep of Proctor's promises, by trying.

mod check;
mod installer;
mod machine;
mod place;
mod probe;

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::server::ServeSettings;
use crate::config::Config;
use check::{Check, Verdict};

/// Prove what this machine and these settings can keep of Proctor's promises
///
/// Each promise is tried, not looked up. Ends with 0 when all are kept, 1 when something is degraded, 2 when something
/// fails. Takes the flags, variables and file of `serve`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    settings: ServeSettings,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub fn doctor(args: DoctorArgs) -> ExitCode {
    let checks = match Config::load(args.settings.into()) {
        Ok(config) => examine(&config),
        Err(error) => vec![Check::new("configuration").fails(
            &error.to_string(),
            "serve and worker do not start",
            "correct what it names",
        )],
    };
    let worst = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Pass);
    if args.json {
        println!("{:#}", json!({ "verdict": worst, "checks": checks }));
    } else {
        for check in &checks {
            check.print();
        }
        println!("\n{}", worst.words());
    }
    ExitCode::from(worst.exit_status())
}

fn examine(config: &Config) -> Vec<Check> {
    let mut checks = vec![Check::new("configuration").passes("it is valid")];
    checks.push(place::address(config));
    checks.extend(place::data_directory(config));
    checks.push(place::secrets(config));
    checks.extend(place::object_store(config));
    checks.push(machine::clock());
    checks.extend(machine::namespaces());
    checks.push(machine::control_groups());
    checks.extend(probe::interpreter_and_runs(config));
    checks.push(installer::packages(config));
    checks
}
