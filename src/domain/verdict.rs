//! How a run ended, judged from what its processes and its runner said. The runner's events come from the process of
//! user code and can be forged, so "passed" needs the last event, exit status 0 and a report of every started test.

use super::Outcome;
use super::limits::{OutOfMemory, Reached, bytes_in_words};

/// What is known when the processes of a run are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    pub exit: Option<Exit>,
    /// Exit status that the runner announced in its last event.
    pub announced: Option<i32>,
    pub failed: i64,
    pub errors: i64,
    pub collect_errors: i64,
    /// Node id of a test that started and has no report.
    pub unfinished: Option<String>,
    /// What pytest or the interpreter said last, when it said it outside of a test.
    pub last_words: Option<String>,
    pub stopped: Option<Stopped>,
    /// Where it was when it was stopped: the last call of the tests' own code.
    pub place: Option<String>,
    /// Limits that were reached.
    pub reached: Reached,
}

/// How the pytest process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Status(i32),
    Signal(i32),
}

/// Why Proctor ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    Cancelled {
        by: String,
    },
    TimedOut {
        limit_s: u32,
    },
    /// The supervisor of its processes was killed, and they with it.
    SupervisorGone,
    /// The worker could not renew its lease in time, so its supervisor ended everything.
    LeaseLost,
    /// Its processes together took more memory than they may, where no kernel holds them to it.
    OutOfMemory(OutOfMemory),
    TooManyProcesses {
        limit: u32,
    },
    TooManyArtifacts {
        limit_bytes: u64,
    },
    /// Proctor itself could not go on with it.
    Broken {
        reason: String,
    },
}

/// Outcome and the reason shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub outcome: Outcome,
    pub reason: Option<String>,
}

pub fn judge(evidence: &Evidence) -> Verdict {
    let verdict = by_cause(evidence);
    if matches!(
        verdict.outcome,
        Outcome::Passed | Outcome::Failed | Outcome::Error | Outcome::NoTests
    ) {
        with_notes(verdict, evidence)
    } else {
        verdict
    }
}

/// What is said of a test that started and was never reported.
pub fn of_unfinished(evidence: &Evidence) -> String {
    let it = Evidence { unfinished: Some("it".to_owned()), ..evidence.clone() };
    let Verdict { outcome, reason } = by_cause(&it);
    let tells_nothing = matches!(outcome, Outcome::Passed | Outcome::Failed | Outcome::NoTests);
    reason.filter(|_| !tells_nothing).unwrap_or_else(|| "it started and was never reported".into())
}

/// What limits have to do with it, unless that is the whole reason anyway.
fn with_notes(verdict: Verdict, evidence: &Evidence) -> Verdict {
    let told = verdict.reason.as_deref().is_some_and(|reason| reason.contains("out of memory"));
    let mut reached = evidence.reached;
    if told {
        reached.memory = None;
    }
    let words: Vec<String> = verdict.reason.into_iter().chain(reached.notes()).collect();
    let reason = (!words.is_empty()).then(|| words.join("; "));
    Verdict { outcome: verdict.outcome, reason }
}

fn by_cause(evidence: &Evidence) -> Verdict {
    match &evidence.stopped {
        Some(Stopped::Cancelled { by }) => with(Outcome::Cancelled, format!("cancelled by {by}")),
        Some(Stopped::TimedOut { limit_s }) => with(Outcome::TimedOut, timeout(evidence, *limit_s)),
        Some(Stopped::SupervisorGone) => with(
            Outcome::Error,
            "the supervisor of its processes was killed, and they with it".to_owned(),
        ),
        Some(Stopped::LeaseLost) => {
            with(Outcome::Lost, "its worker was out of touch for too long and ended it".to_owned())
        }
        Some(Stopped::OutOfMemory(memory)) => {
            with(Outcome::Error, during(evidence, memory.words()))
        }
        Some(Stopped::TooManyProcesses { limit }) => {
            let words = format!("it had more than its limit of {limit} processes and threads");
            with(Outcome::Error, during(evidence, words))
        }
        Some(Stopped::TooManyArtifacts { limit_bytes }) => {
            let limit = bytes_in_words(*limit_bytes);
            with(
                Outcome::Error,
                during(evidence, format!("its artifacts exceeded their limit of {limit}")),
            )
        }
        Some(Stopped::Broken { reason }) => with(Outcome::Error, reason.clone()),
        None => by_exit(evidence),
    }
}

/// With the test that was running.
fn during(evidence: &Evidence, words: String) -> String {
    match &evidence.unfinished {
        Some(nodeid) => format!("{words}, while {nodeid} was running"),
        None => words,
    }
}

