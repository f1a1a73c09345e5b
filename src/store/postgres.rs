//! Connections to PostgreSQL. One that does not answer is given up: a host that is gone does not say so.

mod connections;
mod lent;

use std::time::Duration;

use deadpool::managed::{Pool, PoolError};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::time::timeout;

use super::{Result, migrate};
use connections::Connections;
pub(super) use lent::Lent;

/// What somebody wants of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Whatever people look for: PostgreSQL makes a plan for the very values where that may be better.
    ThisAndThat,
    /// The same again and again, by numbers, as workers do: it keeps its plans, which cost more than what they plan.
    TheSame,
}

/// What a process may want of PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections at once, for whatever takes any of them.
    pub most: u32,
    /// How long a statement may take.
    pub answer: Duration,
    /// How long the database keeps a transaction, and its locks, for somebody who does nothing in it: he may be gone.
    pub idle_in_transaction: Duration,
    /// How long a connection may take to be made, also by a database that is just starting.
    pub connect: Duration,
    /// How long one that has rested may take to say that it is still there.
    pub sign_of_life: Duration,
    /// One that nobody used for so long is closed.
    pub idle: Duration,
    /// One that was made so long ago is used no more: what the database keeps for each only grows.
    pub age: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            most: 8,
            answer: Duration::from_secs(15),
            idle_in_transaction: Duration::from_secs(3),
            connect: Duration::from_secs(5),
            sign_of_life: Duration::from_secs(2),
            idle: Duration::from_secs(600),
            age: Duration::from_secs(1800),
        }
    }
}

/// One database, and connections to it.
#[derive(Debug, Clone)]
pub(super) struct Postgres {
    options: PgConnectOptions,
    limits: ConnectionLimits,
    pool: Pool<Connections>,
}

impl Postgres {
    /// Connects and migrates.
    pub async fn connect(url: &str, asks: Asks, limits: ConnectionLimits) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let pool = Connections::new(options.clone(), asks, limits).pool()?;
        let connected = Self { options, limits, pool };
        // First: it says why when the database cannot be reached.
        drop(connected.lend().await?);
        // A migration takes as long as it takes, and waits for that of another process.
        let without_limit = connected.alone().connect_with(connected.options.clone()).await?;
        migrate::run_postgres(&without_limit).await?;
        without_limit.close().await;
        Ok(connected)
    }

    /// The same by at most so many connections of its own, which keep their plans.
    pub fn by_own(&self, most: u32) -> Self {
        let limits = ConnectionLimits { most, ..self.limits };
        let own = Connections::new(self.options.clone(), Asks::TheSame, limits).pool();
        // There is nothing that could keep it from being made.
        let pool = own.unwrap_or_else(|_| self.pool.clone());
        Self { pool, ..self.clone() }
    }

    pub fn answer(&self) -> Duration {
        self.limits.answer
    }

    /// A connection for somebody alone.
    pub async fn lend(&self) -> Result<Lent> {
        let ConnectionLimits { answer, connect, sign_of_life, idle, .. } = self.limits;
        let connection = match timeout(sign_of_life + connect, self.pool.get()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(PoolError::Backend(error))) => return Err(error),
            Ok(Err(PoolError::Closed)) => return Err(sqlx::Error::PoolClosed.into()),
            Ok(Err(_)) | Err(_) => return Err(sqlx::Error::PoolTimedOut.into()),
        };
        self.pool.retain(|one, _| one.heard_at.elapsed() < idle);
        Ok(Lent::new(connection, answer))
    }

    /// By no connection of these: it has to be read all the time.
    pub async fn listen(&self, channels: &[&str]) -> Result<PgListener> {
        let alone = self.alone().connect_lazy_with(self.options.clone());
        let listen = async {
            let mut listener = PgListener::connect_with(&alone).await?;
            // Or nobody would learn that it was away.
            listener.eager_reconnect(false);
            listener.listen_all(channels.iter().copied()).await?;
            Ok(listener)
        };
        let listening = timeout(self.limits.connect, listen).await;
        Ok(listening.unwrap_or(Err(sqlx::Error::PoolTimedOut))?)
    }

    /// Nobody gets one any more; those that somebody has end when they are given back.
    pub fn close(&self) {
        self.pool.close();
    }

    fn alone(&self) -> PgPoolOptions {
        PgPoolOptions::new().max_connections(1).acquire_timeout(self.limits.connect)
    }
}
