//! Files that somebody sends: what each of them would be below the tests root, and putting them there, all or none.

mod archive;
pub mod name;
mod place;
mod syntax;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use place::{OnConflict, Placed, PlacedFile};
pub use syntax::SyntaxError;

use archive::ArchiveError;

use super::beneath::Entry;
use super::blobs::{Spool, Spooled};
use super::{Catalog, CatalogError, ContentHash, TestPath};
use name::Sent;

/// What one upload may be at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of all files together, unpacked.
    pub bytes: u64,
    pub files: usize,
}

/// A file as it arrived.
#[derive(Debug)]
pub struct SentFile {
    /// Its place among the files of the request, from 0.
    pub part: usize,
    /// As it was sent; `None` when there was none that is text.
    pub name: Option<String>,
    pub content: Spooled,
}

/// What was sent, file by file.
#[derive(Debug, Default)]
pub struct Judged {
    pub items: Vec<Item>,
    /// Names of files that no test needs and lists do not show.
    pub left_out: Vec<String>,
    /// Why some files were not searched for syntax errors.
    pub unchecked: Option<String>,
}

/// One file.
#[derive(Debug)]
pub struct Item {
    pub part: usize,
    /// Where it would be stored; when that cannot be said, its name as it was sent.
    pub path: String,
    pub verdict: Verdict,
    pub syntax_error: Option<SyntaxError>,
    content: Option<Content>,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// There is nothing in its place.
    New,
    /// There is another file in its place.
    Exists,
    /// There is the same content in its place.
    Unchanged,
    /// It cannot be stored, for this reason.
    Refused(String),
}

#[derive(Debug)]
struct Content {
    path: TestPath,
    spooled: Spooled,
}

impl Item {
    /// Bytes; none of a file that cannot be stored.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.content.as_ref().map(|content| content.spooled.size)
    }

    #[must_use]
    pub fn sha256(&self) -> Option<ContentHash> {
        self.content.as_ref().map(|content| content.spooled.sha256)
    }

    fn refused(part: usize, path: String, why: String) -> Self {
        let verdict = Verdict::Refused(why);
        Self { part, path, verdict, syntax_error: None, content: None }
    }
}

impl Catalog {
    /// Looks at files that were sent to be stored in `directory`, and stores nothing. One zip archive alone stands for the
    /// files in it. Python files are compiled with the interpreter `python`.
    ///
    /// # Errors
    /// When an archive goes beyond `limits`, or the disk or the tests root does not answer; what is wrong with files is
    /// said of them.
    pub fn judge(
        &self,
        directory: &TestPath,
        spool: &mut Spool,
        sent: Vec<SentFile>,
        limits: &UploadLimits,
        python: &Path,
    ) -> Result<Judged, CatalogError> {
        let mut judged = Judged::default();
        let contents = unpacked(spool, sent, limits, &mut judged)?;
        for (part, name, content) in contents {
            match place_of(directory, &name) {
                Ok(Some(path)) => judged.items.push(Item {
                    part,
                    path: path.to_string(),
                    verdict: Verdict::New,
                    syntax_error: None,
                    content: Some(Content { path, spooled: content }),
                }),
                Ok(None) => judged.left_out.push(name),
                Err(error) => judged.items.push(Item::refused(part, name, error.to_string())),
            }
        }
        refuse_clashes(&mut judged.items);
        for item in &mut judged.items {
            self.compare(item)?;
        }
        find_syntax_errors(spool, &mut judged, python);
        Ok(judged)
    }

