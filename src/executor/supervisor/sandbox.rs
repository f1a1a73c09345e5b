//! What a run sees of the file system: all of it for reading, Proctor's own things not at all, and temporary files that
//! are its own and gone with it.
//!
//! Done once by the init of a run, in its mount namespace, before the runner begins. Whoever enters that namespace later
//! sees the same.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::CWD;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, mount, mount_change,
    move_mount, open_tree,
};
use serde::{Deserialize, Serialize};

use super::spawn;

/// Devices that programs expect everywhere. No others: with the rights of root a disk could be read there.
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];
/// Parts of /proc that change the whole machine when root writes there.
const MACHINE: [&str; 4] = ["/proc/sys", "/proc/irq", "/proc/bus", "/proc/sysrq-trigger"];
const TEMPORARY: &str = "/tmp";
/// Of a directory that hides another, for the way to what is kept below it.
const COVER: &str = "size=1m,nr_inodes=4k,mode=0755";

/// What is where for one run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sandbox {
    /// Directories that are empty for it, and files.
    pub hidden: Vec<PathBuf>,
    /// What it needs for reading, wherever that is.
    pub readable: Vec<PathBuf>,
    /// What it may change.
    pub writable: Vec<PathBuf>,
    /// Its own directory for temporary files.
    pub scratch: PathBuf,
    pub tmp_bytes: u64,
    pub tmp_files: u64,
}

/// A step that changes what is at one path.
struct Step {
    path: PathBuf,
    what: What,
}

enum What {
    /// An empty file system hides what is there.
    Cover,
    /// Nothing can be read there.
    Blank(OwnedFd),
    /// Something from before is there, or still there.
    Put(OwnedFd),
}

impl Sandbox {
    /// Makes it so for this process and all that come from it.
    pub(super) fn enter(&self) -> io::Result<()> {
        let private = MountPropagationFlags::REC | MountPropagationFlags::PRIVATE;
        mount_change("/", private)?;
        let steps = self.steps()?;
        let devices = DEVICES.map(|name| (name, clone_of(&Path::new("/dev").join(name))));
        spawn::set_read_only(CWD, c"/", spawn::Reach::Everything)?;
        self.mount_temporary(Path::new(TEMPORARY))?;
        if fs::canonicalize("/var/tmp").is_ok_and(|path| path != Path::new(TEMPORARY)) {
            put(&clone_of(Path::new(TEMPORARY))?, Path::new("/var/tmp"))?;
        }
        self.make_devices(devices)?;
        own_proc()?;
        let mut covered = Vec::new();
        for Step { path, what } in steps {
            match what {
                // What was in a hidden directory, or among temporary files, is not there any more.
                What::Cover | What::Blank(_) if !path.exists() => {}
                What::Cover => {
                    mount_tmpfs(&path, COVER)?;
                    covered.push(path);
                }
                What::Blank(tree) | What::Put(tree) => put(&tree, &path)?,
            }
        }
        self.make_scratch()?;
        covered.iter().try_for_each(|path| read_only_at(path))
    }

    /// From the root downwards, so that what is kept below something hidden appears in it.
    fn steps(&self) -> io::Result<Vec<Step>> {
        let mut steps = Vec::new();
        for path in self.hidden.iter().filter_map(|path| fs::canonicalize(path).ok()) {
            let what = if path.is_dir() {
                What::Cover
            } else {
                What::Blank(clone_of(Path::new("/dev/null"))?)
            };
            steps.push(Step { path, what });
        }
        let covered: Vec<PathBuf> = steps.iter().map(|step| step.path.clone()).collect();
        let is_covered = |path: &Path| {
            let by_us = [TEMPORARY, "/var/tmp", "/dev"].map(Path::new);
            by_us
                .into_iter()
                .chain(covered.iter().map(PathBuf::as_path))
                .any(|top| path.starts_with(top))
        };
        for path in &self.readable {
            for place in places(path).into_iter().filter(|place| is_covered(place)) {
                let tree = clone_of(&place)?;
                spawn::set_read_only(&tree, c"", spawn::Reach::Everything)?;
                steps.push(Step { path: place, what: What::Put(tree) });
            }
        }
        for path in &self.writable {
            let real = fs::canonicalize(path);
            for place in places(path) {
                if is_covered(&place) || real.as_ref().is_ok_and(|real| *real == place) {
                    let what = What::Put(clone_of(&place)?);
                    steps.push(Step { path: place, what });
                }
            }
        }
        steps.sort_by_key(|step| step.path.components().count());
        Ok(steps)
    }

