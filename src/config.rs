//! One configuration: flag before environment variable before file, checked once.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

pub use blob_store::BlobStore;
pub use isolation::Isolation;
pub use limits::Limits;
pub use packages::Packages;
pub use postgres::Postgres;
pub use retention::Retention;
pub use webhook::Webhook;

mod blob_store;
mod isolation;
mod limits;
mod packages;
mod postgres;
mod ranges;
mod retention;
mod webhook;

/// Everything that an operator can choose. Each field has its meaning from the flag of the same name.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub listen: SocketAddr,
    pub insecure_open: bool,
    /// Names under which browsers may ask, besides this machine's own.
    pub allowed_hosts: Vec<String>,
    /// Variables that requesters may set although they change how interpreters load code.
    pub allowed_variables: Vec<String>,
    pub data: PathBuf,
    pub tests: PathBuf,
    pub python: PathBuf,
    /// Others that runs may choose by name.
    pub interpreters: BTreeMap<String, PathBuf>,
    pub packages: Packages,
    pub database: Option<String>,
    pub postgres: Postgres,
    /// Where contents are that all hosts have in common; absent: in the database.
    pub blobs: Option<String>,
    pub blob_store: BlobStore,
    /// Whether `serve` starts a worker.
    pub workers: u8,
    pub slots: usize,
    pub worker: Worker,
    pub limits: Limits,
    pub isolation: Isolation,
    pub lease: Lease,
    pub warm: Warm,
    pub retention: Retention,
    /// Whom to tell that runs have ended.
    pub webhooks: Vec<Webhook>,
    /// The file that some of it was read from.
    pub file: Option<PathBuf>,
}

/// Interpreters that are kept warm, and fork the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Warm {
    /// At most so many of each worker; 0 starts every run cold.
    pub most: usize,
    /// Seconds after which one ends that nobody used.
    pub idle_s: u32,
    /// Runs of one, after which another one takes over with another hash seed when nothing has run for a while.
    pub runs: u32,
}

/// Times of leases in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lease {
    pub lease_ms: i64,
    pub renew_ms: i64,
    pub kill_ms: i64,
}

/// What a worker is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Worker {
    /// Words of its operator about it.
    pub labels: Vec<String>,
    /// Labels and numbers of the environments that it serves; all of them when there are none.
    pub environments: Vec<String>,
    /// Seconds that it stays when it is to leave and logs of its runs are not kept yet.
    pub leave_s: u32,
}

/// What was said on the command line or in `PROCTOR_…` variables.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub listen: Option<String>,
    pub insecure_open: bool,
    pub allowed_hosts: Vec<String>,
    pub data: Option<PathBuf>,
    pub tests: Option<PathBuf>,
    pub python: Option<PathBuf>,
    pub database: Option<String>,
    pub blobs: Option<String>,
    pub workers: Option<u8>,
    pub slots: Option<usize>,
    pub worker_labels: Vec<String>,
    pub worker_environments: Vec<String>,
    pub isolation_min: Option<u8>,
    pub writable: Vec<PathBuf>,
    pub config: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    listen: Option<String>,
    insecure_open: bool,
    allowed_hosts: Vec<String>,
    allowed_variables: Vec<String>,
    data: Option<PathBuf>,
    tests: Option<PathBuf>,
    python: Option<PathBuf>,
    interpreters: BTreeMap<String, PathBuf>,
    packages: Packages,
    database: Option<String>,
    postgres: Postgres,
    blobs: Option<String>,
    blob_store: BlobStore,
    workers: Option<u8>,
    slots: Option<usize>,
    worker: Worker,
    limits: Limits,
    isolation: Isolation,
    lease: Lease,
    warm: Warm,
    retention: Retention,
    webhooks: Vec<Webhook>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration file {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("configuration file {}: {source}", path.display())]
    Malformed { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{0:?} is no address to listen on; write for example 127.0.0.1:8000")]
    Listen(String),
    #[error(
        "{0} can be reached by others, and there are no accounts yet: anybody could run code here. \
         Listen on 127.0.0.1, or say --insecure-open if everybody in that network is trusted"
    )]
    Open(SocketAddr),
    #[error("tests root {} is not a directory; name it with --tests DIR", .0.display())]
    Tests(PathBuf),
    #[error("interpreters.{0} in the configuration: there is no file {1:?}")]
    Interpreter(String, PathBuf),
    #[error("packages.{0} in the configuration: {1}")]
    Packages(&'static str, String),
    #[error("--slots {0}: a worker has from 1 to 1000 slots")]
    Slots(usize),
    #[error("--workers {0}: serve starts 0 or 1 worker; start more with `proctor worker`")]
    Workers(u8),
    #[error(
        "isolation.min {0}: rungs are 3 (sandbox and cgroup), 2 (sandbox), 1 (landlock) and 0 (none)"
    )]
    Rung(u8),
    #[error("--blobs {0:?}: {1}")]
    Blobs(String, String),
    #[error("webhook {0:?} in the configuration: {1}")]
    Webhook(String, String),
    #[error("{}; correct it in the configuration file, or leave the line out", .0.join("; "))]
    Limits(Vec<String>),
    #[error(
        "lease times must grow: renew_ms {} < kill_ms {} < lease_ms {}",
        .0.renew_ms, .0.kill_ms, .0.lease_ms
    )]
    Lease(Lease),
}

