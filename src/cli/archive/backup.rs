//! `proctor backup FILE`

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};
use walkdir::WalkDir;

use super::{ABOUT, About, BackupArgs, DATABASE, DIRECTORIES};
use crate::cli::words::size as in_words;
use crate::store::Db;

type Archive = Builder<GzEncoder<File>>;

pub async fn backup(args: BackupArgs) -> anyhow::Result<()> {
    let BackupArgs { data, file } = args;
    let database = data.join(DATABASE);
    if !database.is_file() {
        anyhow::bail!(
            "{} has no database of SQLite; name the data directory with --data. Save a PostgreSQL database with its own \
             tools; contents are in it, or in the object store that --blobs names: then save that too, after the database",
            data.display()
        );
    }
    if file.exists() {
        anyhow::bail!("{} exists; name a file that does not", file.display());
    }
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let beside = tempfile::Builder::new()
        .prefix(".proctor-backup-")
        .tempdir_in(parent.unwrap_or(Path::new(".")))
        .with_context(|| format!("cannot write beside {}", file.display()))?;
    let copy = beside.path().join(DATABASE);
    copy_database(&database, &copy).await?;
    let partial = beside.path().join("backup");
    let write = tokio::task::spawn_blocking({
        let partial = partial.clone();
        move || write_archive(&data, &copy, &partial)
    });
    let count = write.await??;
    // Not `rename`: it would replace a file that somebody made meanwhile.
    fs::hard_link(&partial, &file).with_context(|| format!("cannot write {}", file.display()))?;
    let size = fs::metadata(&file)?.len();
    println!(
        "{}: the database and {count} files (logs, artifacts, and all contents of tests), {}",
        file.display(),
        in_words(size)
    );
    Ok(())
}

async fn copy_database(database: &Path, copy: &Path) -> anyhow::Result<()> {
    let db = Db::open_sqlite(database).await.context("cannot open the database")?;
    db.copy_to(copy).await.context("cannot copy the database")?;
    db.close().await;
    Ok(())
}

fn write_archive(data: &Path, database: &Path, partial: &Path) -> anyhow::Result<u64> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(partial)?;
    let mut archive = Builder::new(GzEncoder::new(file, Compression::fast()));
    let about = serde_json::to_vec_pretty(&About::this())?;
    append(&mut archive, Path::new(ABOUT), about.len() as u64, about.as_slice())?;
    let size = fs::metadata(database)?.len();
    append(&mut archive, Path::new(DATABASE), size, File::open(database)?)?;
    let mut count = 0;
    for directory in DIRECTORIES {
        count += append_directory(&mut archive, data, directory)?;
    }
    archive.into_inner()?.finish()?.sync_all()?;
    Ok(count)
}

fn append_directory(archive: &mut Archive, data: &Path, directory: &str) -> anyhow::Result<u64> {
    let mut count = 0;
    for entry in WalkDir::new(data.join(directory)).sort_by_file_name() {
        let entry = match entry {
            Ok(entry) => entry,
            // It has gone since its name was read, or there never was one.
            Err(error) if error.io_error().is_some_and(is_missing) => continue,
            Err(error) => return Err(error.into()),
        };
        // Links and pipes that tests left among their artifacts are nobody's to keep.
        if !entry.file_type().is_file() {
            continue;
        }
        let file = match File::open(entry.path()) {
            Ok(file) => file,
            Err(error) if is_missing(&error) => continue,
            Err(error) => return Err(error).context(entry.path().display().to_string()),
        };
        let name = entry.path().strip_prefix(data)?;
        append(archive, name, file.metadata()?.len(), file)
            .with_context(|| entry.path().display().to_string())?;
        count += 1;
    }
    Ok(count)
}

/// As many bytes as the file had when it was looked at: logs grow meanwhile.
fn append(archive: &mut Archive, name: &Path, size: u64, content: impl Read) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_mode(0o600);
    header.set_size(size);
    // What was cut off meanwhile is filled up, or everything behind it would be unreadable.
    let content = content.take(size).chain(io::repeat(0)).take(size);
    archive.append_data(&mut header, name, content)
}

fn is_missing(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
