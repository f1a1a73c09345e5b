//! Pages of runs. A list may be long and its filter may fit nearly everything or nearly nothing; both are quick: first the
//! numbers of a page's runs are found in narrow indexes, then those few rows are read.

use crate::domain::{Run, RunId};

use super::filter::{Conditions, RunFilter, RunOrder};
use super::runs::{COLUMNS, from_row};
use super::{Read, Result};

/// Runs with a text that are taken from the search index at a time.
const CANDIDATES: usize = 2000;
/// Characters that the search index needs.
const SHORTEST_INDEXED: usize = 3;

/// A page of runs: those after `after` in the order asked for, at most `limit`.
pub async fn list(
    db: &impl Read,
    filter: &RunFilter,
    order: RunOrder,
    after: Option<RunId>,
    limit: u32,
) -> Result<Vec<Run>> {
    let page = Page { filter, order, after, limit };
    let Some(candidates) = candidates(db, &page).await? else {
        return page.read(db, None).await;
    };
    let found = page.read(db, Some(&candidates)).await?;
    // The index had more than was looked at, and that was not enough: the other conditions fit few of them.
    if found.len() < limit as usize && candidates.len() >= CANDIDATES {
        return page.read(db, None).await;
    }
    Ok(found)
}

struct Page<'a> {
    filter: &'a RunFilter,
    order: RunOrder,
    after: Option<RunId>,
    limit: u32,
}

impl Page<'_> {
    async fn read(&self, db: &impl Read, candidates: Option<&[i64]>) -> Result<Vec<Run>> {
        let (comparison, direction) = self.order.words();
        let mut conditions = Conditions::of(self.filter, db.dialect());
        conditions.compare(&format!("r.id {comparison}"), self.after.map(|after| after.0.into()));
        if let Some(candidates) = candidates {
            conditions.among(candidates);
        }
        let (condition, values) = conditions.finish();
        let sql = format!(
            "SELECT {COLUMNS} FROM runs r JOIN environments e ON e.id = r.environment_id WHERE r.id IN \
             (SELECT r.id FROM runs r WHERE {condition} ORDER BY r.id {direction} LIMIT {limit}) \
             ORDER BY r.id {direction}",
            limit = self.limit
        );
        db.rows(sql, values).await?.iter().map(from_row).collect()
    }
}

/// The next runs in whose text the search index has what is looked for, in the order of the list. `None`: nothing is
/// looked for that the index could have.
async fn candidates(db: &impl Read, page: &Page<'_>) -> Result<Option<Vec<i64>>> {
    let texts = [&page.filter.target, &page.filter.q].into_iter().flatten();
    // The longest is in the fewest runs.
    let text = texts.max_by_key(|text| text.chars().count());
    let indexed = text.filter(|text| text.chars().count() >= SHORTEST_INDEXED);
    let Some(text) = indexed.filter(|_| db.dialect().has_search_index()) else { return Ok(None) };
    let (comparison, direction) = page.order.words();
    // As the index has it; between quotes everything but a quote stands for itself.
    let wanted = text.to_lowercase().replace('"', "\"\"");
    let mut values = vec![format!("\"{wanted}\"").into()];
    let mut condition = "run_search MATCH $1".to_owned();
    if let Some(after) = page.after {
        values.push(after.0.into());
        condition.push_str(&format!(" AND rowid {comparison} $2"));
    }
    let sql = format!(
        "SELECT rowid AS id FROM run_search WHERE {condition} ORDER BY rowid {direction} LIMIT {CANDIDATES}"
    );
    let rows = db.rows(sql, values).await?;
    let mut ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>()?;
    if page.filter.q.as_ref() == Some(text) {
        ids.extend(page.filter.number());
    }
    Ok(Some(ids))
}

impl RunOrder {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NewestFirst => ("<", "DESC"),
            Self::OldestFirst => (">", "ASC"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Millis, NewRun, Options};
    use crate::store::{Db, runs};

    const RUNS: i64 = 4100;

    /// Run 7 and every thousandth are special; everybody runs `checkout/Test_Cart.py`, half of them as ann.
    fn new_run(id: i64) -> NewRun {
        let requester = match id {
            7 => "kim".to_owned(),
            _ if id % 2 == 0 => "ann".to_owned(),
            _ => format!("user{id}"),
        };
        NewRun {
            requester,
            environment: id % 100 + 1,
            targets: vec!["checkout/Test_Cart.py".into(), format!("login/test_{}.py", id % 50)],
            plans: if id % 1000 == 0 { vec![1, 14] } else { Vec::new() },
            template: None,
            parameters: [].into(),
            variables: [].into(),
            options: Options::default(),
            note: (id % 1000 == 0).then(|| "100% \"Größe\"".to_owned()),
            rerun_of: None,
            sources: Vec::new(),
        }
    }

    async fn store() -> (tempfile::TempDir, Db) {
        let home = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&home.path().join("test.sqlite3")).await.unwrap();
        let tx = db.begin().await.unwrap();
        for id in 1..=RUNS {
            runs::insert(&tx, &new_run(id), id, Millis(id)).await.unwrap();
        }
        tx.commit().await.unwrap();
        (home, db)
    }

    /// Walks all pages.
    async fn walk(db: &Db, filter: &RunFilter, order: RunOrder) -> Vec<i64> {
        let mut seen = Vec::new();
        loop {
            let after = seen.last().copied().map(RunId);
            let page = list(db, filter, order, after, 200).await.unwrap();
            if page.is_empty() {
                return seen;
            }
            seen.extend(page.iter().map(|run| run.id.0));
        }
    }

    fn text(q: &str) -> RunFilter {
        RunFilter { q: Some(q.into()), ..RunFilter::default() }
    }

    fn target(target: &str) -> RunFilter {
        RunFilter { target: Some(target.into()), ..RunFilter::default() }
    }

    #[tokio::test]
    async fn a_text_is_found_however_rare_or_common_it_is() {
        let (_home, db) = store().await;
        let every = |step: i64| (1..=RUNS).filter(move |id| id % step == 0).collect::<Vec<_>>();
        let fifth = (1..=RUNS).filter(|id| id % 50 == 5).collect::<Vec<_>>();
        let kim = |filter| RunFilter { requester: Some("kim".into()), ..filter };
        for (filter, expected) in [
            (text("TEST_CART"), every(1)),
            (text("größe\""), every(1000)),
            (text("100%"), every(1000)),
            (text("0%"), every(1000)),
            (text("nothing like it"), vec![]),
            (text("kim"), vec![7]),
            (text("#4099"), vec![4099]),
            (text("user4099"), vec![4099]),
            (target("login/test_5.py"), fifth),
            (target("Test_Cart.py"), every(1)),
            (target("test_cart.py"), vec![]),
            (kim(text("test_cart")), vec![7]),
            (kim(target("login/test_7.py")), vec![7]),
            (kim(text("größe")), vec![]),
            (RunFilter { plan: Some(14), ..text("ann") }, every(1000)),
            (RunFilter { plan: Some(4), ..RunFilter::default() }, vec![]),
            (RunFilter { environments: vec![1..=50, 51..=100], ..RunFilter::default() }, every(1)),
            (RunFilter { environments: vec![8..=8], ..text("kim") }, vec![7]),
        ] {
            let found = walk(&db, &filter, RunOrder::OldestFirst).await;
            assert_eq!(found, expected, "{filter:?}");
            let mut found = walk(&db, &filter, RunOrder::NewestFirst).await;
            found.reverse();
            assert_eq!(found, expected, "{filter:?}, newest first");
        }
    }
}
