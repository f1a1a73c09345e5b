//! Runs in words, for terminals.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::Millis;
use crate::wire::run::Progress;
use crate::wire::{Outcome, Run, State};

/// One line that says where a run is.
pub fn status(run: &Run, now: Millis) -> String {
    let mut parts = vec![format!("run {}", run.id)];
    match run.state {
        State::Queued => {
            parts.push(format!("queued for environment {}", run.environment_words()));
            parts.extend(run.position.map(|position| format!("position {position}")));
            parts.extend(run.waits_for.as_ref().map(|what| format!("waits for {what}")));
        }
        State::Running => {
            parts.push(format!("environment {}", run.environment_words()));
            let since = run.started_at.map_or(0, |started| now.since(started.0));
            let word = if run.cancel.is_some() { "cancelling" } else { "running" };
            parts.push(format!("{word} {}", duration(since / 1000 * 1000)));
            parts.extend(progress(run.progress));
        }
        State::Finished => {
            parts.push(state(run).to_owned());
            let reason = run.reason.clone();
            parts.extend(reason.filter(|reason| *reason != bad_counts(run.progress)));
            parts.extend(Some(counts(run.progress)).filter(|counts| !counts.is_empty()));
            parts.extend(run.duration_ms.map(duration));
        }
    }
    parts.join(" · ")
}

/// State, or outcome of a run that has one, as one word.
pub fn state(run: &Run) -> &'static str {
    match (run.state, run.outcome) {
        (State::Queued, _) => "queued",
        (State::Running, _) if run.cancel.is_some() => "cancelling",
        (State::Running, _) => "running",
        (State::Finished, None) => "finished",
        (State::Finished, Some(outcome)) => match outcome {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Error => "error",
            Outcome::NoTests => "no tests",
            Outcome::TimedOut => "timed out",
            Outcome::Cancelled => "cancelled",
            Outcome::Lost => "lost",
        },
    }
}

/// `34 of 120 · 2 failed`; none before tests are known.
fn progress(progress: Progress) -> Option<String> {
    let done = ended(progress);
    if progress.collected == 0 && done == 0 {
        return None;
    }
    let bad = bad_counts(progress);
    let bad = if bad.is_empty() { bad } else { format!(" · {bad}") };
    Some(format!("{done} of {}{bad}", progress.collected.max(done)))
}

/// Test cases that have ended.
pub fn ended(progress: Progress) -> i64 {
    progress.passed
        + progress.failed
        + progress.error
        + progress.skipped
        + progress.xfailed
        + progress.xpassed
}

/// `1 failed, 3 passed`: what there is, the worst first.
pub fn counts(progress: Progress) -> String {
    let errors = if progress.error == 1 { "error" } else { "errors" };
    let counts = [
        (progress.failed, "failed"),
        (progress.error, errors),
        (progress.passed, "passed"),
        (progress.skipped, "skipped"),
        (progress.xfailed, "xfailed"),
        (progress.xpassed, "xpassed"),
    ];
    let told = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"));
    told.collect::<Vec<_>>().join(", ")
}

fn bad_counts(progress: Progress) -> String {
    counts(Progress { failed: progress.failed, error: progress.error, ..Progress::default() })
}

/// Milliseconds as a person says them.
pub fn duration(milliseconds: i64) -> String {
    let time = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    let (hours, minutes, seconds) =
        (time.as_secs() / 3600, time.as_secs() / 60 % 60, time.as_secs() % 60);
    match time.as_secs() {
        0..10 if time.subsec_millis() > 0 => format!("{:.2} s", time.as_secs_f64()),
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {seconds:02} s"),
        _ => format!("{hours} h {minutes:02} min"),
    }
}

/// How long ago, in the largest unit.
pub fn ago(at: Millis, now: Millis) -> String {
    let seconds = now.since(at) / 1000;
    match seconds {
        0..10 => "just now".to_owned(),
        10..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// Bytes in the largest unit, as the page tells them.
pub fn size(bytes: u64) -> String {
    let mut amount = bytes as f64;
    for unit in ["B", "KiB", "MiB"] {
        if amount < 1024.0 {
            let digits = usize::from(unit != "B" && amount < 10.0);
            return format!("{amount:.digits$} {unit}");
        }
        amount /= 1024.0;
    }
    format!("{amount:.1} GiB")
}

pub fn now() -> Millis {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since_epoch.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_ages_read_well() {
        let told = [0, 120, 9_990, 12_300, 65_000, 3_720_000].map(duration);
        assert_eq!(told, ["0 s", "0.12 s", "9.99 s", "12 s", "1 min 05 s", "1 h 02 min"]);
        let told =
            [0, 59_000, 3_599_000, 7_200_000, 172_800_000].map(|age| ago(Millis(0), Millis(age)));
        assert_eq!(told, ["just now", "59 s ago", "59 min ago", "2 h ago", "2 d ago"]);
        assert_eq!(ago(Millis(10), Millis(0)), "just now");
        let told = [0, 1023, 1536, 35_840, 3_670_016, 2_147_483_648].map(size);
        assert_eq!(told, ["0 B", "1023 B", "1.5 KiB", "35 KiB", "3.5 MiB", "2.0 GiB"]);
    }

    #[test]
    fn counts_name_what_there_is() {
        let mixed =
            Progress { collected: 9, passed: 3, failed: 1, error: 2, ..Progress::default() };
        assert_eq!(counts(mixed), "1 failed, 2 errors, 3 passed");
        assert_eq!(progress(mixed).as_deref(), Some("6 of 9 · 1 failed, 2 errors"));
        assert_eq!(progress(Progress::default()), None);
    }
}
