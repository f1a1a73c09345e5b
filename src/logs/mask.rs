//! Hides secrets in what a run prints and reports.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::marks::Cut;

/// What stands for a secret.
const MASK: &str = "***";
/// Bytes. Masking anything shorter would hide parts of everything.
const SHORTEST: usize = 4;
const ESCAPE: u8 = 0x1b;
/// Bytes.
const LONGEST_COLOUR: usize = 64;
/// Bytes of a shortened text on either side of the three dots.
const LONGEST_REST: usize = 128;

/// The secrets of a run, in the forms in which they are likely to be shown.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    found: Option<Arc<Forms>>,
}

#[derive(Debug)]
struct Forms {
    texts: Vec<String>,
    longest: usize,
    finder: AhoCorasick,
}

impl Secrets {
    /// Each as it is, as Python and JSON write it between quotes, as it stands in an address, and line by line.
    #[must_use]
    pub fn of<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut texts: Vec<_> = values.into_iter().flat_map(forms).collect();
        texts.retain(|text| text.len() >= SHORTEST);
        texts.sort_unstable();
        texts.dedup();
        let Some(longest) = texts.iter().map(String::len).max() else { return Self::default() };
        // It fails beyond four thousand million patterns.
        let finder = AhoCorasick::new(&texts).ok();
        Self { found: finder.map(|finder| Arc::new(Forms { texts, longest, finder })) }
    }

    /// Hides them in a text that is complete.
    pub fn mask(&self, text: &mut String) {
        let Some(forms) = &self.found else { return };
        for range in merged(forms, text.as_bytes(), 0..0).into_iter().rev() {
            text.replace_range(range, MASK);
        }
    }
}

fn forms(value: &str) -> Vec<String> {
    let python = value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    let python = python.replace('\t', "\\t");
    let json = serde_json::Value::from(value).to_string();
    let mut forms = vec![
        value.to_owned(),
        python.replace('\'', "\\'"),
        python,
        json[1..json.len() - 1].to_owned(),
        in_address(value),
    ];
    forms.extend(value.lines().map(|line| line.trim().to_owned()));
    let shortened: Vec<_> = forms.iter().flat_map(|form| shortened(form)).collect();
    forms.extend(shortened);
    forms
}

/// As pytest and others cut a text that is too long for its line or its message.
fn shortened(text: &str) -> impl Iterator<Item = String> {
    let places = (SHORTEST..text.len()).filter(|place| text.is_char_boundary(*place));
    places.flat_map(|place| {
        let begins = (place <= LONGEST_REST).then(|| format!("{}...", &text[..place]));
        let ends = (text.len() - place <= LONGEST_REST && text.len() - place >= SHORTEST)
            .then(|| format!("...{}", &text[place..]));
        [begins, ends].into_iter().flatten()
    })
}

/// As RFC 3986, 2.1, has it.
fn in_address(value: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    value.bytes().map(letter).collect()
}

/// Where secrets are, and `covered`, in order; those that overlap are one.
fn merged(forms: &Forms, text: &[u8], covered: Range<usize>) -> Vec<Range<usize>> {
    let plain = Plain::of(text);
    let found = forms.finder.find_overlapping_iter(&*plain.text);
    let mut ranges: Vec<_> = found.map(|found| plain.origin(found.range())).collect();
    if !covered.is_empty() {
        ranges.push(covered);
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Hides secrets in a stream, wherever it is cut into portions: what may be the beginning of one is held back until more
/// is known.
#[derive(Debug, Default)]
pub(super) struct Masker {
    secrets: Secrets,
    held: Cut,
    /// So many bytes of what is held belong to a secret that has been told as hidden.
    covered: usize,
}

/// Whether more of a stream follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    Follows,
    None,
}

impl Masker {
    pub fn new(secrets: Secrets) -> Self {
        Self { secrets, ..Self::default() }
    }

    /// Takes in `cut` and leaves in it what can be told now.
    pub fn mask(&mut self, cut: &mut Cut, rest: Rest) {
        let Some(forms) = self.secrets.found.clone() else { return };
        let held = self.held.text.len();
        let mut text = std::mem::take(&mut self.held.text);
        text.append(&mut cut.text);
        let mut marks = std::mem::take(&mut self.held.marks);
        marks.extend(cut.marks.drain(..).map(|mut mark| {
            mark.position += held;
            mark
        }));
        let end = match rest {
            Rest::Follows => beginning_of_one(&forms, &text),
            Rest::None => text.len(),
        };
        let told = tell(&merged(&forms, &text, 0..self.covered), &text, end, self.covered > 0);
        self.covered = told.covered;
        for mut mark in marks {
            if mark.position <= end {
                mark.position = told.place(mark.position);
                cut.marks.push(mark);
            } else {
                mark.position -= end;
                self.held.marks.push(mark);
            }
        }
        self.held.text = text.split_off(end);
        cut.text = told.text;
    }
}

/// Where the longest end of the text is that a secret begins with.
fn beginning_of_one(forms: &Forms, text: &[u8]) -> usize {
    let plain = Plain::of(text);
    let length = plain.text.len();
    let first = length.saturating_sub(forms.longest - 1);
    let begins = |at: &usize| {
        let end = &plain.text[*at..];
        let is_begun = |one: &&String| one.len() > end.len() && one.as_bytes().starts_with(end);
        forms.texts.iter().any(|one| is_begun(&one))
    };
    let begun = (first..length).find(begins).map_or(text.len(), |at| plain.origin(at..at).start);
    begun.min(plain.end)
}

/// A text without the colours in it: pytest colours what it shows word by word.
struct Plain<'a> {
    text: Cow<'a, [u8]>,
    /// Where each byte was; empty when all are where they were.
    origins: Vec<usize>,
    /// Where a colour begins of which the end is missing.
    end: usize,
}

