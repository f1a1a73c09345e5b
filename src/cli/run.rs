//! `proctor run`: ask for a run, watch it, end as it ended.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::{Uid, User};

use super::asking::Asking;
use super::client::Client;
use super::error::CliError;
use super::exit::Exit;
use super::follow::{Ending, OnStop, Show, follow};
use super::github::{MOST_ANNOTATIONS, Quiet, annotation};
use super::text::Text;
use super::words;
use crate::wire::{NewRun, RunDetails, TestCase};

const ENDS: &str = "\
The log goes to the standard output as it is printed, words about the run to the standard error.

Ends with 0 when the run passed, 1 when tests failed, 2 when it could not run or there were no tests,
3 when it was cancelled, timed out or was lost, 4 when it could not be asked for; 130 when somebody
stopped watching and the run goes on.

Ctrl-C on a terminal asks whether to cancel the run or to leave it alone. Without a terminal, as in a
CI job, an interrupt or SIGTERM cancels the run and waits for its end, so that a cancelled job leaves
its environment free; a second one goes without waiting. A terminal that closes leaves the run alone.";

/// Ask for a run, follow its log, and end with its outcome
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub struct Args {
    #[command(flatten)]
    asking: Asking,
    /// Print the number of the run and do not wait for it
    #[arg(long, conflicts_with_all = ["junit", "github"])]
    detach: bool,
    /// Print the run as JSON, when it has ended or with --detach at once, instead of its log
    #[arg(long)]
    json: bool,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Annotate what failed for GitHub Actions
    #[arg(long, conflicts_with = "json")]
    github: bool,
    /// Files, directories or node ids, relative to the tests root; "." is all of it
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

pub fn run(args: &Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.asking.server)?;
    // A report that cannot be written should not cost a run.
    let junit = args.junit.as_deref().map(create).transpose()?;
    let run = args.asking.run(args.targets.clone())?;
    let asked = submit(&client, &run)?;
    if args.detach {
        return print_detached(&client, &asked, args.json);
    }
    let quiet = args.github.then(|| new_token().map(Quiet::new)).transpose()?;
    if let Some(quiet) = &quiet {
        print(quiet.begin().as_bytes())?;
    }
    let show = if args.json { Show::Nothing } else { Show::Log(Text::for_stdout()) };
    let ending = follow(&client, asked.run, show, OnStop::Cancel { by: Some(run.requester) })?;
    if let Some(quiet) = &quiet {
        print(quiet.end().as_bytes())?;
    }
    let details = match ending {
        Ending::Finished(details) => details,
        Ending::Left(exit) => return Ok(exit),
    };
    if args.json {
        print_json(&details)?;
    }
    if args.github {
        annotate(&client, details.run.id)?;
    }
    if let (Some(mut file), Some(path)) = (junit, &args.junit) {
        let copied =
            client.junit(details.run.id).map(|mut report| io::copy(&mut report, &mut file));
        copied?.map_err(|source| CliError::File { path: path.clone(), source })?;
    }
    Ok(sum_up(&client, &details))
}

/// Asks again when the server may not have heard: the key makes one run of all of it.
pub fn submit(client: &Client, run: &NewRun) -> Result<RunDetails, CliError> {
    let key = new_token()?;
    patiently(|| client.submit(run, &key))
}

/// A server that restarts is away for a moment.
pub fn patiently<T>(mut ask: impl FnMut() -> Result<T, CliError>) -> Result<T, CliError> {
    for pause in [100, 300, 1000] {
        match ask() {
            Err(error) if error.is_passing() => std::thread::sleep(Duration::from_millis(pause)),
            answer => return answer,
        }
    }
    ask()
}

/// 128 random bits in hexadecimal digits.
pub fn new_token() -> Result<String, CliError> {
    let mut bytes = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes));
    read.map_err(CliError::Start)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Whom a CI system or the login names.
pub fn somebody() -> Option<String> {
    ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .or_else(|| Some(User::from_uid(Uid::current()).ok()??.name))
}

/// The number alone goes to the standard output, for scripts.
pub fn print_detached(client: &Client, asked: &RunDetails, json: bool) -> Result<Exit, CliError> {
    let id = asked.run.id;
    if json {
        print_json(asked)?;
    } else {
        if io::stderr().is_terminal() {
            let _ = writeln!(io::stderr(), "{}", client.page(id));
        }
        print(format!("{id}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

/// Tells how the run ended; the answer is what to end with.
pub fn sum_up(client: &Client, details: &RunDetails) -> Exit {
    let run = &details.run;
    let line = words::status(run, words::now());
    let _ = writeln!(io::stderr(), "{line}\n{}", client.page(run.id));
    run.outcome.map_or(Exit::Error, Exit::from)
}

fn annotate(client: &Client, id: i64) -> Result<(), CliError> {
    let bad = failed_tests(client, id)?;
    let annotations: String = bad.iter().take(MOST_ANNOTATIONS).map(annotation).collect();
    print(annotations.as_bytes())
}

/// The first page of test cases that did not end well.
pub fn failed_tests(client: &Client, id: i64) -> Result<Vec<TestCase>, CliError> {
    let query = [("outcome", "failed,error,lost".to_owned()), ("limit", "100".to_owned())];
    Ok(patiently(|| client.tests(id, &query))?.items)
}

pub fn print(bytes: &[u8]) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(CliError::Output)
}

pub fn print_json(value: &impl serde::Serialize) -> Result<(), CliError> {
    let text =
        serde_json::to_string_pretty(value).map_err(io::Error::from).map_err(CliError::Output)?;
    print(format!("{text}\n").as_bytes())
}

fn create(path: &Path) -> Result<File, CliError> {
    File::create(path).map_err(|source| CliError::File { path: path.to_owned(), source })
}

pub fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("give NAME=VALUE".to_owned()),
    }
}

pub fn parse_seconds(text: &str) -> Result<u32, String> {
    let (number, unit) = text.split_at(text.trim_end_matches(['s', 'm', 'h']).len());
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => 0,
    };
    let seconds = number.parse::<u32>().ok().and_then(|number| number.checked_mul(factor));
    seconds
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| "give a time like 90, 90s, 10m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_or_is_in_seconds() {
        assert_eq!(
            [parse_seconds("90"), parse_seconds("10m"), parse_seconds("1h")],
            [Ok(90), Ok(600), Ok(3600)]
        );
        for wrong in ["", "0", "m", "1d", "-1", "1.5h", "1ms", "99999999h"] {
            assert!(parse_seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_pair_may_have_more_equals_signs_in_its_value() {
        assert_eq!(parse_pair("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_pair("A="), Ok(("A".to_owned(), String::new())));
        assert!(parse_pair("A").is_err() && parse_pair("=b").is_err());
    }
}
