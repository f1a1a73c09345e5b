//! Reads pages of lines.

use std::fs::File;
use std::io;
use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::count::read_at;
use super::display::{shown, without_returns};
use super::index::Record;
use super::read::LogReader;
use crate::domain::Millis;

/// Bytes of one line that are shown.
const LONGEST_LINE: usize = 64 * 1024;
/// When lines of one answer have shown this many bytes together, the further ones show only `SHORT_LINE` each.
const LONGEST_ANSWER: usize = 2 * 1024 * 1024;
const SHORT_LINE: usize = 1024;
const WINDOW: usize = 256 * 1024;

/// One line as a terminal would show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub number: u64,
    /// When the beginning of the line was printed, exact to 10 ms.
    pub at: Millis,
    /// Without its newline; colour codes are kept, other terminal control is carried out or left out. At most 64 KiB, with
    /// words about what is missing.
    pub text: String,
}

/// At most `count` lines from line `from` on.
pub(super) fn read_lines(reader: &mut LogReader, from: u64, count: usize) -> io::Result<Vec<Line>> {
    let last = reader.size.lines.min(from.saturating_add(count as u64).saturating_sub(1));
    if reader.log.is_none() || from > last {
        return Ok(Vec::new());
    }
    let mut page =
        Page { start: start_of(reader, from)?, window: Window::default(), times: Times::default() };
    let mut lines = Vec::new();
    let mut shown_bytes = 0;
    for number in from..=last {
        let longest = if shown_bytes < LONGEST_ANSWER { LONGEST_LINE } else { SHORT_LINE };
        let line = page.next_line(reader, number, longest)?;
        shown_bytes += line.text.len();
        lines.push(line);
    }
    Ok(lines)
}

/// Where the next line of a page begins, and what helps to read it.
struct Page {
    start: u64,
    window: Window,
    times: Times,
}

impl Page {
    fn next_line(
        &mut self,
        reader: &mut LogReader,
        number: u64,
        longest: usize,
    ) -> io::Result<Line> {
        let at = self.times.at(reader, self.start)?;
        let (text, next) = self.text_and_next(reader, number, longest)?;
        self.start = next;
        Ok(Line { number, at, text })
    }

    fn text_and_next(
        &mut self,
        reader: &mut LogReader,
        number: u64,
        longest: usize,
    ) -> io::Result<(String, u64)> {
        let (start, end_of_log) = (self.start, reader.size.bytes);
        let Some(log) = &reader.log else {
            return Ok((String::new(), start));
        };
        let ahead = self.window.ahead_of(log, start, end_of_log)?;
        let whole = match memchr(b'\n', ahead) {
            Some(length) => Some((&ahead[..length], start + length as u64 + 1)),
            None if start + ahead.len() as u64 == end_of_log => Some((ahead, end_of_log)),
            None => None,
        };
        if let Some((line, next)) = whole.filter(|(line, _)| line.len() <= longest) {
            return Ok((shown(line), next));
        }
        let next = match whole {
            Some((_, next)) => next,
            None if number < reader.size.lines => start_of(reader, number + 1)?,
            None => end_of_log,
        };
        let text = reader
            .log
            .as_ref()
            .map(|log| part_of_long_line(log, start..next, longest))
            .transpose()?;
        Ok((text.unwrap_or_default(), next))
    }
}

/// The beginning of a long line; of one that overwrites itself, what its last bytes leave on the screen.
fn part_of_long_line(log: &File, line: Range<u64>, longest: usize) -> io::Result<String> {
    let mut bytes = vec![0; longest];
    let tail_start = line.end.saturating_sub(longest as u64).max(line.start);
    let read = read_at(log, &mut bytes, tail_start)?;
    let text = bytes[..read].strip_suffix(b"\n").unwrap_or(&bytes[..read]);
    let end = tail_start + text.len() as u64;
    let tail = without_returns(text);
    if let Some(restart) = memchr(b'\r', tail) {
        return Ok(shown(&tail[restart + 1..]));
    }
    let read = read_at(log, &mut bytes, line.start)?;
    let left_out = end.saturating_sub(line.start + read as u64);
    Ok(format!("{} … [{left_out} more bytes in this line]", shown(&bytes[..read])))
}

/// The offset at which line `number` of `1..=size.lines` begins.
pub(super) fn start_of(reader: &mut LogReader, number: u64) -> io::Result<u64> {
    if number <= 1 {
        return Ok(0);
    }
    let end = reader.size.bytes;
    let before = reader
        .indexed(|index| index.last_where(|record| record.line < number && record.offset <= end))?;
    let (mut line, mut offset) = before.map_or((1, 0), |(_, record)| (record.line, record.offset));
    let Some(log) = &reader.log else {
        return Ok(end);
    };
    // The next record is at most two blocks away, so this reads little.
    let mut window = Window::default();
    while offset < end {
        let portion = window.ahead_of(log, offset, end)?;
        for newline in memchr_iter(b'\n', portion) {
            line += 1;
            if line == number {
                return Ok(offset + newline as u64 + 1);
            }
        }
        if portion.is_empty() {
            break;
        }
        offset += portion.len() as u64;
    }
    Ok(end)
}

/// A stretch of the log in memory.
#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// The bytes from `offset` on: all that a shown line may have, or up to `end`.
    fn ahead_of(&mut self, file: &File, offset: u64, end: u64) -> io::Result<&[u8]> {
        let window_end = self.start + self.bytes.len() as u64;
        let is_inside = (self.start..=window_end).contains(&offset);
        if !is_inside || (window_end - offset <= LONGEST_LINE as u64 && window_end < end) {
            let wanted = usize::try_from(end - offset).map_or(WINDOW, |left| left.min(WINDOW));
            self.bytes.resize(wanted, 0);
            let read = read_at(file, &mut self.bytes, offset)?;
            self.bytes.truncate(read);
            self.start = offset;
        }
        let skipped = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        Ok(&self.bytes[skipped.min(self.bytes.len())..])
    }
}

/// The times of lines that are asked for in order.
#[derive(Default)]
struct Times {
    current: Option<(u64, Record)>,
}

impl Times {
    fn at(&mut self, reader: &mut LogReader, offset: u64) -> io::Result<Millis> {
        if self.current.is_none() {
            self.current =
                reader.indexed(|index| index.last_where(|record| record.offset <= offset))?;
        }
        while let Some((number, _)) = self.current {
            let next = number + 1;
            if next >= reader.index.count() {
                break;
            }
            let record = reader.indexed(|index| index.record(next))?;
            if record.offset > offset {
                break;
            }
            self.current = Some((next, record));
        }
        Ok(self.current.map_or(Millis(0), |(_, record)| record.at))
    }
}