    /// Whether files may be stored in the directory at `path`, which need not exist yet.
    ///
    /// # Errors
    /// Says why not.
    pub fn check_upload_directory(&self, path: &TestPath) -> Result<(), CatalogError> {
        name::check_path(path)?;
        match self.root.folder(path) {
            Ok(_) | Err(CatalogError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Compares with what is there.
    fn compare(&self, item: &mut Item) -> Result<(), CatalogError> {
        let Some(content) = item.content.as_ref().filter(|_| item.verdict == Verdict::New) else {
            return Ok(());
        };
        let verdict = match self.there(&content.path) {
            Ok(None) => Verdict::New,
            Ok(Some((_, sha256))) if sha256 == Some(content.spooled.sha256) => Verdict::Unchanged,
            Ok(Some(_)) => Verdict::Exists,
            Err(fault @ (CatalogError::Root { .. } | CatalogError::Io { .. })) => {
                return Err(fault);
            }
            Err(refused) => Verdict::Refused(refused.to_string()),
        };
        item.verdict = verdict;
        Ok(())
    }

    /// The regular file at `path`, to which no symbolic link may lead, with its hash if it can be read.
    pub(super) fn there(
        &self,
        path: &TestPath,
    ) -> Result<Option<(Entry, Option<ContentHash>)>, CatalogError> {
        let folder = match self.root.folder(&path.parent().unwrap_or_else(TestPath::root)) {
            Ok(folder) => folder,
            Err(CatalogError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(entry) = folder.look(path.name())? else { return Ok(None) };
        let name = path.to_string();
        if entry.is_directory() {
            return Err(CatalogError::IsDirectory { path: name });
        }
        if entry.is_link() {
            return Err(CatalogError::IsLink { path: name });
        }
        if !entry.is_file() {
            return Err(CatalogError::NotAFile { path: name });
        }
        let sha256 = self.hashes.hash(path.as_str(), &entry, || folder.file(path.name())).ok();
        Ok(Some((entry, sha256)))
    }
}

type Named = (usize, String, Spooled);

/// The files themselves: those that were sent, or those of the archive that was sent alone.
fn unpacked(
    spool: &mut Spool,
    sent: Vec<SentFile>,
    limits: &UploadLimits,
    judged: &mut Judged,
) -> Result<Vec<Named>, CatalogError> {
    let archives = sent.iter().filter(|file| is_archive(file)).count();
    let only_archives = archives == sent.len();
    let mut named = Vec::new();
    for file in sent {
        match file.name {
            None => {
                let why = "a file without a name, or with one that is not UTF-8".to_owned();
                judged.items.push(Item::refused(file.part, String::new(), why));
            }
            Some(name) if only_archives && archives == 1 => {
                named.extend(unpack(spool, (file.part, name, file.content), limits, judged)?);
            }
            Some(name) if only_archives => {
                let why = "archives are sent one at a time".to_owned();
                judged.items.push(Item::refused(file.part, name, why));
            }
            Some(name) => named.push((file.part, name, file.content)),
        }
    }
    Ok(named)
}

fn is_archive(file: &SentFile) -> bool {
    let name = file.name.as_deref().unwrap_or_default();
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

fn unpack(
    spool: &mut Spool,
    (part, name, content): Named,
    limits: &UploadLimits,
    judged: &mut Judged,
) -> Result<Vec<Named>, CatalogError> {
    let bytes = std::fs::read(spool.path(&content)).map_err(CatalogError::io(&name))?;
    let (files, left_out) = match archive::unpack(&bytes, limits, spool) {
        Ok(unpacked) => unpacked,
        Err(ArchiveError::Io(error)) => return Err(CatalogError::writing(&name)(error)),
        Err(error) if error.is_beyond_limit() => {
            return Err(CatalogError::BeyondLimit(format!("{name:?} {error}")));
        }
        Err(error) => {
            let why = format!("{name:?} {error}");
            judged.items.push(Item::refused(part, name, why));
            return Ok(Vec::new());
        }
    };
    judged.left_out.extend(left_out);
    let mut named = Vec::new();
    for file in files {
        match file.content {
            Ok(content) => named.push((part, file.name, content)),
            Err(why) => judged.items.push(Item::refused(part, file.name, why)),
        }
    }
    Ok(named)
}

/// Where a file would be; `None` when it is left out.
fn place_of(directory: &TestPath, name: &str) -> Result<Option<TestPath>, CatalogError> {
    match name::read(name)? {
        Sent::LeftOut => Ok(None),
        Sent::At(path) => TestPath::parse(&format!("{directory}/{path}")).map(Some),
    }
}

/// Refuses files that cannot both be there.
fn refuse_clashes(items: &mut [Item]) {
    let mut counts = BTreeMap::new();
    let mut directories = BTreeSet::new();
    for path in items.iter().filter_map(|item| Some(&item.content.as_ref()?.path)) {
        *counts.entry(path.clone()).or_insert(0) += 1;
        directories.extend(path.ancestors());
    }
    for item in items {
        let Some(content) = &item.content else { continue };
        let why = if counts.get(&content.path).is_some_and(|count| *count > 1) {
            "is sent more than once"
        } else if directories.contains(&content.path) {
            "is sent both as a file and as a directory"
        } else {
            continue;
        };
        item.verdict = Verdict::Refused(format!("{:?} {why}", item.path));
    }
}

fn find_syntax_errors(spool: &Spool, judged: &mut Judged, python: &Path) {
    let is_wanted = |item: &Item| {
        Path::new(&item.path).extension().is_some_and(|ending| ending == "py")
            && !matches!(item.verdict, Verdict::Refused(_))
    };
    let (items, files): (Vec<_>, Vec<PathBuf>) = judged
        .items
        .iter_mut()
        .filter(|item| is_wanted(item))
        .filter_map(|item| {
            let path = spool.path(&item.content.as_ref()?.spooled);
            Some((item, path))
        })
        .unzip();
    let checked = syntax::check(python, spool.directory(), &files);
    for (item, error) in items.into_iter().zip(checked.errors) {
        item.syntax_error = error;
    }
    judged.unchecked = checked.unchecked;
}
