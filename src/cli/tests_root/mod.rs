//! `proctor tests`: what there is to run, and sending more.

mod files;
mod list;
mod upload;

use clap::Subcommand;

pub use files::Form;

use super::client::{Client, ServerArgs};
use super::error::CliError;
use super::exit::Exit;

/// List the tests of the server, and send it files
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What is in a directory of the tests root
    List(list::Args),
    Upload(upload::Args),
}

pub fn run(args: &Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match &args.command {
        Command::List(args) => list::list(&client, args),
        Command::Upload(args) => upload::upload(&client, args),
    }
}
