//! Contents in an object store. Which of them is there under which name is in the database; here are only bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path as FilePath;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{
    Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutPayload,
};
use sha2::{Digest, Sha256};

use super::connect::connect;
use super::figures::{Figures, Meters, Operation};
use super::{Content, DepotError};
use crate::config::BlobStore;
use crate::store::objects::{Mark, Object};

/// Bytes that are fetched at a time.
pub(super) const PORTION: u64 = 2 << 20;
/// Where an installation leaves the name of its mark.
const MARK: &str = "proctor-installation";
/// A mark is a name, and no more.
const LONGEST_MARK: u64 = 1024;

/// An object store; clones are the same one.
#[derive(Debug, Clone)]
pub struct Objects(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<dyn ObjectStore>,
    place: String,
    settings: BlobStore,
    meters: Meters,
    /// It has the mark of this installation.
    is_ours: AtomicBool,
}

impl Objects {
    /// The one at `place`, with the environment variables that say how to get there; nothing is asked of it yet.
    ///
    /// # Errors
    /// When the place or a variable makes no sense.
    pub fn connect(
        place: &str,
        settings: BlobStore,
        variables: &[(String, String)],
    ) -> Result<Self, DepotError> {
        let store = connect(place, &settings, variables)?;
        let (place, meters) = (place.to_owned(), Meters::default());
        Ok(Self(Arc::new(Inner {
            store,
            place,
            settings,
            meters,
            is_ours: AtomicBool::new(false),
        })))
    }

    /// As the operator has named it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    #[must_use]
    pub fn figures(&self, operation: Operation) -> Figures {
        self.0.meters.read(operation)
    }

    /// All operations together.
    #[must_use]
    pub fn all_figures(&self) -> Figures {
        Operation::ALL.into_iter().map(|one| self.figures(one)).fold(
            Figures::default(),
            |sum, one| Figures {
                count: sum.count + one.count,
                errors: sum.errors + one.errors,
                duration: sum.duration + one.duration,
            },
        )
    }

