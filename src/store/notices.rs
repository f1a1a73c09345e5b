//! Short texts to everybody who has the same PostgreSQL database open: `LISTEN` and `NOTIFY`.

use sqlx::postgres::{PgListener, PgPool};

use super::Result;
use super::db::Db;

/// What texts are about: each has a channel of its own, so that nobody is woken for what he has no use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Work,
    /// What is only to be shown.
    Show,
}

impl About {
    fn channel(self) -> &'static str {
        match self {
            Self::Work => "proctor",
            Self::Show => "proctor_show",
        }
    }
}

/// Both ends of the channels.
#[derive(Debug)]
pub struct Notices {
    pool: PgPool,
    listener: PgListener,
}

impl Notices {
    /// Hears texts about these. `None` with SQLite, whose processes are all on one machine.
    pub async fn open(db: &Db, about: &[About]) -> Result<Option<Self>> {
        let Some(pool) = db.postgres() else { return Ok(None) };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all(about.iter().map(|one| one.channel())).await?;
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
    pub async fn send(&self, texts: &[(About, String)]) -> Result<()> {
        let sql = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(channel, text) \
                   FROM unnest($1::text[], $2::text[]) AS texts (channel, text)";
        let (channels, texts): (Vec<_>, Vec<_>) =
            texts.iter().map(|(about, text)| (about.channel(), text.as_str())).unzip();
        sqlx::query(sql).bind(channels).bind(texts).execute(&self.pool).await?;
        Ok(())
    }
}
