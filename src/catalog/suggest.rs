//! Guesses what somebody meant who named something that does not exist.

use super::TestPath;
use super::beneath::Root;
use super::find::walk;
use super::tree::is_hidden;

/// Names that share less than this with the typed one are no guess but noise; 1 is equal.
const SIMILAR: f64 = 0.75;
/// Entries of the tree looked at in search of the same name elsewhere.
const LOOKED_AT: usize = 20_000;

/// The most similar name at the place where `path` goes wrong, or the same name elsewhere in the tree.
pub(super) fn suggest(root: &Root, path: &TestPath) -> Option<String> {
    let mut known = TestPath::root();
    let mut parts = path.as_str().split('/').peekable();
    while let Some(part) = parts.peek() {
        let next = known.join(part);
        if root.look(&next).is_err() {
            break;
        }
        known = next;
        parts.next();
    }
    let wrong = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    similar_name(root, &known, wrong)
        .map(|name| with_rest(root, &known.join(&name), &rest))
        .or_else(|| same_name_elsewhere(root, path.name()))
}

fn similar_name(root: &Root, directory: &TestPath, wrong: &str) -> Option<String> {
    let wrong = wrong.to_lowercase();
    let names = root.names(directory).ok()?;
    names
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !is_hidden(name))
        .map(|name| (strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &wrong), name))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(&left.1)))
        .map(|(_, name)| name)
}

/// `start` with what was typed behind it, as far as that exists.
fn with_rest(root: &Root, start: &TestPath, rest: &[&str]) -> String {
    let whole = rest.iter().fold(start.clone(), |path, part| path.join(part));
    if root.look(&whole).is_ok() { whole.to_string() } else { start.to_string() }
}

fn same_name_elsewhere(root: &Root, name: &str) -> Option<String> {
    let mut found = None;
    walk(root, LOOKED_AT, |path, _| {
        if path.name() == name && found.is_none() {
            found = Some(path.to_string());
        }
    });
    found
}
