//! Points in time as people and JavaScript read them: RFC 3339, UTC, milliseconds.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

use crate::domain::Millis;

/// A point in time: RFC 3339 in UTC with milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-03-01T14:20:03.250Z")]
pub struct Timestamp(pub Millis);

impl Timestamp {
    /// Reads any RFC 3339 time, whatever its offset; what is finer than a millisecond is dropped.
    ///
    /// # Errors
    /// When the text is no RFC 3339 time.
    pub fn parse(text: &str) -> Result<Self, time::error::Parse> {
        let at = OffsetDateTime::parse(text, &Rfc3339)?;
        Ok(Self(Millis(at.unix_timestamp() * 1000 + i64::from(at.millisecond()))))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.0.div_euclid(1000);
        let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            self.0.0.rem_euclid(1000),
        )
    }
}

impl From<Millis> for Timestamp {
    fn from(at: Millis) -> Self {
        Self(at)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_milliseconds_in_utc() {
        assert_eq!(Timestamp(Millis(1_772_374_803_050)).to_string(), "2026-03-01T14:20:03.050Z");
    }

    #[test]
    fn any_offset_is_read() {
        let read = Timestamp::parse("2026-03-01T15:20:03.0509+01:00").map(|at| at.0);
        assert_eq!(read.ok(), Some(Millis(1_772_374_803_050)));
        assert!(Timestamp::parse("yesterday").is_err());
    }

    #[test]
    fn a_time_before_1970_survives() {
        let read = Timestamp::parse("1969-12-31T23:59:59.999Z").map(|at| at.to_string());
        assert_eq!(read.ok().as_deref(), Some("1969-12-31T23:59:59.999Z"));
    }
}
