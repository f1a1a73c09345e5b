//! Appends what a run prints to its log, and says where the runner's marks were.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::count::newlines;
use super::index::{IndexWriter, Record};
use super::marks::{Border, Cut, Cutter, Nonce};
use super::mask::{Masker, Rest, Secrets};
use super::read::LogReader;
use super::{LogError, index_path, log_path};
use crate::domain::{LogSize, Millis};

/// Bytes taken in at a time, so that memory stays flat however much one call brings.
const BLOCK: usize = 64 * 1024;

/// How much of a run's output is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of output; what comes after them is not stored, and one line of the log says so.
    pub max_bytes: u64,
}

/// Where a mark of the runner stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub what: Border,
    /// The runner's number of the test.
    pub index: u64,
    /// The line, from 1, on which the next byte falls.
    pub line: u64,
    /// Bytes of the log before the mark.
    pub offset: u64,
}

/// The log after an append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// The marks that were in what was appended, in order.
    pub marks: Vec<Mark>,
    /// How long the log is now.
    pub size: LogSize,
}

/// The one writer of a run's log.
pub struct LogWriter {
    path: PathBuf,
    log: File,
    index: IndexWriter,
    newest: Option<Record>,
    cutter: Cutter,
    cut: Cut,
    masker: Masker,
    /// Found and not yet told: an append that failed leaves them to the next.
    marks: Vec<Mark>,
    limits: Limits,
    bytes: u64,
    newlines: u64,
    ends_in_line: bool,
    is_full: bool,
    dropped: u64,
}

impl LogWriter {
    /// Begins the log of a run in `directory`, which is made when it is missing.
    ///
    /// # Errors
    /// [`LogError::AlreadyThere`] when there is one; that of the disk otherwise.
    pub fn create(directory: &Path, nonce: &Nonce, limits: Limits) -> Result<Self, LogError> {
        fs::create_dir_all(directory).map_err(LogError::io("create directory", directory))?;
        let path = log_path(directory);
        let log = OpenOptions::new().append(true).create_new(true).open(&path);
        let log = log.map_err(LogError::io("create log", &path))?;
        Self::new(directory, log, nonce, limits)
    }

    /// Goes on with the log of a run whose writer is gone, or begins it when there is none.
    ///
    /// # Errors
    /// [`LogError::InUse`] when its writer is not gone; that of the disk otherwise.
    pub fn resume(directory: &Path, nonce: &Nonce, limits: Limits) -> Result<Self, LogError> {
        fs::create_dir_all(directory).map_err(LogError::io("create directory", directory))?;
        let path = log_path(directory);
        let log = OpenOptions::new().append(true).create(true).open(&path);
        let log = log.map_err(LogError::io("open log", &path))?;
        let mut reader = LogReader::open(directory)?;
        let mut writer = Self::new(directory, log, nonce, limits)?;
        let LogSize { lines, bytes } = reader.size();
        writer.bytes = bytes;
        writer.ends_in_line = reader.ends_in_line()?;
        writer.newlines = lines - u64::from(writer.ends_in_line);
        writer.newest = reader.last_record()?;
        writer.is_full = bytes > limits.max_bytes;
        Ok(writer)
    }

    fn new(directory: &Path, log: File, nonce: &Nonce, limits: Limits) -> Result<Self, LogError> {
        let path = log_path(directory);
        let index = index_path(directory);
        let index = IndexWriter::open(&index).map_err(LogError::io("open line index", &index))?;
        let index = index.ok_or_else(|| LogError::InUse { path: path.clone() })?;
        Ok(Self {
            path,
            log,
            index,
            newest: None,
            cutter: Cutter::new(nonce),
            cut: Cut::default(),
            masker: Masker::default(),
            marks: Vec::new(),
            limits,
            bytes: 0,
            newlines: 0,
            ends_in_line: false,
            is_full: false,
            dropped: 0,
        })
    }

    /// Hides these in everything that is appended.
    #[must_use]
    pub fn hiding(self, secrets: Secrets) -> Self {
        Self { masker: Masker::new(secrets), ..self }
    }

    /// Appends `bytes` that were read at `at`. A reader sees them when this returns, but for
    /// the last few that may still become a mark or a secret.
    ///
    /// # Errors
    /// [`LogError::NoSpace`] and others of the disk. What could be written is in the log, the rest of this call is lost;
    /// a later call may succeed and then tells the marks of this one too.
    pub fn append(&mut self, bytes: &[u8], at: Millis) -> Result<Appended, LogError> {
        for block in bytes.chunks(BLOCK) {
            self.cutter.cut(block, &mut self.cut);
            self.masker.mask(&mut self.cut, Rest::Follows);
            self.store(at)?;
        }
        Ok(self.appended())
    }

