//! `proctor restore FILE`

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

use anyhow::Context as _;
use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use super::{ABOUT, About, DATABASE, DIRECTORIES, RestoreArgs};
use crate::store::Db;

pub async fn restore(args: RestoreArgs) -> anyhow::Result<()> {
    let RestoreArgs { data, file } = args;
    if fs::read_dir(&data).is_ok_and(|mut entries| entries.next().is_some()) {
        anyhow::bail!(
            "{} is not empty; name a directory that does not exist with --data",
            data.display()
        );
    }
    let archive = File::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let data = std::path::absolute(data)?;
    let parent = data.parent().context("the data directory cannot be the root")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    // All of it or nothing: what breaks off on the way is gone with this.
    let partial = tempfile::Builder::new().prefix(".proctor-restore-").tempdir_in(parent)?;
    let home = partial.path().join("data");
    let unpack = tokio::task::spawn_blocking({
        let home = home.clone();
        move || unpack(archive, &home)
    });
    unpack.await?.with_context(|| format!("{} cannot be restored", file.display()))?;
    let db =
        Db::open_sqlite(&home.join(DATABASE)).await.context("its database cannot be opened")?;
    db.close().await;
    fs::rename(&home, &data).with_context(|| format!("cannot make {}", data.display()))?;
    println!("{} is ready: start `proctor serve --data {}`", data.display(), data.display());
    Ok(())
}

fn unpack(archive: File, home: &Path) -> anyhow::Result<()> {
    DirBuilder::new().mode(0o700).create(home)?;
    let mut archive = Archive::new(GzDecoder::new(archive));
    let mut about = None;
    for entry in archive.entries().context("it is no backup")? {
        let mut entry = entry.context("it is no backup, or it is damaged")?;
        let name = entry.path()?.into_owned();
        if name == Path::new(ABOUT) {
            let mut text = String::new();
            entry.read_to_string(&mut text)?;
            about = Some(check(&text)?);
            continue;
        }
        if about.is_none() {
            anyhow::bail!("it does not begin as a backup of Proctor does");
        }
        let target = place(home, &name, entry.header().entry_type())?;
        if let Some(parent) = target.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        entry.unpack(&target).with_context(|| format!("cannot write {}", target.display()))?;
    }
    if !home.join(DATABASE).is_file() {
        anyhow::bail!("it has no database");
    }
    Ok(())
}

fn check(text: &str) -> anyhow::Result<About> {
    let about: About = serde_json::from_str(text).context("it does not say what it is")?;
    if about.format != About::FORMAT {
        anyhow::bail!(
            "it was written by proctor {}, in format {}; this one reads format {}",
            about.version,
            about.format,
            About::FORMAT
        );
    }
    Ok(about)
}

/// Where an entry goes, if it is one that a backup has.
fn place(home: &Path, name: &Path, kind: EntryType) -> anyhow::Result<PathBuf> {
    let mut parts = name.components();
    let is_known = match parts.next() {
        Some(Component::Normal(first)) => {
            first == DATABASE || DIRECTORIES.iter().any(|known| first == *known)
        }
        _ => false,
    };
    let stays = parts.all(|part| matches!(part, Component::Normal(_)));
    if !is_known || !stays || kind != EntryType::Regular {
        anyhow::bail!("it holds {}, which no backup has", name.display());
    }
    Ok(home.join(name))
}
