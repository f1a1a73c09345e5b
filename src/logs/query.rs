//! What is looked for in a log, made ready to be looked for in many lines at once.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look,
    Repetition,
};

/// Bytes of a pattern.
const LONGEST_PATTERN: usize = 1024;
/// Bytes of a compiled pattern; `\w{1000}` is refused.
const LARGEST_REGEX: usize = 512 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Plain,
    Regex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Sensitive,
    Ignored,
}

/// What to look for within a line. Colour codes are not part of the text, line ends neither.
#[derive(Clone, Debug)]
pub struct Query {
    /// No match of it goes beyond a line.
    pub(super) regex: Regex,
    /// The same without its word boundaries, when it has some: finds what `regex` finds, and more. Where text is not ASCII
    /// these boundaries are looked for slowly, character by character: <https://docs.rs/regex/latest/regex/#performance>.
    pub(super) wider: Option<Regex>,
}

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("search pattern is empty")]
    Empty,
    #[error("search pattern has {length} bytes, more than {LONGEST_PATTERN}")]
    TooLong { length: usize },
    #[error("search pattern {pattern:?} is no regular expression: {reason}")]
    Invalid { pattern: String, reason: String },
    #[error("search pattern {pattern:?} takes too much memory; use shorter repetitions")]
    TooLarge { pattern: String },
}

impl Query {
    /// # Errors
    /// When `pattern` is empty, too long, or no regular expression where one is meant.
    pub fn new(pattern: &str, syntax: Syntax, case: Case) -> Result<Self, SearchError> {
        if pattern.is_empty() {
            return Err(SearchError::Empty);
        }
        if pattern.len() > LONGEST_PATTERN {
            return Err(SearchError::TooLong { length: pattern.len() });
        }
        let expression = match syntax {
            Syntax::Plain => regex::escape(pattern),
            Syntax::Regex => pattern.to_owned(),
        };
        let parsed = ParserBuilder::new()
            .utf8(false)
            .case_insensitive(case == Case::Ignored)
            .multi_line(true)
            .crlf(true)
            .build()
            .parse(&expression)
            .map_err(|error| SearchError::Invalid {
                pattern: pattern.to_owned(),
                reason: last_line(&error.to_string()),
            })?;
        let boundaries = parsed.properties().look_set();
        let regex = compile(&within_lines(&parsed, Boundaries::Kept), pattern)?;
        let wider = (boundaries.contains_word_unicode())
            .then(|| compile(&within_lines(&parsed, Boundaries::Dropped), pattern))
            .transpose()?;
        Ok(Self { regex, wider })
    }
}

fn compile(hir: &Hir, pattern: &str) -> Result<Regex, SearchError> {
    let built = RegexBuilder::new(&hir.to_string()).size_limit(LARGEST_REGEX).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => SearchError::TooLarge { pattern: pattern.to_owned() },
        other => SearchError::Invalid {
            pattern: pattern.to_owned(),
            reason: last_line(&other.to_string()),
        },
    })
}

/// The words of a regex error, without the drawing above them.
fn last_line(message: &str) -> String {
    let last = message.lines().last().unwrap_or(message);
    last.trim_start_matches("error: ").to_owned()
}

/// What becomes of word boundaries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Boundaries {
    Kept,
    Dropped,
}

/// The expression with each line for a text of its own: nothing matches a newline, and the text begins and ends where its
/// line does. A search never has to look beyond the line that it is in.
fn within_lines(hir: &Hir, boundaries: Boundaries) -> Hir {
    let part = |part: &Hir| within_lines(part, boundaries);
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.contains(&b'\n') => Hir::fail(),
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(class) => Hir::class(without_newline(class)),
        HirKind::Look(Look::Start) => Hir::look(Look::StartCRLF),
        HirKind::Look(Look::End) => Hir::look(Look::EndCRLF),
        HirKind::Look(look) if boundaries == Boundaries::Dropped && is_of_words(*look) => {
            Hir::empty()
        }
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Repetition(repetition) => {
            let sub = Box::new(part(&repetition.sub));
            Hir::repetition(Repetition { sub, ..repetition.clone() })
        }
        HirKind::Capture(capture) => part(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(part).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(part).collect()),
    }
}

fn is_of_words(look: Look) -> bool {
    !matches!(
        look,
        Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF
    )
}

fn without_newline(class: &Class) -> Class {
    match class {
        Class::Unicode(class) => {
            let mut class = class.clone();
            class.difference(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')]));
            Class::Unicode(class)
        }
        Class::Bytes(class) => {
            let mut class = class.clone();
            class.difference(&ClassBytes::new([ClassBytesRange::new(b'\n', b'\n')]));
            Class::Bytes(class)
        }
    }
}
