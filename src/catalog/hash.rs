//! Content hashes, and a memory of them that a changed file cannot fool.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::sys::stat::FileStat;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CatalogError;
use super::beneath::Entry;

const PORTION: usize = 64 * 1024;
/// About 20 MB of memory.
const MOST_REMEMBERED: usize = 200_000;
/// A file changed this recently may change once more within the same tick of the file system's clock.
const SETTLED_AFTER: Duration = Duration::from_secs(1);

/// SHA-256 of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the form that [`fmt::Display`] gives; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .bytes()
            .map(|digit| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits.chunks_exact(2).map(|two| two[0] << 4 | two[1]).collect();
        (text.len() == 64).then(|| bytes.try_into().ok().map(Self))?
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// 64 lowercase hexadecimal digits.
impl fmt::Display for ContentHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal(&self.0))
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

impl TryFrom<String> for ContentHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no SHA-256"))
    }
}

/// Hashes of files that have not changed since.
pub(super) struct HashCache {
    settled_after: Duration,
    /// By device and inode.
    known: Mutex<HashMap<(u64, u64), (Stamp, ContentHash)>>,
}

impl Default for HashCache {
    fn default() -> Self {
        Self { settled_after: SETTLED_AFTER, known: Mutex::default() }
    }
}

/// Any change of the content changes one of these.
#[derive(PartialEq, Eq)]
struct Stamp {
    size: i64,
    modified_ns: i128,
    changed_ns: i128,
}

impl HashCache {
    /// The hash of the file that `entry` describes; `open` is called when it is not known yet.
    pub fn hash(
        &self,
        path: &str,
        entry: &Entry,
        open: impl FnOnce() -> Result<(File, Entry), CatalogError>,
    ) -> Result<ContentHash, CatalogError> {
        if let Some(known) = self.recall(entry) {
            return Ok(known);
        }
        let (mut file, opened) = open()?;
        let hash = hash_file(&mut file).map_err(CatalogError::io(path))?;
        self.remember(&opened, hash);
        Ok(hash)
    }

    pub fn recall(&self, entry: &Entry) -> Option<ContentHash> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (stamp, hash) = known.get(&entry.identity())?;
        (*stamp == Stamp::of(&entry.stat)).then_some(*hash)
    }

    pub fn remember(&self, entry: &Entry, hash: ContentHash) {
        let stamp = Stamp::of(&entry.stat);
        if now_ns() - stamp.changed_ns < self.settled_after.as_nanos().cast_signed() {
            return;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(entry.identity(), (stamp, hash));
    }
}

impl Stamp {
    fn of(stat: &FileStat) -> Self {
        let nanoseconds =
            |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            size: stat.st_size,
            modified_ns: nanoseconds(stat.st_mtime, stat.st_mtime_nsec),
            changed_ns: nanoseconds(stat.st_ctime, stat.st_ctime_nsec),
        }
    }
}

pub(super) fn hexadecimal(digest: &[u8; 32]) -> String {
    let (high, low) = digest.split_at(16);
    let number =
        |half: &[u8]| half.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("{:032x}{:032x}", number(high), number(low))
}

fn now_ns() -> i128 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since_epoch.as_nanos()).unwrap_or(0)
}

fn hash_file(file: &mut File) -> io::Result<ContentHash> {
    let mut hasher = Sha256::new();
    let mut portion = vec![0; PORTION];
    loop {
        match file.read(&mut portion) {
            Ok(0) => return Ok(ContentHash(hasher.finalize().into())),
            Ok(read) => hasher.update(&portion[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::TestPath;
    use super::super::beneath::Root;
    use super::*;
    use std::fs;

    /// Hashes `a.py` and tells whether it had to be read.
    fn hash_of_a(cache: &HashCache, root: &Root) -> (ContentHash, bool) {
        let path = TestPath::parse("a.py").unwrap();
        let mut was_read = false;
        let hash = cache.hash("a.py", &root.look(&path).unwrap(), || {
            was_read = true;
            root.file(&path)
        });
        (hash.unwrap(), was_read)
    }

    #[test]
    fn a_file_is_read_again_only_when_it_has_changed() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::new(directory.path().to_owned());
        let cache = HashCache { settled_after: Duration::ZERO, ..HashCache::default() };
        fs::write(directory.path().join("a.py"), "one").unwrap();
        assert_eq!(hash_of_a(&cache, &root), (ContentHash::of(b"one"), true));
        assert_eq!(hash_of_a(&cache, &root), (ContentHash::of(b"one"), false));
        fs::write(directory.path().join("b.py"), "two").unwrap();
        fs::rename(directory.path().join("b.py"), directory.path().join("a.py")).unwrap();
        assert_eq!(hash_of_a(&cache, &root), (ContentHash::of(b"two"), true));
        assert_eq!(hash_of_a(&cache, &root), (ContentHash::of(b"two"), false));
    }

    #[test]
    fn a_file_changed_just_now_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::new(directory.path().to_owned());
        let cache = HashCache { settled_after: Duration::from_hours(1), ..HashCache::default() };
        fs::write(directory.path().join("a.py"), "one").unwrap();
        assert!(hash_of_a(&cache, &root).1);
        assert!(hash_of_a(&cache, &root).1);
    }

    #[test]
    fn a_hash_shows_as_64_hexadecimal_digits() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(ContentHash::of(b"").to_string(), empty);
        assert_eq!(ContentHash::parse(empty), Some(ContentHash::of(b"")));
        for bad in
            ["", "e3", &empty.to_uppercase(), &format!("{empty}00"), &empty.replace('e', "g")]
        {
            assert_eq!(ContentHash::parse(bad), None, "{bad}");
        }
    }
}
