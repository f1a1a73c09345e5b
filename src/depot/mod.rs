//! The contents that all hosts of one database have in common, by hash: in the database, or in an object store.
//!
//! Each host keeps in files of its own what it has met; this is where the others get it from. Everything here blocks:
//! async callers use a thread for it.

mod connect;
mod error;
mod fetched;
mod figures;
mod http;
mod keep;
mod logs;
mod objects;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::runtime::Handle;

pub use error::DepotError;
pub use fetched::Fetched;
pub use figures::{Figures, Operation};
pub use logs::{PackedLog, SMALL as SMALL_LOG, pack_log};
pub use objects::Objects;

use crate::actions::Context;
use crate::store::objects::Object;
use crate::store::{blobs, objects as table};

/// Contents and bytes kept or fetched in one go.
const FEW: usize = 64;
const SMALL: u64 = 64 * 1024;
/// Of whoever can wait for the database.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the contents are.
#[derive(Clone)]
pub struct Depot {
    context: Context,
    runtime: Handle,
    /// Instead of the database, which then has what was kept before.
    objects: Option<Objects>,
}

/// What is new to the others.
#[derive(Debug, Clone)]
pub struct Content<P> {
    pub sha256: String,
    pub file: P,
}

impl Depot {
    /// `None` when the database is this host's alone: then nobody else needs anything.
    pub fn of(context: &Context, objects: Option<&Objects>) -> Option<Self> {
        let depot = || Self {
            context: context.clone(),
            runtime: Handle::current(),
            objects: objects.cloned(),
        };
        context.db.is_shared().then(depot)
    }

    /// `None` when contents are in the database.
    #[must_use]
    pub fn objects(&self) -> Option<&Objects> {
        self.objects.as_ref()
    }

    /// For how long the start or the end of a run waits when contents cannot be had or kept.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.objects.as_ref().map_or(PATIENCE, Objects::patience)
    }

    /// Whether a content is kept, and stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn has(&self, sha256: &str) -> io::Result<bool> {
        Ok(self.missing(&[sha256.to_owned()])?.is_empty())
    }

    /// Those of these that are not kept, or leave.
    fn missing(&self, wanted: &[String]) -> io::Result<Vec<String>> {
        let db = &self.context.db;
        let missing = async {
            let mut wanted = wanted.to_vec();
            if self.objects.is_some() {
                let staying = table::staying(db, &wanted).await?;
                wanted.retain(|one| !staying.contains(one));
            }
            blobs::missing(db, &wanted).await
        };
        self.runtime.block_on(missing).map_err(DepotError::of_store)
    }

    /// Hands over the contents with these hashes, one after the other, as far as they are kept.
    ///
    /// # Errors
    /// When the database or the object store does not answer, one is damaged, or `take` fails.
    pub fn fetch(
        &self,
        wanted: &[String],
        mut take: impl FnMut(&str, &mut Fetched) -> io::Result<()>,
    ) -> io::Result<()> {
        for portion in wanted.chunks(FEW) {
            let far = self.objects_of(portion)?;
            let is_near = |one: &&String| far.iter().all(|object| object.sha256 != **one);
            let near: Vec<_> = portion.iter().filter(is_near).cloned().collect();
            let first = blobs::first_parts(&self.context.db, &near);
            let first = if near.is_empty() { Ok(Vec::new()) } else { self.runtime.block_on(first) };
            for (sha256, bytes) in first.map_err(DepotError::of_store)? {
                let from = fetched::From::Database { part: 0 };
                take(&sha256, &mut Fetched::new(self, &sha256, from, bytes.into())?)?;
            }
            let mut begun = self.begin_small(&far)?;
            for object in far {
                let sha256 = object.sha256.clone();
                let mut content = match begun.remove(&sha256) {
                    Some(first) => self.fetched(object, first)?,
                    None => self.begin(object)?,
                };
                take(&sha256, &mut content)?;
            }
        }
        Ok(())
    }

    /// The content with this hash, read as it is taken; `None` when it is not kept.
    ///
    /// # Errors
    /// When the database or the object store does not answer, or it is damaged.
    pub fn open(&self, sha256: &str) -> io::Result<Option<Fetched>> {
        if let Some(object) = self.objects_of(&[sha256.to_owned()])?.pop() {
            return self.begin(object).map(Some);
        }
        let first = blobs::part(&self.context.db, sha256, 0);
        let first = self.runtime.block_on(first).map_err(DepotError::of_store)?;
        let from = fetched::From::Database { part: 0 };
        first.map(|bytes| Fetched::new(self, sha256, from, bytes.into())).transpose()
    }

    /// Those of these that are in the object store.
    fn objects_of(&self, wanted: &[String]) -> io::Result<Vec<Object>> {
        let found = self.runtime.block_on(table::find(&self.context.db, wanted));
        let found = found.map_err(DepotError::of_store)?;
        match (found.first(), &self.objects) {
            (Some(one), None) => Err(DepotError::NoStore { sha256: one.sha256.clone() }.into()),
            _ => Ok(found),
        }
    }

    fn begin(&self, object: Object) -> io::Result<Fetched> {
        let Some(objects) = &self.objects else {
            return Err(DepotError::NoStore { sha256: object.sha256 }.into());
        };
        let first = self.runtime.block_on(objects.get(&object, 0))?;
        self.fetched(object, first)
    }

    fn fetched(&self, object: Object, first: Bytes) -> io::Result<Fetched> {
        let sha256 = object.sha256.clone();
        Fetched::new(self, &sha256, fetched::From::Objects { object, start: 0 }, first)
    }

    /// Small ones all at once: a tree has many, and each is a way there and back.
    fn begin_small(&self, far: &[Object]) -> io::Result<HashMap<String, Bytes>> {
        let Some(objects) = &self.objects else { return Ok(HashMap::new()) };
        let small = far.iter().filter(|object| object.bytes <= SMALL);
        let begun = stream::iter(small)
            .map(|object| async {
                let bytes = objects.get(object, 0).await?;
                Ok::<_, DepotError>((object.sha256.clone(), bytes))
            })
            .buffer_unordered(objects.parallel());
        Ok(self.runtime.block_on(begun.try_collect())?)
    }
}

impl fmt::Debug for Depot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Depot")
    }
}
