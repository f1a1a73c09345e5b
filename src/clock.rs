//! The present time. Everything that needs it is given a [`Clock`], so tests can turn the hands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::time::{ClockId, clock_gettime};

use crate::domain::Millis;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Stands still until it is moved; both clocks show the same.
    Fake(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until [`Clock::advance`].
    pub fn fake(now: Millis) -> Self {
        Self::Fake(Arc::new(AtomicI64::new(now.0)))
    }

    /// Wall-clock time, for people. It may jump.
    pub fn now(&self) -> Millis {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Fake(time) => Millis(time.load(Ordering::SeqCst)),
        }
    }

    /// Milliseconds since this machine started, suspended time included, for leases: it never jumps, and it is the
    /// same in every process of the machine. A restart of the machine shows in [`boot_id`].
    pub fn lease_now(&self) -> i64 {
        match self {
            Self::System => match clock_gettime(ClockId::CLOCK_BOOTTIME) {
                Ok(time) => time.tv_sec() * 1000 + time.tv_nsec() / 1_000_000,
                // Linux has had this clock since 2.6.39.
                Err(_) => self.now().0,
            },
            Self::Fake(time) => time.load(Ordering::SeqCst),
        }
    }

    /// Moves a fake clock forward; the system's clock goes by itself.
    pub fn advance(&self, milliseconds: i64) {
        if let Self::Fake(time) = self {
            time.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}

/// Names one start of the machine; processes of another start are certainly gone.
pub fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}
