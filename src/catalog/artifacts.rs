//! What the tests of a run left for people: a folder that the tests could fill with anything.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::WalkDir;

use super::beneath;
use crate::domain::Millis;

/// Folders within folders.
const DEEPEST: usize = 32;
/// Files of one run that are shown.
const MOST: usize = 10_000;

/// The artifacts of one run.
pub struct Artifacts {
    directory: PathBuf,
}

/// A file that tests left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// Relative to the folder, with slashes.
    pub name: String,
    pub size: u64,
    pub modified_at: Millis,
}

impl Artifacts {
    /// Those in the directory of a run.
    pub fn of(run_directory: &Path) -> Self {
        Self { directory: run_directory.join("artifacts") }
    }

    /// Regular files by name, at most 10,000; links are left out, and names that are no text.
    ///
    /// # Errors
    /// When the folder cannot be read; one that is not there is empty.
    pub fn list(&self) -> io::Result<Vec<Artifact>> {
        let walk =
            WalkDir::new(&self.directory).min_depth(1).max_depth(DEEPEST).sort_by_file_name();
        let mut found = Vec::new();
        for entry in walk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.io_error().is_some_and(is_missing) => continue,
                Err(error) => return Err(error.into()),
            };
            if entry.file_type().is_file() && found.len() < MOST {
                found.extend(self.artifact(&entry));
            }
        }
        Ok(found)
    }

    fn artifact(&self, entry: &walkdir::DirEntry) -> Option<Artifact> {
        let name = entry.path().strip_prefix(&self.directory).ok()?.to_str()?.to_owned();
        // It may have gone since its name was read.
        let known = entry.metadata().ok()?;
        let modified = known.modified().ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let modified_at = Millis(i64::try_from(modified.as_millis()).unwrap_or(i64::MAX));
        Some(Artifact { name, size: known.len(), modified_at })
    }

    /// A regular file for reading, and its size; `None` when there is no such file, or when a link leads to it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(&self, name: &str) -> io::Result<Option<(File, u64)>> {
        match beneath::file_without_links(&self.directory, name) {
            Ok(found) => Ok(found),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    fn artifacts() -> (tempfile::TempDir, Artifacts) {
        let home = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::of(home.path());
        (home, artifacts)
    }

    #[test]
    fn files_are_listed_by_name_and_read_whole() {
        let (home, artifacts) = artifacts();
        assert_eq!(artifacts.list().unwrap(), []);
        let folder = home.path().join("artifacts");
        fs::create_dir_all(folder.join("screens")).unwrap();
        fs::write(folder.join("screens/-ü page.png"), b"png").unwrap();
        fs::write(folder.join("a.txt"), b"").unwrap();
        let found = artifacts.list().unwrap();
        let names: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.size)).collect();
        assert_eq!(names, [("a.txt", 0), ("screens/-ü page.png", 3)]);
        let (mut file, size) = artifacts.open("screens/-ü page.png").unwrap().unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), size), ("png", 3));
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let (home, artifacts) = artifacts();
        let folder = home.path().join("artifacts");
        fs::create_dir_all(&folder).unwrap();
        fs::write(home.path().join("log"), b"secret").unwrap();
        symlink(home.path().join("log"), folder.join("link")).unwrap();
        symlink(home.path(), folder.join("above")).unwrap();
        nix::unistd::mkfifo(&folder.join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(artifacts.list().unwrap(), []);
        for name in
            ["../log", "link", "above/log", "pipe", "/etc/passwd", "", ".", "nothing", "a\0b"]
        {
            assert!(matches!(artifacts.open(name), Ok(None)), "{name:?}");
        }
    }
}
