//! How often what happens is read and told.

use std::time::Duration;

use tokio::time::Instant;

/// Between two looks where one change follows another.
const BETWEEN: Duration = Duration::from_millis(15);
/// Looks that may follow each other at once: those of a short run.
const AT_ONCE: u32 = 6;

/// Few changes are told at once. Where they keep coming, those of a moment are told together: each look is a handful of
/// queries, however much it brings.
#[derive(Debug)]
pub struct Pace {
    /// When the next look would be due if they were evenly spread, or in the past by those that may follow at once.
    pub next: Instant,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self { next: now }
    }

    /// Whether a look may be now, which then counts.
    pub fn goes_on(&mut self, now: Instant) -> bool {
        if self.next > now {
            return false;
        }
        let saved = now.checked_sub(BETWEEN * AT_ONCE).unwrap_or(now);
        self.next = self.next.max(saved) + BETWEEN;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_looks_follow_at_once_and_then_one_after_the_other() {
        let mut now = Instant::now() + Duration::from_secs(60);
        let mut pace = Pace::new(now);
        let mut looks = |after: Duration| {
            now += after;
            (0..100).filter(|_| pace.goes_on(now)).count()
        };
        assert_eq!(looks(Duration::from_secs(1)), AT_ONCE as usize + 1);
        assert_eq!(looks(Duration::ZERO), 0);
        assert_eq!(looks(BETWEEN * 3), 3);
    }
}
