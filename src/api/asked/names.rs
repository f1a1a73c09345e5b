//! Names and descriptions, and a guess at what was meant by one that nothing has.

use crate::api::body::{Fields, Mistakes};

/// Names that share less than this with the typed one are no guess but noise; 1 is equal.
const SIMILAR: f64 = 0.6;
/// Of so many is told what they are called.
const TOLD: usize = 10;

/// A name without the space around it; at most `limit` characters.
pub fn name(fields: &mut Fields, limit: usize, mistakes: &mut Mistakes) -> Option<String> {
    let name = fields.text("name", mistakes)?.trim();
    let length = name.chars().count();
    let detail = if length == 0 {
        "must not be empty".to_owned()
    } else if length > limit {
        format!("has {length} characters, the limit is {limit}")
    } else if name.chars().any(is_unprintable) {
        "must not contain control characters or such that change the direction of text".to_owned()
    } else {
        return Some(name.to_owned());
    };
    mistakes.at(&fields.pointer("name"), detail);
    None
}

/// Notes that there is no name, unless there is a wrong one.
pub fn require(fields: &mut Fields, what: &str, mistakes: &mut Mistakes) {
    if fields.take("name").is_none() {
        mistakes.at(&fields.pointer("name"), format!("is required: what {what} is called"));
    }
}

/// A description of at most `limit` bytes.
pub fn description(fields: &mut Fields, limit: usize, mistakes: &mut Mistakes) -> String {
    let description = fields.text("description", mistakes).unwrap_or_default();
    if description.len() > limit {
        let words = format!("has {} bytes, the limit is {limit}", description.len());
        mistakes.at(&fields.pointer("description"), words);
    }
    description.to_owned()
}

pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What to say after "there is no such": the name that was meant, or all there are.
pub fn instead(wrong: &str, known: &[String]) -> String {
    let wanted = wrong.to_lowercase();
    let similar = known
        .iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &wanted), name))
        .filter(|(similarity, _)| *similarity >= SIMILAR)
        .max_by(|left, right| left.0.total_cmp(&right.0).then_with(|| right.1.cmp(left.1)));
    match similar {
        Some((_, name)) => format!("did you mean {name:?}?"),
        None => there_are(known.iter().map(|name| format!("{name:?}"))),
    }
}

/// Names what there is, as far as that is few.
pub fn there_are(known: impl IntoIterator<Item = String>) -> String {
    let mut known = known.into_iter();
    let told: Vec<String> = known.by_ref().take(TOLD).collect();
    match (told.len(), known.next()) {
        (0, _) => "there are none yet".to_owned(),
        (1, _) => format!("there is only {}", told.join("")),
        (_, None) => format!("there are {}", told.join(", ")),
        (_, Some(_)) => format!("there are {} and more", told.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_guessed_and_others_are_listed() {
        let known = ["nightly".to_owned(), "smoke".to_owned()];
        assert_eq!(instead("Nigthly", &known), "did you mean \"nightly\"?");
        assert_eq!(instead("release", &known), "there are \"nightly\", \"smoke\"");
        assert_eq!(instead("release", &known[..1]), "there is only \"nightly\"");
        assert_eq!(instead("release", &[]), "there are none yet");
        let many: Vec<_> = (0..11).map(|number| format!("template {number}")).collect();
        assert!(instead("x", &many).ends_with("\"template 9\" and more"));
    }
}
