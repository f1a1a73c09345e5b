//! Pages of runs. A list may be long, and its filter may fit nearly everything or nearly nothing; all of it is quick:
//! first the numbers of a page's runs are found in narrow indexes, then those few rows are read.

use std::ops::RangeInclusive;

use crate::domain::{Run, RunId};

use super::conditions::{Conditions, Texts};
use super::filter::{Column, RunFilter, RunOrder};
use super::runs::{COLUMNS, fold, from_row};
use super::{Read, Result, Value};

/// A value that so many runs have, or fewer, is looked up.
const RARE: u32 = 1000;
/// So many of the next runs are looked at for how often they have a value; when less than one in forty has it, it is
/// quicker to look it up and to read the rows of those runs than to read along the list, whose index has it all.
const SAMPLE: i64 = 10_000;
const SPARSE: i64 = SAMPLE / 40;
/// So many runs that fit otherwise are looked through for a text before its index is asked once more: when the text is
/// common they fill a page, when the other conditions are rare they are all there is.
const NEXT: usize = 2000;
/// Runs with a text, or with a test plan, that are taken from its index at a time. The first portion is all there is of
/// something rare. After the last one it is common, and the other conditions fit few of its runs.
const PORTIONS: [usize; 4] = [200, 2000, 2000, 8000];
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
    let mut page = Page {
        filter,
        order,
        numbers: None,
        after: after.map(|run| run.0),
        limit: limit as usize,
        found: vec![],
    };
    if db.dialect().plans_by_frequency() {
        page.read(db, Way::AlongTheList).await?;
        return Ok(page.found);
    }
    let Some(numbers) = created_between(db, filter).await? else { return Ok(vec![]) };
    let undated = RunFilter { created_from: None, created_to: None, ..filter.clone() };
    page.numbers = Some(numbers);
    Page { filter: &undated, ..page }.choose(db).await
}

/// The numbers of the runs that were created in the filter's time: they are numbered in the order of their creation.
/// `None`: there is no such run.
async fn created_between(
    db: &impl Read,
    filter: &RunFilter,
) -> Result<Option<RangeInclusive<i64>>> {
    let mut numbers = 1..=i64::MAX;
    if let Some(from) = filter.created_from {
        let sql = "SELECT id FROM runs WHERE created_at >= $1 ORDER BY created_at, id LIMIT 1";
        let Some(row) = db.opt(sql, vec![from.0.into()]).await? else { return Ok(None) };
        numbers = row.get("id")?..=*numbers.end();
    }
    if let Some(to) = filter.created_to {
        let sql =
            "SELECT id FROM runs WHERE created_at <= $1 ORDER BY created_at DESC, id DESC LIMIT 1";
        let Some(row) = db.opt(sql, vec![to.0.into()]).await? else { return Ok(None) };
        numbers = *numbers.start()..=row.get("id")?;
    }
    Ok(Some(numbers))
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
    /// Only runs with these numbers.
    numbers: Option<RangeInclusive<i64>>,
    /// What comes before this in the order was looked at.
    after: Option<i64>,
    limit: usize,
    found: Vec<Run>,
}

/// How the rest of a page is looked for.
#[derive(Clone, Copy)]
enum Way<'a> {
    AlongTheList,
    /// The same with a look at the texts only of runs that fit otherwise.
    AlongTheListTextsLast,
    /// Along one index; the other conditions are looked at row by row.
    Along(Column),
    Among(&'a [i64]),
}

/// An index that names runs, newest or oldest first.
enum Source {
    Texts(String),
    Plan(i64),
}

