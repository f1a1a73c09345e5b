//! What goes of runs by age and size, and the marks of what has gone.

use crate::domain::retention::{Part, Pruning};
use crate::domain::{Millis, RunId};

use super::{Read, Result, Row, Tx, Value};

/// Parts that are pruned in one transaction.
pub const PORTION: usize = 200;
/// Runs that are removed in one: some have many thousand test cases.
pub const FEW: usize = 20;

/// A run that has the part, and how large that is; 0 when nobody counted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub run: RunId,
    pub bytes: u64,
}

/// Those that ended before `cutoff`, oldest first.
pub async fn older_than(db: &impl Read, part: Part, cutoff: Millis) -> Result<Vec<Kept>> {
    // The plus keeps the index of creation away, which is not in the order of the runs.
    let and = "AND r.finished_at < $1 AND +r.created_at < $1 AND r.id < COALESCE((SELECT n.id FROM runs n \
               WHERE n.created_at >= $1 ORDER BY n.created_at LIMIT 1), 9223372036854775807)";
    kept(db, part, and, vec![cutoff.0.into()]).await
}

/// The oldest that there are.
pub async fn oldest(db: &impl Read, part: Part) -> Result<Vec<Kept>> {
    kept(db, part, "", vec![]).await
}

async fn kept(db: &impl Read, part: Part, and: &str, values: Vec<Value>) -> Result<Vec<Kept>> {
    let Place { join, bytes, has } = place(part);
    let (name, limit) = (part.as_str(), if part == Part::Run { FEW } else { PORTION });
    let sql = format!(
        "SELECT r.id, {bytes} AS bytes FROM runs r{join} \
         WHERE r.id >= (SELECT f.run_id FROM retention_floors f WHERE f.part = '{name}') \
         AND r.state = 'finished' AND {has} {and} ORDER BY r.id LIMIT {limit}"
    );
    let rows = db.rows(sql, values).await?;
    let one = |row: &Row| {
        let bytes = row.get::<i64>("bytes")?.unsigned_abs();
        Ok(Kept { run: RunId(row.get("id")?), bytes })
    };
    rows.iter().map(one).collect()
}

/// Bytes of all that is kept; of runs, how many have finished.
pub async fn total(db: &impl Read, part: Part) -> Result<u64> {
    let Place { join, bytes, has } = place(part);
    let (name, has) = (part.as_str(), if part == Part::Run { "1 = 1" } else { has });
    let sql = format!(
        "SELECT CAST(COALESCE(SUM({bytes}), 0) AS BIGINT) AS total FROM runs r{join} \
         WHERE r.id >= (SELECT f.run_id FROM retention_floors f WHERE f.part = '{name}') \
         AND r.state = 'finished' AND {has}"
    );
    let row = db.opt(sql, vec![]).await?;
    Ok(row.map_or(Ok(0), |row| row.get::<i64>("total"))?.unsigned_abs())
}

struct Place {
    join: &'static str,
    bytes: &'static str,
    /// Whether a run has it, or may have it.
    has: &'static str,
}

/// Nobody has counted what a run left whose worker was lost.
fn place(part: Part) -> Place {
    match part {
        Part::Log => Place {
            join: "",
            bytes: "r.log_bytes",
            has: "(r.log_bytes > 0 OR (r.outcome = 'lost' AND r.started_at IS NOT NULL)) AND NOT EXISTS \
                  (SELECT 1 FROM prunings p WHERE p.run_id = r.id AND p.part = 'log')",
        },
        Part::Artifacts => Place {
            join: " JOIN run_details d ON d.run_id = r.id",
            bytes: "d.artifacts_bytes",
            has: "(d.artifacts_bytes > 0 OR (d.usage IS NULL AND r.started_at IS NOT NULL)) AND NOT EXISTS \
                  (SELECT 1 FROM prunings p WHERE p.run_id = r.id AND p.part = 'artifacts')",
        },
        // A rerun that is kept refers to its first run, and webhooks are still to be told of some.
        Part::Run => Place {
            join: "",
            bytes: "CAST(1 AS BIGINT)",
            has: "NOT EXISTS (SELECT 1 FROM runs n WHERE n.rerun_of = r.id) \
                  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.run_id = r.id)",
        },
    }
}

/// Holds the right to prune a part until the transaction ends, so that prunings are numbered in the order of their commits.
pub async fn lock(tx: &Tx, part: Part) -> Result<()> {
    let sql =
        format!("SELECT run_id FROM retention_floors WHERE part = $1{}", tx.dialect().for_update());
    tx.opt(sql, vec![part.as_str().into()]).await?;
    Ok(())
}

