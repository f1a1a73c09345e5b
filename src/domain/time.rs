//! Points in time as the store keeps them.

use std::fmt;

use time::OffsetDateTime;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Millis(pub i64);

impl Millis {
    /// The time from `earlier` to this one in milliseconds, never negative: a clock that was set back shows zero.
    pub fn since(self, earlier: Millis) -> i64 {
        (self.0 - earlier.0).max(0)
    }
}

/// To the minute, for sentences: `2026-03-01 14:20 UTC`.
impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1000);
        let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (month, day) = (u8::from(at.month()), at.day());
        write!(f, "{:04}-{month:02}-{day:02} {:02}:{:02} UTC", at.year(), at.hour(), at.minute())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_a_sentence_is_short() {
        assert_eq!(Millis(1_772_374_803_050).to_string(), "2026-03-01 14:20 UTC");
    }
}
