//! Connections to SQLite that read.
//!
//! A connection is a thread, and each word with it wakes two. sqlx's own pool asks a connection whether it is still there
//! before and after each statement, which is two thirds of all words; a file does not hang up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Opened when they are wanted, and kept.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    seats: Semaphore,
    free: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// At most so many at once.
    pub fn new(options: SqliteConnectOptions, most: usize) -> Self {
        Self { options, seats: Semaphore::new(most), free: Mutex::default() }
    }

    pub async fn fetch_all(
        &self,
        query: Query<'static, Sqlite, SqliteArguments>,
    ) -> sqlx::Result<Vec<SqliteRow>> {
        let _seat = self.seat().await?;
        let free = self.free().pop();
        let mut connection = match free {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        // Given up in the middle, or failed, it is closed.
        let rows = query.fetch_all(&mut connection).await?;
        self.free().push(connection);
        Ok(rows)
    }

    /// Closes those that are free; the others when they are done.
    pub async fn close(&self) {
        self.seats.close();
        let free = std::mem::take(&mut *self.free());
        for connection in free {
            // Whatever it says, it is not used any more.
            let _ = connection.close().await;
        }
    }

    async fn seat(&self) -> sqlx::Result<SemaphorePermit<'_>> {
        self.seats.acquire().await.map_err(|_| sqlx::Error::PoolClosed)
    }

    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
