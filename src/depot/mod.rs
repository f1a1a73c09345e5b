//! The contents that all hosts of one database have in common, by hash.
//!
//! Each host keeps in files of its own what it has met; this is where the others get it from. Everything here blocks:
//! async callers use a thread for it.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use tokio::runtime::Handle;

use crate::actions::{self, Context, KeepError};
use crate::store::{self, blobs};

/// Contents and bytes kept or fetched in one go.
const FEW: usize = 64;
const SMALL: u64 = 64 * 1024;

/// Where the contents are.
#[derive(Clone)]
pub struct Depot {
    context: Context,
    runtime: Handle,
}

/// What is new to the others.
#[derive(Debug, Clone)]
pub struct Content<P> {
    pub sha256: String,
    pub file: P,
}

impl Depot {
    /// `None` when the database is this host's alone: then nobody else needs anything.
    pub fn of(context: &Context) -> Option<Self> {
        let shared = context.db.is_shared();
        shared.then(|| Self { context: context.clone(), runtime: Handle::current() })
    }

    /// Keeps those that are not kept yet. When this returns, every host can have them.
    ///
    /// # Errors
    /// When one cannot be read, or the database does not take it: [`io::ErrorKind::NetworkDown`] when it is away.
    pub fn keep<P: AsRef<Path>>(&self, contents: &[Content<P>]) -> io::Result<()> {
        let names: Vec<_> = contents.iter().map(|one| one.sha256.clone()).collect();
        let missing = self.runtime.block_on(blobs::missing(&self.context.db, &names));
        let missing = missing.map_err(away)?;
        let new = contents.iter().filter(|one| missing.contains(&one.sha256));
        let mut small = Vec::new();
        for content in new {
            let mut file = File::open(&content.file)?;
            if file.metadata()?.len() > SMALL {
                self.keep_parts(&content.sha256, &mut file)?;
                continue;
            }
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            small.push((content.sha256.clone(), bytes));
            if small.len() == FEW {
                self.keep_small(std::mem::take(&mut small))?;
            }
        }
        self.keep_small(small)
    }

    /// Whether a content is kept, and stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has(&self, sha256: &str) -> io::Result<bool> {
        let wanted = [sha256.to_owned()];
        let missing = self.runtime.block_on(blobs::missing(&self.context.db, &wanted));
        Ok(missing.map_err(away)?.is_empty())
    }

    fn keep_small(&self, contents: Vec<(String, Vec<u8>)>) -> io::Result<()> {
        if contents.is_empty() {
            return Ok(());
        }
        self.runtime.block_on(actions::keep_small_blobs(&self.context, contents)).map_err(away)
    }

    fn keep_parts(&self, sha256: &str, file: &mut File) -> io::Result<()> {
        let kept = actions::keep_blob(&self.context, sha256, Parts(file));
        self.runtime.block_on(kept).map_err(|error| match error {
            KeepError::Read(error) => error,
            KeepError::Store(error) => away(error),
        })
    }

    /// Hands over the contents with these hashes, one after the other, as far as they are kept.
    ///
    /// # Errors
    /// When the database does not answer, or `take` fails.
    pub fn fetch(
        &self,
        wanted: &[String],
        mut take: impl FnMut(&str, &mut Fetched) -> io::Result<()>,
    ) -> io::Result<()> {
        for portion in wanted.chunks(FEW) {
            let first = self.runtime.block_on(blobs::first_parts(&self.context.db, portion));
            for (sha256, bytes) in first.map_err(away)? {
                take(&sha256, &mut self.reader(&sha256, bytes))?;
            }
        }
        Ok(())
    }

    /// The content with this hash, read as it is taken; `None` when it is not kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open(&self, sha256: &str) -> io::Result<Option<Fetched>> {
        let first =
            self.runtime.block_on(blobs::part(&self.context.db, sha256, 0)).map_err(away)?;
        Ok(first.map(|bytes| self.reader(sha256, bytes)))
    }

    fn reader(&self, sha256: &str, first: Vec<u8>) -> Fetched {
        let depot = self.clone();
        Fetched { depot, sha256: sha256.to_owned(), part: 0, bytes: Cursor::new(first) }
    }
}

impl fmt::Debug for Depot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Depot")
    }
}

/// A content that is being read.
#[derive(Debug)]
pub struct Fetched {
    depot: Depot,
    sha256: String,
    part: i64,
    bytes: Cursor<Vec<u8>>,
}

impl Read for Fetched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        if read > 0 || buffer.is_empty() || self.bytes.get_ref().len() < blobs::PART {
            return Ok(read);
        }
        self.part += 1;
        let next = blobs::part(&self.depot.context.db, &self.sha256, self.part);
        let next = self.depot.runtime.block_on(next).map_err(away)?;
        self.bytes = Cursor::new(next.unwrap_or_default());
        self.bytes.read(buffer)
    }
}

/// A file in the parts in which it is kept.
struct Parts<'a>(&'a mut File);

impl Iterator for Parts<'_> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut part = Vec::new();
        match self.0.by_ref().take(blobs::PART as u64).read_to_end(&mut part) {
            Ok(0) => None,
            Ok(_) => Some(Ok(part)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Whoever answers a request says that it may succeed in a moment.
fn away(error: store::Error) -> io::Error {
    let kind = match &error {
        error if error.is_passing() => io::ErrorKind::NetworkDown,
        error if error.is_disk_full() => io::ErrorKind::StorageFull,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}
