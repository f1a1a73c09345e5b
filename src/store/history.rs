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

/// How the test case `nodeid` ended in finished runs, newest run first, at most `limit` of them.
pub async fn results(
    db: &impl Read,
    nodeid: &str,
    filter: &HistoryFilter,
    limit: u32,
) -> Result<Vec<TestResult>> {
    let mut condition = String::new();
    let before = filter.before.map_or(i64::MAX, |run| run.0);
    let mut values = vec![nodeid_key(nodeid).into(), nodeid.into(), before.into()];
    if let Some(environment) = filter.environment {
        values.push(environment.0.into());
        condition = format!("AND r.environment_id = ${}", values.len());
    }
    let sql = format!(
        "SELECT t.run_id, r.environment_id, t.outcome, r.finished_at, t.duration_ms, d.sources \
         FROM run_tests t JOIN runs r ON r.id = t.run_id JOIN run_details d ON d.run_id = t.run_id \
         WHERE t.nodeid_key = $1 AND t.nodeid = $2 AND t.run_id < $3 AND r.state = 'finished' {condition} \
         ORDER BY t.run_id DESC, t.number DESC LIMIT {limit}"
    );
    let file = nodeid.split("::").next().unwrap_or_default();
    db.rows(sql, values).await?.iter().map(|row| result(row, file)).collect()
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
