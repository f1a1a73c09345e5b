//! Remembers how long the tests of a finished run took, for estimates.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::times::{Extent, FileTimes, split_nodeid};
use crate::domain::{Outcome, RunId};
use crate::store::{self, Db, runs, times};

use super::Context;

/// A run with more tests is estimated by earlier runs of the same targets alone.
const MOST_TESTS: usize = 20_000;
/// Bytes of a path; PostgreSQL indexes no longer ones.
const LONGEST_PATH: usize = 1000;

/// In a transaction of its own, when these runs have long been recorded: what is lost here makes an estimate worse,
/// nothing else.
pub async fn remember_times(context: &Context, runs: &[RunId]) -> store::Result<()> {
    let mut all = Vec::with_capacity(runs.len());
    for run in runs {
        all.extend(seen_in(&context.db, *run).await?);
    }
    let paths: BTreeSet<&str> =
        all.iter().flat_map(|(seen, _)| seen.keys().map(String::as_str)).collect();
    if paths.is_empty() {
        return Ok(());
    }
    let paths: Vec<&str> = paths.into_iter().collect();
    let mut known = times::of_files(&context.db, &paths).await?;
    let mut learned: BTreeMap<String, FileTimes> = BTreeMap::new();
    for (seen, targets) in all {
        for (path, seen) in seen {
            let extent =
                targets.as_ref().map_or(Extent::Part, |targets| Extent::of(&path, targets));
            let before = known.remove(&path).unwrap_or_default();
            learned.entry(path).or_insert(before).learn(seen, extent);
        }
    }
    let learned: Vec<_> = learned.into_iter().collect();
    let change = context.begin().await?;
    times::put_files(&change.tx, &learned).await?;
    change.commit().await
}

/// How long each test of each file took, and the targets of the run unless it left tests of them out.
type Seen = (BTreeMap<String, BTreeMap<String, i64>>, Option<Vec<String>>);

/// `None` for a run of which nothing can be learned.
async fn seen_in(db: &Db, run: RunId) -> store::Result<Option<Seen>> {
    let Some(finished) = runs::find(db, run).await? else { return Ok(None) };
    // What was ended early says nothing of how long it takes.
    if !matches!(finished.outcome(), Some(Outcome::Passed | Outcome::Failed)) {
        return Ok(None);
    }
    let Some(details) = runs::details(db, run).await? else { return Ok(None) };
    let Some(tests) = times::of_tests(db, run, MOST_TESTS).await? else { return Ok(None) };
    let options = details.options;
    let is_all =
        options.keyword.is_none() && options.markers.is_none() && options.max_failures.is_none();
    Ok(Some((by_file(tests), is_all.then_some(finished.targets))))
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
