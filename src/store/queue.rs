//! Where a queued run stands and what it waits for.

use crate::domain::policy::Waiting;
use crate::domain::{EnvironmentId, Run, RunId};

use super::{Read, Result, workers};

/// Place of a queued run and its reason to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 1: next in its environment.
    pub position: i64,
    /// The running run of the environment, then the queued ones before it, in order; at most [`AHEAD_SHOWN`].
    pub ahead: Vec<RunId>,
    pub waiting: Waiting,
}

/// How many of the runs ahead are named.
pub const AHEAD_SHOWN: u32 = 50;

/// The place of a queued run; `None` once it is not queued any more.
pub async fn place(db: &impl Read, run: &Run) -> Result<Option<Place>> {
    let sql = "SELECT COUNT(*) AS before FROM runs WHERE environment_id = $1 AND state = 'queued' AND sequence < $2";
    let values = vec![run.environment.0.into(), run.sequence.into()];
    let Some(row) = db.opt(sql, values.clone()).await? else { return Ok(None) };
    let position = row.get::<i64>("before")? + 1;
    let sql = format!(
        "SELECT id FROM runs WHERE environment_id = $1 AND state = 'queued' AND sequence < $2 \
         ORDER BY sequence LIMIT {AHEAD_SHOWN}"
    );
    let queued = db.rows(sql, values).await?;
    let queued: Vec<_> =
        queued.iter().map(|row| row.get("id").map(RunId)).collect::<Result<_>>()?;
    let surroundings = surroundings(db, run.environment).await?;
    let waiting = Waiting::of(
        surroundings.holder,
        queued.last().copied().filter(|_| position > 1),
        surroundings.maintenance.as_deref(),
        workers::present(db).await?,
    );
    let ahead = surroundings.holder.into_iter().chain(queued).collect();
    Ok(Some(Place { position, ahead, waiting }))
}

struct Surroundings {
    holder: Option<RunId>,
    maintenance: Option<String>,
}

async fn surroundings(db: &impl Read, environment: EnvironmentId) -> Result<Surroundings> {
    let sql = "SELECT holder_run_id, maintenance FROM environments WHERE id = $1";
    let Some(row) = db.opt(sql, vec![environment.0.into()]).await? else {
        return Ok(Surroundings { holder: None, maintenance: None });
    };
    Ok(Surroundings {
        holder: row.get::<Option<i64>>("holder_run_id")?.map(RunId),
        maintenance: row.get("maintenance")?,
    })
}
