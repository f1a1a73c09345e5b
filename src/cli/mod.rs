//! The command line.
//!
//! `run` and `runs` are clients of the REST service and know nothing but its shapes.

mod client;
mod error;
mod events;
mod exit;
mod follow;
mod github;
mod run;
mod runs;
mod screen;
mod signals;
mod text;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Run Python tests on shared environments, one run per environment at a time.
#[derive(Debug, Parser)]
#[command(name = "proctor", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Args),
    Runs(runs::Args),
}

/// Does what the command line says; the answer is what the process ends with.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // clap ends with 2, which here means that tests had errors.
        Err(refusal) if refusal.use_stderr() => {
            let _ = refusal.print();
            return exit::Exit::NotAsked.into();
        }
        Err(help) => help.exit(),
    };
    let done = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Runs(args) => runs::run(args),
    };
    done.unwrap_or_else(error::CliError::report).into()
}
