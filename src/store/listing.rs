//! Pages of runs. A list may be long, and its filter may fit nearly everything or nearly nothing; all of it is quick:
//! first the numbers of a page's runs are found in narrow indexes, then those few rows are read.

use crate::domain::{Run, RunId};

use super::conditions::{Conditions, Texts};
use super::filter::{Column, RunFilter, RunOrder};
use super::runs::{COLUMNS, fold, from_row};
use super::{Read, Result, Value};

/// A value that so many runs have, or fewer, is looked up; among more of them it is quicker to read along the list.
const RARE: u32 = 1000;
/// So many runs that fit otherwise are looked through for a text before an index is asked: when the text is common they
/// fill a page, when the other conditions are rare they are all there is.
const NEXT: usize = 2000;
/// Runs with a text that are taken from the search index at a time. After the last portion the text is common, and the
/// other conditions fit few of its runs.
const PORTIONS: [usize; 3] = [200, 2000, 8000];
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
    let mut page =
        Page { filter, order, after: after.map(|run| run.0), limit: limit as usize, found: vec![] };
    if db.dialect().plans_by_frequency() {
        page.read(db, Way::AlongTheList).await?;
        return Ok(page.found);
    }
    let way = match rare(db, filter).await? {
        Some(column) => Way::Along(column),
        None if filter.has_text() => return page.search(db).await,
        None => filter.only().map_or(Way::AlongTheList, Way::Along),
    };
    page.read(db, way).await?;
    Ok(page.found)
}

/// A column of the filter whose value few runs have.
async fn rare(db: &impl Read, filter: &RunFilter) -> Result<Option<Column>> {
    for column in filter.indexed() {
        let (condition, values) = Conditions::on(column, filter, db.dialect()).finish();
        let sql = format!("SELECT 1 AS more FROM runs r WHERE {condition} LIMIT 1 OFFSET {RARE}");
        if db.opt(sql, values).await?.is_none() {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// A page as far as it is known.
struct Page<'a> {
    filter: &'a RunFilter,
    order: RunOrder,
    /// What comes before this in the order was looked at.
    after: Option<i64>,
    limit: usize,
    found: Vec<Run>,
}

/// How the rest of a page is looked for.
enum Way<'a> {
    AlongTheList,
    /// The same with a look at the texts only of runs that fit otherwise.
    AlongTheListTextsLast,
    /// Along one index; the other conditions are looked at row by row.
    Along(Column),
    Among(&'a [i64]),
}

impl Page<'_> {
    /// Adds what fits and is not there yet.
    async fn read(&mut self, db: &impl Read, way: Way<'_>) -> Result<()> {
        let (index, texts) = match way {
            Way::Along(column) => (Some(column), Texts::WithTheRow),
            Way::AlongTheListTextsLast => (None, Texts::Last),
            _ => (None, Texts::WithTheRow),
        };
        let mut conditions = Conditions::of(self.filter, db.dialect(), index, texts);
        if let Way::Among(ids) = way {
            conditions.among(ids);
        }
        conditions.compare(self.order.after(), self.after.map(Value::from));
        let (condition, values) = conditions.finish();
        let sql = format!(
            "SELECT {COLUMNS} FROM runs r LEFT JOIN environments e ON e.id = r.environment_id WHERE r.id IN \
             (SELECT r.id FROM runs r WHERE {condition} ORDER BY r.id {direction} LIMIT {limit}) \
             ORDER BY r.id {direction}",
            direction = self.order.direction(),
            limit = self.limit - self.found.len(),
        );
        for row in db.rows(sql, values).await? {
            self.found.push(from_row(&row)?);
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// For a filter with a text: in the next runs that fit otherwise, in those that the search index names, then in all.
    async fn search(mut self, db: &impl Read) -> Result<Vec<Run>> {
        let next = self.next_numbers(db).await?;
        self.read(db, Way::Among(&next)).await?;
        if self.is_full() || next.len() < NEXT {
            return Ok(self.found);
        }
        self.after = next.last().copied();
        if let Some(wanted) = indexed_texts(self.filter) {
            for portion in PORTIONS {
                let rest = self.read_indexed(db, &wanted, portion).await?;
                if self.is_full() || rest == Rest::None {
                    return Ok(self.found);
                }
            }
        }
        let has_only_texts = self.filter.columns().is_empty() && self.filter.plan.is_none();
        let way = if has_only_texts { Way::AlongTheList } else { Way::AlongTheListTextsLast };
        self.read(db, way).await?;
        Ok(self.found)
    }

    /// The next runs that fit, whatever their texts are.
    async fn next_numbers(&self, db: &impl Read) -> Result<Vec<i64>> {
        let mut conditions = Conditions::of(self.filter, db.dialect(), None, Texts::LeftOut);
        conditions.compare(self.order.after(), self.after.map(Value::from));
        let (condition, values) = conditions.finish();
        let direction = self.order.direction();
        let sql = format!(
            "SELECT r.id FROM runs r WHERE {condition} ORDER BY r.id {direction} LIMIT {NEXT}"
        );
        db.rows(sql, values).await?.iter().map(|row| row.get("id")).collect()
    }

    /// Looks at the next runs that the search index has.
    async fn read_indexed(&mut self, db: &impl Read, wanted: &str, portion: usize) -> Result<Rest> {
        let mut conditions = Conditions::none(db.dialect());
        conditions.compare("run_search MATCH", Some(wanted.into()));
        conditions.compare(self.order.after_row(), self.after.map(Value::from));
        let (condition, values) = conditions.finish();
        let direction = self.order.direction();
        let sql = format!(
            "SELECT rowid AS id FROM run_search WHERE {condition} ORDER BY rowid {direction} LIMIT {portion}"
        );
        let rows = db.rows(sql, values).await?;
        let mut ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>()?;
        let last = ids.last().copied().filter(|_| ids.len() == portion);
        // The run that is called by its number may be without the text; it is looked at when its turn comes.
        let is_next = |number: &i64| last.is_none_or(|last| self.order.is_before(*number, last));
        ids.extend(self.filter.number().filter(is_next));
        self.read(db, Way::Among(&ids)).await?;
        self.after = last.or(self.after);
        Ok(if last.is_some() { Rest::Some } else { Rest::None })
    }
}

/// The texts of a filter as the search index wants them; `None`: they are too short for it.
fn indexed_texts(filter: &RunFilter) -> Option<String> {
    let texts = [&filter.target, &filter.q].into_iter().flatten();
    let long = texts.filter(|text| text.chars().count() >= SHORTEST_INDEXED);
    // Between quotes everything but a quote stands for itself.
    let quoted: Vec<_> =
        long.map(|text| format!("\"{}\"", fold(text).replace('"', "\"\""))).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
}

/// Whether an index has more.
#[derive(PartialEq, Eq)]
enum Rest {
    None,
    Some,
}

impl RunOrder {
    fn direction(self) -> &'static str {
        match self {
            Self::NewestFirst => "DESC",
            Self::OldestFirst => "ASC",
        }
    }

    fn after(self) -> &'static str {
        match self {
            Self::NewestFirst => "r.id <",
            Self::OldestFirst => "r.id >",
        }
    }

    /// The same in the search index.
    fn after_row(self) -> &'static str {
        match self {
            Self::NewestFirst => "rowid <",
            Self::OldestFirst => "rowid >",
        }
    }

    fn is_before(self, one: i64, other: i64) -> bool {
        match self {
            Self::NewestFirst => one > other,
            Self::OldestFirst => one < other,
        }
    }
}
