//! What there is to judge by when the processes of a run are gone.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;

use super::session::Session;
use super::stacks::Stacks;
use super::stopping::Stopping;
use super::supervisor::{Cause, End};
use crate::domain::verdict::{Evidence, Exit, Stopped};
use crate::logs::{LogReader, Secrets};

/// Lines of the log, from its end, in which a crash may have been told.
const CRASH: usize = 300;

/// All of it but the limits that were reached. `home` is where its log is, `tests` the tests root.
pub fn evidence(
    session: &mut Session,
    stopping: Option<&Stopping>,
    end: Option<End>,
    (home, tests): (&Path, &Path),
) -> Evidence {
    if session.evidence(None, None).announced.is_none() {
        session.last_words(last_line(home));
    }
    let mut evidence = session.evidence(end.and_then(exit), None);
    match (stopping, end.map(|end| end.cause)) {
        (_, Some(Cause::Overdue)) => evidence.stopped = Some(Stopped::LeaseLost),
        (Some(stopping), _) => {
            evidence.unfinished = stopping.during.clone().or(evidence.unfinished);
            evidence.stopped = Some(stopping.why.clone());
            evidence.place = stopping.stacks.place(tests);
        }
        (None, None) => evidence.stopped = Some(Stopped::SupervisorGone),
        (None, Some(_)) => {}
    }
    evidence
}

/// Where the threads were: as told when it was stopped, or by what Python wrote when it crashed.
pub fn stacks(
    evidence: &Evidence,
    stopping: Option<Stopping>,
    (home, secrets): (&Path, &Secrets),
) -> Option<String> {
    match (stopping, evidence.exit) {
        (Some(stopping), _) => stopping.stacks.text(secrets),
        (None, Some(Exit::Signal(_))) => {
            let mut stacks = Stacks::default();
            for line in last_lines(home, CRASH) {
                stacks.push(line.as_bytes());
                stacks.push(b"\n");
            }
            stacks.text(secrets)
        }
        (None, _) => None,
    }
}

fn exit(end: End) -> Option<Exit> {
    let Cause::Exit(status) = end.cause else { return None };
    let status = ExitStatus::from_raw(status);
    Some(match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Status(-1),
    })
}

/// The last line that was printed, which often says why.
fn last_line(home: &Path) -> Option<String> {
    let mut lines = last_lines(home, 5).into_iter().rev();
    let text = lines.find(|text| !text.trim().is_empty())?;
    Some(text.chars().take(500).collect())
}

fn last_lines(home: &Path, count: usize) -> Vec<String> {
    let read = || {
        let mut reader = LogReader::open(home)?;
        let from = reader.size().lines.saturating_sub(count as u64 - 1).max(1);
        reader.lines(from, count)
    };
    read().map(|lines| lines.into_iter().map(|line| line.text).collect()).unwrap_or_default()
}
