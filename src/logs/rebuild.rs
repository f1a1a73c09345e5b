//! Makes an index true again from the log, after a crash between two writes or damage from outside.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::count::{for_each_portion, newlines};
use super::index::{Index, IndexWriter, Record, SPACING_BYTES};
use crate::domain::Millis;

/// More bytes than this behind the last record mean that the index is not being kept.
const LONGEST_TAIL: u64 = 16 * SPACING_BYTES;

/// Whether the last record can be true of a log of `bytes` bytes, and is near enough to its end.
///
/// The log must have been measured after the index was opened, or a growing log looks like a damaged index.
pub(super) fn is_kept(index: &Index, bytes: u64) -> bool {
    match index.last() {
        Ok(last) => {
            let indexed = last.map_or(0, |record| record.offset);
            indexed <= bytes && bytes - indexed <= LONGEST_TAIL
        }
        Err(_) => false,
    }
}

/// Keeps the records that are true, makes the missing ones from `log`, and stores them unless the log is being written
/// or the disk refuses. Lines of the new records get the time of the last true one, or of the file.
pub(super) fn repair(log: &File, index_path: &Path) -> io::Result<Index> {
    let old = Index::open(index_path)?;
    let metadata = log.metadata()?;
    let (kept, last) = true_records(&old, metadata.len());
    let mut records = Vec::new();
    let start = last.unwrap_or(Record { line: 1, offset: 0, at: modified_at(&metadata) });
    let mut newest = start;
    let mut line = start.line;
    for_each_portion(log, start.offset..metadata.len(), |offset, portion| {
        let spacing = usize::try_from(SPACING_BYTES).unwrap_or(usize::MAX);
        for (number, part) in portion.chunks(spacing).enumerate() {
            let offset = offset + (number * spacing) as u64;
            if newest.is_due(offset, newest.at) || (kept == 0 && offset == 0) {
                newest = Record { line, offset, at: start.at };
                records.push(newest);
            }
            line += newlines(part);
        }
        Ok(())
    })?;
    match store(index_path, kept, &records) {
        Ok(true) => Index::open(index_path),
        // Another process writes the log, or the disk is full or read-only: the records serve this reader alone.
        Ok(false) | Err(_) => Ok(Index::Memory(first(&old, kept).chain(records).collect())),
    }
}

/// How many of the first records are true, and the last of those.
fn true_records(index: &Index, bytes: u64) -> (u64, Option<Record>) {
    let mut last: Option<Record> = None;
    let mut kept = 0;
    for record in first(index, index.count()) {
        let follows = match last {
            Some(last) => record.line >= last.line && record.offset > last.offset,
            None => record.line == 1 && record.offset == 0,
        };
        if !follows || record.offset > bytes {
            break;
        }
        kept += 1;
        last = Some(record);
    }
    (kept, last)
}

fn first(index: &Index, count: u64) -> impl Iterator<Item = Record> + '_ {
    (0..count).map_while(|number| index.record(number).ok())
}

fn store(path: &Path, kept: u64, records: &[Record]) -> io::Result<bool> {
    let Some(mut writer) = IndexWriter::open(path)? else {
        return Ok(false);
    };
    writer.truncate(kept)?;
    records.iter().try_for_each(|record| writer.push(record))?;
    Ok(true)
}

fn modified_at(metadata: &std::fs::Metadata) -> Millis {
    let since_epoch =
        metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Millis(since_epoch.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0))
}
