//! A content on its way here.

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use sha2::{Digest, Sha256};

use super::{Depot, DepotError};
use crate::store::blobs;
use crate::store::objects::Object;

/// A content that is being read. Its last bytes are handed over only when all of them are what the hash says: whoever has
/// read it to its end has the right ones.
#[derive(Debug)]
pub struct Fetched {
    depot: Depot,
    sha256: String,
    from: From,
    hasher: Sha256,
    /// May be handed over.
    ready: Bytes,
    /// Comes after that.
    next: Bytes,
}

/// Where the rest comes from.
#[derive(Debug)]
pub(super) enum From {
    /// The next part in the database.
    Database { part: i64 },
    /// The next byte in the object store.
    Objects { object: Object, start: u64 },
}

impl Fetched {
    /// `first` are its first bytes; no bytes at all are a content too.
    ///
    /// # Errors
    /// When the rest of it cannot be had, or it is damaged and so small that it is known already.
    pub(super) fn new(depot: &Depot, sha256: &str, from: From, first: Bytes) -> io::Result<Self> {
        let mut fetched = Self {
            depot: depot.clone(),
            sha256: sha256.to_owned(),
            from,
            hasher: Sha256::new_with_prefix(&first),
            ready: Bytes::new(),
            next: first,
        };
        fetched.go_on()?;
        Ok(fetched)
    }

    /// Bytes are ready when those after them are here, or there are none and the hash is right.
    fn go_on(&mut self) -> io::Result<()> {
        let after = if self.next.is_empty() { Bytes::new() } else { self.fetch()? };
        self.hasher.update(&after);
        if after.is_empty() {
            self.check()?;
        }
        self.ready = std::mem::replace(&mut self.next, after);
        Ok(())
    }

    fn fetch(&mut self) -> io::Result<Bytes> {
        match &mut self.from {
            From::Database { .. } if self.next.len() < blobs::PART => Ok(Bytes::new()),
            From::Database { part } => {
                *part += 1;
                let next = blobs::part(&self.depot.context.db, &self.sha256, *part);
                let next = self.depot.runtime.block_on(next).map_err(DepotError::of_store)?;
                Ok(next.unwrap_or_default().into())
            }
            From::Objects { object, start } => {
                let Some(objects) = &self.depot.objects else { return Ok(Bytes::new()) };
                *start += self.next.len() as u64;
                Ok(self.depot.runtime.block_on(objects.get(object, *start))?)
            }
        }
    }

    fn check(&self) -> io::Result<()> {
        let found = format!("{:x}", self.hasher.clone().finalize());
        if found == self.sha256 {
            return Ok(());
        }
        let place = match (&self.from, &self.depot.objects) {
            (From::Objects { object, .. }, Some(objects)) => {
                format!("{} as {}", objects.place(), object.name)
            }
            _ => "the database".to_owned(),
        };
        let (sha256, what) = (self.sha256.clone(), format!("its bytes are those of {found}"));
        Err(DepotError::Damaged { sha256, place, what }.into())
    }
}

impl Read for Fetched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ready.is_empty() && !self.next.is_empty() {
            self.go_on()?;
        }
        let count = buffer.len().min(self.ready.len());
        self.ready.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
