//! A connection to SQLite. Its statements run on the thread that asks for them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ErrorCode, OpenFlags, ToSql};

use super::Value;

type Result<T> = rusqlite::Result<T>;

/// Nobody waits inside of SQLite, where the thread would stand still with it: who finds the database busy asks again.
/// Foreign keys are looked after by each connection for itself. It keeps 256 KiB of pages: the operating system has the others, and
/// whatever is written in another process empties this cache.
const SETTINGS: &str = "\
    PRAGMA busy_timeout = 0; \
    PRAGMA foreign_keys = ON; \
    PRAGMA synchronous = FULL; \
    PRAGMA journal_mode = WAL; \
    PRAGMA cache_size = -256;";
/// Statements that a connection keeps prepared, those that were asked for last. A list has many forms, and one takes some ten
/// kilobytes.
const STATEMENTS: usize = 40;
/// After so many steps a statement looks at the clock: some tens of microseconds.
const STEPS: i32 = 1000;

#[derive(Debug)]
pub(super) struct Connection {
    inner: rusqlite::Connection,
    limit: Arc<Limit>,
}

impl Connection {
    /// Opens the database in `file`, and creates it where there is none.
    pub fn open(file: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let inner = rusqlite::Connection::open_with_flags(file, flags)?;
        inner.execute_batch(SETTINGS)?;
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        let limit = Arc::new(Limit::default());
        let looks = Arc::clone(&limit);
        inner.progress_handler(STEPS, Some(move || looks.is_over()))?;
        Ok(Self { inner, limit })
    }

    /// Executes a statement and says how many rows it changed.
    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        let mut statement = self.bound(sql, values)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        Ok(self.inner.changes())
    }

    pub fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<SqliteRow>> {
        let mut statement = self.bound(sql, values)?;
        let columns: Arc<[_]> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.raw_query();
        let mut answer = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..columns.len()).map(|index| row.get(index)).collect::<Result<_>>()?;
            answer.push(SqliteRow { columns: Arc::clone(&columns), values });
        }
        Ok(answer)
    }

    /// The same, given up when it takes longer than `limit`: `None`. Only for what changes nothing, or the whole transaction
    /// is taken back with it.
    pub fn rows_within(
        &self,
        limit: Duration,
        sql: &str,
        values: &[Value],
    ) -> Result<Option<Vec<SqliteRow>>> {
        self.limit.set(limit);
        let rows = self.rows(sql, values);
        self.limit.remove();
        match rows {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
                Ok(None)
            }
            rows => rows.map(Some),
        }
    }

    /// Executes several statements.
    pub fn execute_all(&self, sql: &str) -> Result<()> {
        self.inner.execute_batch(sql)
    }

    /// SQLite takes a transaction back by itself when, for one, the disk is full.
    pub fn is_in_transaction(&self) -> bool {
        !self.inner.is_autocommit()
    }

    /// `$2` is the second value wherever it stands; a place without a number takes the next one.
    fn bound(&self, sql: &str, values: &[Value]) -> Result<CachedStatement<'_>> {
        let mut statement = self.inner.prepare_cached(sql)?;
        let mut next = 0;
        for index in 1..=statement.parameter_count() {
            let number = statement.parameter_name(index).map(|name| name[1..].parse::<usize>());
            let number = match number {
                Some(Ok(number)) => number,
                Some(Err(_)) => {
                    return Err(rusqlite::Error::InvalidParameterCount(index, values.len()));
                }
                None => {
                    next += 1;
                    next
                }
            };
            let value = number.checked_sub(1).and_then(|place| values.get(place));
            let value =
                value.ok_or(rusqlite::Error::InvalidParameterCount(number, values.len()))?;
            statement.raw_bind_parameter(index, value)?;
        }
        Ok(statement)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        let value = match self {
            Self::Int(value) => value.map_or(ValueRef::Null, ValueRef::Integer),
            Self::Real(value) => value.map_or(ValueRef::Null, ValueRef::Real),
            Self::Text(value) => {
                value.as_ref().map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
            }
            Self::Bytes(value) => ValueRef::Blob(value),
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

/// A row of an answer.
#[derive(Debug)]
pub struct SqliteRow {
    columns: Arc<[String]>,
    values: Vec<rusqlite::types::Value>,
}

impl SqliteRow {
    pub(super) fn get<T: FromSql>(&self, column: &str) -> Result<T> {
        let index = self.columns.iter().position(|name| name == column);
        let index = index.ok_or_else(|| rusqlite::Error::InvalidColumnName(column.to_owned()))?;
        let value = ValueRef::from(&self.values[index]);
        T::column_result(value).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(index, value.data_type(), Box::new(error))
        })
    }
}

/// Until when a statement may take; SQLite asks for it between its steps.
#[derive(Debug)]
struct Limit {
    since: Instant,
    /// In nanoseconds from then on; 0 for none.
    until: AtomicU64,
}

impl Default for Limit {
    fn default() -> Self {
        Self { since: Instant::now(), until: AtomicU64::new(0) }
    }
}

impl Limit {
    fn set(&self, limit: Duration) {
        self.until.store(nanoseconds(self.since.elapsed() + limit), Ordering::Relaxed);
    }

    fn remove(&self) {
        self.until.store(0, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until != 0 && nanoseconds(self.since.elapsed()) > until
    }
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos().try_into().unwrap_or(u64::MAX)
}
