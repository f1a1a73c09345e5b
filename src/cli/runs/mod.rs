//! `proctor runs`: look at runs, and act on them.

mod list;
mod show;

use std::io::Read;

use clap::Subcommand;

use super::asking::parse_environment;
use super::client::{Client, ServerArgs};
use super::error::CliError;
use super::exit::Exit;
use super::follow::{Ending, OnStop, Show, follow};
use super::run::{new_token, patiently, print, print_detached, print_json, somebody, sum_up};
use super::text::{Filter, Text};
use super::words;
use crate::wire::{EnvironmentChoice, Rerun, RerunFiles, RunDetails, State};

/// Look at runs, cancel them, run them again
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Newest runs first
    List(list::Args),
    /// Everything about one run
    Show {
        id: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// What a run printed
    Log(LogArgs),
    /// End runs early
    Cancel {
        #[arg(required = true)]
        ids: Vec<i64>,
        /// Who cancels [default: who is logged in]
        #[arg(long = "as", value_name = "NAME", env = "PROCTOR_USER")]
        requester: Option<String>,
    },
    /// Ask for the same again; prints the number of the new run
    Rerun(RerunArgs),
}

#[derive(Debug, clap::Args)]
struct LogArgs {
    id: i64,
    /// Go on until the run has ended, and end as it ended
    #[arg(short, long)]
    follow: bool,
    /// Every byte as it was printed: with colours and whatever else steers a terminal
    #[arg(long)]
    raw: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Files {
    Same,
    Today,
}

#[derive(Debug, clap::Args)]
struct RerunArgs {
    id: i64,
    /// Only the test cases that did not pass
    #[arg(long)]
    failed: bool,
    /// Which files: the very bytes that ran, or what is there today [default: same]
    #[arg(long, value_enum)]
    files: Option<Files>,
    /// In another environment, or in any free one
    #[arg(short, long, value_name = "N|any|any:LABEL", value_parser = parse_environment)]
    environment: Option<EnvironmentChoice>,
    /// Who asks [default: who is logged in]
    #[arg(long = "as", value_name = "NAME", env = "PROCTOR_USER")]
    requester: Option<String>,
    /// Follow the log of the new run, and end as it ended
    #[arg(short, long)]
    follow: bool,
    /// Print the new run as JSON
    #[arg(long, conflicts_with = "follow")]
    json: bool,
}

pub fn run(args: Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match args.command {
        Command::List(args) => list::list(&client, &args),
        Command::Show { id, json: true } => {
            print_json(&patiently(|| client.run(id))?).map(|()| Exit::Done)
        }
        Command::Show { id, json: false } => show::show(&client, id),
        Command::Log(args) => log(&client, &args),
        Command::Cancel { ids, requester } => {
            cancel(&client, &ids, requester.or_else(somebody).as_deref())
        }
        Command::Rerun(args) => rerun(&client, args),
    }
}

fn log(client: &Client, args: &LogArgs) -> Result<Exit, CliError> {
    let text = if args.raw { Text::Raw } else { Text::for_stdout() };
    if args.follow {
        let details = patiently(|| client.run(args.id))?;
        return follow_to_the_end(client, details, text, OnStop::Leave);
    }
    let mut offset = 0;
    let mut filter = Filter::new(text);
    loop {
        let before = offset;
        match patiently(|| print_log(client, args.id, &mut offset, &mut filter)) {
            Err(error) if error.is_passing() && offset > before => {}
            done => return done.map(|()| Exit::Done),
        }
    }
}

/// From `offset` on, which it moves, so that it can be asked again.
fn print_log(
    client: &Client,
    id: i64,
    offset: &mut u64,
    filter: &mut Filter,
) -> Result<(), CliError> {
    let Some(mut body) = client.log_from(id, *offset)? else { return Ok(()) };
    let mut buffer = vec![0; 64 * 1024];
    let mut passed = Vec::new();
    loop {
        let read = body.read(&mut buffer).map_err(|error| client.unreachable(&error.into()))?;
        if read == 0 {
            return Ok(());
        }
        *offset += read as u64;
        passed.clear();
        filter.pass(&buffer[..read], &mut passed);
        print(&passed)?;
    }
}

fn follow_to_the_end(
    client: &Client,
    asked: RunDetails,
    text: Text,
    on_stop: OnStop,
) -> Result<Exit, CliError> {
    match follow(client, asked.run, Show::Log(text), on_stop)? {
        Ending::Finished(details) => Ok(sum_up(client, &details)),
        Ending::Left(exit) => Ok(exit),
    }
}

fn cancel(client: &Client, ids: &[i64], by: Option<&str>) -> Result<Exit, CliError> {
    for id in ids {
        let details = patiently(|| client.cancel(*id, by))?;
        let what = match details.run.state {
            State::Finished => words::state(&details.run),
            _ => "cancelling",
        };
        print(format!("run {id}: {what}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

fn rerun(client: &Client, args: RerunArgs) -> Result<Exit, CliError> {
    let requester = args.requester.or_else(somebody);
    let rerun = Rerun {
        failed_only: args.failed,
        files: args.files.map(|files| match files {
            Files::Same => RerunFiles::Same,
            Files::Today => RerunFiles::Today,
        }),
        environment: args.environment,
        requester: requester.clone(),
    };
    let key = new_token()?;
    let asked = patiently(|| client.rerun(args.id, &rerun, &key))?;
    if args.follow {
        follow_to_the_end(client, asked, Text::for_stdout(), OnStop::Cancel { by: requester })
    } else {
        print_detached(client, &asked, args.json)
    }
}
