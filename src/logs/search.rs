//! Searches a log, line by line, in memory that does not depend on its size.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::time::{Duration, Instant};

use memchr::{memchr, memrchr};
use regex::bytes::Regex;

use super::LogError;
use super::count::{newlines, read_at};
use super::lines::start_of;
use super::query::Query;
use super::read::LogReader;

/// Bytes searched at a time, few enough to stay in a processor's cache. A longer line is searched in pieces that overlap
/// by `OVERLAP`: what would match across more is not found.
const BLOCK: usize = 256 * 1024;
const OVERLAP: usize = 4 * 1024;

/// Where a search begins and stops.
#[derive(Clone, Copy, Debug)]
pub struct SearchLimits {
    /// Lines before this one, counted from 1, are left out.
    pub from_line: u64,
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
    pub fn search(&mut self, query: &Query, limits: SearchLimits) -> Result<Found, LogError> {
        let first = limits.from_line.max(1);
        if first > self.size().lines {
            return Ok(Found::default());
        }
        let start = start_of(self, first).map_err(LogError::io("read log", self.path()))?;
        let Some((log, bytes)) = self.whole() else { return Ok(Found::default()) };
        let mut search = Search {
            query,
            limits,
            found: Found::default(),
            line: first,
            line_has_matched: false,
            plain: Vec::new(),
        };
        search.read_all(log, start..bytes).map_err(LogError::io("search log", self.path()))?;
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
    /// Room for a block without its colour codes.
    plain: Vec<u8>,
}

impl Search<'_> {
    fn read_all(&mut self, log: &File, range: Range<u64>) -> io::Result<()> {
        let started = Instant::now();
        let mut buffer = vec![0; BLOCK];
        let mut carried = 0;
        let (mut offset, end) = (range.start, range.end);
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
        let mut plain = std::mem::take(&mut self.plain);
        let text = if memchr(0x1b, block).is_some() {
            leave_out_colours(block, &mut plain);
            &plain
        } else {
            block
        };
        match &self.query.wider {
            Some(wider) if !text.is_ascii() => {
                self.search_text(text, wider, Some(&self.query.regex));
            }
            _ => self.search_text(text, &self.query.regex, None),
        }
        self.plain = plain;
    }

    /// Finds lines by `regex`; when it finds too much, `exact` decides.
    fn search_text(&mut self, text: &[u8], regex: &Regex, exact: Option<&Regex>) {
        let mut counted = 0;
        let mut from = 0;
        while from < text.len() {
            let Some(hit) = regex.find_at(text, from) else { break };
            if hit.start() == text.len() && text.ends_with(b"\n") {
                break;
            }
            let start =
                memrchr(b'\n', &text[from..hit.start()]).map_or(from, |newline| from + newline + 1);
            let end = memchr(b'\n', &text[hit.start()..])
                .map_or(text.len(), |length| hit.start() + length);
            if exact.is_none_or(|exact| exact.is_match(&text[start..end])) {
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

/// Copies `text` without `ESC [ digits m`, which never has a newline in it.
fn leave_out_colours(text: &[u8], plain: &mut Vec<u8>) {
    plain.clear();
    let mut rest = text;
    while let Some(escape) = memchr(0x1b, rest) {
        let sequence = &rest[escape..];
        let length = colour_length(sequence);
        // Another escape stays as it is.
        let kept = if length == 0 { escape + 1 } else { escape };
        plain.extend_from_slice(&rest[..kept]);
        rest = &rest[kept + length..];
    }
    plain.extend_from_slice(rest);
}

fn colour_length(sequence: &[u8]) -> usize {
    let Some(codes) = sequence.strip_prefix(b"\x1b[") else { return 0 };
    let length = codes.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b':')).count();
    if codes.get(length) == Some(&b'm') { length + 3 } else { 0 }
}

#[cfg(test)]
mod tests;
