//! Packages that tests ask for: found beside them, installed once for all runs that ask for the same, and kept.

mod asked;
mod for_tests;
mod install;
mod kept;

use std::path::PathBuf;
use std::time::Duration;

pub use for_tests::{Equipped, for_collection, for_run};
pub use install::NotInstalled;

/// How packages are installed on this machine.
#[derive(Debug, Clone)]
pub struct Packages {
    pub enabled: bool,
    /// The program that installs them; `None` when there is none.
    pub uv: Option<PathBuf>,
    /// Whether packages may be built that come as source only.
    pub build: bool,
    pub timeout: Duration,
    /// Environments that are kept.
    pub keep: usize,
}
