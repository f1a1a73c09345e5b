//! How connections are made, and which of those that rest are still good.

use std::io::ErrorKind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{Manager, Metrics, Pool, QueueMode, RecycleError, RecycleResult};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::time::{sleep, timeout};

use super::super::{Error, Result};
use super::{Asks, ConnectionLimits};

/// How often it is tried while PostgreSQL is starting.
const AGAIN: Duration = Duration::from_millis(50);
/// A connection that was used so lately is taken to be alive. Asking each time would be half of what a look costs.
const FRESH: Duration = Duration::from_millis(500);

/// Too many connections, and not ready for any yet: <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const COMING: [&str; 2] = ["53300", "57P03"];

#[derive(Debug)]
pub struct Connections {
    options: PgConnectOptions,
    asks: Asks,
    limits: ConnectionLimits,
    /// When one of them did not answer. Those that were last heard of before may have ended with it.
    silent_at: Mutex<Option<Instant>>,
}

#[derive(Debug)]
pub struct Connection {
    pub inner: PgConnection,
    pub heard_at: Instant,
}

impl Connections {
    pub fn new(options: PgConnectOptions, asks: Asks, limits: ConnectionLimits) -> Self {
        Self { options, asks, limits, silent_at: Mutex::default() }
    }

    /// Who was used last is used next: PostgreSQL has a process for each, which has what it knows in the caches of the
    /// processor.
    pub fn pool(self) -> Result<Pool<Self>> {
        let most = self.limits.most.try_into().unwrap_or(usize::MAX);
        let pool = Pool::builder(self).max_size(most).queue_mode(QueueMode::Lifo).build();
        Ok(pool.map_err(|error| sqlx::Error::Configuration(error.into()))?)
    }

    async fn connect(&self) -> Result<Connection> {
        let mut inner = PgConnection::connect_with(&self.options).await?;
        let ConnectionLimits { answer, idle_in_transaction, .. } = self.limits;
        let plans = match self.asks {
            Asks::ThisAndThat => "auto",
            Asks::TheSame => "force_generic_plan",
        };
        let settings = format!(
            "SET plan_cache_mode = {plans}; SET statement_timeout = {}; \
             SET idle_in_transaction_session_timeout = {}",
            answer.as_millis(),
            idle_in_transaction.as_millis()
        );
        inner.execute(AssertSqlSafe(settings)).await?;
        Ok(Connection { inner, heard_at: Instant::now() })
    }

    /// One of them did not answer.
    pub fn note_silence(&self) {
        *self.silent_at() = Some(Instant::now());
    }

    fn silent_at(&self) -> MutexGuard<'_, Option<Instant>> {
        self.silent_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the database is just starting, or has no connection left for a moment. One that is not there says so at once.
fn is_coming(error: &Error) -> bool {
    match error {
        Error::Database(sqlx::Error::Io(error)) => error.kind() == ErrorKind::ConnectionRefused,
        Error::Database(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| COMING.contains(&&*code))
        }
        _ => false,
    }
}

impl Manager for Connections {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection> {
        let until = Instant::now() + self.limits.connect;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let connected = timeout(left, self.connect()).await;
            match connected.unwrap_or(Err(sqlx::Error::PoolTimedOut.into())) {
                Err(error) if is_coming(&error) && until > Instant::now() + AGAIN => {
                    sleep(AGAIN).await;
                }
                connected => return connected,
            }
        }
    }

    async fn recycle(&self, one: &mut Connection, metrics: &Metrics) -> RecycleResult<Error> {
        if metrics.age() >= self.limits.age {
            return Err(RecycleError::message("it is old"));
        }
        if one.heard_at.elapsed() <= FRESH {
            return Ok(());
        }
        if self.silent_at().is_some_and(|silent_at| silent_at > one.heard_at) {
            return Err(RecycleError::message("it may have ended with another one"));
        }
        let Ok(sign) = timeout(self.limits.sign_of_life, one.inner.ping()).await else {
            self.note_silence();
            return Err(RecycleError::message("it does not answer"));
        };
        Ok(sign.map_err(Error::from)?)
    }
}
