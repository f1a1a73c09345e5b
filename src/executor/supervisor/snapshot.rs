//! Puts a snapshot at the path of the tests root, for one run: its processes see it there, and nobody else does.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use serde::{Deserialize, Serialize};

/// A directory that nobody writes to, and what a run sees of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    pub tree: PathBuf,
    /// What is compiled of it, in a directory of the same shape.
    pub compiled: Option<PathBuf>,
    /// Of the run alone: what it writes goes here.
    pub own: PathBuf,
    /// What is seen as it is.
    pub live: Vec<LivePath>,
}

/// Something that is no part of the snapshot, by its path below the tests root.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LivePath {
    pub path: String,
    pub is_directory: bool,
}

impl Snapshot {
    /// Where what a run has written is found after its end, below its own directory.
    pub fn written(own: &Path) -> PathBuf {
        own.join("files")
    }

    /// Mounts it over `place`. Called in a mount namespace of its own, which ends with the run.
    ///
    /// # Errors
    /// When the kernel grants no such mount; then `place` is as it was.
    pub(super) fn mount(&self, place: &Path) -> io::Result<()> {
        let [upper, work, aside] = ["files", "work", "aside"].map(|name| self.own.join(name));
        for directory in [&upper, &work] {
            fs::create_dir_all(directory)?;
        }
        if !self.live.is_empty() {
            fs::create_dir_all(&aside)?;
            bind(place, &aside)?;
        }
        let mounted = self.mount_layers(place, &upper, &work);
        if mounted.is_ok() {
            for live in &self.live {
                // What is gone since then is not there in the run either.
                let _ = bind(&aside.join(&live.path), &place.join(&live.path));
            }
        }
        if !self.live.is_empty() {
            let _ = umount2(&aside, MntFlags::MNT_DETACH);
        }
        mounted
    }

    fn mount_layers(&self, place: &Path, upper: &Path, work: &Path) -> io::Result<()> {
        let mut options = Vec::new();
        let compiled = self.compiled.as_deref().map(|path| (":", path));
        let layers = [Some(("lowerdir=", self.tree.as_path())), compiled];
        let own = [Some((",upperdir=", upper)), Some((",workdir=", work))];
        for (name, path) in layers.into_iter().chain(own).flatten() {
            options.extend_from_slice(name.as_bytes());
            options.extend(escaped(path));
        }
        // The attributes that an ordinary user may set, too.
        options.extend_from_slice(b",userxattr");
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
        Ok(mount(Some("overlay"), place, Some("overlay"), flags, Some(options.as_slice()))?)
    }
}

fn bind(from: &Path, to: &Path) -> io::Result<()> {
    let nothing: Option<&str> = None;
    Ok(mount(Some(from), to, nothing, MsFlags::MS_BIND | MsFlags::MS_REC, nothing)?)
}

/// What separates options and directories: <https://docs.kernel.org/filesystems/overlayfs.html>
fn escaped(path: &Path) -> Vec<u8> {
    let special = |byte: &u8| matches!(byte, b'\\' | b':' | b',');
    let bytes = path.as_os_str().as_bytes().iter();
    bytes.flat_map(|byte| special(byte).then_some(b'\\').into_iter().chain([*byte])).collect()
}
