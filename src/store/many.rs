//! Many rows in few statements: what a statement costs is mostly the way to the database and back.

use super::{Dialect, Read, Result, Tx, Value};

/// Rows of one statement, largest first. Few sizes, because each is a statement that the database compiles and keeps.
const SIZES: [usize; 6] = [32, 8, 4, 3, 2, 1];

/// Inserts a row of values for each of `items`: `into` is what stands before `VALUES`, `on_conflict` what follows.
pub(super) async fn insert<T>(
    tx: &Tx,
    into: &str,
    on_conflict: &str,
    items: &[T],
    row: impl Fn(&T) -> Vec<Value>,
) -> Result<()> {
    for portion in portions(items) {
        let rows: Vec<_> = portion.iter().map(&row).collect();
        let places = places(tx.dialect(), &rows);
        let values = rows.into_iter().flatten().collect();
        tx.execute(format!("{into} VALUES {places} {on_conflict}"), values).await?;
    }
    Ok(())
}

fn portions<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= items.len())?;
        let (portion, rest) = items.split_at(size);
        items = rest;
        Some(portion)
    })
}

fn places(dialect: Dialect, rows: &[Vec<Value>]) -> String {
    let mut number = 0;
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
