//! Contents of files, kept by their hash in the data directory: every version that was uploaded, replaced or deleted.
//!
//! A blob is a file that is written once, put on disk, and only then called by its hash; so what has a name is whole.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use nix::unistd::syncfs;
use sha2::{Digest, Sha256};

use super::ContentHash;
use crate::depot::{Content, Depot};

/// What arrived and was not kept by then belongs to a process that is gone.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// A larger file that is replaced or deleted is not kept.
pub(super) const LARGEST_KEPT: u64 = 64 * 1024 * 1024;
/// Files up to this many are put on disk one by one, more all at once.
pub(super) const FEW: usize = 16;

static SPOOLS: AtomicU64 = AtomicU64::new(0);

/// The contents that are kept.
#[derive(Debug, Clone)]
pub struct Blobs {
    directory: PathBuf,
    /// What other hosts have, and get from here.
    depot: Option<Depot>,
}

impl Blobs {
    /// Those of a data directory.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self::new(data.join("blobs"))
    }

    /// The same, together with other hosts: what is kept here is there for them, and what they keep is found here.
    #[must_use]
    pub fn shared(data: &Path, depot: Option<Depot>) -> Self {
        Self { depot, ..Self::of(data) }
    }

    /// In `directory`, which is made when the first content comes.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory, depot: None }
    }

    /// The content with this hash, when it is kept and has at most `most` bytes.
    ///
    /// # Errors
    /// When it cannot be read, or is not what its name says.
    pub fn read(&self, sha256: &ContentHash, most: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.place(sha256)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.bring(&[*sha256])?;
                match File::open(self.place(sha256)) {
                    Ok(file) => file,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Ok(None);
        }
        if ContentHash::of(&bytes) != *sha256 {
            return Err(io::Error::other(format!("kept content {sha256} is damaged")));
        }
        Ok(Some(bytes))
    }

    /// The same, without keeping here what is only kept elsewhere.
    ///
    /// # Errors
    /// As of [`Blobs::read`].
    pub(super) fn look(&self, sha256: &ContentHash, most: u64) -> io::Result<Option<Vec<u8>>> {
        if let Some(depot) = self.depot.as_ref().filter(|_| !self.place(sha256).exists()) {
            let mut bytes = Vec::new();
            let Some(content) = depot.open(&sha256.to_string())? else { return Ok(None) };
            content.take(most).read_to_end(&mut bytes)?;
            return Ok(Some(bytes));
        }
        self.read(sha256, most)
    }

    /// A place for what arrives, gone when dropped.
    ///
    /// # Errors
    /// When the data directory cannot be written.
    pub fn spool(&self) -> io::Result<Spool> {
        let number = SPOOLS.fetch_add(1, Ordering::Relaxed);
        let directory = self.arriving().join(format!("{}-{number}", std::process::id()));
        match fs::remove_dir_all(&directory) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => make_private(&directory)?,
        }
        Ok(Spool { directory, files: 0 })
    }

    /// Keeps what arrived. When this returns, it is on disk, and there for other hosts.
    ///
    /// # Errors
    /// When it cannot be written; some of it may be kept then, which harms nobody.
    pub fn keep<'a>(
        &self,
        spool: &Spool,
        contents: impl Iterator<Item = &'a Spooled> + Clone,
    ) -> io::Result<()> {
        self.keep_here(spool, contents.clone())?;
        self.share(&contents.map(|content| content.sha256).collect::<Vec<_>>())
    }

    fn keep_here<'a>(
        &self,
        spool: &Spool,
        contents: impl Iterator<Item = &'a Spooled> + Clone,
    ) -> io::Result<()> {
        let paths = contents.clone().map(|one| spool.path(one));
        put_on_disk(paths.filter(|path| path.exists()), &spool.directory)?;
        let mut homes = std::collections::BTreeSet::new();
        for content in contents {
            let place = self.place(&content.sha256);
            let from = spool.path(content);
            self.stay(&content.sha256)?;
            if place.exists() || !from.exists() {
                continue;
            }
            let home = place.parent().unwrap_or(&self.directory).to_owned();
            make_private(&home)?;
            fs::rename(from, place)?;
            homes.insert(home);
        }
        put_on_disk(homes.into_iter(), &self.directory)
    }

    /// Keeps a copy of the content of `file`, and says what it is.
    ///
    /// # Errors
    /// When it cannot be read, or the copy not be written.
    pub fn keep_copy(&self, file: &mut File) -> io::Result<Spooled> {
        let mut spool = self.spool()?;
        let mut copy = spool.create()?;
        io::copy(file, &mut copy)?;
        let content = copy.finish();
        if !self.has(&content.sha256) {
            self.keep_here(&spool, std::iter::once(&content))?;
        }
        self.share(&[content.sha256])?;
        Ok(content)
    }

    /// Sees to it that other hosts can have these, which are kept here.
    ///
    /// # Errors
    /// When one cannot be read, or the database does not take it.
    pub(super) fn share(&self, contents: &[ContentHash]) -> io::Result<()> {
        let Some(depot) = self.depot.as_ref().filter(|_| !contents.is_empty()) else {
            return Ok(());
        };
        let content =
            |hash: &ContentHash| Content { sha256: hash.to_string(), file: self.place(hash) };
        depot.keep(&contents.iter().map(content).collect::<Vec<_>>())
    }

    /// Gets those of these from other hosts that are not here, as far as they are kept anywhere.
    ///
    /// # Errors
    /// When the database does not answer, the disk does not take one, or one is not what its name says.
    pub(super) fn bring(&self, contents: &[ContentHash]) -> io::Result<()> {
        let Some(depot) = &self.depot else { return Ok(()) };
        let far = contents.iter().filter(|hash| !self.has(hash));
        let far: Vec<_> = far.map(ContentHash::to_string).collect();
        if far.is_empty() {
            return Ok(());
        }
        let mut spool = self.spool()?;
        let mut arrived = Vec::with_capacity(far.len());
        depot.fetch(&far, |name, content| {
            let mut copy = spool.create()?;
            io::copy(content, &mut copy)?;
            let content = copy.finish();
            if content.sha256.to_string() != name {
                return Err(io::Error::other(format!("content {name} arrived damaged")));
            }
            arrived.push(content);
            Ok(())
        })?;
        self.keep_here(&spool, arrived.iter())
    }

    /// Whether it is here, and stays: whoever is about to refer to one that leaves keeps it anew.
    #[must_use]
    pub fn has(&self, sha256: &ContentHash) -> bool {
        self.place(sha256).exists() && !self.leaving(sha256).exists()
    }

    /// Clears away what arrived for processes that are gone.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn clear_forgotten(&self) -> io::Result<()> {
        let Ok(spools) = fs::read_dir(self.arriving()) else { return Ok(()) };
        for spool in spools.flatten() {
            let age = SystemTime::now().duration_since(spool.metadata()?.modified()?);
            if age.is_ok_and(|age| age > FORGOTTEN_AFTER) {
                fs::remove_dir_all(spool.path())?;
            }
        }
        Ok(())
    }

    /// Spread over 256 directories.
    pub(super) fn place(&self, sha256: &ContentHash) -> PathBuf {
        let name = sha256.to_string();
        self.directory.join(&name[..2]).join(&name)
    }

    /// Whether it is kept, here or elsewhere, and stays.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn stays(&self, sha256: &ContentHash) -> io::Result<bool> {
        match &self.depot {
            Some(depot) => Ok(depot.has(&sha256.to_string())?),
            None => Ok(self.has(sha256)),
        }
    }

    /// Marks a content that nothing named when it was last looked for.
    pub(super) fn leaving(&self, sha256: &ContentHash) -> PathBuf {
        self.directory.join("leaving").join(sha256.to_string())
    }

    /// It is named again.
    pub(super) fn stay(&self, sha256: &ContentHash) -> io::Result<()> {
        match fs::remove_file(self.leaving(sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    fn arriving(&self) -> PathBuf {
        self.directory.join("arriving")
    }
}

/// Files that have arrived and are not kept yet.
#[derive(Debug)]
pub struct Spool {
    directory: PathBuf,
    files: usize,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spooled {
    number: usize,
    /// Bytes.
    pub size: u64,
    pub sha256: ContentHash,
}

/// One that is still arriving.
#[derive(Debug)]
pub struct Arriving {
    file: File,
    number: usize,
    size: u64,
    hasher: Sha256,
}

impl Spool {
    /// # Errors
    /// When the data directory cannot be written.
    pub fn create(&mut self) -> io::Result<Arriving> {
        let number = self.files;
        self.files += 1;
        let path = self.directory.join(number.to_string());
        let file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(path)?;
        Ok(Arriving { file, number, size: 0, hasher: Sha256::new() })
    }

    pub(super) fn path(&self, content: &Spooled) -> PathBuf {
        self.directory.join(content.number.to_string())
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        // What stays is cleared away another day.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Arriving {
    #[must_use]
    pub fn finish(self) -> Spooled {
        let sha256 = ContentHash::from_bytes(self.hasher.finalize().into());
        Spooled { number: self.number, size: self.size, sha256 }
    }
}

impl Write for Arriving {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Waits until files or directories are on disk, which are all on the file system of `beside`.
fn put_on_disk(paths: impl Iterator<Item = PathBuf>, beside: &Path) -> io::Result<()> {
    let paths: Vec<_> = paths.collect();
    if paths.len() > FEW {
        return Ok(syncfs(File::open(beside)?)?);
    }
    paths.iter().try_for_each(|path| File::open(path)?.sync_all())
}

pub(super) fn make_private(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_is_kept_once_and_found_by_its_hash() {
        let data = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(data.path().join("blobs"));
        let mut spool = blobs.spool().unwrap();
        let contents: Vec<_> = (0..40)
            .map(|number| {
                let mut arriving = spool.create().unwrap();
                arriving.write_all(format!("{}", number % 20).as_bytes()).unwrap();
                arriving.finish()
            })
            .collect();
        blobs.keep(&spool, contents.iter()).unwrap();
        drop(spool);
        let seven = ContentHash::of(b"7");
        assert_eq!(blobs.read(&seven, 10).unwrap().as_deref(), Some(&b"7"[..]));
        assert_eq!(blobs.read(&ContentHash::of(b"none"), 10).unwrap(), None);
        assert_eq!(fs::read_dir(data.path().join("blobs/arriving")).unwrap().count(), 0);
    }

    #[test]
    fn a_damaged_content_is_not_given_out() {
        let data = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(data.path().to_owned());
        let path = data.path().join("a.py");
        fs::write(&path, "one").unwrap();
        let kept = blobs.keep_copy(&mut File::open(&path).unwrap()).unwrap();
        assert_eq!((kept.size, kept.sha256), (3, ContentHash::of(b"one")));
        fs::write(blobs.place(&kept.sha256), "two").unwrap();
        assert!(blobs.read(&kept.sha256, 10).unwrap_err().to_string().contains("damaged"));
    }
}