impl<'a> Plain<'a> {
    fn of(text: &'a [u8]) -> Self {
        if memchr::memchr(ESCAPE, text).is_none() {
            return Self { text: Cow::Borrowed(text), origins: Vec::new(), end: text.len() };
        }
        let (mut plain, mut origins) = (Vec::with_capacity(text.len()), Vec::new());
        let mut at = 0;
        while at < text.len() {
            match colour(&text[at..]) {
                Colour::None => {
                    plain.push(text[at]);
                    origins.push(at);
                    at += 1;
                }
                Colour::Ends(length) => at += length,
                Colour::Open => break,
            }
        }
        Self { text: Cow::Owned(plain), origins, end: at }
    }

    fn origin(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| match self.origins.get(at) {
            Some(origin) => *origin,
            None if self.origins.is_empty() => at,
            None => self.end,
        };
        // A colour that follows is no part of it.
        let end = if range.is_empty() { place(range.end) } else { place(range.end - 1) + 1 };
        place(range.start)..end
    }
}

enum Colour {
    None,
    /// After so many bytes.
    Ends(usize),
    Open,
}

/// ECMA-48, 8.3.117: `ESC [ numbers m`.
fn colour(text: &[u8]) -> Colour {
    if text[0] != ESCAPE {
        return Colour::None;
    }
    let body = text.iter().skip(1).take(LONGEST_COLOUR);
    for (length, byte) in body.enumerate() {
        match (length, byte) {
            (0, b'[') | (1.., b'0'..=b'9' | b';' | b':') => {}
            (1.., b'm') => return Colour::Ends(length + 2),
            _ => return Colour::None,
        }
    }
    if text.len() <= LONGEST_COLOUR { Colour::Open } else { Colour::None }
}

struct Told {
    text: Vec<u8>,
    /// What is told of which part.
    parts: Vec<(Range<usize>, usize)>,
    covered: usize,
}

impl Told {
    /// Where something stands now that stood at `position`.
    fn place(&self, position: usize) -> usize {
        let before = self.parts.iter().take_while(|(hidden, _)| hidden.start < position).last();
        before.map_or(position, |(hidden, end)| end + position.saturating_sub(hidden.end))
    }
}

