//! Pages of lists: how many, and from where on.

use super::body::Mistakes;
use crate::wire::Page;

/// The most that a page shows.
pub const LARGEST: u32 = 200;

/// How many items a page shows.
pub fn limit(text: Option<&str>, default: u32, mistakes: &mut Mistakes) -> u32 {
    let Some(text) = text else { return default };
    match text.parse() {
        Ok(limit) if (1..=LARGEST).contains(&limit) => limit,
        _ => {
            mistakes.parameter(
                "limit",
                format!("must be a whole number from 1 to {LARGEST}, not {text:?}"),
            );
            default
        }
    }
}

/// The number of the last item of the page before. `list` names the list and its order: a cursor of another is refused.
pub fn after(text: Option<&str>, list: &str, mistakes: &mut Mistakes) -> Option<i64> {
    let text = text?;
    let number = text.strip_prefix(list).and_then(|rest| rest.strip_prefix('.')?.parse().ok());
    if number.is_none() {
        mistakes.parameter(
            "cursor",
            format!("{text:?} is no cursor of this list in this order; take next_cursor of the page before"),
        );
    }
    number
}

/// A page from one item more than it shows: the surplus one says that there is a next page.
pub fn of<T, U>(
    mut found: Vec<T>,
    limit: u32,
    list: &str,
    number: impl Fn(&T) -> i64,
    show: impl Fn(T) -> U,
) -> Page<U> {
    let limit = limit as usize;
    let has_next = found.len() > limit;
    found.truncate(limit);
    let last = found.last().map(&number).filter(|_| has_next);
    let next_cursor = last.map(|number| format!("{list}.{number}"));
    Page { items: found.into_iter().map(show).collect(), next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_without_surplus_is_the_last() {
        let page = of(vec![3, 2], 2, "-id", |n| *n, |n| n);
        assert_eq!(page, Page { items: vec![3, 2], next_cursor: None });
        let page = of(vec![3, 2, 1], 2, "-id", |n| *n, |n| n);
        assert_eq!(page, Page { items: vec![3, 2], next_cursor: Some("-id.2".into()) });
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let mut mistakes = Mistakes::default();
        assert_eq!(after(Some("-id.2"), "-id", &mut mistakes), Some(2));
        assert!(mistakes.query().is_ok());
        for bad in ["-id", "id.2", "-id.x", "", "-id.99999999999999999999"] {
            let mut mistakes = Mistakes::default();
            assert_eq!(after(Some(bad), "-id", &mut mistakes), None);
            assert!(mistakes.query().is_err(), "{bad}");
        }
    }
}