impl Config {
    pub fn load(given: Given) -> Result<Self, ConfigError> {
        let file = match &given.config {
            Some(path) => read(path)?,
            None => File::default(),
        };
        let listen = given.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8000".into());
        let mut allowed_hosts = given.allowed_hosts;
        allowed_hosts.extend(file.allowed_hosts);
        let config = Self {
            listen: listen.parse().map_err(|_| ConfigError::Listen(listen))?,
            insecure_open: given.insecure_open || file.insecure_open,
            allowed_hosts,
            allowed_variables: file.allowed_variables,
            data: absolute(given.data.or(file.data).unwrap_or_else(|| "data".into())),
            tests: absolute(given.tests.or(file.tests).unwrap_or_else(|| "tests".into())),
            python: interpreter(given.python.or(file.python)),
            interpreters: file
                .interpreters
                .into_iter()
                .map(|(name, path)| (name, interpreter(Some(path))))
                .collect(),
            packages: file.packages,
            database: given.database.or(file.database),
            postgres: file.postgres,
            blobs: given.blobs.or(file.blobs),
            blob_store: file.blob_store,
            workers: given.workers.or(file.workers).unwrap_or(1),
            slots: given.slots.or(file.slots).unwrap_or_else(twice_the_cores),
            worker: Worker {
                labels: unless_empty(given.worker_labels, file.worker.labels),
                environments: unless_empty(given.worker_environments, file.worker.environments),
                leave_s: file.worker.leave_s,
            },
            limits: file.limits,
            isolation: Isolation {
                min: given.isolation_min.unwrap_or(file.isolation.min),
                writable: given
                    .writable
                    .into_iter()
                    .chain(file.isolation.writable)
                    .map(absolute)
                    .collect(),
            },
            lease: file.lease,
            warm: file.warm,
            retention: file.retention,
            webhooks: file.webhooks,
            file: given.config.map(absolute),
        };
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && !self.insecure_open {
            return Err(ConfigError::Open(self.listen));
        }
        if !self.tests.is_dir() {
            return Err(ConfigError::Tests(self.tests.clone()));
        }
        if !(1..=1000).contains(&self.slots) {
            return Err(ConfigError::Slots(self.slots));
        }
        if let Some((name, path)) = self.interpreters.iter().find(|(_, path)| !path.is_file()) {
            return Err(ConfigError::Interpreter(name.clone(), path.clone()));
        }
        ranges::check("worker", [("leave_s", self.worker.leave_s.into(), 1, 3600)])?;
        self.packages.check()?;
        self.postgres.check()?;
        self.blob_store.check()?;
        if let Some(place) = &self.blobs {
            blob_store::check_place(place, self.database.as_deref())?;
        }
        if self.workers > 1 {
            return Err(ConfigError::Workers(self.workers));
        }
        if self.isolation.min > 3 {
            return Err(ConfigError::Rung(self.isolation.min));
        }
        self.limits.check()?;
        self.retention.check()?;
        Webhook::check(&self.webhooks)?;
        let Lease { lease_ms, renew_ms, kill_ms } = self.lease;
        if !(0 < renew_ms && renew_ms < kill_ms && kill_ms < lease_ms) {
            return Err(ConfigError::Lease(self.lease));
        }
        Ok(())
    }

