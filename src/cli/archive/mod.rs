//! `proctor backup` and `proctor restore`: everything that a server keeps, in one file.
//!
//! A backup is a gzipped tar: `backup.json` says what it is, `proctor.sqlite3` is the database as it was at one moment,
//! `runs/` are logs and artifacts, `blobs/` are test files as they ran. The database comes first: what it names was stored
//! before it was named, so nothing that it names is missing. The tests root is not in it.

mod backup;
mod restore;

use std::path::PathBuf;

use clap::Args;
use serde::{Deserialize, Serialize};

pub use backup::backup;
pub use restore::restore;

const ABOUT: &str = "backup.json";
const DATABASE: &str = "proctor.sqlite3";
/// What is kept beside the database.
const DIRECTORIES: [&str; 2] = ["runs", "blobs"];

/// Write everything that a server keeps into one file; the server may go on meanwhile
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// Where everything is kept
    #[arg(long, env = "PROCTOR_DATA", value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The file to write; it must not exist
    file: PathBuf,
}

/// Make a data directory from a backup
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// Where everything will be kept; it must not exist or be empty
    #[arg(long, env = "PROCTOR_DATA", value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The backup
    file: PathBuf,
}

/// What a backup says of itself.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    format: u32,
    /// Of the program that wrote it.
    version: String,
}

impl About {
    /// The only format so far.
    const FORMAT: u32 = 1;

    fn this() -> Self {
        Self { format: Self::FORMAT, version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}