/// Tells the text before `end` without what is hidden in it.
fn tell(hidden: &[Range<usize>], text: &[u8], end: usize, first_is_told: bool) -> Told {
    let mut told = Told { text: Vec::with_capacity(end), parts: Vec::new(), covered: 0 };
    let mut position = 0;
    let is_told = |range: &Range<usize>| range.start == 0 && first_is_told;
    for range in hidden.iter().filter(|range| range.start < end || is_told(range)) {
        told.text.extend_from_slice(&text[position..range.start]);
        if !is_told(range) {
            told.text.extend_from_slice(MASK.as_bytes());
        }
        position = range.end.min(end);
        told.covered = range.end - position;
        told.parts.push((range.start..position, told.text.len()));
    }
    told.text.extend_from_slice(&text[position..end]);
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::marks::{Border, CutMark};
    use super::*;

    /// What comes out of portions, and where the marks are that stood between them.
    fn stream(secrets: &[&str], portions: &[&str]) -> (String, Vec<usize>) {
        let mut masker = Masker::new(Secrets::of(secrets.iter().copied()));
        let (mut text, mut places) = (Vec::new(), Vec::new());
        let last = [("", Rest::None)];
        for (portion, rest) in portions.iter().map(|one| (*one, Rest::Follows)).chain(last) {
            let mark = CutMark { what: Border::Begin, index: 0, position: portion.len() };
            let marks = if rest == Rest::None { vec![] } else { vec![mark] };
            let mut cut = Cut { text: portion.as_bytes().to_vec(), marks };
            masker.mask(&mut cut, rest);
            places.extend(cut.marks.iter().map(|mark| text.len() + mark.position));
            text.append(&mut cut.text);
        }
        (String::from_utf8_lossy(&text).into_owned(), places)
    }

    #[test]
    fn a_secret_is_hidden_wherever_the_portions_end() {
        let text = "before s3cret! after s3cr s3cret!s3cret! end";
        for first in 0..text.len() {
            for second in first..text.len() {
                let portions = [&text[..first], &text[first..second], &text[second..]];
                let (shown, _) = stream(&["s3cret!"], &portions);
                assert_eq!(shown, "before *** after s3cr ****** end", "{portions:?}");
            }
        }
    }

    #[test]
    fn colours_do_not_uncover_a_secret() {
        let text =
            "\x1b[31mwas \x1b[33ms3c\x1b[39;49;00m\x1b[1mret!\x1b[0m \x1b[2Js3c\x1b[0m end\x1b";
        for place in 0..=text.len() {
            let (shown, _) = stream(&["s3cret!"], &[&text[..place], &text[place..]]);
            assert_eq!(shown, "\x1b[31mwas \x1b[33m***\x1b[0m \x1b[2Js3c\x1b[0m end\x1b");
        }
    }

    #[test]
    fn marks_stay_where_they_were_in_the_text() {
        let (shown, places) = stream(&["s3cret!"], &["a s3c", "ret! b\n", "s3c", "x\n"]);
        assert_eq!(shown, "a *** b\ns3cx\n");
        assert_eq!(places, [5, 8, 11, 13]);
    }

    #[test]
    fn secrets_that_overlap_are_hidden_together() {
        assert_eq!(stream(&["xabcd", "abcdef"], &["xabcd", "ef."]).0, "***.");
        assert_eq!(stream(&["abcd", "abcdef"], &["abcd", "ef."]).0, "***.");
        let many = "a".repeat(1000);
        assert_eq!(stream(&["aaaa"], &[&many, &many, "b"]).0, "***b");
    }

    #[test]
    fn other_forms_of_a_secret_are_hidden_too() {
        let secrets = Secrets::of(["pa'ss\"w\\rd\nline two", "a b/c?"]);
        for shown in [
            "pa'ss\"w\\rd\nline two",
            "'pa\\'ss\"w\\\\rd\\nline two'",
            "\"pa'ss\\\"w\\\\rd\\nline two\"",
            "E   line two",
            "https://x.test/?q=a%20b%2Fc%3F",
        ] {
            let mut text = shown.to_owned();
            secrets.mask(&mut text);
            assert!(
                text.contains(MASK) && !text.contains("two") && !text.contains("%20"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_secret_that_was_shortened_is_hidden_too() {
        let secrets = Secrets::of(["correct-horse-battery"]);
        for (shown, hidden) in [
            ("it was correct-ho...", "it was ***"),
            ("'correct...battery'", "'***'"),
            ("correct answer", "correct answer"),
        ] {
            let mut text = shown.to_owned();
            secrets.mask(&mut text);
            assert_eq!(text, hidden);
        }
    }

    #[test]
    fn without_secrets_nothing_is_held_back() {
        let (shown, places) = stream(&[], &["abc", "def"]);
        assert_eq!((shown.as_str(), places), ("abcdef", vec![3, 6]));
    }

    proptest! {
        #[test]
        fn portions_make_no_difference(text in "[ab*]{0,60}", secret in "[ab]{4,7}", other in "[ab]{4,5}", size in 1_usize..9) {
            let bytes: Vec<_> = text.as_bytes().chunks(size).map(|part| std::str::from_utf8(part).unwrap()).collect();
            let secrets = [secret.as_str(), other.as_str()];
            let (shown, _) = stream(&secrets, &bytes);
            prop_assert_eq!(&shown, &stream(&secrets, &[&text]).0);
            let mut whole = text.clone();
            Secrets::of(secrets).mask(&mut whole);
            prop_assert_eq!(&shown, &whole);
            prop_assert!(!shown.contains(&secret) && !shown.contains(&other));
        }
    }
}
