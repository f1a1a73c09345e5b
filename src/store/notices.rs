//! Short texts to everybody who has the same PostgreSQL database open: `LISTEN` and `NOTIFY`.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgListener, PgPool};

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

    /// Splits off the end that tells for everybody.
    pub fn spokesman(&self) -> Spokesman {
        Spokesman { pool: self.pool.clone(), connection: None }
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

/// The lock of whoever tells for everybody. Any number does that no other lock of this database has.
pub const SPEAKS: i64 = 0x0050_726f_6374_6f72;

/// The sending end for what is the same whoever tells it: of all who would, one does.
///
/// PostgreSQL wakes its process of each listener for each message, whatever the message is about, and there may be as many
/// messages as commits.
#[derive(Debug)]
pub struct Spokesman {
    pool: PgPool,
    /// Its own: the lock belongs to the connection, and has to end with it.
    connection: Option<PgConnection>,
}

impl Spokesman {
    /// Makes sure that everybody is sent this text after now: by this process, once what others have to tell has gathered for so
    /// long, or by another one that gathers already.
    pub async fn send(&mut self, (about, text): (About, &str), gather: Duration) -> Result<()> {
        // Kept only if all went well: who cannot be reached shall not keep the lock.
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pool.acquire().await?.detach(),
        };
        // The database waits itself: a process that is stopped meanwhile does not keep the lock. Messages go out after the
        // statement, so whoever did not get the lock has committed before them.
        let sql = "SELECT pg_sleep($2), set_config('synchronous_commit', 'off', true), pg_advisory_unlock($1), \
                   pg_notify($3, $4) WHERE pg_try_advisory_lock($1)";
        let sent = sqlx::query(sql).bind(SPEAKS).bind(gather.as_secs_f64());
        sent.bind(about.channel()).bind(text).execute(&mut connection).await?;
        self.connection = Some(connection);
        Ok(())
    }
}
