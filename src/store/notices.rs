//! Short texts to everybody who has the same PostgreSQL database open: `LISTEN` and `NOTIFY`.

use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgListener, PgPool};

use super::Result;
use super::db::Db;

const CHANNEL: &str = "proctor";

/// Both ends of the channel.
#[derive(Debug)]
pub struct Notices {
    pool: PgPool,
    listener: PgListener,
}

impl Notices {
    /// `None` with SQLite, whose processes are all on one machine.
    pub async fn open(db: &Db) -> Result<Option<Self>> {
        let Some(pool) = db.postgres() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Self { pool: pool.clone(), listener }))
    }

    /// Splits the sending end off.
    pub fn sender(&self) -> Sender {
        Sender { pool: self.pool.clone() }
    }

    /// The next text; `None` when the connection was lost and is there again: some may have been missed.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let notice = self.listener.try_recv().await?;
        Ok(notice.map(|notice| notice.payload().to_owned()))
    }
}

/// The sending end.
#[derive(Debug)]
pub struct Sender {
    pool: PgPool,
}

impl Sender {
    /// Sends texts in one statement, outside of any transaction: within one, all commits of the database would have to
    /// wait for each other, <https://www.postgresql.org/docs/current/sql-notify.html>. Nobody waits for the disk: what they tell of
    /// is there already.
    pub async fn send(&self, texts: &[String]) -> Result<()> {
        let sql = format!(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify('{CHANNEL}', text) \
             FROM unnest($1::text[]) AS text"
        );
        sqlx::query(AssertSqlSafe(sql)).bind(texts).execute(&self.pool).await?;
        Ok(())
    }
}
