//! Contents come into the depot, and what nobody names leaves it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Content, Depot, DepotError, FEW, Objects, SMALL};
use crate::actions::{self, BindError, KeepError};
use crate::domain::Millis;
use crate::store::blobs;
use crate::store::objects::Object;

/// A new random name at each reading, see <https://man7.org/linux/man-pages/man4/random.4.html>.
const NAMES: &str = "/proc/sys/kernel/random/uuid";
/// Loose names that are cleared in one go.
const PORTION: u32 = 200;

impl Depot {
    /// Keeps those that are not kept yet. When this returns, every host can have them.
    ///
    /// # Errors
    /// When one cannot be read, or is not taken: [`io::ErrorKind::NetworkDown`] when the database or the object store is
    /// away.
    pub fn keep<P: AsRef<Path>>(&self, contents: &[Content<P>]) -> io::Result<()> {
        let names: Vec<_> = contents.iter().map(|one| one.sha256.clone()).collect();
        let missing = self.missing(&names)?;
        let mut new: Vec<_> = contents.iter().filter(|one| missing.contains(&one.sha256)).collect();
        new.sort_by(|one, other| one.sha256.cmp(&other.sha256));
        new.dedup_by(|one, other| one.sha256 == other.sha256);
        match &self.objects {
            Some(objects) => self.keep_objects(objects, &new),
            None => self.keep_rows(&new),
        }
    }

    /// In the database.
    fn keep_rows<P: AsRef<Path>>(&self, new: &[&Content<P>]) -> io::Result<()> {
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

    fn keep_small(&self, contents: Vec<(String, Vec<u8>)>) -> io::Result<()> {
        if contents.is_empty() {
            return Ok(());
        }
        let kept = actions::keep_small_blobs(&self.context, contents);
        self.runtime.block_on(kept).map_err(DepotError::of_store)
    }

    fn keep_parts(&self, sha256: &str, file: &mut File) -> io::Result<()> {
        let kept = actions::keep_blob(&self.context, sha256, Parts(file));
        self.runtime.block_on(kept).map_err(|error| match error {
            KeepError::Read(error) => error,
            KeepError::Store(error) => DepotError::of_store(error),
        })
    }

    /// In the object store: first the names that are going to be used, then the bytes, then what they are.
    fn keep_objects<P: AsRef<Path>>(
        &self,
        objects: &Objects,
        new: &[&Content<P>],
    ) -> io::Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        self.recognise(objects)?;
        for portion in new.chunks(FEW) {
            let wanted: Vec<_> = portion.iter().map(|one| one.sha256.clone()).collect();
            let missing = self.runtime.block_on(actions::stay_objects(&self.context, &wanted));
            let missing = missing.map_err(DepotError::of_store)?;
            let new = portion.iter().filter(|one| missing.contains(&one.sha256));
            let named: Vec<_> = new
                .map(|content| Ok((new_name(&content.sha256)?, *content)))
                .collect::<io::Result<_>>()?;
            self.runtime.block_on(self.write(objects, &named))?;
        }
        Ok(())
    }

    async fn write<P: AsRef<Path>>(
        &self,
        objects: &Objects,
        named: &[(String, &Content<P>)],
    ) -> io::Result<()> {
        let names: Vec<_> = named.iter().map(|(name, _)| name.clone()).collect();
        let announced = actions::announce_objects(&self.context, &names).await;
        announced.map_err(DepotError::of_store)?;
        let written: Vec<Object> = stream::iter(named)
            .map(|(name, content)| async move {
                let bytes = objects.put(name, content).await?;
                let sha256 = content.sha256.clone();
                Ok::<_, io::Error>(Object { sha256, name: name.clone(), bytes })
            })
            .buffer_unordered(objects.parallel())
            .try_collect()
            .await?;
        actions::bind_objects(&self.context, &written).await.map_err(|error| match error {
            BindError::Store(error) => DepotError::of_store(error),
            late @ BindError::TooLate => io::Error::other(late),
        })
    }

    /// Makes sure that the object store is the one of this installation, before anything is written there.
    fn recognise(&self, objects: &Objects) -> io::Result<()> {
        if objects.is_known() {
            return Ok(());
        }
        let name = random_name()?;
        let mark = self.runtime.block_on(actions::name_object_store(&self.context, &name));
        let mark = mark.map_err(DepotError::of_store)?;
        self.runtime.block_on(objects.recognise(&mark))?;
        if mark.is_left {
            return Ok(());
        }
        let noted = self.runtime.block_on(actions::note_object_store(&self.context));
        noted.map_err(DepotError::of_store)
    }

    /// Whether contents can be written to the object store, and read; without one there is nothing to check.
    ///
    /// # Errors
    /// With what cannot be done.
    pub fn check(&self) -> io::Result<()> {
        let Some(objects) = &self.objects else { return Ok(()) };
        self.recognise(objects)?;
        Ok(self.runtime.block_on(objects.check(&random_name()?))?)
    }

    /// Bytes by hash of all that is kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sizes(context: &actions::Context) -> crate::store::Result<Vec<(String, u64)>> {
        let mut sizes = blobs::sizes(&context.db).await?;
        sizes.extend(crate::store::objects::sizes(&context.db).await?);
        Ok(sizes)
    }

    /// Removes from the object store what has lain there since `by` or longer without being a content.
    ///
    /// # Errors
    /// When the database or the object store does not answer: then it is done another time.
    pub fn clear_loose(&self, by: Millis) -> io::Result<()> {
        let Some(objects) = &self.objects else { return Ok(()) };
        loop {
            let names = actions::take_loose_objects(&self.context, by, PORTION);
            let names = self.runtime.block_on(names).map_err(DepotError::of_store)?;
            if names.is_empty() {
                return Ok(());
            }
            self.recognise(objects)?;
            let deleted = stream::iter(&names)
                .map(|name| objects.delete(name))
                .buffer_unordered(objects.parallel())
                .try_collect::<()>();
            self.runtime.block_on(deleted)?;
            let forgotten = actions::forget_objects(&self.context, &names);
            self.runtime.block_on(forgotten).map_err(DepotError::of_store)?;
        }
    }
}

/// Spread over 256 folders, and never used again.
fn new_name(sha256: &str) -> io::Result<String> {
    Ok(format!("{}/{sha256}.{}", &sha256[..2], random_name()?))
}

fn random_name() -> io::Result<String> {
    Ok(std::fs::read_to_string(NAMES)?.trim().to_owned())
}

/// A file in the parts in which the database keeps it.
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