/// Marks parts as gone, removes what the database has of them, and answers of which runs they were there until now.
pub async fn prune(tx: &Tx, prunings: &[Pruning]) -> Result<Vec<RunId>> {
    let mut gone = Vec::new();
    // Whoever keeps the log holds the row, too.
    let held = tx.dialect().for_update();
    for pruning in prunings {
        let sql = format!(
            "INSERT INTO prunings (run_id, part, pruned_at, reason) \
                   SELECT r.id, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT) FROM runs r WHERE r.id = $1 AND r.state = 'finished'{held} \
                   ON CONFLICT (run_id, part) DO NOTHING"
        );
        let values = vec![
            pruning.run.0.into(),
            pruning.part.as_str().into(),
            pruning.at.0.into(),
            pruning.reason.as_str().into(),
        ];
        if tx.execute(sql, values).await? == 1 {
            gone.push(pruning.run);
            remove(tx, pruning.part, pruning.run).await?;
        }
    }
    Ok(gone)
}

async fn remove(tx: &Tx, part: Part, run: RunId) -> Result<()> {
    let statements: &[&str] = match part {
        Part::Log => {
            &["DELETE FROM log_pieces WHERE run_id = $1", "DELETE FROM kept_logs WHERE run_id = $1"]
        }
        Part::Artifacts => &["DELETE FROM run_files WHERE run_id = $1 AND name LIKE 'artifacts/%'"],
        Part::Run => &[
            "DELETE FROM log_pieces WHERE run_id = $1",
            "DELETE FROM kept_logs WHERE run_id = $1",
            "DELETE FROM run_files WHERE run_id = $1",
            "DELETE FROM run_tests WHERE run_id = $1",
            "DELETE FROM run_leaks WHERE run_id = $1",
            "DELETE FROM run_plans WHERE run_id = $1",
            "DELETE FROM comments WHERE run_id = $1",
            "DELETE FROM refused_writes WHERE run_id = $1",
            "DELETE FROM attempts WHERE run_id = $1",
            "DELETE FROM run_details WHERE run_id = $1",
            "DELETE FROM runs WHERE id = $1",
            // What had gone of it before is said by the one mark that stays.
            "DELETE FROM prunings WHERE run_id = $1 AND part <> 'run'",
        ],
    };
    for sql in statements {
        tx.execute(*sql, vec![run.0.into()]).await?;
    }
    Ok(())
}

/// Notes up to where nobody has to look again: before the first run that is open or still has the part.
pub async fn raise_floor(tx: &Tx, part: Part, last: RunId) -> Result<()> {
    let Place { join, has, .. } = place(part);
    let name = part.as_str();
    let sql = format!(
        "UPDATE retention_floors SET run_id = COALESCE((SELECT MIN(r.id) FROM runs r{join} \
         WHERE r.id >= retention_floors.run_id AND r.id <= $1 AND (r.state <> 'finished' OR ({has}))), $1 + 1) \
         WHERE part = '{name}' AND run_id <= $1"
    );
    tx.execute(sql, vec![last.0.into()]).await?;
    Ok(())
}

/// What has gone of a run, in the order in which it went.
pub async fn of_run(db: &impl Read, run: RunId) -> Result<Vec<Pruning>> {
    let sql =
        "SELECT id, run_id, part, pruned_at, reason FROM prunings WHERE run_id = $1 ORDER BY id";
    let rows = db.rows(sql, vec![run.0.into()]).await?;
    Ok(rows.iter().map(from_row).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// What went after the one with this number, oldest first, with their numbers.
pub async fn after(db: &impl Read, number: i64, limit: u32) -> Result<Vec<(i64, Pruning)>> {
    let sql = format!(
        "SELECT id, run_id, part, pruned_at, reason FROM prunings WHERE id > $1 ORDER BY id LIMIT {limit}"
    );
    let mut found = Vec::new();
    for row in db.rows(sql, vec![number.into()]).await? {
        if let Some(pruning) = from_row(&row)? {
            found.push((row.get("id")?, pruning));
        }
    }
    Ok(found)
}

/// `None` for a part that a newer version knows.
fn from_row(row: &Row) -> Result<Option<Pruning>> {
    let Some(part) = Part::named(&row.get::<String>("part")?) else { return Ok(None) };
    Ok(Some(Pruning {
        run: RunId(row.get("run_id")?),
        part,
        at: Millis(row.get("pruned_at")?),
        reason: row.get("reason")?,
    }))
}