fn by_exit(evidence: &Evidence) -> Verdict {
    match evidence.exit {
        // The kernel chose the runner, or all of them at once.
        None | Some(Exit::Signal(SIGKILL)) if let Some(memory) = evidence.reached.memory => {
            with(Outcome::Error, during(evidence, memory.words()))
        }
        None => with(Outcome::Error, "its processes were killed from outside".to_owned()),
        Some(Exit::Signal(signal)) => with(Outcome::Error, killed(evidence, signal)),
        Some(Exit::Status(status)) if evidence.announced != Some(status) => {
            with(Outcome::Error, ended_early(evidence, status))
        }
        Some(Exit::Status(status)) => by_status(evidence, status),
    }
}

/// Exit statuses of pytest: <https://docs.pytest.org/en/stable/reference/exit-codes.html>.
fn by_status(evidence: &Evidence, status: i32) -> Verdict {
    match status {
        0 => match &evidence.unfinished {
            None => Verdict { outcome: Outcome::Passed, reason: None },
            Some(nodeid) => {
                with(Outcome::Error, format!("{nodeid} started and was never reported"))
            }
        },
        1 => with(Outcome::Failed, counts(evidence)),
        2 if evidence.collect_errors > 0 => with(Outcome::Error, collection(evidence)),
        5 => with(Outcome::NoTests, "no tests collected".to_owned()),
        _ => with(
            Outcome::Error,
            evidence.last_words.clone().unwrap_or_else(|| named_status(status)),
        ),
    }
}

fn counts(evidence: &Evidence) -> String {
    let errors = evidence.errors + evidence.collect_errors;
    match (evidence.failed, errors) {
        (failed, 0) => format!("{failed} failed"),
        (0, errors) => plural(errors, "error"),
        (failed, errors) => format!("{failed} failed, {}", plural(errors, "error")),
    }
}

fn collection(evidence: &Evidence) -> String {
    let count = plural(evidence.collect_errors, "error");
    match &evidence.last_words {
        Some(words) => format!("{count} during collection: {words}"),
        None => format!("{count} during collection"),
    }
}

fn timeout(evidence: &Evidence, limit_s: u32) -> String {
    match (&evidence.unfinished, &evidence.place) {
        (Some(nodeid), _) => format!("{nodeid} was still running at the limit of {limit_s} s"),
        (None, Some(place)) => {
            format!("not finished at the limit of {limit_s} s; it was at {place}")
        }
        (None, None) => format!("not finished at the limit of {limit_s} s"),
    }
}

fn killed(evidence: &Evidence, signal: i32) -> String {
    let name = signal_name(signal);
    match &evidence.unfinished {
        Some(nodeid) => format!("killed by {name} while {nodeid} was running"),
        None => format!("killed by {name}"),
    }
}

fn ended_early(evidence: &Evidence, status: i32) -> String {
    match (&evidence.unfinished, &evidence.last_words) {
        (Some(nodeid), _) => {
            format!("the process ended early with exit status {status} while {nodeid} was running")
        }
        (None, Some(words)) => match words.strip_prefix("proctor: ") {
            Some(words) => words.to_owned(),
            None => {
                format!("the process ended early with exit status {status}; it wrote last: {words}")
            }
        },
        (None, None) => format!("the process ended early with exit status {status}"),
    }
}

fn named_status(status: i32) -> String {
    match status {
        2 => "pytest was interrupted (exit status 2)".to_owned(),
        3 => "internal error of pytest (exit status 3); see the log".to_owned(),
        4 => {
            "pytest refused its arguments or configuration (exit status 4); see the log".to_owned()
        }
        6 => "warnings exceeded the maximum (exit status 6)".to_owned(),
        _ => format!("exit status {status}; see the log"),
    }
}

/// How the kernel ends a process that has no memory.
const SIGKILL: i32 = 9;

/// Numbers of signals on Linux, x86-64 and arm64.
fn signal_name(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}

