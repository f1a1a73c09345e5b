//! Connections to SQLite that read.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Semaphore;

use super::connection::{Connection, SqliteRow};
use super::db::{AGAIN, BUSY};
use super::pace::{LONG, Pace, aside};
use super::{Error, Result, Value};

/// Connections that are kept when nobody reads, as many as the runtime has threads on which reads begin. Where there are more at
/// once, long reads are among them, and each connection has some hundred kilobytes of statements and pages of its own.
const SPARE: usize = 2;

/// Opened when they are wanted.
#[derive(Debug)]
pub(super) struct Readers {
    file: PathBuf,
    pace: Arc<Pace>,
    seats: Semaphore,
    free: Mutex<Vec<Connection>>,
}

impl Readers {
    /// At most so many at once.
    pub fn new(file: PathBuf, most: usize, pace: Arc<Pace>) -> Self {
        Self { file, pace, seats: Semaphore::new(most), free: Mutex::default() }
    }

    pub async fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<SqliteRow>> {
        self.with(|connection| self.read(connection, sql, values)).await
    }

    /// Executes what takes its time and changes nothing.
    pub async fn execute_aside(&self, sql: &str, values: &[Value]) -> Result<()> {
        self.with(|connection| aside(|| connection.execute(sql, values))).await.map(drop)
    }

    async fn with<T>(&self, work: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let _seat = self.seats.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        let until = Instant::now() + BUSY;
        loop {
            match self.with_one(&work).map_err(Error::from) {
                // Another process recovers or closes the database.
                Err(error) if error.is_passing() && Instant::now() < until => {
                    tokio::time::sleep(AGAIN).await;
                }
                done => return done,
            }
        }
    }

    /// Closes those that are free; the others when they are done.
    pub fn close(&self) {
        self.seats.close();
        let free = std::mem::take(&mut *self.free());
        aside(|| drop(free));
    }

    fn with_one<T>(
        &self,
        work: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let free = self.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => aside(|| Connection::open(&self.file))?,
        };
        // One that has failed is closed.
        let done = work(&connection)?;
        self.keep(connection);
        Ok(done)
    }

    fn keep(&self, connection: Connection) {
        let mut free = self.free();
        if free.len() < SPARE && !self.seats.is_closed() {
            free.push(connection);
        } else {
            drop(free);
            aside(|| drop(connection));
        }
    }

    /// Begins here, and again aside when that takes long.
    fn read(
        &self,
        connection: &Connection,
        sql: &str,
        values: &[Value],
    ) -> rusqlite::Result<Vec<SqliteRow>> {
        let began = Instant::now();
        let soon = if self.pace.is_long(sql) {
            None
        } else {
            connection.rows_within(LONG, sql, values)?
        };
        let rows = match soon {
            Some(rows) => rows,
            None => aside(|| connection.rows(sql, values))?,
        };
        self.pace.note(sql, began.elapsed());
        Ok(rows)
    }

    fn free(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
