//! Short texts to everybody who has the same PostgreSQL database open: `LISTEN` and `NOTIFY`.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::time::timeout;

use super::Result;
use super::db::Db;
use super::postgres::Postgres;

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
    postgres: Postgres,
    /// Nothing when it was lost and could not be made anew.
    listener: Option<PgListener>,
    channels: Vec<&'static str>,
}

impl Notices {
    /// Hears texts about these. `None` with SQLite, whose processes are all on one machine.
    pub async fn open(db: &Db, about: &[About]) -> Result<Option<Self>> {
        let Some(postgres) = db.postgres() else { return Ok(None) };
        let channels: Vec<_> = about.iter().map(|one| one.channel()).collect();
        let listener = Some(postgres.listen(&channels).await?);
        Ok(Some(Self { postgres: postgres.clone(), listener, channels }))
    }

    /// Splits the sending end off.
    pub fn sender(&self) -> Sender {
        Sender { postgres: self.postgres.clone() }
    }

    /// Splits off the end that tells for everybody.
    pub fn spokesman(&self) -> Spokesman {
        Spokesman { postgres: self.postgres.by_own(1) }
    }

    /// The next text; `None` when the connection was lost and is there again: some may have been missed.
    pub async fn next(&mut self) -> Result<Option<String>> {
        let limit = self.postgres.answer();
        while let Some(listener) = &mut self.listener {
            let is_there = match timeout(limit, listener.try_recv()).await {
                Ok(Ok(Some(notice))) => return Ok(Some(notice.payload().to_owned())),
                Ok(Ok(None) | Err(_)) => false,
                // Nobody has said anything for long, or this connection has ended without a word.
                Err(_) => {
                    let sign = sqlx::query("SELECT 1").execute(listener);
                    matches!(timeout(limit, sign).await, Ok(Ok(_)))
                }
            };
            if !is_there {
                self.listener = None;
            }
        }
        self.listener = Some(self.postgres.listen(&self.channels).await?);
        Ok(None)
    }
}

/// The sending end.
#[derive(Debug)]
pub struct Sender {
    postgres: Postgres,
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
        let mut lent = self.postgres.lend().await?;
        lent.execute(sqlx::query(sql).bind(channels).bind(texts)).await?;
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
    /// By one connection: the lock belongs to it, and has to end with it.
    postgres: Postgres,
}

impl Spokesman {
    /// Makes sure that everybody is sent this text after now: by this process, once what others have to tell has gathered for so
    /// long, or by another one that gathers already.
    pub async fn send(&self, (about, text): (About, &str), gather: Duration) -> Result<()> {
        // The database waits itself: a process that is stopped meanwhile does not keep the lock. Messages go out after the
        // statement, so whoever did not get the lock has committed before them.
        let sql = "SELECT pg_sleep($2), set_config('synchronous_commit', 'off', true), pg_advisory_unlock($1), \
                   pg_notify($3, $4) WHERE pg_try_advisory_lock($1)";
        let sent = sqlx::query(sql).bind(SPEAKS).bind(gather.as_secs_f64());
        let mut lent = self.postgres.lend().await?;
        let sent = lent.execute(sent.bind(about.channel()).bind(text)).await;
        if sent.is_err() {
            // Who cannot be reached shall not keep the lock.
            lent.give_up();
        }
        sent.map(drop)
    }
}
