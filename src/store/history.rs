//! Test cases over all runs, by node id.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use crate::domain::comparison::CaseOutcome;
use crate::domain::history::TestResult;
use crate::domain::run::Source;
use crate::domain::{EnvironmentId, Millis, RunId, TestOutcome};

use super::runs::placeholders;
use super::tests::nodeid_key;
use super::{Error, Read, Result, Row, from_json};

/// Which results of a test case; empty fields narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    pub environment: Option<EnvironmentId>,
    /// Only of runs before this one.
    pub before: Option<RunId>,
}

/// SQLite takes these tables in the order in which they are named: <https://www.sqlite.org/optoverview.html>, 6.1.
const BY_TEST: &str = "run_tests t CROSS JOIN runs r";
const BY_RUN: &str = "runs r CROSS JOIN run_tests t";
/// More results than that are not looked through for those of one environment.
const OFTEN: u32 = 1000;

/// How the test case `nodeid` ended in finished runs, newest run first, at most `limit` of them.
pub async fn results(
    db: &impl Read,
    nodeid: &str,
    filter: &HistoryFilter,
    limit: u32,
) -> Result<Vec<TestResult>> {
    let before = filter.before.map_or(i64::MAX, |run| run.0);
    let mut values = vec![nodeid_key(nodeid).into(), nodeid.into(), before.into()];
    // Of a test that ran often only the runs of the environment are looked at, which are few of all.
    let (from, condition, order) = match filter.environment {
        None => (BY_TEST, "", "t.run_id"),
        Some(environment) => {
            values.push(environment.0.into());
            let from = if ran_often(db, nodeid).await? { BY_RUN } else { BY_TEST };
            let order = if from == BY_RUN { "r.id" } else { "t.run_id" };
            (from, "AND r.environment_id = $4", order)
        }
    };
    let sql = format!(
        "SELECT t.run_id, r.environment_id, t.outcome, r.finished_at, t.duration_ms, d.sources \
         FROM {from} JOIN run_details d ON d.run_id = t.run_id \
         WHERE t.run_id = r.id AND t.nodeid_key = $1 AND t.nodeid = $2 AND {order} < $3 AND r.state = 'finished' {condition} \
         ORDER BY {order} DESC, t.number DESC LIMIT {limit}"
    );
    let file = nodeid.split("::").next().unwrap_or_default();
    db.rows(sql, values).await?.iter().map(|row| result(row, file)).collect()
}

async fn ran_often(db: &impl Read, nodeid: &str) -> Result<bool> {
    let sql =
        format!("SELECT 1 AS more FROM run_tests WHERE nodeid_key = $1 LIMIT 1 OFFSET {OFTEN}");
    Ok(db.opt(sql, vec![nodeid_key(nodeid).into()]).await?.is_some())
}

fn result(row: &Row, file: &str) -> Result<TestResult> {
    let sources = from_json::<Vec<Source>>("sources", &row.get::<String>("sources")?)?;
    Ok(TestResult {
        run: RunId(row.get("run_id")?),
        environment: EnvironmentId(row.get("environment_id")?),
        outcome: outcome(row)?,
        at: Millis(row.get("finished_at")?),
        duration_ms: row.get("duration_ms")?,
        sha256: sources.into_iter().find(|one| one.path == file).map(|one| one.sha256),
    })
}

/// Which results of several test cases.
#[derive(Debug, Clone, Copy, Default)]
pub struct PastFilter {
    /// Of this run, whether it has finished or not, and of finished ones before it.
    pub until: Option<RunId>,
    /// Of runs that ended since.
    pub since: Option<Millis>,
}

