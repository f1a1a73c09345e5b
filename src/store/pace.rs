//! Which statements of SQLite hold up nobody.
//!
//! Most take less time than it takes to wake another thread, so they run where they are asked for. One that took long the last
//! time, whether it read much or waited for the disk, runs where no other task waits for its thread.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};

/// What another task on the same thread may have to wait.
pub(super) const LONG: Duration = Duration::from_millis(2);
/// Statements of which it is known; lists have many forms.
const KNOWN: usize = 1000;

/// Which statements took long the last time.
#[derive(Debug, Default)]
pub(super) struct Pace {
    hasher: RandomState,
    long: Mutex<HashSet<u64>>,
}

impl Pace {
    /// Does what `sql` asks for, here or aside.
    pub fn run<T>(&self, sql: &str, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let answer = if self.is_long(sql) { aside(work) } else { work() };
        self.note(sql, began.elapsed());
        answer
    }

    pub fn is_long(&self, sql: &str) -> bool {
        let long = self.long();
        !long.is_empty() && long.contains(&self.hasher.hash_one(sql))
    }

    pub fn note(&self, sql: &str, taken: Duration) {
        let mut long = self.long();
        if taken > LONG {
            if long.len() >= KNOWN {
                long.clear();
            }
            long.insert(self.hasher.hash_one(sql));
        } else if !long.is_empty() {
            long.remove(&self.hasher.hash_one(sql));
        }
    }

    fn long(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.long.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets the other tasks of this thread go on while it works; a runtime of one thread has nowhere to send them.
pub(super) fn aside<T>(work: impl FnOnce() -> T) -> T {
    let flavor = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    if matches!(flavor, Ok(RuntimeFlavor::MultiThread)) {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_long_as_it_was_the_last_time() {
        let pace = Pace::default();
        pace.note("a", LONG * 2);
        pace.note("b", LONG / 2);
        assert!(pace.is_long("a") && !pace.is_long("b"));
        pace.note("a", LONG / 2);
        assert!(!pace.is_long("a"));
    }

    #[test]
    fn so_many_statements_are_known_at_most() {
        let pace = Pace::default();
        (0..=KNOWN).for_each(|number| pace.note(&number.to_string(), LONG * 2));
        assert!(pace.is_long(&KNOWN.to_string()) && pace.long().len() <= KNOWN);
    }
}
