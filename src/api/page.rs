//! Pages of lists: how many, and from where on.

use super::body::Mistakes;
use crate::wire::Page;

/// The most that a page shows.
pub const LARGEST: u32 = 200;
/// What a page shows when nobody says otherwise.
pub const USUAL: u32 = 50;

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
        mistakes.parameter("cursor", not_a_cursor(text));
    }
    number
}

/// The name of the last item of the page before, of a list in the order of names.
pub fn after_name(text: Option<&str>, list: &str, mistakes: &mut Mistakes) -> String {
    let Some(text) = text else { return String::new() };
    let name = text.strip_prefix(list).and_then(|rest| from_hexadecimal(rest.strip_prefix('.')?));
    name.unwrap_or_else(|| {
        mistakes.parameter("cursor", not_a_cursor(text));
        String::new()
    })
}

/// A page from one item more than it shows: the surplus one says that there is a next page.
pub fn of<T, U>(
    found: Vec<T>,
    limit: u32,
    list: &str,
    number: impl Fn(&T) -> i64,
    show: impl FnMut(T) -> U,
) -> Page<U> {
    cut(found, limit, |last| format!("{list}.{}", number(last)), show)
}

/// The same of a list in the order of names. Cursors have them in hexadecimal digits, which need no escaping.
pub fn of_names<T, U>(
    found: Vec<T>,
    limit: u32,
    list: &str,
    name: impl Fn(&T) -> &str,
    show: impl FnMut(T) -> U,
) -> Page<U> {
    let digits = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    cut(found, limit, |last| format!("{list}.{}", digits(name(last))), show)
}

fn cut<T, U>(
    mut found: Vec<T>,
    limit: u32,
    cursor: impl Fn(&T) -> String,
    show: impl FnMut(T) -> U,
) -> Page<U> {
    let limit = limit as usize;
    let has_next = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| has_next).map(cursor);
    Page { items: found.into_iter().map(show).collect(), next_cursor }
}

fn from_hexadecimal(digits: &str) -> Option<String> {
    if digits.len() % 2 == 1 {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

fn not_a_cursor(text: &str) -> String {
    format!("{text:?} is no cursor of this list in this order; take next_cursor of the page before")
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

    #[test]
    fn a_name_survives_its_cursor() {
        let page = of_names(vec!["größe 1/2", "b"], 1, "name", |name| name, |name| name);
        let cursor = page.next_cursor.unwrap_or_default();
        assert!(
            cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'),
            "{cursor}"
        );
        let mut mistakes = Mistakes::default();
        assert_eq!(after_name(Some(&cursor), "name", &mut mistakes), "größe 1/2");
        assert!(mistakes.query().is_ok());
        for bad in ["name", "id.61", "name.6", "name.xx", "name.ff", "61"] {
            let mut mistakes = Mistakes::default();
            after_name(Some(bad), "name", &mut mistakes);
            assert!(mistakes.query().is_err(), "{bad}");
        }
    }
}
