//! Test cases over all runs, by node id.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::domain::comparison::CaseOutcome;
use crate::domain::history::TestResult;
use crate::domain::run::Source;
use crate::domain::{EnvironmentId, Millis, RunId, TestOutcome};

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
