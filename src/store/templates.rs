//! Templates.

use crate::domain::{PlanId, Template};

use super::runs::fold;
use super::{Read, Result, Row, Tx, from_json, to_json};

const COLUMNS: &str = "name, description, targets, plans, parameters, variables, options";

/// A page by name: templates after `after`, at most `limit`; with `q` those whose name, description, targets, parameters
/// or variables contain it in any case.
pub async fn list(
    db: &impl Read,
    q: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<Template>> {
    let mut values = vec![after.into()];
    let mut condition = "name > $1".to_owned();
    if let Some(q) = q {
        let dialect = db.dialect();
        values.push(dialect.part(&fold(q)).into());
        condition.push_str(&format!(" AND {}", dialect.contains("search", "$2")));
    }
    let sql =
        format!("SELECT {COLUMNS} FROM templates WHERE {condition} ORDER BY name LIMIT {limit}");
    db.rows(sql, values).await?.iter().map(from_row).collect()
}

/// The first names, in order.
pub async fn names(db: &impl Read, limit: u32) -> Result<Vec<String>> {
    let sql = format!("SELECT name FROM templates ORDER BY name LIMIT {limit}");
    db.rows(sql, vec![]).await?.iter().map(|row| row.get("name")).collect()
}

pub async fn find(db: &impl Read, name: &str) -> Result<Option<Template>> {
    let sql = format!("SELECT {COLUMNS} FROM templates WHERE name = $1");
    db.opt(sql, vec![name.into()]).await?.as_ref().map(from_row).transpose()
}

/// Names of the templates that a plan is part of, in order.
pub async fn with_plan(db: &impl Read, plan: PlanId) -> Result<Vec<String>> {
    // Plans are stored as a JSON list of numbers: [1,14].
    let dialect = db.dialect();
    let has_it = dialect.contains("replace(replace(plans, '[', ','), ']', ',')", "$1");
    let sql = format!("SELECT name FROM templates WHERE plans <> '[]' AND {has_it} ORDER BY name");
    let rows = db.rows(sql, vec![dialect.part(&format!(",{plan},")).into()]).await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// # Errors
/// A unique violation, when there is one with this name.
pub async fn insert(tx: &Tx, template: &Template) -> Result<()> {
    let sql = "INSERT INTO templates (name, description, targets, plans, parameters, variables, options, search) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let columns = columns(template);
    tx.execute(sql, columns.into()).await?;
    Ok(())
}

/// Replaces the one named `name`, which may get another name. Answers whether there is such a template.
///
/// # Errors
/// A unique violation, when another one has the new name.
pub async fn update(tx: &Tx, name: &str, template: &Template) -> Result<bool> {
    let sql = "UPDATE templates SET name = $1, description = $2, targets = $3, plans = $4, parameters = $5, \
               variables = $6, options = $7, search = $8 WHERE name = $9";
    let mut values = Vec::from(columns(template));
    values.push(name.into());
    Ok(tx.execute(sql, values).await? == 1)
}

/// Answers whether there was such a template.
pub async fn delete(tx: &Tx, name: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM templates WHERE name = $1", vec![name.into()]).await? == 1)
}

fn columns(template: &Template) -> [super::Value; 8] {
    [
        template.name.as_str().into(),
        template.description.as_str().into(),
        to_json(&template.targets).into(),
        to_json(&template.plans).into(),
        to_json(&template.parameters).into(),
        to_json(&template.variables).into(),
        to_json(&template.options).into(),
        search_text(template).into(),
    ]
}

fn search_text(template: &Template) -> String {
    let mut parts = vec![template.name.as_str(), template.description.as_str()];
    parts.extend(template.targets.iter().map(String::as_str));
    parts.extend(template.parameters.iter().map(|parameter| parameter.name.as_str()));
    parts.extend(template.variables.keys().map(String::as_str));
    fold(&parts.join("\n"))
}

fn from_row(row: &Row) -> Result<Template> {
    let text = |column: &str| row.get::<String>(column);
    Ok(Template {
        name: text("name")?,
        description: text("description")?,
        targets: from_json("targets", &text("targets")?)?,
        plans: from_json("plans", &text("plans")?)?,
        parameters: from_json("parameters", &text("parameters")?)?,
        variables: from_json("variables", &text("variables")?)?,
        options: from_json("options", &text("options")?)?,
    })
}
