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
mod connection;
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
mod pace;
pub mod plans;
mod postgres;
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
mod writer;

pub use db::{Db, Read, Tx};
pub use dialect::Dialect;
pub use filter::{RunFilter, RunOrder};
pub use notices::{About, Notices, SPEAKS, Sender as NoticeSender, Spokesman};
pub use postgres::{Asks, ConnectionLimits};
pub use value::{LeaseNow, Row, Value};

use sqlx::migrate::MigrateError;

/// Why the store could not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Of PostgreSQL, or of the queue before either of them.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the database has taken back a transaction before its end; ask again")]
    TakenBack,
    #[error("the database has not answered for long; ask again")]
    NoAnswer,
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
        self.sqlite_code().is_some_and(|code| SQLITE_UNIQUE.contains(&code))
            || matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Whether the disk of the database has no room left.
    pub fn is_disk_full(&self) -> bool {
        self.is_of_sqlite(&[SQLITE_FULL]) || self.is_of_postgres(&[POSTGRES_FULL])
    }

    /// Whether the file of the database is not what SQLite left there.
    pub fn is_damaged(&self) -> bool {
        self.is_of_sqlite(&SQLITE_DAMAGED)
    }

    /// Whether this process has closed the database, or is about to.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::PoolClosed))
    }

    /// Whether the same may succeed in a moment: the database is busy, restarting or out of reach.
    pub fn is_passing(&self) -> bool {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, WorkerCrashed};
        matches!(
            self,
            Self::TakenBack
                | Self::NoAnswer
                | Self::Database(Io(_) | PoolTimedOut | PoolClosed | WorkerCrashed)
        ) || self.is_of_sqlite(&SQLITE_BUSY)
            || self.is_of_postgres(&POSTGRES_PASSING)
    }

    /// Whether SQLite's primary code is one of these: it is the low byte of its extended ones.
    fn is_of_sqlite(&self, codes: &[i32]) -> bool {
        self.sqlite_code().is_some_and(|code| codes.contains(&(code & 255)))
    }

    fn sqlite_code(&self) -> Option<i32> {
        match self {
            Self::Sqlite(error) => error.sqlite_error().map(|error| error.extended_code),
            _ => None,
        }
    }

    /// Whether the five characters of PostgreSQL begin with one of these.
    fn is_of_postgres(&self, classes: &[&str]) -> bool {
        let code = match self {
            Self::Database(sqlx::Error::Database(error))
            | Self::Migrate(MigrateError::Execute(sqlx::Error::Database(error))) => error.code(),
            _ => None,
        };
        code.is_some_and(|code| classes.iter().any(|class| code.starts_with(class)))
    }

    fn content(what: &'static str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Content { what, source: Box::new(source) }
    }
}

/// Of a primary key, of another one, and of the number of a row: <https://www.sqlite.org/rescode.html>
const SQLITE_UNIQUE: [i32; 3] = [1555, 2067, 2579];
const SQLITE_FULL: i32 = 13;
/// Corrupt, and no database.
const SQLITE_DAMAGED: [i32; 2] = [11, 26];
/// Busy and locked.
const SQLITE_BUSY: [i32; 2] = [5, 6];
const POSTGRES_FULL: &str = "53100";
/// Connection, serialization, resources, operator intervention and a statement that took too long, lock timeout, a standby that
/// is not the primary yet, and a transaction in which nothing was done for too long:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const POSTGRES_PASSING: [&str; 7] = ["08", "40", "53", "57", "55P03", "25006", "25P03"];

pub type Result<T> = std::result::Result<T, Error>;

fn to_json(value: &impl serde::Serialize) -> String {
    // Maps with text keys, lists and plain values always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|source| Error::content(what, source))
}
