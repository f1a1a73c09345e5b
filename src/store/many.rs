//! Many rows in few statements: what a statement costs is mostly the way to the database and back.

use super::{Dialect, Read, Result, Tx, Value};

/// Rows of one statement, largest first. Few sizes, because each is a statement that the database compiles and keeps.
const SIZES: [usize; 7] = [32, 16, 8, 4, 3, 2, 1];

/// Inserts a row of values for each of `items`: `into` is what stands before `VALUES`, `on_conflict` what follows.
pub(super) async fn insert<T>(
    tx: &Tx,
    into: &str,
    on_conflict: &str,
    items: &[T],
    row: impl Fn(&T) -> Vec<Value>,
) -> Result<()> {
    let statement = |places: &str| format!("{into} VALUES {places} {on_conflict}");
    insert_portions(tx, statement, items, row).await
}

/// Inserts the rows of values of those of `items` for which `only_if` holds, which speaks of a row as of [`table`].
pub(super) async fn insert_some<T>(
    tx: &Tx,
    into: &str,
    (only_if, on_conflict): (&str, &str),
    items: &[T],
    row: impl Fn(&T) -> Vec<Value>,
) -> Result<()> {
    let statement = |places: &str| {
        format!("{into} SELECT * FROM (VALUES {places}) AS w WHERE {only_if} {on_conflict}")
    };
    insert_portions(tx, statement, items, row).await
}

async fn insert_portions<T>(
    tx: &Tx,
    statement: impl Fn(&str) -> String,
    items: &[T],
    row: impl Fn(&T) -> Vec<Value>,
) -> Result<()> {
    for portion in portions(items) {
        let rows: Vec<_> = portion.iter().map(&row).collect();
        let sql = statement(&places(tx.dialect(), 0, &rows));
        tx.execute(sql, rows.into_iter().flatten().collect()).await?;
    }
    Ok(())
}

/// `VALUES …` for these rows, to be read as a table with the columns `column1`, `column2`, …, and all values of the statement:
/// `first`, and those of the rows behind them. Rows that `column1` lets nobody find fill it up to a power of two, because each
/// size is a statement of its own.
pub(super) fn table(first: Vec<Value>, mut rows: Vec<Vec<Value>>) -> (String, Vec<Value>) {
    if let Some(last) = rows.last().cloned() {
        let filling = std::iter::once(NOBODY.into()).chain(last.into_iter().skip(1)).collect();
        rows.resize(rows.len().next_power_of_two(), filling);
    }
    let places = places(Dialect::Postgres, first.len(), &rows);
    let values = first.into_iter().chain(rows.into_iter().flatten()).collect();
    (format!("VALUES {places}"), values)
}

/// No number of anything.
const NOBODY: i64 = i64::MIN;

fn portions<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= items.len())?;
        let (portion, rest) = items.split_at(size);
        items = rest;
        Some(portion)
    })
}

fn places(dialect: Dialect, before: usize, rows: &[Vec<Value>]) -> String {
    let mut number = before;
    let mut place = || {
        number += 1;
        dialect.place(number)
    };
    let rows = rows.iter().map(|row| {
        let places: Vec<_> = row.iter().map(|_| place()).collect();
        format!("({})", places.join(", "))
    });
    rows.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_portion_and_in_order() {
        for count in 0..100 {
            let items: Vec<_> = (0..count).collect();
            let portions: Vec<_> = portions(&items).collect();
            assert_eq!(portions.concat(), items);
            assert!(portions.iter().all(|portion| SIZES.contains(&portion.len())));
        }
    }
}
