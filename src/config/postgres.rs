//! What a process may want of a PostgreSQL database, and how long it waits for it.

use serde::Deserialize;

use super::{ConfigError, ranges};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Postgres {
    /// Connections of one process at once, besides three of its own: to hear, to tell, and for ends and claims.
    pub connections: u32,
    /// Milliseconds that a statement may take; a connection that has not answered a second later is given up.
    pub answer_ms: u64,
}

impl Default for Postgres {
    fn default() -> Self {
        Self { connections: 8, answer_ms: 15_000 }
    }
}

impl Postgres {
    pub(super) fn check(self) -> Result<(), ConfigError> {
        ranges::check("postgres", self.each())
    }

    fn each(self) -> [(&'static str, u64, u64, u64); 2] {
        [
            ("connections", self.connections.into(), 2, 1000),
            ("answer_ms", self.answer_ms, 100, 3_600_000),
        ]
    }
}

#[cfg(test)]
mod tests {
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
}
