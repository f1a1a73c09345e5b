//! A connection that somebody has.

use std::time::{Duration, Instant};

use deadpool::managed::Object;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{Connection as _, Executor as _};
use tokio::time::{error::Elapsed, timeout};

use super::super::{Error, Result};
use super::connections::Connections;

/// The way of an answer: the database itself gives up first, so that the connection can stay.
const WAY: Duration = Duration::from_secs(1);

/// It, until this is dropped. What was not committed then is taken back.
#[derive(Debug)]
pub struct Lent {
    /// Nothing when it was given up.
    connection: Option<Object<Connections>>,
    answer: Duration,
    /// Whether all that was asked has been answered well.
    is_clear: bool,
    in_transaction: bool,
}

type Asked<'q> = Query<'q, sqlx::Postgres, PgArguments>;

impl Lent {
    pub fn new(connection: Object<Connections>, answer: Duration) -> Self {
        Self { connection: Some(connection), answer, is_clear: true, in_transaction: false }
    }

    pub async fn rows(&mut self, asked: Asked<'_>) -> Result<Vec<PgRow>> {
        let answer = timeout(self.answer + WAY, asked.fetch_all(self.connection()?)).await;
        self.answered(answer)
    }

    /// Says how many rows were changed.
    pub async fn execute(&mut self, asked: Asked<'_>) -> Result<u64> {
        let answer = timeout(self.answer + WAY, asked.execute(self.connection()?)).await;
        Ok(self.answered(answer)?.rows_affected())
    }

    pub async fn begin(&mut self) -> Result<()> {
        self.in_transaction = true;
        self.control("BEGIN").await
    }

    pub async fn commit(&mut self) -> Result<()> {
        self.control("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    /// Nobody uses it any more.
    pub fn give_up(&mut self) {
        self.connection.take().map(Object::take);
    }

    async fn control(&mut self, sql: &'static str) -> Result<()> {
        let answer = timeout(self.answer + WAY, self.connection()?.execute(sql)).await;
        self.answered(answer).map(drop)
    }

    /// Until its answer is there, nobody else can ask by it.
    fn connection(&mut self) -> Result<&mut PgConnection> {
        self.is_clear = false;
        let connection = self.connection.as_mut().ok_or(Error::NoAnswer)?;
        Ok(&mut connection.inner)
    }

    fn answered<T>(&mut self, answer: std::result::Result<sqlx::Result<T>, Elapsed>) -> Result<T> {
        let Some((connection, answer)) = self.connection.as_mut().zip(answer.ok()) else {
            if let Some(pool) = self.connection.as_ref().and_then(Object::pool) {
                pool.manager().note_silence();
            }
            self.give_up();
            return Err(Error::NoAnswer);
        };
        connection.heard_at = Instant::now();
        self.is_clear = answer.is_ok();
        Ok(answer?)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && (self.in_transaction || !self.is_clear)
        {
            tokio::spawn(clear(connection, self.in_transaction, self.answer));
        }
    }
}

/// Whoever asked has gone, or has failed: once the database is done with it, others can ask by this connection.
async fn clear(mut connection: Object<Connections>, in_transaction: bool, answer: Duration) {
    let inner = &mut connection.inner;
    let done = async {
        if in_transaction { inner.execute("ROLLBACK").await.map(drop) } else { inner.ping().await }
    };
    match timeout(answer + WAY, done).await {
        Ok(Ok(())) => connection.heard_at = Instant::now(),
        _ => drop(Object::take(connection)),
    }
}
