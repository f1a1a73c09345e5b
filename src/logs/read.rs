//! Reads a log by lines or by bytes, also while another process appends to it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::count::{PORTION, for_each_portion, newlines_in, read_at};
use super::index::{Damage, Index, Record};
use super::lines::{Line, read_lines};
use super::rebuild::{is_kept, repair};
use super::{LogError, index_path, log_path};
use crate::domain::{LogSize, Millis};

/// A view of a log as it was when this was opened.
pub struct LogReader {
    path: PathBuf,
    index_path: PathBuf,
    pub(super) log: Option<File>,
    pub(super) index: Index,
    pub(super) size: LogSize,
}

impl LogReader {
    /// A directory without a log has an empty one.
    ///
    /// # Errors
    /// That of the disk.
    pub fn open(directory: &Path) -> Result<Self, LogError> {
        let path = log_path(directory);
        let index_path = index_path(directory);
        // The index first: what it speaks of is in the log already.
        let index =
            Index::open(&index_path).map_err(LogError::io("open line index", &index_path))?;
        let log = match File::open(&path) {
            Ok(log) => Some(log),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(LogError::io("open log", &path)(error)),
        };
        let mut reader = Self { path, index_path, log, index, size: LogSize::default() };
        let measured = reader.measure();
        measured.map_err(LogError::io("read log", &reader.path))?;
        Ok(reader)
    }

    #[must_use]
    pub fn size(&self) -> LogSize {
        self.size
    }

    /// Lines `from`, `from + 1`, …: at most `count`, fewer at the end of the log. 0 is taken for 1.
    ///
    /// # Errors
    /// That of the disk.
    pub fn lines(&mut self, from: u64, count: usize) -> Result<Vec<Line>, LogError> {
        let lines = read_lines(self, from.max(1), count);
        lines.map_err(LogError::io("read log", &self.path))
    }

    /// Bytes `range` of the log as they were printed; what is beyond its end is left out.
    ///
    /// # Errors
    /// That of the disk.
    pub fn range(&self, range: Range<u64>) -> Result<impl Read + Send + use<>, LogError> {
        let bytes = self.open_range(range).map_err(LogError::io("read log", &self.path))?;
        Ok(io::BufReader::with_capacity(PORTION, bytes))
    }

    fn open_range(&self, range: Range<u64>) -> io::Result<Take<File>> {
        let end = range.end.min(self.size.bytes);
        // An empty log may have no file.
        let mut file =
            File::open(if self.log.is_some() { &self.path } else { Path::new("/dev/null") })?;
        file.seek(SeekFrom::Start(range.start))?;
        Ok(file.take(end.saturating_sub(range.start)))
    }

    /// Hands over the whole log in portions, each with the time at which it was printed, as far as the index knows.
    ///
    /// # Errors
    /// That of the disk, or of `take`.
    pub fn with_times(
        &self,
        mut take: impl FnMut(&[u8], Millis) -> io::Result<()>,
    ) -> Result<(), LogError> {
        let Some(log) = &self.log else { return Ok(()) };
        let mut records =
            (0..self.index.count()).map_while(|number| self.index.record(number).ok());
        let mut now = records.next();
        let mut next = records.next();
        let handed_over = for_each_portion(log, 0..self.size.bytes, |offset, mut portion| {
            let mut offset = offset;
            while !portion.is_empty() {
                while let Some(record) = next.filter(|record| record.offset <= offset) {
                    (now, next) = (Some(record), records.next());
                }
                let until = next.map_or(u64::MAX, |record| record.offset);
                let length = usize::try_from(until - offset).unwrap_or(usize::MAX);
                let (stretch, rest) = portion.split_at(length.min(portion.len()));
                take(stretch, now.map_or(Millis(0), |record| record.at))?;
                offset += stretch.len() as u64;
                portion = rest;
            }
            Ok(())
        });
        handed_over.map_err(LogError::io("read log", &self.path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The open log, for those who read all of it.
    pub(super) fn whole(&self) -> Option<(&File, u64)> {
        self.log.as_ref().map(|log| (log, self.size.bytes))
    }

    /// Whether the last line has no newline yet.
    pub(super) fn ends_in_line(&self) -> Result<bool, LogError> {
        self.last_byte()
            .map(|last| last.is_some_and(|byte| byte != b'\n'))
            .map_err(LogError::io("read log", &self.path))
    }

    pub(super) fn last_record(&mut self) -> Result<Option<Record>, LogError> {
        self.indexed(Index::last).map_err(LogError::io("read line index", &self.index_path))
    }

    fn measure(&mut self) -> io::Result<()> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        self.size.bytes = log.metadata()?.len();
        if !is_kept(&self.index, self.size.bytes) {
            self.index = repair(log, &self.index_path)?;
        }
        let bytes = self.size.bytes;
        let last = self.indexed(|index| index.last_where(|record| record.offset <= bytes))?;
        let (line, offset) = last.map_or((1, 0), |(_, record)| (record.line, record.offset));
        let ends_in_line = self.last_byte()?.is_some_and(|byte| byte != b'\n');
        let newlines = self.log.as_ref().map_or(Ok(0), |log| newlines_in(log, offset..bytes))?;
        self.size.lines = line - 1 + newlines + u64::from(ends_in_line);
        Ok(())
    }

    fn last_byte(&self) -> io::Result<Option<u8>> {
        let mut last = [0];
        match (&self.log, self.size.bytes.checked_sub(1)) {
            (Some(log), Some(offset)) => {
                Ok((read_at(log, &mut last, offset)? == 1).then_some(last[0]))
            }
            _ => Ok(None),
        }
    }

    /// Asks the index; when it turns out to be damaged, repairs it and asks again.
    pub(super) fn indexed<T>(
        &mut self,
        ask: impl Fn(&Index) -> Result<T, Damage>,
    ) -> io::Result<T> {
        if let Ok(answer) = ask(&self.index) {
            return Ok(answer);
        }
        if let Some(log) = &self.log {
            self.index = repair(log, &self.index_path)?;
        }
        ask(&self.index).map_err(|damage| {
            io::Error::other(format!(
                "record {} of the line index is damaged again after repair",
                damage.at_record
            ))
        })
    }
}
