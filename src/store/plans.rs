//! Test plans.

use crate::domain::{NewPlan, Plan, PlanId};

use super::runs::{fold, placeholders};
use super::{Read, Result, Row, Tx, from_json, to_json};

const COLUMNS: &str = "id, name, targets";

/// A page by number: plans after `after`, at most `limit`; with `q` those whose name or targets contain it in any case,
/// or whose number it is.
pub async fn list(db: &impl Read, q: Option<&str>, after: PlanId, limit: u32) -> Result<Vec<Plan>> {
    let mut values = vec![after.0.into()];
    let mut condition = "id > $1".to_owned();
    if let Some(q) = q {
        let dialect = db.dialect();
        values.push(dialect.part(&fold(q)).into());
        values.push(q.trim_start_matches('#').parse::<i64>().ok().into());
        condition.push_str(&format!(" AND ({} OR id = $3)", dialect.contains("search", "$2")));
    }
    let sql = format!("SELECT {COLUMNS} FROM plans WHERE {condition} ORDER BY id LIMIT {limit}");
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

pub async fn find(db: &impl Read, id: PlanId) -> Result<Option<Plan>> {
    Ok(find_many(db, &[id]).await?.pop())
}

/// The plans with these numbers, in no particular order; unknown numbers are left out.
pub async fn find_many(db: &impl Read, ids: &[PlanId]) -> Result<Vec<Plan>> {
    select(db, ids, "").await
}

/// The same; they stay as they are until the transaction ends.
pub async fn lock_many(tx: &Tx, ids: &[PlanId]) -> Result<Vec<Plan>> {
    select(tx, ids, tx.dialect().for_update()).await
}

async fn select(db: &impl Read, ids: &[PlanId], lock: &str) -> Result<Vec<Plan>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // In one order, or two that lock the same plans may wait for each other.
    let sql = format!(
        "SELECT {COLUMNS} FROM plans WHERE id IN ({}) ORDER BY id{lock}",
        placeholders(1, ids.len())
    );
    let values = ids.iter().map(|id| id.0.into()).collect();
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

pub async fn find_by_name(db: &impl Read, name: &str) -> Result<Option<Plan>> {
    let sql = format!("SELECT {COLUMNS} FROM plans WHERE name = $1");
    db.opt(sql, vec![name.into()]).await?.as_ref().map(from_row).transpose()
}

/// # Errors
/// A unique violation, when another plan has this name.
pub async fn insert(tx: &Tx, plan: &NewPlan) -> Result<PlanId> {
    let sql = "INSERT INTO plans (name, targets, search) VALUES ($1, $2, $3) RETURNING id";
    let values =
        vec![plan.name.as_str().into(), to_json(&plan.targets).into(), search_text(plan).into()];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(PlanId(row.get("id")?))
}

/// Answers whether there is such a plan.
///
/// # Errors
/// A unique violation, when another plan has this name.
pub async fn update(tx: &Tx, id: PlanId, plan: &NewPlan) -> Result<bool> {
    let sql = "UPDATE plans SET name = $2, targets = $3, search = $4 WHERE id = $1";
    let values = vec![
        id.0.into(),
        plan.name.as_str().into(),
        to_json(&plan.targets).into(),
        search_text(plan).into(),
    ];
    Ok(tx.execute(sql, values).await? == 1)
}

/// Answers whether there was such a plan.
pub async fn delete(tx: &Tx, id: PlanId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM plans WHERE id = $1", vec![id.0.into()]).await? == 1)
}

fn search_text(plan: &NewPlan) -> String {
    fold(&format!("{}\n{}", plan.name, plan.targets.join("\n")))
}

fn from_row(row: &Row) -> Result<Plan> {
    Ok(Plan {
        id: PlanId(row.get("id")?),
        name: row.get("name")?,
        targets: from_json("targets", &row.get::<String>("targets")?)?,
    })
}
