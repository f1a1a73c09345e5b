//! Remembers how long the tests of a finished run took, for estimates.

use std::collections::BTreeMap;

use crate::domain::times::{Extent, FileTimes, split_nodeid};
use crate::domain::{Outcome, RunId};
use crate::store::{self, runs, times};

use super::Context;

/// A run with more tests is estimated by earlier runs of the same targets alone.
const MOST_TESTS: usize = 20_000;
/// Bytes of a path; PostgreSQL indexes no longer ones.
const LONGEST_PATH: usize = 1000;

/// In a transaction of its own, when the run has long been recorded: what is lost here makes an estimate worse, nothing
/// else.
pub async fn remember_times(context: &Context, run: RunId) -> store::Result<()> {
    let db = &context.db;
    let Some(finished) = runs::find(db, run).await? else { return Ok(()) };
    // What was ended early says nothing of how long it takes.
    if !matches!(finished.outcome(), Some(Outcome::Passed | Outcome::Failed)) {
        return Ok(());
    }
    let Some(details) = runs::details(db, run).await? else { return Ok(()) };
    let Some(tests) = times::of_tests(db, run, MOST_TESTS).await? else { return Ok(()) };
    let options = details.options;
    let is_all =
        options.keyword.is_none() && options.markers.is_none() && options.max_failures.is_none();
    let seen = by_file(tests);
    let paths: Vec<&str> = seen.keys().map(String::as_str).collect();
    let mut known = times::of_files(db, &paths).await?;
    let learned: Vec<(String, FileTimes)> = seen
        .into_iter()
        .map(|(path, seen)| {
            let extent = if is_all { Extent::of(&path, &finished.targets) } else { Extent::Part };
            let mut times = known.remove(&path).unwrap_or_default();
            times.learn(seen, extent);
            (path, times)
        })
        .collect();
    if learned.is_empty() {
        return Ok(());
    }
    let change = context.begin().await?;
    times::put_files(&change.tx, &learned).await?;
    change.commit().await
}

fn by_file(tests: Vec<(String, f64)>) -> BTreeMap<String, BTreeMap<String, i64>> {
    let mut files: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for (nodeid, duration_ms) in tests {
        let (path, node) = split_nodeid(&nodeid);
        if path.len() <= LONGEST_PATH {
            let tests = files.entry(path.to_owned()).or_default();
            tests.insert(node.unwrap_or_default().to_owned(), whole(duration_ms));
        }
    }
    files
}

/// Milliseconds rounded up, so that many short tests do not add up to nothing.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it saturates, after which no estimate matters"
)]
fn whole(duration_ms: f64) -> i64 {
    duration_ms.max(0.0).ceil() as i64
}