    /// Where contents are, if that is a folder.
    pub fn blobs_folder(&self) -> Option<PathBuf> {
        let place = self.blobs.as_deref()?;
        let folder = PathBuf::from(place.strip_prefix("file://").unwrap_or(place));
        folder.is_absolute().then_some(folder)
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.limits.timeout_s.into())
    }
}

impl Default for Warm {
    fn default() -> Self {
        Self { most: 3, idle_s: 3600, runs: 500 }
    }
}

impl Default for Worker {
    fn default() -> Self {
        Self { labels: Vec::new(), environments: Vec::new(), leave_s: 10 }
    }
}

impl Default for Lease {
    fn default() -> Self {
        Self { lease_ms: 15_000, renew_ms: 3_000, kill_ms: 10_000 }
    }
}

fn read(path: &Path) -> Result<File, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text)
        .map_err(|source| ConfigError::Malformed { path: path.to_owned(), source: source.into() })
}

fn unless_empty(given: Vec<String>, otherwise: Vec<String>) -> Vec<String> {
    if given.is_empty() { otherwise } else { given }
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A path as it is; a bare name is looked up in `PATH`. Links are kept: a virtual environment's python is one.
fn interpreter(given: Option<PathBuf>) -> PathBuf {
    let given = given.unwrap_or_else(|| "python3".into());
    if given.components().count() > 1 {
        return absolute(given);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|directory| directory.join(&given))
        .find(|candidate| candidate.is_file())
        .unwrap_or(given)
}

fn twice_the_cores() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get() * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given { tests: Some("/".into()), ..Given::default() }
    }

    #[test]
    fn an_open_address_is_refused_unless_the_network_is_trusted() {
        let open = Given { listen: Some("0.0.0.0:8000".into()), ..given() };
        assert!(matches!(Config::load(open.clone()), Err(ConfigError::Open(_))));
        assert!(Config::load(Given { insecure_open: true, ..open }).is_ok());
    }

    #[test]
    fn what_is_given_wins_over_the_file() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("proctor.toml");
        std::fs::write(&path, "slots = 3\nworkers = 0\n[limits]\ntimeout_s = 9\n")?;
        let config = Config::load(Given { config: Some(path), slots: Some(5), ..given() })?;
        assert_eq!((config.slots, config.workers, config.limits.timeout_s), (5, 0, 9));
        Ok(())
    }

    #[test]
    fn a_webhook_that_cannot_work_is_refused_with_the_reason()
    -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("proctor.toml");
        for (more, words) in [
            ("url = \"https://a\"", ""),
            ("url = \"ftp://a\"", "must begin with"),
            ("url = \"https://a\"\nsecret = \"123456789012345\"", "at least 16"),
            ("url = \"https://a\"\nsecret = \"1234567890123456\"", ""),
            ("url = \"https://a\"\noutcomes = [\"red\"]", "no outcome \"red\""),
            ("url = \"https://a\"\ntimeout_s = 61", "from 1 to 60"),
            ("url = \"https://a\"\nattempts = 30\ntimeout_s = 60", ""),
            ("url = \"https://a\"\n[[webhooks]]\nname = \"chat\"\nurl = \"https://b\"", "own"),
        ] {
            std::fs::write(&path, format!("[[webhooks]]\nname = \"chat\"\n{more}\n"))?;
            let error = Config::load(Given { config: Some(path.clone()), ..given() }).err();
            let told = error.map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(told.is_empty(), words.is_empty(), "{more}: {told}");
            assert!(told.contains(words), "{more}: {told}");
        }
        Ok(())
    }

    #[test]
    fn an_unknown_key_in_the_file_is_named() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("proctor.toml");
        std::fs::write(&path, "slotz = 3\n")?;
        let error = Config::load(Given { config: Some(path), ..given() }).err();
        assert!(error.is_some_and(|error| error.to_string().contains("slotz")));
        Ok(())
    }
}