/// The newest results of each of these test cases, newest first, at most [`PAST`] of each. Few statements, however many
/// test cases: each takes some rows of each from an index.
pub async fn past(
    db: &impl Read,
    nodeids: &[String],
    filter: PastFilter,
) -> Result<HashMap<String, Vec<TestResult>>> {
    let mut found: HashMap<String, Vec<TestResult>> = HashMap::new();
    let until = filter.until.map_or(i64::MAX, |run| run.0);
    for portion in nodeids.chunks(PORTION) {
        let mut values = vec![until.into(), filter.since.map_or(0, |since| since.0).into()];
        let selects: Vec<_> = (0..portion.len()).map(of_one_test).collect();
        for nodeid in portion {
            values.extend([nodeid_key(nodeid).into(), nodeid.as_str().into()]);
        }
        for row in db.rows(selects.join(" UNION ALL "), values).await? {
            let nodeid = &portion[usize::try_from(row.get::<i64>("place")?).unwrap_or_default()];
            found.entry(nodeid.clone()).or_default().push(past_result(&row)?);
        }
    }
    for results in found.values_mut() {
        // A union is in no order.
        results.sort_by_key(|result| std::cmp::Reverse(result.run));
    }
    Ok(found)
}

/// Results of a test case.
const PAST: u32 = 50;
/// Test cases in one statement: SQLite takes at most 500 selects.
const PORTION: usize = 100;

fn of_one_test(place: usize) -> String {
    let (key, nodeid) = (3 + 2 * place, 4 + 2 * place);
    format!(
        "SELECT * FROM (SELECT CAST({place} AS BIGINT) AS place, t.run_id, r.environment_id, t.outcome, \
         COALESCE(r.finished_at, r.created_at) AS at, t.duration_ms, t.file_key \
         FROM run_tests t JOIN runs r ON r.id = t.run_id \
         WHERE t.nodeid_key = ${key} AND t.nodeid = ${nodeid} AND t.run_id <= $1 \
         AND (t.run_id = $1 OR r.state = 'finished' AND r.finished_at >= $2) \
         ORDER BY t.run_id DESC, t.number DESC LIMIT {PAST}) AS newest_{place}"
    )
}

fn past_result(row: &Row) -> Result<TestResult> {
    Ok(TestResult {
        run: RunId(row.get("run_id")?),
        environment: EnvironmentId(row.get("environment_id")?),
        outcome: outcome(row)?,
        at: Millis(row.get("at")?),
        duration_ms: row.get("duration_ms")?,
        sha256: row.get::<Option<i64>>("file_key")?.map(|key| format!("{key:016x}")),
    })
}

/// What became, in these runs, of the test cases that failed in the first of them: run, node id and outcome, in the order
/// of the first run, then of the runs.
pub async fn failures_of_first(
    db: &impl Read,
    runs: &[RunId],
) -> Result<Vec<(RunId, String, TestOutcome)>> {
    let Some(first) = runs.first() else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT t.run_id, t.nodeid, t.outcome FROM run_tests t \
         JOIN (SELECT nodeid_key, MIN(number) AS place FROM run_tests WHERE run_id = $1 \
         AND outcome IN ('failed', 'error', 'lost') GROUP BY nodeid_key) f ON f.nodeid_key = t.nodeid_key \
         WHERE t.run_id IN ({}) ORDER BY f.place, t.run_id, t.number",
        placeholders(2, runs.len())
    );
    let mut values = vec![first.0.into()];
    values.extend(runs.iter().map(|run| run.0.into()));
    let rows = db.rows(sql, values).await?;
    rows.iter()
        .map(|row| Ok((RunId(row.get("run_id")?), row.get("nodeid")?, outcome(row)?)))
        .collect()
}

/// All test cases of a run by node id; of one that ran several times, the last.
pub async fn outcomes(db: &impl Read, run: RunId) -> Result<BTreeMap<String, CaseOutcome>> {
    let sql =
        "SELECT nodeid, outcome, duration_ms FROM run_tests WHERE run_id = $1 ORDER BY number";
    let rows = db.rows(sql, vec![run.0.into()]).await?;
    rows.iter()
        .map(|row| {
            let result =
                CaseOutcome { outcome: outcome(row)?, duration_ms: row.get("duration_ms")? };
            Ok((row.get("nodeid")?, result))
        })
        .collect()
}

fn outcome(row: &Row) -> Result<TestOutcome> {
    TestOutcome::from_str(&row.get::<String>("outcome")?)
        .map_err(|source| Error::content("a test outcome", source))
}
