//! `proctor templates`: saved ways to run.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::client::{Client, ServerArgs};
use super::error::CliError;
use super::exit::Exit;
use super::plans::ListArgs;
use super::run::{parse_pair, parse_seconds, patiently, print, print_json};
use crate::wire::{NewTemplate, Page, Parameter, RunOptions, Template};

/// Save ways to run, with parameters to choose, and look at what is saved
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Templates by name
    List(ListArgs),
    /// All of one, as JSON
    Show { name: String },
    /// Save a template
    Create(Box<CreateArgs>),
    /// Delete templates; runs that used them stay as they are
    Delete {
        #[arg(required = true)]
        names: Vec<String>,
    },
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// No other template has it
    name: String,
    #[arg(long, default_value = "", value_name = "TEXT")]
    description: String,
    /// Number of a test plan
    #[arg(long = "plan", value_name = "ID")]
    plans: Vec<i64>,
    /// What a person chooses, and the tests read as an environment variable; the first choice is the default
    #[arg(long = "param", value_name = "NAME=CHOICE,…", value_parser = parse_parameter)]
    parameters: Vec<Parameter>,
    /// An environment variable of the tests
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = parse_pair)]
    variables: Vec<(String, String)>,
    /// Only tests that match this expression of names, as pytest's -k
    #[arg(short, value_name = "EXPRESSION")]
    keyword: Option<String>,
    /// Only tests that match this expression of markers, as pytest's -m
    #[arg(short, value_name = "EXPRESSION")]
    markers: Option<String>,
    /// Stop after this many failures
    #[arg(long, value_name = "N")]
    max_failures: Option<u32>,
    /// End the run after this time: 90, 90s, 10m, 1h
    #[arg(long, value_name = "TIME", value_parser = parse_seconds)]
    timeout: Option<u32>,
    /// Which network the tests have: machine, or none but a loopback device of their own
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// Files, directories or node ids, relative to the tests root
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

pub fn run(args: Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match args.command {
        Command::List(list) => {
            let page: Page<Template> = patiently(|| client.find("/templates", &list.query()))?;
            if list.json {
                print_json(&page)?;
            } else {
                print(page.items.iter().map(line).collect::<String>().as_bytes())?;
            }
        }
        Command::Show { name } => {
            let template: Template = patiently(|| client.find(&address(&name), &[]))?;
            print_json(&template)?;
        }
        Command::Create(create) => {
            // Asked once: when the answer is lost, a second time would say that the name is taken.
            let _: Template = client.create("/templates", &create.template())?;
        }
        Command::Delete { names } => {
            for name in names {
                client.delete(&address(&name))?;
            }
        }
    }
    Ok(Exit::Done)
}

impl CreateArgs {
    fn template(self) -> NewTemplate {
        NewTemplate {
            name: Some(self.name),
            description: self.description,
            targets: self.targets,
            plans: self.plans,
            parameters: self.parameters,
            variables: self.variables.into_iter().collect(),
            options: RunOptions {
                keyword: self.keyword,
                markers: self.markers,
                max_failures: self.max_failures,
                timeout_s: self.timeout,
                network: self.network,
                ..RunOptions::default()
            },
        }
    }
}

fn address(name: &str) -> String {
    format!("/templates/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}

fn line(template: &Template) -> String {
    let parameters: Vec<String> = template
        .parameters
        .iter()
        .map(|parameter| format!("{}={}", parameter.name, parameter.choices.join("|")))
        .collect();
    let parts = [template.name.as_str(), &parameters.join(" "), &template.description];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("  ") + "\n"
}

fn parse_parameter(text: &str) -> Result<Parameter, String> {
    let (name, choices) = parse_pair(text).map_err(|_| "give NAME=CHOICE,CHOICE")?;
    let choices: Vec<String> = choices.split(',').map(ToOwned::to_owned).collect();
    let default = choices.first().cloned();
    Ok(Parameter { name, choices, default, description: String::new() })
}
