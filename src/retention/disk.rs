//! The part of a data directory that goes with runs.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::retention::{Part, Pruning};

/// How far the disk is, and the right to go on: `serve` and worker of one host both look.
const DONE: &str = "pruned";

/// The data directory, as long as nobody else clears it.
pub struct Disk {
    data: PathBuf,
    done: i64,
    _turn: File,
}

impl Disk {
    /// `None` when another process is at it.
    pub fn of(data: &Path) -> io::Result<Option<Self>> {
        let turn = File::create(data.join(format!("{DONE}.lock")))?;
        if turn.try_lock().is_err() {
            return Ok(None);
        }
        let done = match fs::read_to_string(data.join(DONE)) {
            Ok(text) => text.trim().parse().unwrap_or(0),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        Ok(Some(Self { data: data.to_owned(), done, _turn: turn }))
    }

    /// The number of the last mark whose part is gone from this disk.
    pub fn done(&self) -> i64 {
        self.done
    }

    /// After a crash in between, some is removed once more, which harms nobody.
    pub fn note_done(&mut self, number: i64) -> io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(&self.data)?;
        write!(beside, "{number}")?;
        beside.persist(self.data.join(DONE))?;
        self.done = number;
        Ok(())
    }

    pub fn remove(&self, pruning: &Pruning) -> io::Result<()> {
        let run = self.data.join("runs").join(pruning.run.to_string());
        match pruning.part {
            Part::Run => remove_all(&run)?,
            Part::Log => each_attempt(&run, |home| {
                remove_file(&home.join("log"))?;
                remove_file(&home.join("log.index"))
            })?,
            Part::Artifacts => each_attempt(&run, |home| remove_all(&home.join("artifacts")))?,
        }
        if pruning.part == Part::Artifacts {
            return Ok(());
        }
        // Of other hosts' runs, as far as somebody read them here.
        let copies = format!("{}-", pruning.run);
        for entry in fs::read_dir(self.data.join("copies")).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&copies) {
                remove_all(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// The last attempt lies in the run's directory, earlier ones in directories below.
fn each_attempt(run: &Path, remove: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    remove(run)?;
    for entry in fs::read_dir(run).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with("attempt-") {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove_file(path: &Path) -> io::Result<()> {
    unless_missing(fs::remove_file(path))
}

fn remove_all(path: &Path) -> io::Result<()> {
    unless_missing(fs::remove_dir_all(path))
}

fn unless_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Millis, RunId};

    fn pruning(run: i64, part: Part) -> Pruning {
        Pruning { run: RunId(run), part, at: Millis(0), reason: String::new() }
    }

    #[test]
    fn only_what_went_is_removed() {
        let data = tempfile::tempdir().unwrap();
        let at = |path: &str| data.path().join(path);
        for path in [
            "runs/1/artifacts",
            "runs/1/attempt-1/artifacts",
            "runs/11/artifacts",
            "copies/1-2",
            "copies/11-1",
        ] {
            fs::create_dir_all(at(path)).unwrap();
            fs::write(at(path).join("a.txt"), "a").unwrap();
        }
        for path in ["runs/1/log", "runs/1/log.index", "runs/1/usage", "runs/1/attempt-1/log"] {
            fs::write(at(path), "a").unwrap();
        }
        let disk = Disk::of(data.path()).unwrap().unwrap();
        assert!(Disk::of(data.path()).unwrap().is_none(), "one at a time");

        disk.remove(&pruning(1, Part::Log)).unwrap();
        for gone in ["runs/1/log", "runs/1/log.index", "runs/1/attempt-1/log", "copies/1-2"] {
            assert!(!at(gone).exists(), "{gone}");
        }
        for kept in ["runs/1/usage", "runs/1/artifacts/a.txt", "copies/11-1/a.txt"] {
            assert!(at(kept).exists(), "{kept}");
        }
        disk.remove(&pruning(1, Part::Artifacts)).unwrap();
        assert!(!at("runs/1/artifacts").exists() && !at("runs/1/attempt-1/artifacts").exists());
        assert!(at("runs/1/usage").exists());
        disk.remove(&pruning(1, Part::Run)).unwrap();
        disk.remove(&pruning(1, Part::Run)).unwrap();
        assert!(!at("runs/1").exists() && at("runs/11/artifacts/a.txt").exists());
    }

    #[test]
    fn a_disk_remembers_how_far_it_is() {
        let data = tempfile::tempdir().unwrap();
        let mut disk = Disk::of(data.path()).unwrap().unwrap();
        assert_eq!(disk.done(), 0);
        disk.note_done(41).unwrap();
        drop(disk);
        assert_eq!(Disk::of(data.path()).unwrap().unwrap().done(), 41);
    }
}
