//! `proctor runs list`

use crate::cli::client::Client;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::run::{patiently, print, print_json};
use crate::cli::text::Text;
use crate::cli::words;
use crate::domain::Millis;
use crate::wire::{Outcome, Run, State};

/// Which runs, in words of the REST service.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// queued, running, finished, or several with commas
    #[arg(long)]
    state: Option<String>,
    /// passed, failed, error, `no_tests`, `timed_out`, cancelled, lost, or several with commas
    #[arg(long)]
    outcome: Option<String>,
    /// Numbers and ranges with commas
    #[arg(short, long, value_name = "N")]
    environment: Option<String>,
    /// Exactly this user name
    #[arg(long, value_name = "NAME")]
    requester: Option<String>,
    /// Part of a target
    #[arg(long)]
    target: Option<String>,
    /// Part of the user name, a target, the template or the note
    #[arg(short = 'q', long = "search", value_name = "TEXT")]
    search: Option<String>,
    /// At most this many, up to 200
    #[arg(short = 'n', long, default_value_t = 20, value_name = "COUNT")]
    limit: u32,
    /// `next_cursor` of the page before, from --json
    #[arg(long)]
    cursor: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn list(client: &Client, args: &Args) -> Result<Exit, CliError> {
    let page = patiently(|| client.runs(&args.query()))?;
    if args.json {
        print_json(&page)?;
    } else {
        let painted = Text::for_stdout() == Text::Coloured;
        print(table(&page.items, words::now(), if painted { paint } else { leave }).as_bytes())?;
    }
    Ok(Exit::Done)
}

impl Args {
    fn query(&self) -> Vec<(&'static str, String)> {
        let given = [
            ("state", &self.state),
            ("outcome", &self.outcome),
            ("environment", &self.environment),
            ("requester", &self.requester),
            ("target", &self.target),
            ("q", &self.search),
            ("cursor", &self.cursor),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        given.chain([("limit", self.limit.to_string())]).collect()
    }
}

/// Columns as wide as their widest cell; targets, the last column, as they come.
fn table(runs: &[Run], now: Millis, colour: fn(&Run, &str) -> String) -> String {
    let head = ["RUN", "STATE", "ENV", "REQUESTER", "CREATED", "DURATION", "TESTS", "TARGETS"];
    let rows: Vec<[String; 8]> = runs.iter().map(|run| row(run, now)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |row: &[String; 8], colour: &dyn Fn(&str) -> String| {
        let cells = row.iter().enumerate().map(|(column, cell)| match widths.get(column) {
            Some(width) if column == 1 => colour(&format!("{cell:<width$}")),
            Some(width) if column == 0 => format!("{cell:>width$}"),
            Some(width) => format!("{cell:<width$}"),
            None => cell.clone(),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&head.map(ToOwned::to_owned), &ToOwned::to_owned);
    text.extend(runs.iter().zip(&rows).map(|(run, row)| line(row, &|cell| colour(run, cell))));
    text
}

fn row(run: &Run, now: Millis) -> [String; 8] {
    let since =
        run.started_at.filter(|_| run.state == State::Running).map(|started| now.since(started.0));
    let done = words::ended(run.progress);
    let tests = match run.progress.collected.max(done) {
        0 => String::new(),
        all => format!("{done}/{all}"),
    };
    [
        run.id.to_string(),
        words::state(run).to_owned(),
        run.environment_words(),
        run.requester.clone(),
        words::ago(run.created_at.0, now),
        run.duration_ms.or(since).map(words::duration).unwrap_or_default(),
        tests,
        run.targets.join(" "),
    ]
}

fn leave(_: &Run, cell: &str) -> String {
    cell.to_owned()
}

fn paint(run: &Run, cell: &str) -> String {
    let colour = match (run.state, run.outcome) {
        (State::Finished, Some(Outcome::Passed)) => 32,
        (State::Finished, Some(Outcome::Failed | Outcome::Error | Outcome::Lost)) => 31,
        (State::Finished, _) => 33,
        (State::Running, _) => 34,
        (State::Queued, _) => 2,
    };
    format!("\x1b[{colour}m{cell}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;
    use crate::wire::run::{EnvironmentName, Progress};

    fn run(id: i64, state: State, outcome: Option<Outcome>) -> Run {
        Run {
            id,
            requester: "ann".to_owned(),
            environment: Some(EnvironmentName { id: 7, name: "seven".to_owned() }),
            environment_any: None,
            targets: vec!["api".to_owned(), "ui/test_a.py".to_owned()],
            plans: Vec::new(),
            template: None,
            state,
            outcome,
            reason: None,
            attempt: 1,
            created_at: Timestamp(Millis(0)),
            started_at: (state != State::Queued).then_some(Timestamp(Millis(1000))),
            finished_at: None,
            duration_ms: outcome.map(|_| 1250),
            progress: Progress { collected: 3, passed: 1, ..Progress::default() },
            position: None,
            waits_for: None,
            start_mode: None,
            start_mode_reason: None,
            rerun_of: None,
            note: None,
            cancel: None,
            comments: 0,
            rerun_count: 0,
        }
    }

    #[test]
    fn a_table_lines_up() {
        let runs =
            [run(112, State::Running, None), run(9, State::Finished, Some(Outcome::TimedOut))];
        insta::assert_snapshot!(table(&runs, Millis(60_000), leave), @"
        RUN  STATE      ENV  REQUESTER  CREATED    DURATION  TESTS  TARGETS
        112  running    7    ann        1 min ago  59 s      1/3    api ui/test_a.py
          9  timed out  7    ann        1 min ago  1.25 s    1/3    api ui/test_a.py
        ");
        assert!(table(&runs, Millis(60_000), paint).contains("\x1b[34mrunning  \x1b[0m  7"));
    }
}