impl Page<'_> {
    async fn choose(mut self, db: &impl Read) -> Result<Vec<Run>> {
        if let Some(column) = rare(db, self.filter).await? {
            self.read(db, Way::Along(column)).await?;
            return Ok(self.found);
        }
        let sparse = self.sparse(db).await?;
        if let Some(plan) = self.filter.plan
            && self.read_portions(db, &Source::Plan(plan), &PORTIONS).await? == Rest::None
        {
            return Ok(self.found);
        }
        if self.filter.has_text() {
            return self.search(db, sparse).await;
        }
        let way = self.filter.only().or(sparse).map_or(Way::AlongTheList, Way::Along);
        self.read(db, way).await?;
        Ok(self.found)
    }

    /// The column whose value the fewest of the next runs have, when these are few.
    async fn sparse(&self, db: &impl Read) -> Result<Option<Column>> {
        let mut fewest = None;
        let next = self.next_sample(db).await?;
        for column in self.filter.indexed() {
            let mut conditions = Conditions::on(column, self.filter, db.dialect());
            conditions.compare("r.id >=", Some((*next.start()).into()));
            conditions.compare("r.id <=", Some((*next.end()).into()));
            let (condition, values) = conditions.finish();
            let sql = format!(
                "SELECT COUNT(*) AS count FROM (SELECT 1 FROM runs r WHERE {condition} LIMIT {SPARSE})"
            );
            let count: i64 = db.opt(sql, values).await?.map_or(Ok(0), |row| row.get("count"))?;
            if count < fewest.map_or(SPARSE, |(_, fewest)| fewest) {
                fewest = Some((column, count));
            }
        }
        Ok(fewest.map(|(column, _)| column))
    }

    async fn next_sample(&self, db: &impl Read) -> Result<RangeInclusive<i64>> {
        let numbers = self.numbers.clone().unwrap_or(1..=i64::MAX);
        Ok(match self.order {
            RunOrder::OldestFirst => {
                let first = self.after.unwrap_or(1).max(*numbers.start());
                first..=first.saturating_add(SAMPLE)
            }
            RunOrder::NewestFirst => {
                let last = self.after.unwrap_or(i64::MAX).min(*numbers.end());
                let last = if last == i64::MAX { newest(db).await? } else { last };
                last - SAMPLE..=last
            }
        })
    }

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
        self.bound("r.id", &mut conditions);
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

    /// What the numbers of the rest of the page are between, where `id` is the number.
    fn bound(&self, id: &str, conditions: &mut Conditions) {
        let numbers = self.numbers.as_ref();
        let first = numbers.map(|numbers| *numbers.start()).filter(|first| *first > 1);
        let last = numbers.map(|numbers| *numbers.end()).filter(|last| *last < i64::MAX);
        conditions.compare(&format!("{id} >="), first.map(Value::from));
        conditions.compare(&format!("{id} <="), last.map(Value::from));
        let after = self.order.after();
        conditions.compare(&format!("{id} {after}"), self.after.map(Value::from));
    }

    fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// For a filter with a text: among the first runs that the search index names, which are all that have a rare one; in
    /// the next runs that fit otherwise; in more of the index; then in all.
    async fn search(mut self, db: &impl Read, sparse: Option<Column>) -> Result<Vec<Run>> {
        let indexed = indexed_texts(self.filter).map(Source::Texts);
        let [first, further @ ..] = PORTIONS;
        if let Some(source) = &indexed
            && self.read_portions(db, source, &[first]).await? == Rest::None
        {
            return Ok(self.found);
        }
        let next = self.next_numbers(db, sparse).await?;
        self.read(db, Way::Among(&next)).await?;
        if self.is_full() || next.len() < NEXT {
            return Ok(self.found);
        }
        self.after = next.last().copied();
        if let Some(source) = &indexed
            && self.read_portions(db, source, &further).await? == Rest::None
        {
            return Ok(self.found);
        }
        let has_only_texts = self.filter.columns().is_empty() && self.filter.plan.is_none();
        let way = match sparse {
            Some(column) => Way::Along(column),
            None if has_only_texts => Way::AlongTheList,
            None => Way::AlongTheListTextsLast,
        };
        self.read(db, way).await?;
        Ok(self.found)
    }

    /// The next runs that fit, whatever their texts are.
    async fn next_numbers(&self, db: &impl Read, sparse: Option<Column>) -> Result<Vec<i64>> {
        let mut conditions = Conditions::of(self.filter, db.dialect(), sparse, Texts::LeftOut);
        self.bound("r.id", &mut conditions);
        let (condition, values) = conditions.finish();
        let direction = self.order.direction();
        let sql = format!(
            "SELECT r.id FROM runs r WHERE {condition} ORDER BY r.id {direction} LIMIT {NEXT}"
        );
        db.rows(sql, values).await?.iter().map(|row| row.get("id")).collect()
    }

    /// Looks at runs that an index names until the page is full, the index has no more, or all portions were taken.
    async fn read_portions(
        &mut self,
        db: &impl Read,
        source: &Source,
        portions: &[usize],
    ) -> Result<Rest> {
        for portion in portions {
            let rest = self.read_portion(db, source, *portion).await?;
            if self.is_full() || rest == Rest::None {
                return Ok(Rest::None);
            }
        }
        Ok(Rest::Some)
    }

    async fn read_portion(
        &mut self,
        db: &impl Read,
        source: &Source,
        portion: usize,
    ) -> Result<Rest> {
        let mut conditions = Conditions::none(db.dialect());
        let (table, id) = match source {
            Source::Texts(wanted) => {
                conditions.compare("run_search MATCH", Some(wanted.as_str().into()));
                ("run_search", "rowid")
            }
            Source::Plan(plan) => {
                conditions.compare("plan =", Some((*plan).into()));
                ("run_plans", "run_id")
            }
        };
        self.bound(id, &mut conditions);
        let (condition, values) = conditions.finish();
        let direction = self.order.direction();
        let sql = format!(
            "SELECT {id} AS id FROM {table} WHERE {condition} ORDER BY {id} {direction} LIMIT {portion}"
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

async fn newest(db: &impl Read) -> Result<i64> {
    let row = db.opt("SELECT MAX(id) AS id FROM runs", vec![]).await?;
    Ok(row.map_or(Ok(None), |row| row.get::<Option<i64>>("id"))?.unwrap_or(0))
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

/// Whether an index may have more that fits.
#[derive(Clone, Copy, PartialEq, Eq)]
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
            Self::NewestFirst => "<",
            Self::OldestFirst => ">",
        }
    }

    fn is_before(self, one: i64, other: i64) -> bool {
        match self {
            Self::NewestFirst => one > other,
            Self::OldestFirst => one < other,
        }
    }
}
