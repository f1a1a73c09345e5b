//! Logs of attempts that have ended: packed, kept by hash when they are large, and had again.

use std::fs::File;
use std::io::{self, BufReader, Seek, Write};
use std::os::fd::AsRawFd;
use std::path::Path;

use sha2::{Digest, Sha256};
use tempfile::{SpooledData, SpooledTempFile, spooled_tempfile_in, tempfile_in};

use super::{Content, Depot, DepotError};
use crate::domain::{LogSize, Millis, RunId};
use crate::logs::{Packer, unpack};
use crate::store::kept_logs::{KeptLog, Packed};
use crate::store::log_pieces;

/// Bytes of a packed log that lies in its row. A content of its own costs more than that beside its bytes: rows and entries of
/// indexes that say where it is, and with an object store a request.
pub const SMALL: usize = 1024;
/// Pieces read at a time, each of at most 256 KiB.
const PORTION: u32 = 16;

/// A log that is packed, and not yet kept.
#[derive(Debug)]
pub struct PackedLog {
    attempt: (RunId, i64),
    size: LogSize,
    sha256: String,
    data: SpooledData,
}

impl PackedLog {
    /// Whether it can be kept without the object store.
    #[must_use]
    pub fn is_small(&self) -> bool {
        matches!(self.data, SpooledData::InMemory(_))
    }
}

/// Where a log is packed to: memory, and a file without a name when it is large. Nothing is left of that after a crash.
#[derive(Debug)]
pub struct Spool {
    data: SpooledTempFile,
    hasher: Sha256,
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.data.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.data.flush()
    }
}

/// Packs the log of an attempt, which `write` hands over; `data` is the directory for what is too large for memory.
///
/// # Errors
/// That of the disk, or of `write`.
pub fn pack_log(
    data: &Path,
    attempt: (RunId, i64),
    write: impl FnOnce(&mut Packer<Spool>) -> io::Result<()>,
) -> io::Result<PackedLog> {
    let spool = Spool { data: spooled_tempfile_in(SMALL, data), hasher: Sha256::new() };
    let mut packer = Packer::new(spool)?;
    write(&mut packer)?;
    let (Spool { data, hasher }, size) = packer.finish()?;
    let sha256 = format!("{:x}", hasher.finalize());
    Ok(PackedLog { attempt, size, sha256, data: data.into_inner() })
}

impl Depot {
    /// Packs the log of an attempt as its worker has sent it; `None` when there are no pieces of it.
    ///
    /// # Errors
    /// When the database does not answer, or that of the disk.
    pub fn pack_pieces(&self, data: &Path, attempt: (RunId, i64)) -> io::Result<Option<PackedLog>> {
        let packed = pack_log(data, attempt, |packer| {
            let mut end = 0;
            loop {
                let pieces = log_pieces::after(&self.context.db, attempt, end, PORTION);
                let pieces = self.runtime.block_on(pieces).map_err(DepotError::of_store)?;
                // With a gap nobody reads on.
                let Some(_) = pieces.first().filter(|first| first.start == end) else {
                    return Ok(());
                };
                for piece in pieces.iter().take_while(|piece| {
                    let follows = piece.start == end;
                    end += if follows { piece.bytes.len() as u64 } else { 0 };
                    follows
                }) {
                    packer.push(&piece.bytes, piece.printed_at)?;
                }
            }
        })?;
        Ok((packed.size.bytes > 0).then_some(packed))
    }

    /// Keeps a packed log where all hosts can have it; that it is the one of its attempt is still to be noted.
    ///
    /// # Errors
    /// As of [`Depot::keep`]; a small one is kept by being noted, and nothing can go wrong here.
    pub fn keep_log(&self, log: &PackedLog) -> io::Result<KeptLog> {
        let packed = match &log.data {
            SpooledData::InMemory(bytes) => Packed::Here(bytes.get_ref().clone()),
            SpooledData::OnDisk(file) => {
                let file = format!("/proc/self/fd/{}", file.as_raw_fd());
                self.keep(&[Content { sha256: log.sha256.clone(), file }])?;
                Packed::Content(log.sha256.clone())
            }
        };
        let (run, attempt) = log.attempt;
        Ok(KeptLog { run, attempt, size: log.size, packed })
    }

    /// Hands over a kept log from byte `start` on, in portions with their times, once all of it is known to be right. `data` is
    /// the directory where it is put meanwhile.
    ///
    /// # Errors
    /// When it cannot be had, or is damaged; that of the disk, or of `take`.
    pub fn read_log(
        &self,
        data: &Path,
        log: &KeptLog,
        start: u64,
        take: impl FnMut(&[u8], Millis) -> io::Result<()>,
    ) -> io::Result<()> {
        match &log.packed {
            Packed::Here(bytes) => unpack(&bytes[..], start, take),
            Packed::Content(sha256) => unpack(self.fetch_log(data, sha256)?, start, take),
        }
    }

    fn fetch_log(&self, data: &Path, sha256: &str) -> io::Result<BufReader<File>> {
        let Some(mut content) = self.open(sha256)? else {
            let (sha256, name) = (sha256.to_owned(), sha256.to_owned());
            let place = "the database".to_owned();
            return Err(DepotError::Missing { sha256, place, name }.into());
        };
        let mut file = tempfile_in(data)?;
        io::copy(&mut content, &mut file)?;
        file.rewind()?;
        Ok(BufReader::new(file))
    }
}
