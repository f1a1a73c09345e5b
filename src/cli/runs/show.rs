//! `proctor runs show`

use crate::cli::client::Client;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::run::{failed_tests, patiently, print};
use crate::cli::words;
use crate::domain::Millis;
use crate::wire::{Run, RunDetails, TestCase, Timestamp};

pub fn show(client: &Client, id: i64) -> Result<Exit, CliError> {
    let details = patiently(|| client.run(id))?;
    let failed = failed_tests(client, id)?;
    let (description, failed) = (describe(&details, words::now()), list_failed(&failed));
    print(format!("{description}{failed}\n{}\n", client.page(id)).as_bytes())?;
    Ok(Exit::Done)
}

/// One line per thing that there is to say.
fn describe(details: &RunDetails, now: Millis) -> String {
    let run = &details.run;
    let at =
        |time: Option<Timestamp>| time.map(|time| format!("{time} ({})", words::ago(time.0, now)));
    let pairs = |map: &std::collections::BTreeMap<String, String>| {
        let pairs: Vec<String> =
            map.iter().map(|(name, value)| format!("{name}={value}")).collect();
        some(pairs.join(" "))
    };
    let lines = [
        ("run", Some(run.id.to_string())),
        ("state", Some(words::state(run).to_owned())),
        ("reason", run.reason.clone()),
        ("waits for", run.waits_for.clone()),
        ("position", run.position.map(|position| position.to_string())),
        ("environment", Some(environment(run))),
        ("requester", Some(run.requester.clone())),
        ("targets", some(run.targets.join(" "))),
        ("template", run.template.clone()),
        ("parameters", pairs(&details.parameters)),
        ("variables", pairs(&details.variables)),
        ("note", run.note.clone()),
        ("rerun of", run.rerun_of.map(|id| id.to_string())),
        ("created", at(Some(run.created_at))),
        ("started", at(run.started_at)),
        ("finished", at(run.finished_at)),
        ("duration", run.duration_ms.map(words::duration)),
        ("tests", some(words::counts(run.progress))),
        ("attempt", (run.attempt > 1).then(|| run.attempt.to_string())),
        ("command", some(details.command.join(" "))),
        ("log", Some(format!("{} lines, {} bytes", details.log.lines, details.log.bytes))),
    ];
    let told =
        lines.into_iter().filter_map(|(name, value)| Some(format!("{name:<12} {}\n", value?)));
    told.collect()
}

fn environment(run: &Run) -> String {
    let name = run.environment.as_ref().map(|environment| format!(" {}", environment.name));
    run.environment_words() + &name.unwrap_or_default()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn list_failed(failed: &[TestCase]) -> String {
    if failed.is_empty() {
        return String::new();
    }
    let lines = failed.iter().map(|test| match &test.message {
        Some(message) => format!("  {}: {message}\n", test.nodeid),
        None => format!("  {}\n", test.nodeid),
    });
    format!("\nfailed:\n{}", lines.collect::<String>())
}
