//! `proctor env`: look at environments, keep them, close them.

use clap::Subcommand;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, Time};

use super::client::{Client, ServerArgs};
use super::error::CliError;
use super::exit::Exit;
use super::run::{patiently, print, print_json, somebody};
use super::words;
use crate::domain::Millis;
use crate::wire::{Environment, EnvironmentChanges, NewReservation, Timestamp};

const CLOCK: &[BorrowedFormatItem] = format_description!("[hour]:[minute]");

/// Look at environments, keep them for yourself, close them
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Who has which environment, and who waits
    List {
        /// free, busy, reserved, maintenance, or several with commas
        #[arg(long)]
        state: Option<String>,
        /// Only those with this label, or with all of several with commas
        #[arg(long)]
        label: Option<String>,
        /// Part of the name, the description, a label or a person's name
        #[arg(short = 'q', long = "search", value_name = "TEXT")]
        search: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Everything about one environment
    Show {
        id: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Keep an environment: until then only your runs start there
    Reserve(ReserveArgs),
    /// End a reservation
    Release {
        id: i64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say which network the tests have in an environment, where neither run nor template says so
    Network {
        id: i64,
        /// machine, or none but a loopback device of their own
        network: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Close an environment: what is running goes on, nothing new starts
    Maintenance {
        id: i64,
        /// Why; whoever waits reads it
        #[arg(long, required_unless_present = "end")]
        reason: Option<String>,
        /// Open it again
        #[arg(long, conflicts_with = "reason")]
        end: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, clap::Args)]
struct ReserveArgs {
    id: i64,
    /// 14:20 (today or tomorrow, local time), 30m, 2h, 3d, or a time of RFC 3339
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Why; whoever waits reads it
    #[arg(long)]
    reason: String,
    /// While somebody else's run is running there: begin when it has ended, before the queue
    #[arg(long)]
    after_present_run: bool,
    /// For whom [default: who is logged in]
    #[arg(long = "as", value_name = "NAME", env = "PROCTOR_USER")]
    person: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args) -> Result<Exit, CliError> {
    let client = Client::new(&args.server)?;
    match args.command {
        Command::List { state, label, search, json } => {
            list(&client, &[("state", state), ("label", label), ("q", search)], json)
        }
        Command::Show { id, json } => show(&patiently(|| client.environment(id))?, json),
        Command::Reserve(args) => reserve(&client, args),
        Command::Release { id, json } => {
            patiently(|| client.release(id))?;
            show(&patiently(|| client.environment(id))?, json)
        }
        Command::Network { id, network, json } => {
            let changes = EnvironmentChanges { network: Some(network), ..Default::default() };
            show(&patiently(|| client.change_environment(id, &changes))?, json)
        }
        Command::Maintenance { id, reason, json, .. } => {
            let state = if reason.is_some() { "maintenance" } else { "enabled" };
            let changes =
                EnvironmentChanges { state: Some(state.into()), reason, ..Default::default() };
            show(&patiently(|| client.change_environment(id, &changes))?, json)
        }
    }
}

fn list(client: &Client, filters: &[(&str, Option<String>)], json: bool) -> Result<Exit, CliError> {
    let filters: Vec<_> =
        filters.iter().filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
    let mut all: Vec<Environment> = Vec::new();
    let mut cursor = None;
    loop {
        let mut query = filters.clone();
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let page = patiently(|| client.environments(&query))?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if json {
        print_json(&all)?;
    } else {
        print(table(&all).as_bytes())?;
    }
    Ok(Exit::Done)
}

fn table(environments: &[Environment]) -> String {
    let head = ["ENV", "NAME", "STATE", "QUEUED", "LABELS", "WHO"].map(ToOwned::to_owned);
    let rows = environments.iter().map(|one| {
        [
            one.id.to_string(),
            one.name.clone(),
            state(one),
            one.queue.length.to_string(),
            one.labels.join(","),
            who(one).unwrap_or_default(),
        ]
    });
    let rows: Vec<_> = [head].into_iter().chain(rows).collect();
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |row: &[String; 6]| {
        let cells = row.iter().enumerate().map(|(column, cell)| match widths.get(column) {
            Some(width) => format!("{cell:<width$}"),
            None => cell.clone(),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn show(environment: &Environment, json: bool) -> Result<Exit, CliError> {
    if json {
        return print_json(environment).map(|()| Exit::Done);
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    let variables = environment.variables.iter().map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => format!("{name} (secret)"),
    });
    let waiting = environment.queue.runs.iter().map(|run| format!("run {run}"));
    let lines = [
        ("environment", Some(format!("{} {}", environment.id, environment.name))),
        ("description", some(environment.description.clone())),
        ("labels", some(environment.labels.join(" "))),
        ("state", Some(state(environment))),
        ("maintenance", environment.maintenance.clone()),
        ("who", who(environment)),
        ("queued", some(waiting.collect::<Vec<_>>().join(", "))),
        ("network", (environment.network != "machine").then(|| environment.network.clone())),
        ("variables", some(variables.collect::<Vec<_>>().join(" "))),
    ];
    let told =
        lines.into_iter().filter_map(|(name, value)| Some(format!("{name:<12} {}\n", value?)));
    print(told.collect::<String>().as_bytes())?;
    Ok(Exit::Done)
}

fn state(environment: &Environment) -> String {
    serde_json::to_value(environment.state)
        .ok()
        .and_then(|state| state.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

fn who(environment: &Environment) -> Option<String> {
    let run = environment.holder.as_ref().and_then(|holder| holder.run_id);
    let run = run.map(|run| format!("run {run}"));
    let person = environment.reservation.as_ref().map(|kept| {
        let begins = if kept.since.is_some() { "" } else { "next " };
        format!("{begins}{} until {}: {}", kept.person, kept.until.0, kept.reason)
    });
    let both: Vec<_> = run.into_iter().chain(person).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

fn reserve(client: &Client, args: ReserveArgs) -> Result<Exit, CliError> {
    let until = until(&args.until, words::now(), local()).map_err(CliError::Until)?;
    let person = args.person.or_else(somebody).ok_or(CliError::Nobody)?;
    let wish = NewReservation {
        person,
        until: until.into(),
        reason: args.reason,
        after_present_run: args.after_present_run,
    };
    show(&patiently(|| client.reserve(args.id, &wish))?, args.json)
}

/// The present time where the person is; `None` when the machine does not say where that is.
fn local() -> Option<OffsetDateTime> {
    OffsetDateTime::now_local().ok()
}

/// When a reservation ends.
fn until(text: &str, now: Millis, local: Option<OffsetDateTime>) -> Result<Millis, String> {
    if let Ok(time) = Timestamp::parse(text) {
        return Ok(time.0);
    }
    if let Some(ms) = duration(text) {
        return Ok(Millis(now.0 + ms));
    }
    let Ok(clock) = Time::parse(text, CLOCK) else {
        return Err(format!(
            "{text:?} is no time; write 14:20, 30m, 2h, 3d, or 2026-03-01T14:20:03Z"
        ));
    };
    let local = local
        .ok_or("the local time is not known here; write 30m, 2h, or a time with its offset")?;
    let mut until = local.replace_time(clock);
    if until <= local {
        until += Duration::days(1);
    }
    Ok(Millis(until.unix_timestamp() * 1000))
}

/// In milliseconds.
fn duration(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => return None,
    };
    let count: u16 = text[..text.len() - 1].parse().ok()?;
    Some(i64::from(count) * unit)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_time_is_read_in_every_form_that_people_write() {
        let local = Some(datetime!(2026-03-01 14:20:30 +01:00));
        let now = Millis(1_772_371_230_000);
        let at = |text: &str| until(text, now, local);
        assert_eq!(at("30m"), Ok(Millis(now.0 + 30 * 60_000)));
        assert_eq!(at("2h"), Ok(Millis(now.0 + 2 * 3_600_000)));
        assert_eq!(at("3d"), Ok(Millis(now.0 + 3 * 86_400_000)));
        assert_eq!(at("14:21"), Ok(Millis(now.0 + 30_000)));
        assert_eq!(at("14:20"), Ok(Millis(now.0 + 86_400_000 - 30_000)));
        assert_eq!(at("2026-03-01T15:20:30+01:00"), Ok(Millis(now.0 + 3_600_000)));
        for wrong in ["soon", "25:00", "m", "-3m", "", "99999h"] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
        assert!(until("14:21", now, None).is_err());
    }
}
