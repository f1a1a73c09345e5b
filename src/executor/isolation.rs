//! What a run may see and do, put together from the operator's settings and from what the run needs.

use std::io;
use std::path::{Path, PathBuf};

use super::supervisor::{Confinement, Sandbox};
use super::{Interpreter, Settings};
use crate::domain::Limits;

/// Doors out of the sandbox where they are: whoever can speak there has others start processes.
const DOORS: [&str; 6] = [
    "/run/user",
    "/run/dbus",
    "/run/systemd/private",
    "/run/docker.sock",
    "/run/containerd",
    "/run/podman",
];

/// The same for all runs of a worker.
#[derive(Debug, Clone)]
pub struct Isolation {
    /// On a lower rung no run is started.
    pub least_rung: u8,
    pub confinement: Confinement,
    hidden: Vec<PathBuf>,
    writable: Vec<PathBuf>,
}

impl Isolation {
    /// `writable` is also what the operator lets tests use although it would be hidden; `private` is Proctor's own.
    pub fn new(
        least_rung: u8,
        writable: Vec<PathBuf>,
        private: impl Iterator<Item = PathBuf>,
    ) -> io::Result<Self> {
        let doors = DOORS.map(PathBuf::from).into_iter().filter(|door| !writable.contains(door));
        let hidden = doors.chain(private).collect();
        Ok(Self { least_rung, confinement: Confinement::new()?, hidden, writable })
    }
}

/// The sandbox of one run. `own` are the directories that it may write besides the tests root.
pub(super) fn sandbox(
    settings: &Settings,
    interpreter: &Interpreter,
    limits: &Limits,
    scratch: &Path,
    own: &[PathBuf],
) -> Sandbox {
    let isolation = &settings.isolation;
    let others = settings.scratch.parent().unwrap_or(&settings.scratch);
    let proctors = [settings.data.as_path(), others].map(Path::to_owned);
    let tests = interpreter.tests.as_path();
    let own = own.iter().cloned().chain([tests.to_owned()]);
    let script = interpreter.script.parent().map(Path::to_owned);
    let prefixes = prefixes(&interpreter.python);
    let elsewhere = prefixes.iter().flat_map(|prefix| linked_packages(prefix));
    Sandbox {
        hidden: isolation.hidden.iter().cloned().chain(proctors).collect(),
        readable: prefixes.iter().cloned().chain(elsewhere).chain(script).collect(),
        writable: own.chain(isolation.writable.iter().cloned()).collect(),
        scratch: scratch.to_owned(),
        // They are in memory, and a full one must not look like a run that takes too much of it.
        tmp_bytes: limits.tmp_bytes.min(limits.memory_bytes / 2),
        tmp_files: limits.tmp_files,
    }
}

/// Links from an interpreter to the next, so that a circle of them ends.
const LINKS: usize = 8;

/// Where an interpreter is installed: a virtual environment, and what its links lead to, most of which are beside each other.
fn prefixes(python: &Path) -> Vec<PathBuf> {
    let next = |path: &PathBuf| Some(path.with_file_name(std::fs::read_link(path).ok()?));
    let links = std::iter::successors(Some(python.to_owned()), next).take(LINKS);
    let mut found = Vec::new();
    for prefix in links.filter_map(|path| path.parent()?.parent().map(Path::to_owned)) {
        if prefix.parent().is_some() && !found.contains(&prefix) {
            found.push(prefix);
        }
    }
    found
}

/// Where packages are that an installation has without having copied them: what is developed beside it.
fn linked_packages(prefix: &Path) -> Vec<PathBuf> {
    let pythons = entries(&prefix.join("lib")).filter(|path| begins_as(path, "python"));
    let links = pythons
        .flat_map(|python| entries(&python.join("site-packages")))
        .filter(|path| path.extension().is_some_and(|extension| extension == "pth"));
    let lines = links.filter_map(|path| std::fs::read_to_string(path).ok());
    let named = lines.flat_map(|text| text.lines().map(PathBuf::from).collect::<Vec<_>>());
    named.filter(|path| path.is_absolute() && path.is_dir()).collect()
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let found = std::fs::read_dir(directory).into_iter().flatten();
    found.flatten().map(|entry| entry.path())
}

fn begins_as(path: &Path, beginning: &str) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(beginning))
}
