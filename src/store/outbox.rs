//! Ends of runs that somebody outside is still to be told of.

use crate::domain::{Millis, Outcome, RunId};

use super::run_states::End;
use super::{Read, Result, Tx, many};

/// The end of a run for one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: i64,
    pub run: RunId,
    /// With the one that is under way.
    pub attempts: u32,
}

/// Says which webhooks there are, and of which outcomes each is told. What waits for others is dropped.
pub async fn set_webhooks(tx: &Tx, webhooks: &[(String, Vec<Outcome>)]) -> Result<()> {
    tx.execute("DELETE FROM webhooks", vec![]).await?;
    for (name, outcomes) in webhooks {
        for outcome in outcomes {
            let sql = "INSERT INTO webhooks (name, outcome) VALUES ($1, $2)";
            tx.execute(sql, vec![name.as_str().into(), outcome.as_str().into()]).await?;
        }
    }
    let sql = "DELETE FROM outbox WHERE webhook NOT IN (SELECT name FROM webhooks)";
    tx.execute(sql, vec![]).await?;
    Ok(())
}

/// Notes that runs have ended, for each webhook that wants to know. Answers whether one does.
pub(super) async fn put(tx: &Tx, ends: &[End<'_>], now: Millis) -> Result<bool> {
    let rows = ends.iter().map(|end| vec![end.run.0.into(), end.verdict.outcome.as_str().into()]);
    let (places, values) = many::table(vec![now.0.into()], rows.collect());
    let sql = format!(
        "INSERT INTO outbox (run_id, webhook, attempts, next_at) SELECT w.column1, h.name, 0, CAST($1 AS BIGINT) \
         FROM ({places}) AS w JOIN webhooks h ON h.outcome = w.column2 WHERE w.column1 > 0"
    );
    Ok(tx.execute(sql, values).await? > 0)
}

/// From when on the one of this webhook that waits longest may be tried.
pub async fn next(db: &impl Read, webhook: &str) -> Result<Option<Millis>> {
    let sql = "SELECT MIN(next_at) AS at FROM outbox WHERE webhook = $1";
    let row = db.opt(sql, vec![webhook.into()]).await?;
    Ok(row.map(|row| row.get::<Option<i64>>("at")).transpose()?.flatten().map(Millis))
}

/// Takes one of this webhook that is due; nobody else takes it before `until`.
pub async fn take(tx: &Tx, webhook: &str, now: Millis, until: Millis) -> Result<Option<Delivery>> {
    let sql = format!(
        "UPDATE outbox SET attempts = attempts + 1, next_at = $2 WHERE id = \
         (SELECT id FROM outbox WHERE webhook = $3 AND next_at <= $1 ORDER BY next_at, id LIMIT 1{}) \
         RETURNING id, run_id, attempts",
        tx.dialect().for_update_unless_locked()
    );
    let row = tx.opt(sql, vec![now.0.into(), until.0.into(), webhook.into()]).await?;
    row.map(|row| {
        Ok(Delivery {
            id: row.get("id")?,
            run: RunId(row.get("run_id")?),
            attempts: u32::try_from(row.get::<i64>("attempts")?).unwrap_or(u32::MAX),
        })
    })
    .transpose()
}

pub async fn put_off(tx: &Tx, id: i64, until: Millis) -> Result<()> {
    let sql = "UPDATE outbox SET next_at = $2 WHERE id = $1";
    tx.execute(sql, vec![id.into(), until.0.into()]).await?;
    Ok(())
}

pub async fn remove(tx: &Tx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM outbox WHERE id = $1", vec![id.into()]).await?;
    Ok(())
}
