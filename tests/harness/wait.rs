//! Waiting for what is to happen, and for no longer than is reasonable.

use std::time::{Duration, Instant};

/// Far longer than anything takes on a busy machine, unless whoever builds the tests says so many seconds.
pub const LONG: Duration = Duration::from_secs(match option_env!("PROCTOR_TESTS_WAIT_S") {
    None => 60,
    Some(seconds) => match u64::from_str_radix(seconds, 10) {
        Ok(seconds) => seconds,
        Err(_) => panic!("PROCTOR_TESTS_WAIT_S is a number of seconds"),
    },
});

/// Leases for a machine on which everything takes longer: what a worker is late with there is no fault.
pub fn patient_leases() -> Option<String> {
    option_env!("PROCTOR_TESTS_WAIT_S")?;
    let [lease_ms, kill_ms, renew_ms] = [4, 6, 20].map(|part| LONG.as_millis() / part);
    Some(format!("\n[lease]\nlease_ms = {lease_ms}\nkill_ms = {kill_ms}\nrenew_ms = {renew_ms}\n"))
}

/// A time by which something has to have happened.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }

    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }
}

/// Looks again and again, for what can only be looked at: processes, files.
#[track_caller]
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Deadline::after(LONG);
    while !condition() {
        assert!(!deadline.is_over(), "not within {} s: {what}", LONG.as_secs());
        moment();
    }
}

/// Between two looks.
pub fn moment() {
    std::thread::sleep(Duration::from_millis(5));
}
