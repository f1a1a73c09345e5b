//! One handle for both databases: `db.rows(sql, vec![…])`, `tx.opt(…)`, `row.get::<T>("column")`.
//!
//! Statements use `$1`, `$2`, … which both databases read.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::pace::Pace;
use super::postgres::{Asks, ConnectionLimits, Lent, Postgres};
use super::readers::Readers;
use super::value::{Row, Sql, Value, postgres_query, wrap};
use super::writer::{self, Writer};
use super::{Dialect, Error, Result, migrate};

/// How long a statement waits for another process that has SQLite's lock before it fails.
pub(super) const BUSY: Duration = Duration::from_secs(10);
/// How often it asks.
pub(super) const AGAIN: Duration = Duration::from_millis(1);
/// Readers at once; each keeps a small page cache.
const SQLITE_READERS: usize = 4;

/// The database of one Proctor.
#[derive(Debug, Clone)]
pub struct Db {
    pools: Pools,
}

#[derive(Debug, Clone)]
enum Pools {
    Sqlite { read: Arc<Readers>, write: Arc<Writer> },
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens (creating it where there is none) and migrates the SQLite database in `file`.
    pub async fn open_sqlite(file: &Path) -> Result<Self> {
        let until = Instant::now() + BUSY;
        loop {
            match Self::try_open_sqlite(file).await {
                // While another process makes it, SQLite refuses some things at once instead of waiting.
                Err(error) if error.is_passing() && Instant::now() < until => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                opened => return opened,
            }
        }
    }

    async fn try_open_sqlite(file: &Path) -> Result<Self> {
        let pace = Arc::new(Pace::default());
        let read = Arc::new(Readers::new(file.to_owned(), SQLITE_READERS, Arc::clone(&pace)));
        let write = Arc::new(Writer::new(file.to_owned(), pace));
        let db = Self { pools: Pools::Sqlite { read, write } };
        migrate::run_sqlite(&db).await?;
        Ok(db)
    }

    /// Connects to PostgreSQL at `url` and migrates it, for whatever people look for.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        Self::connect(url, Asks::ThisAndThat, ConnectionLimits::default()).await
    }

    async fn connect(url: &str, asks: Asks, limits: ConnectionLimits) -> Result<Self> {
        let postgres = Postgres::connect(url, asks, limits).await?;
        Ok(Self { pools: Pools::Postgres(Arc::new(postgres)) })
    }

    /// Opens what `--database` names; without it the SQLite file in the data directory.
    pub async fn open(
        address: Option<&str>,
        data: &Path,
        asks: Asks,
        limits: ConnectionLimits,
    ) -> Result<Self> {
        match address {
            None => Self::open_sqlite(&data.join("proctor.sqlite3")).await,
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::connect(url, asks, limits).await
            }
            Some(other) => Err(Error::Address(other.to_owned())),
        }
    }

    /// The same database by a connection of its own, for whoever asks the same again and again and never two things at once:
    /// PostgreSQL has a process for each connection, which knows what it has planned and leaves that in the processor's caches.
    /// Elsewhere connections take turns.
    #[must_use]
    pub fn by_one_connection(&self) -> Self {
        self.by_own_connections(1)
    }

    /// The same database by at most so many connections of its own, for whoever must not wait until others get answers.
    #[must_use]
    pub fn by_own_connections(&self, most: u32) -> Self {
        let pools = match &self.pools {
            sqlite @ Pools::Sqlite { .. } => sqlite.clone(),
            Pools::Postgres(postgres) => Pools::Postgres(Arc::new(postgres.by_own(most))),
        };
        Self { pools }
    }

    pub fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether hosts may share it.
    pub fn is_shared(&self) -> bool {
        self.dialect() == Dialect::Postgres
    }

    pub(super) fn postgres(&self) -> Option<&Postgres> {
        match &self.pools {
            Pools::Sqlite { .. } => None,
            Pools::Postgres(postgres) => Some(postgres),
        }
    }

    /// Starts a transaction that writes. On SQLite it takes the write lock at once: one that reads first and writes
    /// later fails as soon as two of them meet.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { write, .. } => Inner::Sqlite(write.begin().await?),
            Pools::Postgres(postgres) => {
                let mut lent = postgres.lend().await?;
                lent.begin().await?;
                Inner::Postgres(lent)
            }
        };
        Ok(Tx { dialect: self.dialect(), inner: Mutex::new(inner) })
    }

    /// Writes the database as it is at one moment into `file`, which must not exist.
    ///
    /// # Errors
    /// With PostgreSQL, which has tools of its own for that.
    pub async fn copy_to(&self, file: &Path) -> Result<()> {
        let Pools::Sqlite { read, .. } = &self.pools else { return Err(Error::NoCopy) };
        let file = file.to_string_lossy().into_owned();
        read.execute_aside("VACUUM INTO ?", &[file.into()]).await
    }

    /// Closes the connections and waits until that is done.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close();
                write.close().await;
            }
            Pools::Postgres(postgres) => postgres.close(),
        }
    }
}

