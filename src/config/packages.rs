//! Packages that tests ask for beside them, in `requirements.txt`, `pyproject.toml` or a block in a test file.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Packages {
    /// Whether runs get what their tests ask for; otherwise they have what is installed for the interpreter.
    pub enabled: bool,
    /// The program that installs them; absent: `uv` beside the interpreter, else in `PATH`.
    pub uv: Option<PathBuf>,
    /// Whether packages may be built that come as source only. Building executes their code, in the sandbox of the run.
    pub build: bool,
    /// Seconds after which installing is ended.
    pub timeout_s: u32,
    /// Environments that are kept; the one that was used longest ago goes first.
    pub keep: usize,
}

impl Default for Packages {
    fn default() -> Self {
        Self { enabled: true, uv: None, build: true, timeout_s: 600, keep: 20 }
    }
}

impl Packages {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (name, number) in [("timeout_s", u64::from(self.timeout_s)), ("keep", self.keep as u64)]
        {
            if number == 0 {
                return Err(ConfigError::Packages(name, "must be at least 1".into()));
            }
        }
        Ok(())
    }
}
