//! Records that came too late, as evidence.

use crate::domain::run::RefusedWrite;
use crate::domain::{Epoch, Millis, RunId};

use super::{Read, Result, Tx};

/// Of one run that are shown.
const MOST: u32 = 50;

pub async fn insert(tx: &Tx, run: RunId, refused: &RefusedWrite) -> Result<()> {
    let sql =
        "INSERT INTO refused_writes (run_id, epoch, refused_at, what) VALUES ($1, $2, $3, $4)";
    let values = vec![
        run.0.into(),
        refused.epoch.0.into(),
        refused.at.0.into(),
        refused.what.as_str().into(),
    ];
    tx.execute(sql, values).await?;
    Ok(())
}

/// The newest, oldest of them first.
pub async fn of_run(db: &impl Read, run: RunId) -> Result<Vec<RefusedWrite>> {
    let sql = format!(
        "SELECT epoch, refused_at, what FROM refused_writes WHERE run_id = $1 ORDER BY id DESC LIMIT {MOST}"
    );
    let rows = db.rows(sql, vec![run.0.into()]).await?;
    rows.iter()
        .rev()
        .map(|row| {
            Ok(RefusedWrite {
                at: Millis(row.get("refused_at")?),
                epoch: Epoch(row.get("epoch")?),
                what: row.get("what")?,
            })
        })
        .collect()
}
