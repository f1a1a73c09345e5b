//! Where it listens, and where it keeps everything.

use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::statfs::{FsType, statfs};

use super::check::Check;
use crate::cli::server;
use crate::config::Config;
use crate::depot::Objects;
use crate::domain::limits::bytes_in_words;
use crate::executor;

/// File systems of other machines: locks and mapped memory of SQLite are not safe there. NFS, SMB, CIFS, 9P, and FUSE,
/// by the numbers of statfs(2).
const REMOTE: [i64; 5] = [0x6969, 0xfe53_4d42, 0xff53_4d42, 0x0102_1997, 0x6573_5546];
const TMPFS: i64 = 0x0102_1994;
const SYNCS: usize = 9;
const SLOW_SYNC: Duration = Duration::from_millis(50);
const LITTLE_ROOM: u64 = 1 << 30;
const NO_ROOM: u64 = 64 << 20;

pub fn address(config: &Config) -> Check {
    let check = Check::new("listening address");
    let address = config.listen;
    match TcpListener::bind(address) {
        Ok(_) if !address.ip().is_loopback() => check.degrades(
            &format!("{address} can be reached by others, and there are no accounts"),
            "whoever reaches it can run code on this machine",
            "listen on 127.0.0.1 behind a proxy that knows its users, or keep the network closed",
        ),
        Ok(_) => check.passes(&format!("{address} is free and only this machine reaches it")),
        Err(_) if is_ours(config) => {
            check.passes(&format!("a serve of this data directory listens on {address}"))
        }
        Err(error) => check.fails(
            &format!("cannot listen on {address}: {error}"),
            "serve does not start",
            "stop what listens there, or choose another address with --listen",
        ),
    }
}

fn is_ours(config: &Config) -> bool {
    fs::read_to_string(executor::address_file(&config.data))
        .is_ok_and(|text| text.trim().ends_with(&config.listen.to_string()))
}

pub fn data_directory(config: &Config) -> Vec<Check> {
    let place = Check::new("data directory");
    let sync = Check::new("disk");
    let Some(directory) = config.data.ancestors().find(|path| path.is_dir()) else {
        return Vec::new();
    };
    let seconds = match time_of_sync(directory) {
        Ok(time) => time,
        Err(error) => {
            return vec![place.fails(
                &format!("cannot write in {}: {error}", directory.display()),
                "nothing can be kept",
                "give it to the user of the service, or name another with --data",
            )];
        }
    };
    vec![file_system(place, config, directory), speed(sync, seconds)]
}

fn file_system(check: Check, config: &Config, directory: &Path) -> Check {
    let shown = config.data.display();
    let Ok(system) = statfs(directory) else {
        return check.passes(&format!("{shown} can be written"));
    };
    let room = system.blocks_available().saturating_mul(system.block_size().unsigned_abs());
    let FsType(kind) = system.filesystem_type();
    if REMOTE.contains(&kind) && config.database.is_none() {
        return check.fails(
            &format!("{shown} is on a file system of another machine or of FUSE ({kind:#x})"),
            "SQLite may lose data there",
            "use a local disk, or PostgreSQL with --database",
        );
    }
    if room < NO_ROOM {
        return check.fails(
            &format!("{} are free at {shown}", bytes_in_words(room)),
            "no run is taken on",
            "make room",
        );
    }
    if kind == TMPFS {
        return check.degrades(
            &format!("{shown} is in memory"),
            "everything is gone when the machine restarts",
            "name a directory on a disk with --data",
        );
    }
    if room < LITTLE_ROOM {
        return check.degrades(
            &format!("only {} are free at {shown}", bytes_in_words(room)),
            "a few long logs fill it",
            "make room",
        );
    }
    check.passes(&format!("{shown} can be written, {} are free", bytes_in_words(room)))
}

fn speed(check: Check, median: Duration) -> Check {
    let finding = format!("a write is safe on disk after {:.1} ms", median.as_secs_f64() * 1000.0);
    if median < SLOW_SYNC {
        return check.passes(&finding);
    }
    check.degrades(
        &finding,
        "each start and end of a run takes several times that",
        "use a faster disk for --data, or PostgreSQL",
    )
}

/// The median of several.
fn time_of_sync(directory: &Path) -> io::Result<Duration> {
    let path = directory.join(format!(".proctor-doctor-{}", std::process::id()));
    let mut file = fs::File::create(&path)?;
    let mut times = Vec::new();
    let timed = (0..SYNCS).try_for_each(|_| {
        let began = Instant::now();
        file.write_all(&[b'x'; 4096])?;
        file.sync_data()?;
        times.push(began.elapsed());
        Ok(())
    });
    fs::remove_file(&path)?;
    timed.map(|()| {
        times.sort_unstable();
        times[SYNCS / 2]
    })
}

pub fn secrets(config: &Config) -> Check {
    let check = Check::new("modes of secret files");
    let mut open = Vec::new();
    let database = config.data.join("proctor.sqlite3");
    let is_open =
        |path: &Path| fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0);
    if is_open(&config.data) {
        open.push(config.data.as_path());
        open.extend(is_open(&database).then_some(database.as_path()));
    }
    if let Some(file) = config.file.as_deref().filter(|_| config.database.is_some()) {
        // A password of the database may be in it.
        open.extend(is_open(file).then_some(file));
    }
    if open.is_empty() {
        return check.passes("nobody else can read the data directory");
    }
    let paths: Vec<_> = open.iter().map(|path| path.display().to_string()).collect();
    check.degrades(
        &format!("others may look into {}", paths.join(", ")),
        "other users of this machine can read logs, variables and the database",
        &format!("chmod go= {}", paths.join(" ")),
    )
}

/// Whether contents can be written to the object store, read, and removed; `None` without one.
pub fn object_store(config: &Config) -> Option<Check> {
    let place = config.blobs.as_ref()?;
    let check = Check::new("object store");
    let name = format!("doctor-{}", std::process::id());
    let tried = || {
        let objects = Objects::connect(place, config.blob_store, &server::readable_variables())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(runtime.block_on(objects.check(&name))?)
    };
    Some(match tried() {
        Ok(()) => check.passes(&format!("{place} can be written and read")),
        Err(error) => check.fails(
            &with_sources(&error),
            "nothing new can be kept: new contents of tests are refused, and what runs leave waits",
            "correct --blobs, the variables that begin with AWS_, or the rights in the store",
        ),
    })
}

fn with_sources(error: &io::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}
