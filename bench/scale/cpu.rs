//! What the processes of PostgreSQL have used of the processors.

use std::fs;

use proctor::actions::Context;
use proctor::store::Read;

use crate::Any;

/// Of Linux's clock for people, on all machines that Proctor knows.
const TICK_MS: f64 = 10.0;

/// In milliseconds, by all that it has started so far, also those that have ended. None with SQLite, which is in the
/// processes that use it.
pub async fn of_database(ctx: &Context) -> Any<f64> {
    if !ctx.db.is_shared() {
        return Ok(0.0);
    }
    let sql = "SELECT CAST(split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS BIGINT) AS n";
    let row = ctx.db.opt(sql, vec![]).await?.ok_or("no number of its process")?;
    let first: i64 = row.get("n")?;
    let mut ticks = 0;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        // The name, in parentheses, may have spaces: proc_pid_stat(5).
        let Some((number, rest)) = stat.split_once(' ') else { continue };
        let fields: Vec<_> = rest.rsplit(')').next().unwrap_or_default().split(' ').collect();
        let field =
            |at: usize| fields.get(at).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        if number.parse() == Ok(first) {
            ticks += (12..=15).map(field).sum::<i64>();
        } else if field(2) == first {
            ticks += field(12) + field(13);
        }
    }
    Ok(ticks as f64 * TICK_MS)
}
