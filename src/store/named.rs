//! Which kept contents something still names: runs their snapshots, changes of test files what was before and after, and
//! runs of other hosts what they left.

use crate::domain::Millis;

use super::{Read, Result, Row};

/// A snapshot, or some contents, and when that was last of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub at: Millis,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Tree(String),
    Contents(Vec<String>),
}

/// Snapshots of runs that are open, and of tests that are to be collected.
pub async fn open_trees(db: &impl Read) -> Result<Vec<String>> {
    let sql = "SELECT d.snapshot AS tree FROM runs r JOIN run_details d ON d.run_id = r.id \
               WHERE r.state <> 'finished' AND d.snapshot IS NOT NULL \
               UNION SELECT c.snapshot AS tree FROM case_lists c WHERE c.state = 'wanted' AND c.snapshot IS NOT NULL";
    db.rows(sql, vec![]).await?.iter().map(|row| row.get("tree")).collect()
}

/// Of finished runs, and of changes of test files, newest first.
pub async fn past(db: &impl Read) -> Result<Vec<Named>> {
    let sql = "SELECT d.snapshot AS tree, MAX(r.finished_at) AS at FROM runs r JOIN run_details d ON d.run_id = r.id \
               WHERE r.state = 'finished' AND d.snapshot IS NOT NULL GROUP BY d.snapshot";
    let of_run =
        |row: &Row| Ok(Named { at: Millis(row.get("at")?), what: What::Tree(row.get("tree")?) });
    let mut found = db.rows(sql, vec![]).await?.iter().map(of_run).collect::<Result<Vec<_>>>()?;
    let sql = "SELECT sha256, replaced_sha256, changed_at FROM file_changes";
    for row in db.rows(sql, vec![]).await? {
        let contents = [row.get::<Option<String>>("sha256")?, row.get("replaced_sha256")?];
        let what = What::Contents(contents.into_iter().flatten().collect());
        found.push(Named { at: Millis(row.get("changed_at")?), what });
    }
    found.sort_by_key(|named| std::cmp::Reverse(named.at));
    Ok(found)
}

/// What attempts left in their directories, and what they printed.
pub async fn left_by_runs(db: &impl Read) -> Result<Vec<String>> {
    let sql = "SELECT sha256 FROM run_files \
               UNION SELECT sha256 FROM kept_logs WHERE sha256 IS NOT NULL";
    let rows = db.rows(sql, vec![]).await?;
    rows.iter().map(|row| row.get("sha256")).collect()
}
