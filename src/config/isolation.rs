//! How far runs must be kept apart from the machine.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Isolation {
    /// On a lower rung of the ladder no run is started: 3 sandbox and cgroup, 2 sandbox, 1 landlock, 0 none.
    pub min: u8,
    /// Files, devices and directories that tests may use and write, besides the tests root and their own.
    pub writable: Vec<PathBuf>,
}

impl Default for Isolation {
    fn default() -> Self {
        Self { min: 2, writable: Vec::new() }
    }
}
