//! Test cases by what finished runs say of them, added up by day.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Row, Tx, many};

/// How far back anybody can look.
pub const MOST_DAYS: u32 = 366;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What the results of a test case add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub nodeid: String,
    pub good: i64,
    pub bad: i64,
    /// `None` without any duration.
    pub mean_ms: Option<f64>,
    pub longest_ms: f64,
    pub last_run: RunId,
}

/// The test cases that stand out, most first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tops {
    /// By failures.
    pub failing: Vec<Tally>,
    /// By mean duration.
    pub slowest: Vec<Tally>,
    /// With good and bad results, by how many there are of the rarer kind.
    pub mixed: Vec<Tally>,
}

/// The first of so many days, of which today is the last, in UTC.
pub fn first_day(days: u32, now: Millis) -> Millis {
    Millis((now.0.div_euclid(DAY_MS) + 1 - i64::from(days)) * DAY_MS)
}

/// Adds the results of runs that have just ended.
pub(super) async fn count_runs(tx: &Tx, runs: &[RunId], now: Millis) -> Result<()> {
    let (places, values) = many::table(
        vec![now.0.div_euclid(DAY_MS).into()],
        runs.iter().map(|run| vec![run.0.into()]).collect(),
    );
    // In one order, or runs that end at once may wait for each other.
    let sql = format!(
        "INSERT INTO test_days (nodeid_key, day, good, bad, timed, duration_ms, longest_ms, last_run_id) \
         SELECT nodeid_key, CAST($1 AS BIGINT), \
         SUM(CASE WHEN outcome IN ('passed', 'xfailed', 'xpassed') THEN 1 ELSE 0 END), \
         SUM(CASE WHEN outcome IN ('failed', 'error', 'lost') THEN 1 ELSE 0 END), \
         COUNT(duration_ms), COALESCE(SUM(duration_ms), 0), COALESCE(MAX(duration_ms), 0), MAX(run_id) \
         FROM run_tests WHERE run_id IN ({places}) AND outcome NOT IN ('skipped', 'running') \
         GROUP BY nodeid_key ORDER BY nodeid_key \
         ON CONFLICT (nodeid_key, day) DO UPDATE SET good = test_days.good + excluded.good, \
         bad = test_days.bad + excluded.bad, timed = test_days.timed + excluded.timed, \
         duration_ms = test_days.duration_ms + excluded.duration_ms, \
         longest_ms = CASE WHEN excluded.longest_ms > test_days.longest_ms THEN excluded.longest_ms \
         ELSE test_days.longest_ms END, last_run_id = excluded.last_run_id"
    );
    tx.execute(sql, values).await?;
    Ok(())
}

/// The test cases that stand out among runs that ended since the day that begins at `since`: so many of each kind, and so
/// many mixed ones. One look at all rows of these days.
pub async fn tops(db: &impl Read, since: Millis, limit: u32, mixed: u32) -> Result<Tops> {
    let rarer = "CASE WHEN good < bad THEN good ELSE bad END";
    let kinds = [
        ("bad", "bad > 0", limit),
        ("duration_ms / timed", "timed > 0", limit),
        (rarer, "good > 0 AND bad > 0", mixed),
    ];
    let selects = (0..).zip(kinds).map(|(kind, (order, condition, limit))| {
        format!(
            "SELECT * FROM (SELECT CAST({kind} AS BIGINT) AS kind, CAST({order} AS DOUBLE PRECISION) AS height, s.* \
             FROM sums s WHERE {condition} ORDER BY {order} DESC, nodeid_key LIMIT {limit}) AS kind_{kind}"
        )
    });
    let selects = selects.collect::<Vec<_>>().join(" UNION ALL ");
    let sql = format!(
        "WITH sums AS MATERIALIZED (SELECT nodeid_key, CAST(SUM(good) AS BIGINT) AS good, \
         CAST(SUM(bad) AS BIGINT) AS bad, CAST(SUM(timed) AS BIGINT) AS timed, SUM(duration_ms) AS duration_ms, \
         MAX(longest_ms) AS longest_ms, MAX(last_run_id) AS last_run_id \
         FROM test_days WHERE day >= $1 GROUP BY nodeid_key), \
         tops AS ({selects}) \
         SELECT tops.*, (SELECT MIN(t.nodeid) FROM run_tests t WHERE t.nodeid_key = tops.nodeid_key \
         AND t.run_id = tops.last_run_id) AS nodeid FROM tops ORDER BY kind, height DESC, nodeid_key"
    );
    let mut tops = Tops::default();
    for row in db.rows(sql, vec![since.0.div_euclid(DAY_MS).into()]).await? {
        let Some(tally) = tally(&row)? else { continue };
        match row.get::<i64>("kind")? {
            0 => tops.failing.push(tally),
            1 => tops.slowest.push(tally),
            _ => tops.mixed.push(tally),
        }
    }
    Ok(tops)
}

/// Drops what nobody can ask for any more.
pub async fn forget(tx: &Tx, before: Millis) -> Result<()> {
    let sql = "DELETE FROM test_days WHERE day < $1";
    tx.execute(sql, vec![before.0.div_euclid(DAY_MS).into()]).await?;
    Ok(())
}

/// `None` when the results themselves are gone.
fn tally(row: &Row) -> Result<Option<Tally>> {
    let Some(nodeid) = row.get::<Option<String>>("nodeid")? else { return Ok(None) };
    let (timed, duration_ms) = (row.get::<i64>("timed")?, row.get::<f64>("duration_ms")?);
    Ok(Some(Tally {
        nodeid,
        good: row.get("good")?,
        bad: row.get("bad")?,
        mean_ms: (timed > 0).then(|| duration_ms / timed as f64),
        longest_ms: row.get("longest_ms")?,
        last_run: RunId(row.get("last_run_id")?),
    }))
}
