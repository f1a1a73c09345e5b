//! What goes to a database and comes back: a statement, its bound values, the rows of an answer.

use rusqlite::types::FromSql;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Decode, Postgres, Row as _, Type};

use super::Result;
use super::connection::SqliteRow;

/// A statement: fixed, or built in this module from fixed pieces. From a text of any lifetime, because a future that asks
/// for `'static` here does not pass for `Send` where it is spawned.
pub struct Sql(pub(super) String);

impl From<&str> for Sql {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A bound value. Absent ones keep their type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<f64>> for Value {
    fn from(value: Option<f64>) -> Self {
        Self::Real(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

/// The lease clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseNow {
    /// As one machine reads it, in milliseconds.
    At(i64),
    /// As the database reads its own, for hosts that have no other clock in common. With PostgreSQL only.
    OfDatabase,
}

impl From<LeaseNow> for Value {
    fn from(now: LeaseNow) -> Self {
        match now {
            LeaseNow::At(time) => Some(time).into(),
            LeaseNow::OfDatabase => None::<i64>.into(),
        }
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Some(value).into()
    }
}

impl From<Option<String>> for Value {
    /// PostgreSQL refuses the character NUL and SQLite's functions end at it, so both store its picture instead.
    fn from(value: Option<String>) -> Self {
        Self::Text(
            value.map(|text| if text.contains('\0') { text.replace('\0', "␀") } else { text }),
        )
    }
}

/// A row of an answer.
#[derive(Debug)]
pub enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub fn get<T>(&self, column: &str) -> Result<T>
    where
        T: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

pub(super) fn wrap<R>(rows: Vec<R>, into: fn(R) -> Row) -> Vec<Row> {
    rows.into_iter().map(into).collect()
}

pub(super) fn postgres_query(
    sql: Sql,
    values: Vec<Value>,
) -> Query<'static, Postgres, PgArguments> {
    values.into_iter().fold(sqlx::query(AssertSqlSafe(sql.0)), |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Real(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    })
}
