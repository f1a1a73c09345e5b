//! What `make faults` adds up: of each Proctor of a test how many runs were accepted, how many of them it does not know any
//! more, how often two were in one environment, and how long it took until an environment was free after a kill.
//!
//! Written as lines of JSON into the file that `PROCTOR_FAULTS` names; without it nothing is written.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::json;

static KILLED: Mutex<Option<Instant>> = Mutex::new(None);

/// A process was killed or stopped just now.
pub fn note_kill() {
    *KILLED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// The environment of a run that was hit is free again. Counted once for each kill.
pub fn note_free() {
    if let Some(killed) = KILLED.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let free_ms = u64::try_from(killed.elapsed().as_millis()).unwrap_or(u64::MAX);
        write(&json!({ "free_ms": free_ms }));
    }
}

/// The same, as a test has measured it.
pub fn note_free_ms(free_ms: i64) {
    write(&json!({ "free_ms": free_ms }));
}

pub fn note_end(accepted: usize, lost: usize, double: usize) {
    write(&json!({ "accepted": accepted, "lost": lost, "double": double }));
}

pub fn are_wanted() -> bool {
    std::env::var_os("PROCTOR_FAULTS").is_some()
}

/// How often something is done that `make faults` does more often.
pub fn rounds(usual: u64) -> u64 {
    let chosen = std::env::var("PROCTOR_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    chosen.unwrap_or(usual)
}

fn write(line: &serde_json::Value) {
    let Some(path) = std::env::var_os("PROCTOR_FAULTS") else { return };
    let mut file = File::options().create(true).append(true).open(path).unwrap();
    writeln!(file, "{line}").unwrap();
}
