//! Results of leak hunts.

use crate::domain::RunId;
use crate::domain::leak::LeakReport;

use super::{Read, Result, Tx, from_json, to_json};

pub async fn find(db: &impl Read, run: RunId) -> Result<Option<LeakReport>> {
    let row = db.opt("SELECT report FROM run_leaks WHERE run_id = $1", vec![run.0.into()]).await?;
    row.map(|row| from_json("a result of a leak hunt", &row.get::<String>("report")?)).transpose()
}

/// Stores what the latest attempt found.
pub async fn put(tx: &Tx, run: RunId, report: &LeakReport) -> Result<()> {
    let sql = "INSERT INTO run_leaks (run_id, report) VALUES ($1, $2) \
               ON CONFLICT (run_id) DO UPDATE SET report = excluded.report";
    tx.execute(sql, vec![run.0.into(), to_json(report).into()]).await?;
    Ok(())
}
