//! What people say about runs.

use crate::domain::{Comment, Millis, NewComment, RunId};

use super::{Read, Result, Row, Tx};

/// A page of a run's comments, oldest first, after the one numbered `after`.
pub async fn list(db: &impl Read, run: RunId, after: i64, limit: u32) -> Result<Vec<Comment>> {
    let sql = format!(
        "SELECT id, nodeid, author, text, url, created_at FROM comments \
         WHERE run_id = $1 AND id > $2 ORDER BY id LIMIT {limit}"
    );
    let rows = db.rows(sql, vec![run.0.into(), after.into()]).await?;
    rows.iter().map(from_row).collect()
}

pub async fn insert(tx: &Tx, run: RunId, comment: &NewComment, now: Millis) -> Result<i64> {
    let sql = "INSERT INTO comments (run_id, nodeid, author, text, url, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    let values = vec![
        run.0.into(),
        comment.nodeid.clone().into(),
        comment.author.as_str().into(),
        comment.text.clone().into(),
        comment.url.clone().into(),
        now.0.into(),
    ];
    let row = tx.opt(sql, values).await?.ok_or(sqlx::Error::RowNotFound)?;
    row.get("id")
}

/// Whether there was such a comment.
pub async fn delete(tx: &Tx, run: RunId, id: i64) -> Result<bool> {
    let sql = "DELETE FROM comments WHERE run_id = $1 AND id = $2";
    Ok(tx.execute(sql, vec![run.0.into(), id.into()]).await? > 0)
}

/// Changes how many comments a run has, which locks its row. Answers how many there are then; `None` without the run.
pub async fn add_to_count(tx: &Tx, run: RunId, by: i64) -> Result<Option<i64>> {
    let sql = "UPDATE runs SET comments = comments + $2 WHERE id = $1 RETURNING comments";
    let row = tx.opt(sql, vec![run.0.into(), by.into()]).await?;
    row.map(|row| row.get("comments")).transpose()
}

fn from_row(row: &Row) -> Result<Comment> {
    Ok(Comment {
        id: row.get("id")?,
        content: NewComment {
            nodeid: row.get("nodeid")?,
            author: row.get("author")?,
            text: row.get("text")?,
            url: row.get("url")?,
        },
        created_at: Millis(row.get("created_at")?),
    })
}
