//! How long runs took, and the tests of each file.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::times::{FileTimes, median};
use crate::domain::{Options, RunId};

use super::runs::placeholders;
use super::{Db, Read, Result, Tx, from_json, many, to_json};

/// How many earlier runs of the same work are looked at.
const SAMPLE: u32 = 15;
/// Names in one statement.
const PORTION: usize = 500;

/// Of a run from before works were told apart.
const UNKNOWN: i64 = 0;

/// What a run does, as a number: runs with the same targets, whatever their order, and the same choice among their tests
/// do the same work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Work(i64);

impl Work {
    pub fn of(targets: &[String], options: &Options) -> Self {
        let mut sorted: Vec<&String> = targets.iter().collect();
        sorted.sort_unstable();
        let text = match options.leak {
            None => to_json(&(sorted, &options.keyword, &options.markers)),
            Some(hunt) => to_json(&(sorted, &options.keyword, &options.markers, hunt)),
        };
        let digest: [u8; 32] = Sha256::digest(text).into();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(i64::from_be_bytes(first))
    }

    pub(super) fn number(self) -> i64 {
        self.0
    }
}

/// What each of these runs does.
pub async fn works(db: &Db, runs: &[RunId]) -> Result<HashMap<RunId, Work>> {
    if runs.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!("SELECT id, work FROM runs WHERE id IN ({})", placeholders(1, runs.len()));
    let rows = db.rows(sql, runs.iter().map(|run| run.0.into()).collect()).await?;
    rows.iter().map(|row| Ok((RunId(row.get("id")?), Work(row.get("work")?)))).collect()
}

/// The usual duration in ms of each work that was done before: the median of its newest passed or failed runs. One
/// statement, which takes a few rows for each from an index.
pub async fn usual(db: &Db, works: &[Work]) -> Result<HashMap<Work, i64>> {
    let mut wanted: Vec<i64> = works.iter().map(|work| work.0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    wanted.retain(|work| *work != UNKNOWN);
    let mut durations: HashMap<i64, Vec<i64>> = HashMap::new();
    // SQLite takes at most 500 selects in one statement.
    for portion in wanted.chunks(100) {
        let selects: Vec<String> = (1..=portion.len()).map(of_one_work).collect();
        let values = portion.iter().map(|work| (*work).into()).collect();
        for row in db.rows(selects.join(" UNION ALL "), values).await? {
            durations.entry(row.get("work")?).or_default().push(row.get("duration")?);
        }
    }
    let usual = durations.into_iter();
    Ok(usual.filter_map(|(work, all)| Some((Work(work), median(all)?))).collect())
}

fn of_one_work(place: usize) -> String {
    // Outcomes are hidden from the planner, which else may take their index.
    format!(
        "SELECT work, duration FROM (SELECT work, finished_at - started_at AS duration FROM runs \
         WHERE work = ${place} AND state = 'finished' AND COALESCE(outcome, '') IN ('passed', 'failed') \
         ORDER BY id DESC LIMIT {SAMPLE}) AS newest_{place}"
    )
}

/// What is known of these files.
pub async fn of_files(db: &impl Read, paths: &[&str]) -> Result<HashMap<String, FileTimes>> {
    let mut known = HashMap::with_capacity(paths.len());
    for portion in paths.chunks(PORTION) {
        let places = placeholders(1, portion.len());
        let sql = format!("SELECT path, tests, is_whole FROM file_times WHERE path IN ({places})");
        for row in db.rows(sql, portion.iter().map(|path| (*path).into()).collect()).await? {
            let tests = from_json("times of tests", &row.get::<String>("tests")?)?;
            let is_whole = row.get::<i64>("is_whole")? != 0;
            known.insert(row.get("path")?, FileTimes { tests, is_whole });
        }
    }
    Ok(known)
}

/// Nodeid and duration in ms of a run's test cases, unless there are more than `most`.
pub async fn of_tests(
    db: &impl Read,
    run: RunId,
    most: usize,
) -> Result<Option<Vec<(String, f64)>>> {
    let sql = format!(
        "SELECT nodeid, duration_ms FROM run_tests WHERE run_id = $1 AND duration_ms IS NOT NULL LIMIT {}",
        most.saturating_add(1)
    );
    let rows = db.rows(sql, vec![run.0.into()]).await?;
    if rows.len() > most {
        return Ok(None);
    }
    let tests = rows.iter().map(|row| Ok((row.get("nodeid")?, row.get("duration_ms")?)));
    tests.collect::<Result<_>>().map(Some)
}

pub async fn put_files(tx: &Tx, files: &[(String, FileTimes)]) -> Result<()> {
    let into = "INSERT INTO file_times (path, tests, is_whole)";
    let on_conflict =
        "ON CONFLICT (path) DO UPDATE SET tests = excluded.tests, is_whole = excluded.is_whole";
    many::insert(tx, into, on_conflict, files, |(path, times)| {
        vec![path.as_str().into(), to_json(&times.tests).into(), i64::from(times.is_whole).into()]
    })
    .await
}
