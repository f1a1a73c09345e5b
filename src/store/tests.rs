//! Test cases of runs.

use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::domain::{MemoryUse, Millis, RunId, TestOutcome, TestReport};

use super::runs::placeholders;
use super::{Error, Read, Result, Row, Tx, from_json, many, to_json};

const COLUMNS: &str = "number, nodeid, outcome, duration_ms, message, traceback, phases, sections, from_line, to_line, \
     memory_before, memory_peak, memory_after, file_key, started_at";

/// What a list of test cases is narrowed to; empty fields narrow nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TestFilter {
    pub outcomes: Vec<TestOutcome>,
    /// Part of the node id.
    pub q: Option<String>,
}

/// A page of a run's test cases in the order of execution, after the one numbered `after`.
pub async fn list(
    db: &impl Read,
    run: RunId,
    filter: &TestFilter,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<TestReport>> {
    let mut values = vec![run.0.into(), after.unwrap_or(-1).into()];
    let mut condition = "run_id = $1 AND number > $2".to_owned();
    if !filter.outcomes.is_empty() {
        let places = placeholders(values.len() + 1, filter.outcomes.len());
        condition.push_str(&format!(" AND outcome IN ({places})"));
        values.extend(filter.outcomes.iter().map(|outcome| outcome.as_str().into()));
    }
    if let Some(part) = &filter.q {
        values.push(db.dialect().part(part).into());
        let contains = db.dialect().contains("nodeid", &format!("${}", values.len()));
        condition.push_str(&format!(" AND {contains}"));
    }
    let sql =
        format!("SELECT {COLUMNS} FROM run_tests WHERE {condition} ORDER BY number LIMIT {limit}");
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

/// The test cases with these numbers, in order.
pub async fn find_many(db: &impl Read, run: RunId, numbers: &[i64]) -> Result<Vec<TestReport>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM run_tests WHERE run_id = $1 AND number IN ({}) ORDER BY number",
        placeholders(2, numbers.len())
    );
    let mut values = vec![run.0.into()];
    values.extend(numbers.iter().map(|number| (*number).into()));
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

/// Node ids of a run's test cases that failed, broke or were lost, in order, each once.
pub async fn failed_nodeids(db: &impl Read, run: RunId) -> Result<Vec<String>> {
    let sql = "SELECT nodeid FROM run_tests WHERE run_id = $1 AND outcome IN ('failed', 'error', 'lost') \
               GROUP BY nodeid ORDER BY MIN(number)";
    let rows = db.rows(sql, vec![run.0.into()]).await?;
    rows.iter().map(|row| row.get("nodeid")).collect()
}

/// How many of a run's test cases started and were never reported.
pub async fn count_lost(db: &impl Read, run: RunId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS lost FROM run_tests WHERE run_id = $1 AND outcome = 'lost'";
    let row = db.opt(sql, vec![run.0.into()]).await?;
    row.map_or(Ok(0), |row| row.get("lost"))
}

/// Stores the present state of test cases, each of them once, whatever was known before.
pub async fn put(tx: &Tx, tests: &[(RunId, &TestReport)]) -> Result<()> {
    let into = "INSERT INTO run_tests (run_id, number, nodeid, nodeid_key, outcome, duration_ms, message, traceback, phases, \
                sections, from_line, to_line, memory_before, memory_peak, memory_after, \
                file_key, started_at)";
    let on_conflict = "ON CONFLICT (run_id, number) DO UPDATE SET outcome = excluded.outcome, \
                       duration_ms = excluded.duration_ms, message = excluded.message, \
                       traceback = excluded.traceback, phases = excluded.phases, sections = excluded.sections, \
                       from_line = excluded.from_line, to_line = excluded.to_line, \
                       memory_before = excluded.memory_before, memory_peak = excluded.memory_peak, \
                       memory_after = excluded.memory_after, file_key = excluded.file_key, \
                       started_at = excluded.started_at";
    many::insert(tx, into, on_conflict, tests, |(run, test)| {
        vec![
            run.0.into(),
            test.number.into(),
            test.nodeid.as_str().into(),
            nodeid_key(&test.nodeid).into(),
            test.outcome.as_str().into(),
            test.duration_ms.into(),
            test.message.clone().into(),
            test.traceback.clone().into(),
            to_json(&test.phases).into(),
            to_json(&test.sections).into(),
            test.from_line.into(),
            test.to_line.into(),
            test.memory.map(|memory| memory.before).into(),
            test.memory.map(|memory| memory.peak).into(),
            test.memory.map(|memory| memory.after).into(),
            test.file_key.into(),
            test.started_at.map(|at| at.0).into(),
        ]
    })
    .await
}

/// What a node id is found by in all runs: it may be longer than an index of PostgreSQL can hold.
pub(super) fn nodeid_key(nodeid: &str) -> i64 {
    let hash = Sha256::digest(nodeid.as_bytes());
    hash.iter().take(8).fold(0, |key, byte| (key << 8) | i64::from(*byte))
}

/// Marks the test cases of these runs that still run as lost. Answers which.
pub async fn lose_running(tx: &Tx, runs: &[RunId]) -> Result<Vec<(RunId, i64)>> {
    let (places, values) = many::table(vec![], runs.iter().map(|run| vec![run.0.into()]).collect());
    let sql = format!(
        "UPDATE run_tests SET outcome = 'lost' WHERE run_id IN ({places}) AND outcome = 'running' \
         RETURNING run_id, number"
    );
    let rows = tx.rows(sql, values).await?;
    rows.iter().map(|row| Ok((RunId(row.get("run_id")?), row.get("number")?))).collect()
}

fn from_row(row: &Row) -> Result<TestReport> {
    Ok(TestReport {
        number: row.get("number")?,
        nodeid: row.get("nodeid")?,
        outcome: TestOutcome::from_str(&row.get::<String>("outcome")?)
            .map_err(|source| Error::content("a test outcome", source))?,
        duration_ms: row.get("duration_ms")?,
        message: row.get("message")?,
        traceback: row.get("traceback")?,
        phases: from_json("phases", &row.get::<String>("phases")?)?,
        sections: from_json("sections", &row.get::<String>("sections")?)?,
        from_line: row.get("from_line")?,
        to_line: row.get("to_line")?,
        memory: memory(row)?,
        file_key: row.get("file_key")?,
        started_at: row.get::<Option<i64>>("started_at")?.map(Millis),
    })
}

/// Whether a run has a result of this test case.
pub async fn is_of_run(db: &impl Read, run: RunId, nodeid: &str) -> Result<bool> {
    let sql = "SELECT number FROM run_tests WHERE run_id = $1 AND nodeid_key = $2 AND nodeid = $3";
    let values = vec![run.0.into(), nodeid_key(nodeid).into(), nodeid.into()];
    Ok(db.opt(sql, values).await?.is_some())
}

fn memory(row: &Row) -> Result<Option<MemoryUse>> {
    let Some(before) = row.get("memory_before")? else { return Ok(None) };
    Ok(Some(MemoryUse { before, peak: row.get("memory_peak")?, after: row.get("memory_after")? }))
}
