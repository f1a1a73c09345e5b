//! The only place with SQL. One file per noun; `dialect.rs` holds the few differences between SQLite and PostgreSQL.
//!
//! Reads take anything that is [`Read`] (the database or a transaction); changes take a [`Tx`] and are called by
//! `actions` only.

pub mod any_queues;
pub mod blobs;
pub mod boards;
pub mod cases;
pub mod claims;
pub mod comments;
mod conditions;
mod db;
mod dialect;
pub mod environments;
pub mod events;
pub mod figures;
pub mod files;
mod filter;
pub mod history;
pub mod idempotency;
pub mod kept_logs;
pub mod leaks;
mod listing;
pub mod log_pieces;
mod many;
mod migrate;
pub mod named;
mod notices;
pub mod objects;
pub mod outbox;
pub mod plans;
pub mod prunings;
mod readers;
pub mod refused;
pub mod reservations;
pub mod run_files;
pub mod run_states;
pub mod runs;
pub mod templates;
pub mod tests;
pub mod times;
mod value;
pub mod workers;

pub use db::{Db, Read, Tx};
pub use dialect::Dialect;
pub use filter::{RunFilter, RunOrder};
pub use notices::{Notices, Sender as NoticeSender};
pub use value::{LeaseNow, Row, Value};

use sqlx::migrate::MigrateError;

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migrating the database: {0}")]
    Migrate(#[from] MigrateError),
    #[error("the database holds {what} that cannot be read: {source}")]
    Content {
        what: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What a transaction has just seen or made.
    #[error("the database does not have {0}, though it must")]
    Missing(&'static str),
    #[error("a database of PostgreSQL is saved with its own tools: pg_dump, or a base backup")]
    NoCopy,
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

    /// Whether the disk of the database has no room left.
    pub fn is_disk_full(&self) -> bool {
        self.code().is_some_and(|code| sqlite_code(&code) == Some(SQLITE_FULL) || code == "53100")
    }

    /// Whether the file of the database is not what SQLite left there.
    pub fn is_damaged(&self) -> bool {
        let code = self.code().and_then(|code| sqlite_code(&code));
        code.is_some_and(|code| SQLITE_DAMAGED.contains(&code))
    }

    /// Whether this process has closed the database, or is about to.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::PoolClosed))
    }

    /// Whether the same may succeed in a moment: the database is busy, restarting or out of reach.
    pub fn is_passing(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        match self {
            Self::Database(Io(_) | PoolTimedOut | PoolClosed | WorkerCrashed) => true,
            _ => self.code().is_some_and(|code| {
                sqlite_code(&code).is_some_and(|code| SQLITE_BUSY.contains(&code))
                    || POSTGRES_PASSING.iter().any(|class| code.starts_with(class))
            }),
        }
    }

    /// The database's own code: a number of SQLite, five characters of PostgreSQL.
    fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Database(sqlx::Error::Database(error))
            | Self::Migrate(MigrateError::Execute(sqlx::Error::Database(error))) => error.code(),
            _ => None,
        }
    }

    fn content(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Content { what, source: Box::new(source) }
    }
}

/// <https://www.sqlite.org/rescode.html>
const SQLITE_FULL: i32 = 13;
/// Corrupt, and no database.
const SQLITE_DAMAGED: [i32; 2] = [11, 26];
/// Busy and locked.
const SQLITE_BUSY: [i32; 2] = [5, 6];
/// Connection, serialization, resources, operator intervention, lock timeout:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_PASSING: [&str; 5] = ["08", "40", "53", "57", "55P03"];

/// SQLite's primary code, which is the low byte of its extended ones; PostgreSQL's codes have five characters.
fn sqlite_code(code: &str) -> Option<i32> {
    (code.len() < 5).then(|| code.parse::<i32>().ok().map(|code| code & 255)).flatten()
}

pub type Result<T> = std::result::Result<T, Error>;

fn to_json(value: &impl serde::Serialize) -> String {
    // Maps with text keys, lists and plain values always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|source| Error::content(what, source))
}