    fn mount_temporary(&self, place: &Path) -> io::Result<()> {
        let options = format!("size={},nr_inodes={},mode=1777", self.tmp_bytes, self.tmp_files);
        mount_tmpfs(place, &options)
    }

    fn make_devices(
        &self,
        devices: [(&str, io::Result<OwnedFd>); DEVICES.len()],
    ) -> io::Result<()> {
        let dev = Path::new("/dev");
        mount_tmpfs(dev, COVER)?;
        for (name, device) in devices {
            // A container may lack one.
            if let Ok(device) = device {
                put(&device, &dev.join(name))?;
            }
        }
        for (name, target) in
            [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")]
        {
            symlink(target, dev.join(name))?;
        }
        fs::create_dir(dev.join("pts"))?;
        let flags = MountFlags::NOSUID | MountFlags::NOEXEC;
        let options = c"newinstance,ptmxmode=0666,mode=0620";
        mount("devpts", dev.join("pts"), "devpts", flags, Some(options))?;
        symlink("pts/ptmx", dev.join("ptmx"))?;
        fs::create_dir(dev.join("shm"))?;
        self.mount_temporary(&dev.join("shm"))
    }

    fn make_scratch(&self) -> io::Result<()> {
        let mut directory = fs::DirBuilder::new();
        directory.recursive(true).mode(0o700);
        if self.scratch.starts_with(TEMPORARY) {
            return directory.create(&self.scratch);
        }
        let own = Path::new(TEMPORARY).join("scratch");
        directory.create(&own)?;
        put(&clone_of(&own)?, &self.scratch)
    }
}

/// A /proc that shows the processes of the namespace, in which nothing can be changed for the whole machine.
fn own_proc() -> io::Result<()> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount("proc", "/proc", "proc", flags, None)
        .map_err(|error| named(Path::new("/proc"), &error.into()))?;
    for path in MACHINE.map(Path::new).into_iter().filter(|path| path.exists()) {
        put(&clone_of(path)?, path)?;
        read_only_at(path)?;
    }
    Ok(())
}

/// Where something can be found: at its real path, and at the one by which it was named if that is another.
fn places(path: &Path) -> Vec<PathBuf> {
    let real = fs::canonicalize(path).ok();
    let named = path.exists().then(|| path.to_owned()).filter(|path| real.as_ref() != Some(path));
    real.into_iter().chain(named).collect()
}

/// A copy of the mounts at a path that belongs to no place yet.
fn clone_of(path: &Path) -> io::Result<OwnedFd> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE
        | OpenTreeFlags::OPEN_TREE_CLOEXEC
        | OpenTreeFlags::AT_RECURSIVE;
    open_tree(CWD, path, flags).map_err(|error| named(path, &error.into()))
}

/// Puts it to a path, which is made if it is not there.
fn put(tree: &OwnedFd, path: &Path) -> io::Result<()> {
    if !path.exists() {
        let parent = path.parent().unwrap_or(path);
        fs::create_dir_all(parent)?;
        let kind = rustix::fs::fstat(tree)?;
        if rustix::fs::FileType::from_raw_mode(kind.st_mode).is_dir() {
            fs::create_dir(path)?;
        } else {
            fs::File::create(path)?;
        }
    }
    move_mount(tree.as_fd(), "", CWD, path, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)
        .map_err(|error| named(path, &error.into()))
}

fn mount_tmpfs(path: &Path, options: &str) -> io::Result<()> {
    let options = std::ffi::CString::new(options)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    mount("tmpfs", path, "tmpfs", flags, Some(options.as_c_str()))
        .map_err(|error| named(path, &error.into()))
}

fn read_only_at(path: &Path) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let text = std::ffi::CString::new(path.as_os_str().as_bytes())?;
    spawn::set_read_only(CWD, &text, spawn::Reach::This).map_err(|error| named(path, &error))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