    /// Appends what another log has: there it was cut and masked.
    ///
    /// # Errors
    /// As of [`LogWriter::append`].
    pub fn copy(&mut self, bytes: &[u8], at: Millis) -> Result<LogSize, LogError> {
        for block in bytes.chunks(BLOCK) {
            self.cut.text.extend_from_slice(block);
            self.store(at)?;
        }
        Ok(self.appended().size)
    }

    /// Ends the log: bytes held back as the beginning of a mark are text after all. Stored is not yet synced: see
    /// [`LogWriter::sync`].
    ///
    /// # Errors
    /// As of [`LogWriter::append`].
    pub fn finish(&mut self, at: Millis) -> Result<Appended, LogError> {
        self.cutter.flush(&mut self.cut);
        self.masker.mask(&mut self.cut, Rest::None);
        self.store(at)?;
        Ok(self.appended())
    }

    /// Waits until the log would survive a loss of power.
    ///
    /// # Errors
    /// That of the disk.
    pub fn sync(&self) -> Result<(), LogError> {
        self.log.sync_data().map_err(LogError::io("sync log", &self.path))
    }

    /// Bytes of output that the limit kept out of the log.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn appended(&mut self) -> Appended {
        let marks = std::mem::take(&mut self.marks);
        let lines = self.newlines + u64::from(self.ends_in_line);
        Appended { marks, size: LogSize { lines, bytes: self.bytes } }
    }

    /// Writes what has been cut with one call, then counts it.
    fn store(&mut self, at: Millis) -> Result<(), LogError> {
        self.keep_to_the_limit();
        let (written, result) = write_all(&mut self.log, &self.cut.text);
        self.record_start(written, at);
        self.account(written);
        self.cut.text.clear();
        self.cut.marks.clear();
        result.map_err(LogError::io("write log", &self.path))
    }

    fn keep_to_the_limit(&mut self) {
        let Cut { text, marks } = &mut self.cut;
        if self.is_full {
            self.dropped += text.len() as u64;
            text.clear();
            return;
        }
        let limit = self.limits.max_bytes;
        let room = usize::try_from(limit - self.bytes).unwrap_or(usize::MAX);
        if text.len() <= room {
            return;
        }
        self.is_full = true;
        self.dropped += (text.len() - room) as u64;
        text.truncate(room);
        if text.last().map_or(self.ends_in_line, |byte| *byte != b'\n') {
            text.push(b'\n');
        }
        let notice = format!(
            "[proctor] the log has reached its limit of {limit} bytes; what follows is not kept\n"
        );
        text.extend_from_slice(notice.as_bytes());
        marks
            .iter_mut()
            .filter(|mark| mark.position > room)
            .for_each(|mark| mark.position = text.len());
    }

    /// Without its index a log is whole, so an index that cannot be written is left behind for a reader to repair.
    fn record_start(&mut self, written: usize, at: Millis) {
        let is_due = self.newest.is_none_or(|newest| newest.is_due(self.bytes, at));
        if written > 0 && is_due {
            let record = Record { line: self.newlines + 1, offset: self.bytes, at };
            if self.index.push(&record).is_ok() {
                self.newest = Some(record);
            }
        }
    }

    fn account(&mut self, written: usize) {
        let text = &self.cut.text[..written];
        let mut counted = 0;
        for mark in &self.cut.marks {
            let position = mark.position.min(text.len());
            self.newlines += newlines(&text[counted..position]);
            counted = position;
            self.marks.push(Mark {
                what: mark.what,
                index: mark.index,
                line: self.newlines + 1,
                offset: self.bytes + position as u64,
            });
        }
        self.newlines += newlines(&text[counted..]);
        self.bytes += text.len() as u64;
        if let Some(last) = text.last() {
            self.ends_in_line = *last != b'\n';
        }
    }
}

/// Says how much was written also when an error ended it.
fn write_all(log: &mut File, bytes: &[u8]) -> (usize, io::Result<()>) {
    let mut written = 0;
    while written < bytes.len() {
        match log.write(&bytes[written..]) {
            Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
            Ok(count) => written += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (written, Err(error)),
        }
    }
    (written, Ok(()))
}
