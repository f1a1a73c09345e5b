//! `proctor leak`: repeat one test, and tell whether it leaks and where.

use std::fmt::Write as _;

use super::asking::Asking;
use super::client::Client;
use super::error::CliError;
use super::exit::Exit;
use super::follow::{Ending, OnStop, Show, follow};
use super::run::{patiently, print, print_detached, print_json, submit, sum_up};
use super::text::Text;
use super::words;
use crate::wire::submit::LeakHunt;
use crate::wire::{LeakReport, LeakSite, LeakVerdict, RunDetails};

const ENDS: &str = "\
The test runs as with `proctor run`, in its own order of setup and teardown, again and again in one
process. The first repetitions warm up; after each of the others everything that can be collected is,
and memory is measured. When memory grows, a few more are traced to find the lines.

The log goes to the standard output, the result after it; with --json the result alone.

Ends with 0 when the test is clean, 1 when it leaks, 2 when that is unclear or the test did not pass,
3 when the run was cancelled, timed out or was lost, 4 when it could not be asked for; 130 when somebody
stopped watching and the run goes on.";

/// Lines of the result for people.
const SITES: usize = 10;

/// Hunt a memory leak: repeat one test and tell whether memory grows, and where
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub struct Args {
    #[command(flatten)]
    asking: Asking,
    /// Repetitions that are measured, 8 to 1000
    #[arg(long, value_name = "N", default_value_t = 20)]
    iterations: u32,
    /// Print the number of the run and do not wait for it
    #[arg(long)]
    detach: bool,
    /// Print the result as JSON instead of the log; with --detach the run
    #[arg(long)]
    json: bool,
    /// The test case, relative to the tests root
    #[arg(value_name = "NODEID")]
    nodeid: String,
}

pub fn leak(args: &Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.asking.server)?;
    let mut run = args.asking.run(vec![args.nodeid.clone()])?;
    run.options.leak = Some(LeakHunt { iterations: Some(args.iterations) });
    let asked = submit(&client, &run)?;
    if args.detach {
        return print_detached(&client, &asked, args.json);
    }
    let show = if args.json { Show::Nothing } else { Show::Log(Text::for_stdout()) };
    let on_stop = OnStop::Cancel { by: Some(run.requester) };
    match follow(&client, asked.run, show, on_stop)? {
        Ending::Finished(details) => conclude(&client, &details, args),
        Ending::Left(exit) => Ok(exit),
    }
}

fn conclude(client: &Client, details: &RunDetails, args: &Args) -> Result<Exit, CliError> {
    let how = sum_up(client, details);
    let report = match patiently(|| client.leak(details.run.id)) {
        Ok(report) => report,
        // Its end says why there is none.
        Err(CliError::Refused(problem)) if problem.status == 404 => {
            return Ok(if how == Exit::Ended { how } else { Exit::Error });
        }
        Err(error) => return Err(error),
    };
    if args.json {
        print_json(&report)?;
    } else {
        print(in_words(&report).as_bytes())?;
    }
    Ok(match (how, report.verdict) {
        (Exit::Ended, _) => how,
        (Exit::Done, LeakVerdict::Clean) => Exit::Done,
        (Exit::Done, LeakVerdict::Leak) => Exit::Failed,
        _ => Exit::Error,
    })
}

/// The verdict, and the sites as a table.
fn in_words(report: &LeakReport) -> String {
    let verdict = match report.verdict {
        LeakVerdict::Leak => "leak",
        LeakVerdict::Clean => "clean",
        LeakVerdict::Unclear => "unclear",
    };
    let [low, high] = report.interval.map(signed);
    let mut text = format!(
        "\n{verdict}: {} per iteration ({low} to {high}), confidence {:.1} %\n{}\n",
        signed(report.bytes_per_iteration),
        report.confidence * 100.0,
        report.reason
    );
    if !report.sites.is_empty() {
        let _ = writeln!(text, "\n{:>10}  {:>8}  per iteration at", "bytes", "count");
    }
    for site in report.sites.iter().take(SITES) {
        let _ = writeln!(text, "{:>10}  {:>8}  {}", site.bytes, site.count, place(site));
    }
    text
}

fn place(site: &LeakSite) -> String {
    let own = format!("{}:{}", site.file, site.line);
    match &site.called_from {
        Some(from) => format!("{own}, called from {}:{}", from.file, from.line),
        None => own,
    }
}

fn signed(bytes: i64) -> String {
    let sign = if bytes < 0 { "-" } else { "" };
    format!("{sign}{}", words::size(bytes.unsigned_abs()))
}
