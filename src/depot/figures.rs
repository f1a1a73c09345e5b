//! What was asked of the object store, for those who watch it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What can be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Put,
    Get,
    Delete,
}

impl Operation {
    pub const ALL: [Self; 3] = [Self::Put, Self::Get, Self::Delete];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Get => "get",
            Self::Delete => "delete",
        }
    }
}

/// Of one operation, since this process was started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub count: u64,
    pub errors: u64,
    /// Of all of them together.
    pub duration: Duration,
}

#[derive(Debug, Default)]
pub(super) struct Meters([Meter; 3]);

#[derive(Debug, Default)]
struct Meter {
    count: AtomicU64,
    errors: AtomicU64,
    micros: AtomicU64,
}

impl Meters {
    pub fn note(&self, operation: Operation, failed: bool, took: Duration) {
        let meter = &self.0[operation as usize];
        meter.count.fetch_add(1, Ordering::Relaxed);
        meter.errors.fetch_add(u64::from(failed), Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        meter.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub fn read(&self, operation: Operation) -> Figures {
        let meter = &self.0[operation as usize];
        Figures {
            count: meter.count.load(Ordering::Relaxed),
            errors: meter.errors.load(Ordering::Relaxed),
            duration: Duration::from_micros(meter.micros.load(Ordering::Relaxed)),
        }
    }
}
