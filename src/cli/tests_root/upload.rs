//! `proctor tests upload`

use std::io::{self, Write};
use std::path::PathBuf;

use super::files::{Form, Local, find};
use crate::cli::client::Client;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::run::{new_token, patiently, print, print_json, somebody};
use crate::wire::{SyntaxError, UploadVerdict};

const ENDS: &str = "\
Stores all of the files or none. One .zip alone stands for the files in it. A file with a syntax error
is stored all the same, and the error shown. What is replaced is kept by the server.

Ends with 0 when everything was stored, 4 when nothing was.";

/// Store files below the tests root
#[derive(Debug, clap::Args)]
#[command(after_help = ENDS)]
pub struct Args {
    /// Files, directories with what is in them, or one .zip
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Directory relative to the tests root, "." for the root itself; it need not exist
    #[arg(long = "to", value_name = "DIR")]
    directory: String,
    /// Replace files that are there already
    #[arg(long)]
    replace: bool,
    /// Say what would be stored, and store nothing
    #[arg(long)]
    preview: bool,
    /// Who sends them [default: who is logged in]
    #[arg(long = "as", value_name = "NAME", env = "PROCTOR_USER")]
    requester: Option<String>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

pub fn upload(client: &Client, args: &Args) -> Result<Exit, CliError> {
    let files = find(&args.files)?;
    if args.preview { preview(client, args, &files) } else { store(client, args, &files) }
}

fn store(client: &Client, args: &Args, files: &[Local]) -> Result<Exit, CliError> {
    let stored = patiently(|| client.upload(form(args, files)?))?;
    if args.json {
        print_json(&stored)?;
        return Ok(Exit::Done);
    }
    for file in &stored.items {
        let word = if file.replaced { "replaced" } else { "new" };
        told(word, &file.path, None)?;
        warn(&file.path, file.syntax_error.as_ref());
    }
    remark(&stored.left_out, stored.unchecked.as_deref());
    Ok(Exit::Done)
}

fn preview(client: &Client, args: &Args, files: &[Local]) -> Result<Exit, CliError> {
    let looked_at = patiently(|| client.preview_upload(form(args, files)?))?;
    let is_refused = |verdict| match verdict {
        UploadVerdict::Refused => true,
        UploadVerdict::Exists | UploadVerdict::Unchanged => !args.replace,
        UploadVerdict::New => false,
    };
    let is_possible =
        !looked_at.items.is_empty() && !looked_at.items.iter().any(|file| is_refused(file.verdict));
    let exit = if is_possible { Exit::Done } else { Exit::NotAsked };
    if args.json {
        return print_json(&looked_at).map(|()| exit);
    }
    for file in &looked_at.items {
        let word = match file.verdict {
            UploadVerdict::New => "new",
            UploadVerdict::Exists => "exists",
            UploadVerdict::Unchanged => "unchanged",
            UploadVerdict::Refused => "refused",
        };
        told(word, &file.path, file.reason.as_deref())?;
        warn(&file.path, file.syntax_error.as_ref());
    }
    remark(&looked_at.left_out, looked_at.unchecked.as_deref());
    Ok(exit)
}

fn form(args: &Args, files: &[Local]) -> Result<Form, CliError> {
    let who = args.requester.clone().or_else(somebody).unwrap_or_default();
    let fields = [
        ("directory", args.directory.as_str()),
        ("on_conflict", if args.replace { "replace" } else { "refuse" }),
        ("uploaded_by", who.as_str()),
    ];
    Form::new(&new_token()?, &fields, files)
}

fn told(word: &str, path: &str, reason: Option<&str>) -> Result<(), CliError> {
    match reason {
        Some(reason) => print(format!("{word:<9}  {reason}\n").as_bytes()),
        None => print(format!("{word:<9}  {path}\n").as_bytes()),
    }
}

/// In the form that editors jump to.
fn warn(path: &str, error: Option<&SyntaxError>) {
    let Some(error) = error else { return };
    let place = error.line.map(|line| format!(":{line}")).unwrap_or_default();
    let text = error.text.as_ref().map(|text| format!("\n    {}", text.trim())).unwrap_or_default();
    say(&format!("{path}{place}: syntax error: {}{text}", error.message));
}

fn remark(left_out: &[String], unchecked: Option<&str>) {
    if !left_out.is_empty() {
        say(&format!("left out, because no test needs them: {}", left_out.join(", ")));
    }
    if let Some(why) = unchecked {
        say(&format!("not searched for syntax errors: {why}"));
    }
}

fn say(text: &str) {
    // Whoever closed the standard error does not want to know.
    let _ = writeln!(io::stderr(), "proctor: {text}");
}
