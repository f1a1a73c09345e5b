//! Searches a log, line by line, in memory that does not depend on its size.

use std::fs::File;
use std::io;
use std::time::{Duration, Instant};

use memchr::{memchr, memrchr};
use regex::bytes::{Regex, RegexBuilder};

use super::LogError;
use super::count::{newlines, read_at};
use super::read::LogReader;

/// Bytes searched at a time. A longer line is searched in pieces that overlap by `OVERLAP`: what would match across more
/// is not found.
const BLOCK: usize = 1024 * 1024;
const OVERLAP: usize = 4 * 1024;

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
    regex: Regex,
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
        RegexBuilder::new(&expression)
            .case_insensitive(case == Case::Ignored)
            .multi_line(true)
            .crlf(true)
            .size_limit(LARGEST_REGEX)
            .build()
            .map(|regex| Self { regex })
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => {
                    SearchError::TooLarge { pattern: pattern.to_owned() }
                }
                other => SearchError::Invalid {
                    pattern: pattern.to_owned(),
                    reason: last_line(&other.to_string()),
                },
            })
    }
}

/// The words of a regex error, without the drawing above them.
fn last_line(message: &str) -> String {
    let last = message.lines().last().unwrap_or(message);
    last.trim_start_matches("error: ").to_owned()
}

/// Where a search stops.
#[derive(Clone, Copy, Debug)]
pub struct SearchLimits {
    /// Line numbers in the answer; matches beyond them are counted only.
    pub lines: usize,
    pub time: Duration,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Lines that match, as far as the search came.
    pub count: u64,
    /// The numbers, from 1, of the first of them.
    pub lines: Vec<u64>,
    /// More lines match than `lines` has, or may match because time was up.
    pub truncated: bool,
}

impl LogReader {
    /// Finds the lines that match `query` in the log as it was when this was opened.
    ///
    /// # Errors
    /// That of the disk.
    pub fn search(&self, query: &Query, limits: SearchLimits) -> Result<Found, LogError> {
        let Some((log, bytes)) = self.whole() else {
            return Ok(Found::default());
        };
        let mut search =
            Search { query, limits, found: Found::default(), line: 1, line_has_matched: false };
        search.read_all(log, bytes).map_err(LogError::io("search log", self.path()))?;
        search.found.truncated |= search.found.count > search.found.lines.len() as u64;
        Ok(search.found)
    }
}

struct Search<'a> {
    query: &'a Query,
    limits: SearchLimits,
    found: Found,
    /// The number of the line that the next block begins on.
    line: u64,
    /// An earlier piece of that line has matched.
    line_has_matched: bool,
}

impl Search<'_> {
    fn read_all(&mut self, log: &File, end: u64) -> io::Result<()> {
        let started = Instant::now();
        let mut buffer = vec![0; BLOCK];
        let mut carried = 0;
        let mut offset = 0;
        while offset < end {
            if started.elapsed() >= self.limits.time {
                self.found.truncated = true;
                return Ok(());
            }
            let wanted = usize::try_from(end - offset)
                .map_or(BLOCK, |left| left.saturating_add(carried).min(BLOCK));
            let read = read_at(log, &mut buffer[carried..wanted], offset)?;
            if read == 0 {
                break;
            }
            offset += read as u64;
            let filled = carried + read;
            let whole = if offset >= end { filled } else { whole_lines(&buffer[..filled]) };
            self.search_block(&buffer[..whole]);
            let keep_from = if buffer[..whole].ends_with(b"\n") || offset >= end {
                whole
            } else {
                whole - OVERLAP
            };
            buffer.copy_within(keep_from..filled, 0);
            carried = filled - keep_from;
        }
        Ok(())
    }

    /// `block` is whole lines, or a piece of one line.
    fn search_block(&mut self, block: &[u8]) {
        let stripped;
        let text = if memchr(0x1b, block).is_some() {
            stripped = without_colours(block);
            &stripped
        } else {
            block
        };
        self.search_text(text);
    }

    fn search_text(&mut self, text: &[u8]) {
        let mut counted = 0;
        let mut from = 0;
        while from < text.len() {
            let Some(hit) = self.query.regex.find_at(text, from) else { break };
            if hit.start() == text.len() && text.ends_with(b"\n") {
                break;
            }
            let start = memrchr(b'\n', &text[..hit.start()]).map_or(0, |newline| newline + 1);
            let end = memchr(b'\n', &text[hit.start()..])
                .map_or(text.len(), |length| hit.start() + length);
            // A match that runs over the end of its line may still hide one within the line.
            if hit.end() <= end || self.query.regex.is_match(&text[start..end]) {
                self.line += newlines(&text[counted..start]);
                if start > 0 {
                    self.line_has_matched = false;
                }
                counted = start;
                self.hit();
            }
            from = end + 1;
        }
        let passed = newlines(&text[counted..]);
        self.line += passed;
        if passed > 0 {
            self.line_has_matched = false;
        }
    }

    fn hit(&mut self) {
        if self.line_has_matched {
            return;
        }
        self.line_has_matched = true;
        self.found.count += 1;
        if self.found.lines.len() < self.limits.lines {
            self.found.lines.push(self.line);
        }
    }
}

/// How many of `bytes` are whole lines; all, when not even one line is whole.
fn whole_lines(bytes: &[u8]) -> usize {
    memrchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1)
}

/// Leaves out `ESC [ digits m`, and nothing that has a newline in it.
fn without_colours(text: &[u8]) -> Vec<u8> {
    let mut stripped = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = memchr(0x1b, rest) {
        stripped.extend_from_slice(&rest[..escape]);
        let sequence = &rest[escape..];
        rest = &sequence[colour_length(sequence)..];
        if rest.len() == sequence.len() {
            stripped.push(0x1b);
            rest = &rest[1..];
        }
    }
    stripped.extend_from_slice(rest);
    stripped
}

fn colour_length(sequence: &[u8]) -> usize {
    let Some(codes) = sequence.strip_prefix(b"\x1b[") else { return 0 };
    let length = codes.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    if codes.get(length) == Some(&b'm') { length + 3 } else { 0 }
}
