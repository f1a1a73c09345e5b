//! The connection to SQLite that writes.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::connection::{Connection, SqliteRow};
use super::db::{AGAIN, BUSY};
use super::pace::{Pace, aside};
use super::{Error, Result, Value};

/// How long a transaction waits for those of the same process that came before.
const QUEUE: Duration = Duration::from_secs(30);

/// SQLite has one writer at a time, and waiting for this one is fair where SQLite's own lock is not.
#[derive(Debug)]
pub(super) struct Writer {
    file: PathBuf,
    pace: Arc<Pace>,
    connection: Arc<Mutex<Option<Connection>>>,
    is_closed: AtomicBool,
}

impl Writer {
    pub fn new(file: PathBuf, pace: Arc<Pace>) -> Self {
        Self { file, pace, connection: Arc::default(), is_closed: AtomicBool::new(false) }
    }

    /// Takes the write lock; other processes may have it. SQLite's own waiting sleeps longer each time, so that whoever came
    /// last is served first.
    pub async fn begin(&self) -> Result<Transaction> {
        let until = Instant::now() + BUSY;
        let turn = Arc::clone(&self.connection).lock_owned();
        let turn = tokio::time::timeout(QUEUE, turn).await;
        let mut turn = turn.map_err(|_| sqlx::Error::PoolTimedOut)?;
        loop {
            match self.begin_now(&mut turn) {
                Err(error)
                    if error.is_passing() && !error.is_closed() && Instant::now() < until =>
                {
                    tokio::time::sleep(AGAIN).await;
                }
                begun => {
                    return begun
                        .map(|()| Transaction { connection: turn, pace: Arc::clone(&self.pace) });
                }
            }
        }
    }

    /// Waits for the transaction that is open.
    pub async fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        let connection = self.connection.lock().await.take();
        aside(|| drop(connection));
    }

    fn begin_now(&self, turn: &mut Option<Connection>) -> Result<()> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(sqlx::Error::PoolClosed.into());
        }
        // One whose last transaction could not be taken back is not used again.
        let connection = match turn.take().filter(|open| !open.is_in_transaction()) {
            Some(connection) => connection,
            None => aside(|| Connection::open(&self.file))?,
        };
        let begun = connection.execute("BEGIN IMMEDIATE", &[]);
        *turn = Some(connection);
        Ok(begun.map(drop)?)
    }
}

/// A transaction that writes; dropped without [`Transaction::commit`] it leaves nothing.
#[derive(Debug)]
pub(super) struct Transaction {
    connection: OwnedMutexGuard<Option<Connection>>,
    pace: Arc<Pace>,
}

impl Transaction {
    pub fn execute(&self, sql: &str, values: &[Value]) -> Result<u64> {
        let connection = self.open()?;
        Ok(self.pace.run(sql, || connection.execute(sql, values))?)
    }

    pub fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<SqliteRow>> {
        let connection = self.open()?;
        Ok(self.pace.run(sql, || connection.rows(sql, values))?)
    }

    /// Executes several statements.
    pub fn execute_all(&self, sql: &str) -> Result<()> {
        let connection = self.open()?;
        Ok(aside(|| connection.execute_all(sql))?)
    }

    pub fn commit(self) -> Result<()> {
        self.execute("COMMIT", &[]).map(drop)
    }

    /// Nothing is written outside of a transaction, though SQLite has taken it back by itself.
    fn open(&self) -> Result<&Connection> {
        let open = self.connection.as_ref().filter(|connection| connection.is_in_transaction());
        open.ok_or(Error::TakenBack)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Ok(connection) = self.open() {
            // Where that fails, the next transaction finds this one open.
            let _ = connection.execute("ROLLBACK", &[]);
        }
    }
}