fn plural(count: i64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn with(outcome: Outcome, reason: String) -> Verdict {
    Verdict { outcome, reason: Some(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(status: i32) -> Evidence {
        Evidence {
            exit: Some(Exit::Status(status)),
            announced: Some(status),
            ..Evidence::default()
        }
    }

    fn judged(evidence: &Evidence) -> (Outcome, String) {
        let verdict = judge(evidence);
        (verdict.outcome, verdict.reason.unwrap_or_default())
    }

    #[test]
    fn passed_needs_exit_status_last_event_and_every_report() {
        assert_eq!(judge(&ended(0)).outcome, Outcome::Passed);
        let silent = Evidence { announced: None, ..ended(0) };
        assert_eq!(
            judged(&silent),
            (Outcome::Error, "the process ended early with exit status 0".into())
        );
        let open = Evidence { unfinished: Some("a.py::t".into()), ..ended(0) };
        assert_eq!(
            judged(&open),
            (Outcome::Error, "a.py::t started and was never reported".into())
        );
    }

    #[test]
    fn failures_and_errors_are_counted() {
        let evidence = Evidence { failed: 2, errors: 1, ..ended(1) };
        assert_eq!(judged(&evidence), (Outcome::Failed, "2 failed, 1 error".into()));
        let evidence = Evidence { errors: 2, ..ended(1) };
        assert_eq!(judged(&evidence), (Outcome::Failed, "2 errors".into()));
    }

    #[test]
    fn a_signal_is_named_with_the_test_that_was_running() {
        let evidence = Evidence {
            exit: Some(Exit::Signal(11)),
            unfinished: Some("a.py::t".into()),
            ..Evidence::default()
        };
        assert_eq!(
            judged(&evidence),
            (Outcome::Error, "killed by SIGSEGV while a.py::t was running".into())
        );
    }

    #[test]
    fn a_runner_without_memory_is_an_error_and_a_child_without_is_a_note() {
        let memory = Some(OutOfMemory { limit_bytes: 64 << 20, peak_bytes: 64 << 20 });
        let reached = Reached { memory, ..Reached::default() };
        let killed = Evidence {
            exit: Some(Exit::Signal(9)),
            unfinished: Some("a.py::t".into()),
            reached,
            ..Evidence::default()
        };
        let words =
            "out of memory: the limit is 64 MiB and the peak was 64 MiB, while a.py::t was running";
        assert_eq!(judged(&killed), (Outcome::Error, words.into()));
        let words = "a child process was killed, out of memory: the limit is 64 MiB and the peak was 64 MiB";
        assert_eq!(judged(&Evidence { reached, ..ended(0) }), (Outcome::Passed, words.into()));
        let failed = Evidence { failed: 1, reached, ..ended(1) };
        assert_eq!(judged(&failed), (Outcome::Failed, format!("1 failed; {words}")));
        let reached =
            Reached { processes: Some(9), log_bytes: Some(1 << 20), ..Reached::default() };
        let words = "the limit of 9 processes and threads was reached; the log was cut off at its limit of 1 MiB";
        assert_eq!(judged(&Evidence { reached, ..ended(0) }), (Outcome::Passed, words.into()));
    }

    #[test]
    fn no_tests_is_not_a_failure() {
        assert_eq!(judged(&ended(5)), (Outcome::NoTests, "no tests collected".into()));
    }

    #[test]
    fn a_cancelled_run_says_by_whom_even_if_tests_failed_before() {
        let evidence = Evidence {
            stopped: Some(Stopped::Cancelled { by: "ann".into() }),
            failed: 3,
            ..ended(1)
        };
        assert_eq!(judged(&evidence), (Outcome::Cancelled, "cancelled by ann".into()));
    }

    #[test]
    fn a_timeout_names_the_hanging_test() {
        let evidence = Evidence {
            stopped: Some(Stopped::TimedOut { limit_s: 5 }),
            unfinished: Some("a.py::t".into()),
            ..ended(2)
        };
        assert_eq!(
            judged(&evidence),
            (Outcome::TimedOut, "a.py::t was still running at the limit of 5 s".into())
        );
    }

    #[test]
    fn a_test_without_a_report_is_told_why() {
        let nodeid = Some("a.py::t".to_owned());
        let of = |evidence: Evidence| {
            of_unfinished(&Evidence { unfinished: nodeid.clone(), ..evidence })
        };
        let stopped = |why| of(Evidence { stopped: Some(why), ..ended(2) });
        let words = "it was still running at the limit of 5 s";
        assert_eq!(stopped(Stopped::TimedOut { limit_s: 5 }), words);
        assert_eq!(stopped(Stopped::Cancelled { by: "ann".into() }), "cancelled by ann");
        let signal = Evidence { exit: Some(Exit::Signal(11)), ..Evidence::default() };
        assert_eq!(of(signal), "killed by SIGSEGV while it was running");
        assert_eq!(of(Evidence { failed: 1, ..ended(1) }), "it started and was never reported");
    }

    #[test]
    fn what_hangs_outside_of_a_test_is_told_by_its_place() {
        let evidence = Evidence {
            stopped: Some(Stopped::TimedOut { limit_s: 5 }),
            place: Some("conftest.py:3 in <module>".into()),
            ..ended(2)
        };
        let words = "not finished at the limit of 5 s; it was at conftest.py:3 in <module>";
        assert_eq!(judged(&evidence), (Outcome::TimedOut, words.into()));
    }
}