/// A transaction that writes; dropped without [`Tx::commit`] it leaves nothing.
#[derive(Debug)]
pub struct Tx {
    dialect: Dialect,
    // Behind a mutex only so that reads look the same on the database and in a transaction.
    inner: Mutex<Inner>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(writer::Transaction),
    Postgres(Lent),
}

impl Tx {
    /// Executes a statement and says how many rows it changed.
    pub async fn execute(&self, sql: impl Into<Sql>, values: Vec<Value>) -> Result<u64> {
        let sql = sql.into();
        Ok(match &mut *self.inner.lock().await {
            Inner::Sqlite(tx) => tx.execute(&sql.0, &values)?,
            Inner::Postgres(lent) => lent.execute(postgres_query(sql, values)).await?,
        })
    }

    pub async fn commit(self) -> Result<()> {
        match self.inner.into_inner() {
            Inner::Sqlite(tx) => tx.commit()?,
            Inner::Postgres(mut lent) => lent.commit().await?,
        }
        Ok(())
    }

    /// For migrations, which bring their own statements.
    pub(super) fn into_sqlite(self) -> Option<writer::Transaction> {
        match self.inner.into_inner() {
            Inner::Sqlite(tx) => Some(tx),
            Inner::Postgres(_) => None,
        }
    }
}

/// What can be read from: the database, or a transaction that sees its own changes.
pub trait Read: Sync {
    fn dialect(&self) -> Dialect;

    fn rows(&self, sql: impl Into<Sql>, values: Vec<Value>) -> Answer<'_, Vec<Row>>;

    /// The first row, if there is one.
    fn opt(&self, sql: impl Into<Sql>, values: Vec<Value>) -> Answer<'_, Option<Row>> {
        let rows = self.rows(sql, values);
        Box::pin(async { Ok(rows.await?.into_iter().next()) })
    }
}

/// Boxed, because the compiler cannot prove of nested generic futures that they may move between threads.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl Read for Db {
    fn dialect(&self) -> Dialect {
        Db::dialect(self)
    }

    fn rows(&self, sql: impl Into<Sql>, values: Vec<Value>) -> Answer<'_, Vec<Row>> {
        let sql = sql.into();
        Box::pin(async move {
            Ok(match &self.pools {
                Pools::Sqlite { read, .. } => wrap(read.rows(&sql.0, &values).await?, Row::Sqlite),
                Pools::Postgres(postgres) => {
                    let mut lent = postgres.lend().await?;
                    wrap(lent.rows(postgres_query(sql, values)).await?, Row::Postgres)
                }
            })
        })
    }
}

impl Read for Tx {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn rows(&self, sql: impl Into<Sql>, values: Vec<Value>) -> Answer<'_, Vec<Row>> {
        let sql = sql.into();
        Box::pin(async move {
            Ok(match &mut *self.inner.lock().await {
                Inner::Sqlite(tx) => wrap(tx.rows(&sql.0, &values)?, Row::Sqlite),
                Inner::Postgres(lent) => {
                    wrap(lent.rows(postgres_query(sql, values)).await?, Row::Postgres)
                }
            })
        })
    }
}
