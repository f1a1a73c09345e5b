//! What `serve` and `worker` can be told.

use std::path::PathBuf;

use clap::Args;

use crate::config::Given;

#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8000]
    #[arg(long, env = "PROCTOR_LISTEN", value_name = "ADDRESS")]
    listen: Option<String>,
    /// Allow an address that others can reach, although there are no accounts
    #[arg(long, env = "PROCTOR_INSECURE_OPEN")]
    insecure_open: bool,
    /// A further name under which browsers may ask for this server; can be repeated
    #[arg(
        long = "allowed-host",
        env = "PROCTOR_ALLOWED_HOSTS",
        value_name = "NAME",
        value_delimiter = ','
    )]
    allowed_hosts: Vec<String>,
    /// Whether to start a worker: 0 or 1 [default: 1]
    #[arg(long, env = "PROCTOR_WORKERS", value_name = "N")]
    workers: Option<u8>,
    #[command(flatten)]
    common: CommonSettings,
}

#[derive(Debug, Clone, Args)]
pub struct WorkerSettings {
    #[command(flatten)]
    common: CommonSettings,
    /// Leave the session of whoever started it (said by `serve`)
    #[arg(long, hide = true)]
    pub own_session: bool,
}

#[derive(Debug, Clone, Args)]
struct CommonSettings {
    /// Where everything is kept [default: data]
    #[arg(long, env = "PROCTOR_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The tests root [default: tests]
    #[arg(long, env = "PROCTOR_TESTS", value_name = "DIR")]
    tests: Option<PathBuf>,
    /// Interpreter with pytest [default: python3]
    #[arg(long, env = "PROCTOR_PYTHON", value_name = "PATH")]
    python: Option<PathBuf>,
    /// postgres://… [default: SQLite in the data directory]
    #[arg(long, env = "PROCTOR_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// s3://bucket/prefix or a folder that all hosts have: where contents are kept that they have in common
    /// [default: in the PostgreSQL database]
    #[arg(long, env = "PROCTOR_BLOBS", value_name = "PLACE")]
    blobs: Option<String>,
    /// Runs at once on this machine [default: twice the cores]
    #[arg(long, env = "PROCTOR_SLOTS", value_name = "N")]
    slots: Option<usize>,
    /// A word about the worker of this machine, for people; can be repeated
    #[arg(
        long = "worker-label",
        env = "PROCTOR_WORKER_LABELS",
        value_name = "WORD",
        value_delimiter = ','
    )]
    worker_labels: Vec<String>,
    /// A label or number of environments that the worker of this machine serves; can be repeated [default: all]
    #[arg(
        long = "worker-environment",
        env = "PROCTOR_WORKER_ENVIRONMENTS",
        value_name = "LABEL",
        value_delimiter = ','
    )]
    worker_environments: Vec<String>,
    /// Lowest rung of isolation on which runs are started, 3 to 0 [default: 2]
    #[arg(long, env = "PROCTOR_ISOLATION_MIN", value_name = "RUNG")]
    isolation_min: Option<u8>,
    /// A directory, file or device that tests may change besides the tests root; can be repeated
    #[arg(long = "writable", env = "PROCTOR_WRITABLE", value_name = "PATH", value_delimiter = ',')]
    writable: Vec<PathBuf>,
    /// TOML file with the same settings
    #[arg(long, env = "PROCTOR_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

impl From<ServeSettings> for Given {
    fn from(settings: ServeSettings) -> Self {
        Self {
            listen: settings.listen,
            insecure_open: settings.insecure_open,
            allowed_hosts: settings.allowed_hosts,
            workers: settings.workers,
            ..settings.common.into()
        }
    }
}

impl From<WorkerSettings> for Given {
    fn from(settings: WorkerSettings) -> Self {
        settings.common.into()
    }
}

impl From<CommonSettings> for Given {
    fn from(settings: CommonSettings) -> Self {
        Self {
            data: settings.data,
            tests: settings.tests,
            python: settings.python,
            database: settings.database,
            blobs: settings.blobs,
            slots: settings.slots,
            worker_labels: settings.worker_labels,
            worker_environments: settings.worker_environments,
            isolation_min: settings.isolation_min,
            writable: settings.writable,
            config: settings.config,
            ..Self::default()
        }
    }
}
