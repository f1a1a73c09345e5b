//! The Python package, which travels inside the binary and is laid out in the data directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "python/proctor_runner"]
#[include = "*.py"]
struct Package;

/// Lays the package out in `data`, unless this very one is there, and answers the script that starts runners.
pub fn lay_out(data: &Path) -> io::Result<PathBuf> {
    let mut hash = Sha256::new();
    for name in Package::iter() {
        hash.update(name.as_bytes());
        hash.update(contents(&name)?);
    }
    let version = &format!("{:x}", hash.finalize())[..16];
    let parent = data.join("runtime");
    let home = parent.join(version);
    if !home.is_dir() {
        // Beside its place first: another worker may look for it at this moment.
        let half_done = parent.join(format!("half-{}", std::process::id()));
        let package = half_done.join("proctor_runner");
        for name in Package::iter() {
            let file = package.join(&*name);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, contents(&name)?)?;
        }
        if fs::rename(&half_done, &home).is_err() {
            fs::remove_dir_all(&half_done)?;
        }
    }
    Ok(home.join("proctor_runner").join("start.py"))
}

fn contents(name: &str) -> io::Result<Vec<u8>> {
    let file = Package::get(name).ok_or_else(|| io::Error::other(format!("{name} is missing")))?;
    Ok(file.data.into_owned())
}
