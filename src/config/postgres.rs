//! What a process may want of a PostgreSQL database, and how long it waits for it.

use serde::Deserialize;

use super::{ConfigError, ranges};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Postgres {
    /// Connections of one process at once, besides its own: to hear, to tell, for ends and claims, and two for leases.
    pub connections: u32,
    /// Milliseconds that a statement may take; a connection that has not answered a second later is given up.
    pub answer_ms: u64,
    /// Milliseconds that the database keeps a transaction for somebody who does nothing in it.
    pub idle_in_transaction_ms: u64,
    /// Milliseconds until a connection must be made, also by a database that is just starting.
    pub connect_ms: u64,
    /// Milliseconds until one that has rested must have said that it is still there.
    pub sign_of_life_ms: u64,
    /// Seconds after which one that nobody used is closed.
    pub idle_s: u32,
    /// Seconds after which one is used no more.
    pub age_s: u32,
}

impl Default for Postgres {
    fn default() -> Self {
        Self {
            connections: 8,
            answer_ms: 15_000,
            idle_in_transaction_ms: 3_000,
            connect_ms: 5_000,
            sign_of_life_ms: 2_000,
            idle_s: 600,
            age_s: 1800,
        }
    }
}

impl Postgres {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        ranges::check("postgres", self.each())
    }

    fn each(self) -> [(&'static str, u64, u64, u64); 7] {
        [
            ("connections", self.connections.into(), 2, 1000),
            ("answer_ms", self.answer_ms, 100, 3_600_000),
            ("idle_in_transaction_ms", self.idle_in_transaction_ms, 100, 3_600_000),
            ("connect_ms", self.connect_ms, 100, 60_000),
            ("sign_of_life_ms", self.sign_of_life_ms, 100, 60_000),
            ("idle_s", self.idle_s.into(), 1, 86_400),
            ("age_s", self.age_s.into(), 1, 604_800),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lease;
    use super::*;

    #[test]
    fn every_limit_is_taken_at_its_edges_and_refused_beyond_them() {
        let told = |text: &str| {
            let chosen: Postgres = toml::from_str(text).unwrap();
            chosen.check().err().map(|error| error.to_string()).unwrap_or_default()
        };
        for (name, _, least, most) in Postgres::default().each() {
            for value in [least, most] {
                assert_eq!(told(&format!("{name} = {value}\n")), "", "{name} = {value}");
            }
            for value in [0, least - 1, most + 1] {
                let words = format!("postgres.{name} = {value}: must be from {least} to {most}");
                assert!(told(&format!("{name} = {value}\n")).contains(&words), "{words}");
            }
        }
    }

    #[test]
    fn a_connection_without_an_answer_leaves_time_to_renew_leases_by_another_one() {
        let (postgres, lease) = (Postgres::default(), Lease::default());
        let time = u64::try_from((lease.kill_ms - lease.renew_ms) / 2).unwrap();
        assert!(postgres.sign_of_life_ms < time);
        assert!(postgres.idle_in_transaction_ms < time);
    }
}
