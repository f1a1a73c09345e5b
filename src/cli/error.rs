//! What can go wrong for a client, in words: what is, and what to do.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::Exit;
use crate::wire::{Mistake, Problem};

#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(
        "cannot reach {server}: {reason}\nIs `proctor serve` running there? Name another server with --server or \
         PROCTOR_SERVER"
    )]
    Unreachable { server: String, reason: String },
    #[error("{}", describe(.0))]
    Refused(Box<Problem>),
    #[error(
        "{server} answered with status {status}, but not as Proctor does\nIs it the right address? Name another one \
         with --server or PROCTOR_SERVER"
    )]
    NotProctor { server: String, status: u16 },
    #[error(
        "{server} gave an answer that this version does not understand: {reason}\nUse the `proctor` of the same \
         version as the server"
    )]
    Unreadable { server: String, reason: String },
    #[error("server {server:?} is no address\nGive one like http://host:8000")]
    BadServer { server: String },
    #[error(
        "nobody asks: --as is missing, PROCTOR_USER is not set, and the system names no user\nSay who you are with --as NAME"
    )]
    Nobody,
    #[error("--until {0}")]
    Until(String),
    #[error(
        "no contact with {server} for {minutes} minutes; run {run} may go on there\nSee `proctor runs show {run}`"
    )]
    OutOfContact { server: String, minutes: u64, run: i64 },
    #[error("cannot write {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("cannot read {}: {source}", path.display())]
    NotRead { path: PathBuf, source: io::Error },
    #[error("cannot write to the standard output: {0}")]
    Output(#[source] io::Error),
    #[error("cannot start: {0}")]
    Start(#[source] io::Error),
}

impl CliError {
    /// Tells it on the standard error; the answer is what to end with.
    pub fn report(self) -> Exit {
        if let Self::Output(error) = &self
            && error.kind() == io::ErrorKind::BrokenPipe
        {
            return Exit::Unread;
        }
        // Whoever closed the standard error does not want to know.
        let _ = writeln!(io::stderr(), "proctor: {self}");
        Exit::NotAsked
    }

    /// Whether asking again may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => is_passing(problem.status),
            // A gateway before the server says it in its own words.
            Self::NotProctor { status, .. } => is_passing(*status),
            _ => false,
        }
    }
}

fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 502..=504)
}

/// What is wrong: the one mistake with its place, or all of them below the title.
fn describe(problem: &Problem) -> String {
    let mut lines: Vec<_> = problem.errors.iter().map(describe_mistake).collect();
    match lines.len() {
        0 if problem.detail.is_empty() => lines.push(problem.title.clone()),
        0 => lines.push(problem.detail.clone()),
        1 => {}
        _ => {
            lines = lines.into_iter().map(|line| format!("  {line}")).collect();
            lines.insert(0, format!("{}:", problem.title));
        }
    }
    if problem.status >= 500 {
        lines.push(format!("The server's log has more at request {}", problem.request_id));
    }
    lines.join("\n")
}

fn describe_mistake(mistake: &Mistake) -> String {
    let place = mistake.pointer.as_deref().or(mistake.parameter.as_deref()).unwrap_or_default();
    let place = place.trim_start_matches('/').replace('/', " ");
    match place.as_str() {
        "" => mistake.detail.clone(),
        place => format!("{place}: {}", mistake.detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_with_their_places() {
        let mistake = |pointer: &str, detail: &str| Mistake {
            pointer: Some(pointer.to_owned()),
            parameter: None,
            detail: detail.to_owned(),
        };
        let problem = Problem {
            kind: String::new(),
            title: "the body has mistakes".to_owned(),
            status: 422,
            detail: "2 mistakes; nothing was stored".to_owned(),
            code: "invalid_body".to_owned(),
            request_id: "r1".to_owned(),
            errors: vec![
                mistake("/targets/0", "../x leaves the tests root"),
                mistake("", "too large"),
            ],
        };
        let refused = CliError::Refused(Box::new(problem));
        assert_eq!(
            refused.to_string(),
            "the body has mistakes:\n  targets 0: ../x leaves the tests root\n  too large"
        );
        assert!(!refused.is_passing());
    }

    #[test]
    fn a_mistake_alone_is_told_once() {
        let json = serde_json::json!({
            "type": "", "title": "the body has mistakes", "status": 422, "code": "invalid_body", "request_id": "r1",
            "detail": "/note: too long", "errors": [{"pointer": "/note", "detail": "too long"}],
        });
        let refused = CliError::Refused(Box::new(serde_json::from_value(json).unwrap()));
        assert_eq!(refused.to_string(), "note: too long");
    }
}
