//! `proctor plans`: numbered, named lists of targets.

use super::client::{Client, ServerArgs};
use super::error::CliError;
use super::exit::Exit;
use super::run::{patiently, print, print_json};
use crate::wire::{NewPlan, Page, Plan};

/// Save what is run often, and look at what is saved
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Test plans by number
    List(ListArgs),
    /// The targets of one
    Show {
        id: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Save a test plan; prints its number
    Create {
        /// No other plan has it
        name: String,
        /// Files, directories or node ids, relative to the tests root
        #[arg(required = true, value_name = "TARGET")]
        targets: Vec<String>,
    },
    /// Delete test plans; runs that used them stay as they are
    Delete {
        #[arg(required = true)]
        ids: Vec<i64>,
    },
}

/// Which page of what is saved.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Part of the name or of a target
    #[arg(short = 'q', long = "search", value_name = "TEXT")]
    search: Option<String>,
    /// At most this many, up to 200
    #[arg(short = 'n', long, default_value_t = 50, value_name = "COUNT")]
    limit: u32,
    /// `next_cursor` of the page before, from --json
    #[arg(long)]
    cursor: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match &args.command {
        Command::List(list) => {
            let page: Page<Plan> = patiently(|| client.find("/plans", &list.query()))?;
            if list.json {
                print_json(&page)?;
            } else {
                print(page.items.iter().map(line).collect::<String>().as_bytes())?;
            }
        }
        Command::Show { id, json } => {
            let plan: Plan = patiently(|| client.find(&format!("/plans/{id}"), &[]))?;
            if *json {
                print_json(&plan)?;
            } else {
                print(format!("{}\n", plan.targets.join("\n")).as_bytes())?;
            }
        }
        Command::Create { name, targets } => {
            let plan = NewPlan { name: name.clone(), targets: targets.clone() };
            // Asked once: when the answer is lost, a second time would say that the name is taken.
            let plan: Plan = client.create("/plans", &plan)?;
            print(format!("{}\n", plan.id).as_bytes())?;
        }
        Command::Delete { ids } => {
            for id in ids {
                client.delete(&format!("/plans/{id}"))?;
            }
        }
    }
    Ok(Exit::Done)
}

impl ListArgs {
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let given = [("q", &self.search), ("cursor", &self.cursor)];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        given.chain([("limit", self.limit.to_string())]).collect()
    }
}

fn line(plan: &Plan) -> String {
    format!("{:>5}  {}  {}\n", plan.id, plan.name, plan.targets.join(" "))
}
