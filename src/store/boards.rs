//! Test cases by what finished runs say of them, added up by day.

use crate::domain::{Millis, RunId};

use super::{Read, Result, Row, Tx};

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

/// By what test cases are ordered, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Board {
    /// Failures.
    Failing,
    /// Mean duration.
    Slowest,
    /// Good and bad results: as many of both as there are of the rarer kind.
    Mixed,
}

/// The first of so many days, of which today is the last, in UTC.
pub fn first_day(days: u32, now: Millis) -> Millis {
    Millis((now.0.div_euclid(DAY_MS) + 1 - i64::from(days)) * DAY_MS)
}

/// Adds the results of a run that has just ended.
pub(super) async fn count_run(tx: &Tx, run: RunId, now: Millis) -> Result<()> {
    // In one order, or two runs that end at once may wait for each other.
    let sql = "INSERT INTO test_days (day, nodeid_key, good, bad, timed, duration_ms, longest_ms, last_run_id) \
               SELECT CAST($2 AS BIGINT), nodeid_key, \
               SUM(CASE WHEN outcome IN ('passed', 'xfailed', 'xpassed') THEN 1 ELSE 0 END), \
               SUM(CASE WHEN outcome IN ('failed', 'error', 'lost') THEN 1 ELSE 0 END), \
               COUNT(duration_ms), COALESCE(SUM(duration_ms), 0), COALESCE(MAX(duration_ms), 0), MAX(run_id) \
               FROM run_tests WHERE run_id = $1 AND outcome NOT IN ('skipped', 'running') \
               GROUP BY nodeid_key ORDER BY nodeid_key \
               ON CONFLICT (day, nodeid_key) DO UPDATE SET good = test_days.good + excluded.good, \
               bad = test_days.bad + excluded.bad, timed = test_days.timed + excluded.timed, \
               duration_ms = test_days.duration_ms + excluded.duration_ms, \
               longest_ms = CASE WHEN excluded.longest_ms > test_days.longest_ms THEN excluded.longest_ms \
               ELSE test_days.longest_ms END, last_run_id = excluded.last_run_id";
    tx.execute(sql, vec![run.0.into(), now.0.div_euclid(DAY_MS).into()]).await?;
    Ok(())
}

/// The first test cases of a board, from the results of runs that ended since the day that begins at `since`.
pub async fn first_of(
    db: &impl Read,
    board: Board,
    since: Millis,
    limit: u32,
) -> Result<Vec<Tally>> {
    let (having, order) = match board {
        Board::Failing => ("SUM(bad) > 0", "SUM(bad)"),
        Board::Slowest => ("SUM(timed) > 0", "SUM(duration_ms) / SUM(timed)"),
        Board::Mixed => (
            "SUM(good) > 0 AND SUM(bad) > 0",
            "CASE WHEN SUM(good) < SUM(bad) THEN SUM(good) ELSE SUM(bad) END",
        ),
    };
    let sql = format!(
        "SELECT b.*, (SELECT t.nodeid FROM run_tests t WHERE t.nodeid_key = b.nodeid_key \
         AND t.run_id = b.last_run_id ORDER BY t.number LIMIT 1) AS nodeid FROM \
         (SELECT nodeid_key, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(bad) AS BIGINT) AS bad, \
         CAST(SUM(timed) AS BIGINT) AS timed, SUM(duration_ms) AS duration_ms, MAX(longest_ms) AS longest_ms, \
         MAX(last_run_id) AS last_run_id, CAST({order} AS DOUBLE PRECISION) AS height FROM test_days \
         WHERE day >= $1 GROUP BY nodeid_key HAVING {having} ORDER BY {order} DESC, nodeid_key LIMIT {limit}) b \
         ORDER BY b.height DESC, b.nodeid_key"
    );
    let rows = db.rows(sql, vec![since.0.div_euclid(DAY_MS).into()]).await?;
    rows.iter().filter_map(|row| tally(row).transpose()).collect()
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
