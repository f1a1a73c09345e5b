//! The only place with SQL. One file per noun; `dialect.rs` holds the few differences between SQLite and PostgreSQL.
//!
//! Reads take anything that is [`Read`] (the database or a transaction); changes take a [`Tx`] and are called by
//! `actions` only.

pub mod cases;
pub mod claims;
mod db;
mod dialect;
pub mod environments;
pub mod events;
mod filter;
pub mod idempotency;
mod migrate;
pub mod queue;
pub mod runs;
pub mod tests;
pub mod workers;

pub use db::{Db, Read, Row, Tx, Value};
pub use dialect::Dialect;
pub use filter::{RunFilter, RunOrder};

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migrating the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database holds {what} that cannot be read: {source}")]
    Content {
        what: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error(
        "database address {0:?} is neither a file nor postgres://…; leave --database out for SQLite"
    )]
    Address(String),
}

impl Error {
    /// Whether a unique key was violated. (Constraint names are not compared: SQLite gives none.)
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    fn content(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Content { what, source: Box::new(source) }
    }
}

pub type Result<T> = std::result::Result<T, Error>;

fn to_json(value: &impl serde::Serialize) -> String {
    // Maps with text keys, lists and plain values always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|source| Error::content(what, source))
}