    /// For how long whoever can wait waits for it.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.0.settings.wait_s.into())
    }

    /// Operations at once.
    pub(super) fn parallel(&self) -> usize {
        self.0.settings.parallel
    }

    /// Writes a content under a name that nothing has had, and answers how many bytes it has.
    ///
    /// # Errors
    /// When the file cannot be read or is another content by now, or the store does not take it. Then something may lie
    /// under the name.
    pub(super) async fn put<P: AsRef<FilePath>>(
        &self,
        name: &str,
        content: &Content<P>,
    ) -> io::Result<u64> {
        let mut file = File::open(&content.file)?;
        let first = self.part(&mut file)?;
        if first.len() < self.0.settings.part_bytes {
            check(&content.sha256, &Sha256::digest(&first))?;
            let bytes = first.len() as u64;
            self.put_whole(name, first).await?;
            return Ok(bytes);
        }
        let path = Path::from(name);
        let begun = self.timed(Operation::Put, self.0.store.put_multipart(&path)).await;
        let mut upload = begun.map_err(|error| self.written(error))?;
        match self.put_parts(&mut *upload, first, (&mut file, &content.sha256)).await {
            Ok(bytes) => {
                let completed = self.timed(Operation::Put, upload.complete()).await;
                completed.map_err(|error| self.written(error))?;
                Ok(bytes)
            }
            Err(error) => {
                // What the store keeps of it otherwise is nobody's.
                let _ = upload.abort().await;
                Err(error)
            }
        }
    }

    async fn put_whole(&self, name: &str, bytes: Vec<u8>) -> Result<(), DepotError> {
        let (path, payload) = (Path::from(name), PutPayload::from(bytes));
        let put = |mode: PutMode| self.0.store.put_opts(&path, payload.clone(), mode.into());
        let put_it = async {
            match put(PutMode::Create).await {
                // Only this call has this name: an answer was lost, and it was tried again.
                Err(Error::AlreadyExists { .. }) => Ok(()),
                // A store without conditions; the name is new all the same.
                Err(Error::NotImplemented { .. }) => put(PutMode::Overwrite).await.map(drop),
                other => other.map(drop),
            }
        };
        self.timed(Operation::Put, put_it).await.map_err(|error| self.written(error))
    }

    /// One part in memory at a time.
    async fn put_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        mut part: Vec<u8>,
        (file, sha256): (&mut File, &str),
    ) -> io::Result<u64> {
        let (mut hasher, mut bytes) = (Sha256::new(), 0);
        while !part.is_empty() {
            hasher.update(&part);
            bytes += part.len() as u64;
            let put = upload.put_part(PutPayload::from(part));
            self.timed(Operation::Put, put).await.map_err(|error| self.written(error))?;
            part = self.part(file)?;
        }
        check(sha256, &hasher.finalize())?;
        Ok(bytes)
    }

    fn part(&self, file: &mut File) -> io::Result<Vec<u8>> {
        let mut part = Vec::new();
        file.take(self.0.settings.part_bytes as u64).read_to_end(&mut part)?;
        Ok(part)
    }

    /// The bytes of a content from `start` on, at most [`PORTION`].
    ///
    /// # Errors
    /// When it is not there, or has not as many bytes as it had.
    pub(super) async fn get(&self, object: &Object, start: u64) -> Result<Bytes, DepotError> {
        let Object { sha256, name, bytes } = object;
        if start >= *bytes {
            return Ok(Bytes::new());
        }
        let range = GetRange::Bounded(start..bytes.saturating_sub(start).min(PORTION) + start);
        let options = GetOptions { range: Some(range), ..GetOptions::default() };
        let path = Path::from(name.as_str());
        let get = async {
            let found = self.0.store.get_opts(&path, options).await?;
            let size = found.meta.size;
            Ok((size, found.bytes().await?))
        };
        let place = || self.0.place.clone();
        match self.timed(Operation::Get, get).await {
            Ok((size, _)) if size != *bytes => {
                let what = format!("it has {size} bytes instead of {bytes}");
                Err(DepotError::Damaged { sha256: sha256.clone(), place: place(), what })
            }
            Ok((_, found)) => Ok(found),
            Err(Error::NotFound { .. }) => Err(DepotError::Missing {
                sha256: sha256.clone(),
                place: place(),
                name: name.clone(),
            }),
            // Of one that was cut off there is nothing in this range.
            Err(error) => match self.0.store.head(&path).await {
                Ok(found) if found.size != *bytes => {
                    let what = format!("it has {} bytes instead of {bytes}", found.size);
                    Err(DepotError::Damaged { sha256: sha256.clone(), place: place(), what })
                }
                _ => Err(self.told(error)),
            },
        }
    }

    /// Removes what is under a name, if there is something.
    pub(super) async fn delete(&self, name: &str) -> Result<(), DepotError> {
        let path = Path::from(name);
        let delete = self.0.store.delete(&path);
        match self.timed(Operation::Delete, delete).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.told(error)),
        }
    }

    /// Whether something can be written here, read, and removed.
    ///
    /// # Errors
    /// With what cannot be done.
    pub async fn check(&self, name: &str) -> Result<(), DepotError> {
        let (name, text) = (format!("check/{name}"), name.as_bytes().to_vec());
        let sha256 = format!("{:x}", Sha256::digest(&text));
        let object = Object { sha256, name, bytes: text.len() as u64 };
        self.put_whole(&object.name, text.clone()).await?;
        let read = self.get(&object, 0).await?;
        self.delete(&object.name).await?;
        if read != text {
            let what = "what was written is not what is read".to_owned();
            let (sha256, place) = (object.sha256, self.0.place.clone());
            return Err(DepotError::Damaged { sha256, place, what });
        }
        Ok(())
    }

    /// Whether it was found to be the store of this installation. A folder may be another one at any time: what is mounted
    /// there comes and goes.
    pub(super) fn is_known(&self) -> bool {
        self.0.is_ours.load(Ordering::Relaxed) && self.0.place.starts_with("s3://")
    }

    /// Finds out whether this is the store of the installation with this mark, and leaves it in one that is new.
    pub(super) async fn recognise(&self, mark: &Mark) -> Result<(), DepotError> {
        let foreign = |what| Err(DepotError::Foreign { place: self.0.place.clone(), what });
        match self.read_mark().await? {
            Some(found) if found == mark.name => {}
            Some(_) => return foreign("another one uses it"),
            None if mark.is_left => return foreign("its mark is not there"),
            None => {
                self.put_whole(MARK, mark.name.clone().into_bytes()).await?;
                // Another installation may have been first.
                if self.read_mark().await?.is_none_or(|found| found != mark.name) {
                    return foreign("another one uses it");
                }
            }
        }
        self.0.is_ours.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn read_mark(&self) -> Result<Option<String>, DepotError> {
        let range = Some(GetRange::Bounded(0..LONGEST_MARK));
        let options = GetOptions { range, ..GetOptions::default() };
        let path = Path::from(MARK);
        let get = async {
            match self.0.store.get_opts(&path, options).await {
                Ok(found) => found.bytes().await.map(Some),
                Err(Error::NotFound { source, .. }) if !says_no_bucket(&*source) => Ok(None),
                Err(error) => Err(error),
            }
        };
        let found = self.timed(Operation::Get, get).await.map_err(|error| self.written(error))?;
        Ok(found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    async fn timed<T>(
        &self,
        operation: Operation,
        asked: impl Future<Output = object_store::Result<T>>,
    ) -> object_store::Result<T> {
        let began = Instant::now();
        let answer = asked.await;
        self.0.meters.note(operation, answer.is_err(), began.elapsed());
        answer
    }

    /// Nothing to write to is no missing content.
    fn written(&self, error: Error) -> DepotError {
        match error {
            source @ Error::NotFound { .. } => {
                let place = self.0.place.clone();
                tracing::warn!(error = %source, place, "there is no such object store");
                DepotError::NoBucket { place, source }
            }
            other => self.told(other),
        }
    }

    fn told(&self, source: Error) -> DepotError {
        let place = self.0.place.clone();
        tracing::warn!(error = %source, place, "the object store did not do what it was asked");
        match source {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                DepotError::Refused { place, source }
            }
            source if says_certificate(&source) => DepotError::Certificate { place, source },
            source => DepotError::Away { place, source },
        }
    }
}

fn says_no_bucket(error: &(dyn std::error::Error + 'static)) -> bool {
    error.to_string().contains("NoSuchBucket")
}

/// In rustls' words, somewhere below.
fn says_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| error.to_string().contains("invalid peer certificate"))
}

fn check(sha256: &str, found: &[u8]) -> io::Result<()> {
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    if found == sha256 {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "content {sha256} has changed while it was kept; it is {found} now"
    )))
}
