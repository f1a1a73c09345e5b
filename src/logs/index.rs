//! The sparse line index beside a log: every 64 KiB or 10 ms of output, one record of where the log stood.
//!
//! A record says: the byte at `offset` lies on line `line` and was brought at `at`. It is written after the bytes it
//! speaks of, so a record never points beyond the log; one that does, or whose check is wrong, is damage.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::count::read_at;
use crate::domain::Millis;

/// A record is due when this many bytes have come since the last one.
pub(super) const SPACING_BYTES: u64 = 64 * 1024;
/// A record is due when the clock has moved this far since the last one: what times of lines are exact to.
const SPACING_MS: i64 = 10;

const RECORD_LENGTH: usize = 32;
const CHECK_SEED: u64 = 0x70_72_6f_63_74_6f_72_31;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// From 1.
    pub line: u64,
    /// Bytes of the log before it.
    pub offset: u64,
    pub at: Millis,
}

impl Record {
    /// Whether a record for output that begins at `offset` at the time `at` is due after this one.
    pub fn is_due(&self, offset: u64, at: Millis) -> bool {
        offset - self.offset >= SPACING_BYTES || at.since(self.at) >= SPACING_MS
    }

    fn encode(&self) -> [u8; RECORD_LENGTH] {
        let mut bytes = [0; RECORD_LENGTH];
        bytes[..8].copy_from_slice(&self.line.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.offset.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.at.0.to_le_bytes());
        bytes[24..].copy_from_slice(&self.check().to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; RECORD_LENGTH]) -> Option<Self> {
        let word = |from: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[from..from + 8]);
            word
        };
        let record = Self {
            line: u64::from_le_bytes(word(0)),
            offset: u64::from_le_bytes(word(8)),
            at: Millis(i64::from_le_bytes(word(16))),
        };
        (record.line >= 1 && record.check() == u64::from_le_bytes(word(24))).then_some(record)
    }

    fn check(&self) -> u64 {
        [self.line, self.offset, self.at.0.cast_unsigned()].iter().fold(CHECK_SEED, |hash, word| {
            (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        })
    }
}

/// Appends records; holds the lock that says a log is being written.
pub(super) struct IndexWriter {
    file: File,
    count: u64,
}

impl IndexWriter {
    /// `None`: another process writes this log.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        if !lock(&file)? {
            return Ok(None);
        }
        let count = file.metadata()?.len() / RECORD_LENGTH as u64;
        Ok(Some(Self { file, count }))
    }

    /// Records go to fixed places, so one that was half written when the disk was full is overwritten by the next.
    pub fn push(&mut self, record: &Record) -> io::Result<()> {
        self.file.write_all_at(&record.encode(), self.count * RECORD_LENGTH as u64)?;
        self.count += 1;
        Ok(())
    }

    /// Keeps the first `count` records.
    pub fn truncate(&mut self, count: u64) -> io::Result<()> {
        self.file.set_len(count * RECORD_LENGTH as u64)?;
        self.count = count;
        Ok(())
    }
}

/// Takes the lock of whoever writes an index; false when another one has it.
pub(super) fn lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// The records of an index, as they were when it was opened.
pub(super) enum Index {
    File { file: File, count: u64 },
    Memory(Vec<Record>),
}

/// A record that cannot be true, by its number from 0.
pub(super) struct Damage {
    pub at_record: u64,
}

impl Index {
    /// An absent index is an empty one.
    pub fn open(path: &Path) -> io::Result<Self> {
        match File::open(path) {
            Ok(file) => {
                let count = file.metadata()?.len() / RECORD_LENGTH as u64;
                Ok(Self::File { file, count })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::Memory(Vec::new())),
            Err(error) => Err(error),
        }
    }

    pub fn count(&self) -> u64 {
        match self {
            Self::File { count, .. } => *count,
            Self::Memory(records) => records.len() as u64,
        }
    }

    pub fn record(&self, number: u64) -> Result<Record, Damage> {
        let found = match self {
            Self::File { file, .. } => {
                let mut bytes = [0; RECORD_LENGTH];
                match read_at(file, &mut bytes, number * RECORD_LENGTH as u64) {
                    Ok(RECORD_LENGTH) => Record::decode(&bytes),
                    _ => None,
                }
            }
            Self::Memory(records) => {
                usize::try_from(number).ok().and_then(|number| records.get(number).copied())
            }
        };
        found.ok_or(Damage { at_record: number })
    }

    /// The last record for which `holds` is true, with its number; `holds` is true of the first ones only.
    pub fn last_where(
        &self,
        holds: impl Fn(&Record) -> bool,
    ) -> Result<Option<(u64, Record)>, Damage> {
        let (mut low, mut high) = (0, self.count());
        let mut last = None;
        while low < high {
            let middle = low + (high - low) / 2;
            let record = self.record(middle)?;
            if holds(&record) {
                last = Some((middle, record));
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(last)
    }

    pub fn last(&self) -> Result<Option<Record>, Damage> {
        self.count().checked_sub(1).map(|number| self.record(number)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_survives_its_encoding_and_no_flipped_bit_does() {
        let record = Record { line: 3, offset: 70_000, at: Millis(1_700_000_000_123) };
        let bytes = record.encode();
        assert_eq!(Record::decode(&bytes), Some(record));
        for bit in 0..RECORD_LENGTH * 8 {
            let mut damaged = bytes;
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Record::decode(&damaged), None, "bit {bit}");
        }
        assert_eq!(Record::decode(&[0; RECORD_LENGTH]), None);
    }

    #[test]
    fn the_last_record_that_holds_is_found() {
        let records: Vec<Record> =
            (0..100).map(|n| Record { line: n + 1, offset: n * 10, at: Millis(0) }).collect();
        let index = Index::Memory(records);
        for line in 1..=100 {
            let found = index.last_where(|record| record.line <= line).ok().flatten();
            assert_eq!(found.map(|(_, record)| record.line), Some(line));
        }
        assert!(index.last_where(|record| record.line < 1).ok().flatten().is_none());
    }

    #[test]
    fn only_one_writer_has_an_index() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index");
        let first = IndexWriter::open(&path).unwrap();
        assert!(first.is_some());
        assert!(IndexWriter::open(&path).unwrap().is_none());
        drop(first);
        assert!(IndexWriter::open(&path).unwrap().is_some());
    }
}
