//! The command line: one binary for the server, its workers, and the people and scripts that use them.
//!
//! `run`, `leak`, `runs`, `env`, `plans`, `templates` and `tests` are clients of the REST service and know nothing but its shapes; `server` composes
//! everything else. `backup` and `restore` work on a data directory, with or without a server.

mod archive;
mod asking;
mod client;
mod doctor;
mod environments;
mod error;
mod events;
mod exit;
mod follow;
mod github;
mod leak;
mod plans;
mod run;
mod runs;
mod screen;
mod server;
mod signals;
mod templates;
mod tests_root;
mod text;
mod words;

pub use server::join_hosts;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Run Python tests on shared environments, one run per environment at a time.
#[derive(Debug, Parser)]
#[command(name = "proctor", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the REST service and the web application, and keep a worker on this machine
    Serve(Box<server::ServeSettings>),
    /// Execute runs
    Worker(Box<server::WorkerSettings>),
    Doctor(Box<doctor::DoctorArgs>),
    Run(run::Args),
    Leak(leak::Args),
    Runs(runs::Args),
    Env(environments::Args),
    Plans(plans::Args),
    Templates(templates::Args),
    Tests(tests_root::Args),
    Backup(archive::BackupArgs),
    Restore(archive::RestoreArgs),
    /// Print the description of the REST service, an OpenAPI 3.1 document
    Openapi,
    /// Print what makes a shell complete this command line
    Completions {
        shell: clap_complete::Shell,
    },
    /// Own the processes of a worker's runs (started by the worker)
    #[command(hide = true)]
    Supervisor {
        directory: PathBuf,
    },
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
    match cli.command {
        Command::Serve(settings) => served(server::serve(*settings)),
        Command::Worker(settings) => served(server::worker(*settings)),
        Command::Doctor(args) => doctor::doctor(*args),
        Command::Supervisor { directory } => served(server::supervisor(directory)),
        Command::Run(args) => asked(run::run(&args)),
        Command::Leak(args) => asked(leak::leak(&args)),
        Command::Runs(args) => asked(runs::run(args)),
        Command::Env(args) => asked(environments::run(args)),
        Command::Plans(args) => asked(plans::run(&args)),
        Command::Templates(args) => asked(templates::run(args)),
        Command::Openapi => asked(openapi()),
        Command::Completions { shell } => asked(completions(shell)),
        Command::Backup(args) => served(server::block_on(archive::backup(args))),
        Command::Restore(args) => served(server::block_on(archive::restore(args))),
        Command::Tests(args) => asked(tests_root::run(&args)),
    }
}

fn openapi() -> Result<exit::Exit, error::CliError> {
    let text = crate::api::openapi::document_text().map_err(std::io::Error::from);
    let text = text.map_err(error::CliError::Output)?;
    run::print(text.as_bytes()).map(|()| exit::Exit::Done)
}

fn completions(shell: clap_complete::Shell) -> Result<exit::Exit, error::CliError> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "proctor", &mut text);
    run::print(&text).map(|()| exit::Exit::Done)
}

fn asked(done: Result<exit::Exit, error::CliError>) -> ExitCode {
    done.unwrap_or_else(error::CliError::report).into()
}

fn served(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proctor: {error:#}");
            exit::Exit::NotAsked.into()
        }
    }
}
