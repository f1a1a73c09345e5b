//! A whole Proctor for one test: `serve`, its worker, their supervisors, a data directory and a tests root of its own.
//! Nothing of it outlives the test.

mod client;
pub mod faults;
mod machine;
mod rights;
mod stream;
mod tests_root;
mod wait;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use proctor::domain::WorkerId;
use tempfile::TempDir;

pub use client::Client;
pub use machine::{Process, kill, processes, stop_between_writes, stop_while_writing};
pub use rights::Rights;
pub use tests_root::TestsRoot;
pub use wait::{Deadline, LONG, wait_until};

/// How a Proctor is started.
#[derive(Debug, Clone)]
pub struct Settings {
    pub slots: usize,
    /// 0: no worker beside `serve`.
    pub workers: u8,
    /// What the configuration file says.
    pub toml: String,
    /// Added to the environment of `serve`, and so of its worker.
    pub variables: Vec<(&'static str, String)>,
    /// Instead of a directory made for the test.
    pub tests: Option<PathBuf>,
    pub rights: Rights,
    /// Instead of [`python`].
    pub python: Option<PathBuf>,
    pub isolation_min: u8,
    /// The data directory is a disk of its own with this many bytes.
    pub disk_bytes: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            slots: 4,
            workers: 1,
            toml: String::new(),
            variables: Vec::new(),
            tests: None,
            rights: Rights::Own,
            python: None,
            isolation_min: 0,
            disk_bytes: None,
        }
    }
}

/// A running `serve` with everything that belongs to it.
pub struct Proctor {
    settings: Settings,
    home: TempDir,
    pub tests: TestsRoot,
    serve: Option<Serving>,
}

struct Serving {
    process: Child,
    client: Client,
    // Kept open: whoever closes it makes the next line that `serve` prints an error.
    _stdout: BufReader<ChildStdout>,
}

impl Proctor {
    pub fn start() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let home = tempfile::Builder::new().prefix("proctor-test-").tempdir().unwrap();
        let tests = settings.tests.clone().unwrap_or_else(|| home.path().join("tests"));
        let tests = TestsRoot::new(tests, home.path());
        if let Some(bytes) = settings.disk_bytes {
            mount_disk(&home.path().join("data"), bytes);
        }
        let mut proctor = Self { settings, home, tests, serve: None };
        proctor.serve();
        proctor
    }

    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Where its runs have their temporary files.
    pub fn scratch(&self) -> PathBuf {
        let of_one = proctor::executor::scratch_directory(&self.data(), WorkerId(1));
        of_one.parent().unwrap().to_owned()
    }

    /// The REST service.
    pub fn api(&self) -> &Client {
        &self.serve.as_ref().expect("serve runs").client
    }

    /// Starts `serve`; it is ready when this returns.
    pub fn serve(&mut self) {
        let mut process = self.command("serve").stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some((_, address)) = line.trim().split_once("http://") else {
            panic!("serve did not say where it listens but {line:?}; {}", self.complaints());
        };
        let client = Client::new(&format!("http://{address}"), self.home.path());
        self.serve = Some(Serving { process, client, _stdout: stdout });
    }

    /// A `serve` that is expected to refuse: its exit status and what it says.
    pub fn refused_serve(&self) -> (ExitStatus, String) {
        self.refused_serve_with(&[])
    }

    /// The same, with more variables.
    pub fn refused_serve_with(&self, variables: &[(&str, &str)]) -> (ExitStatus, String) {
        let mut command = self.command("serve");
        command.envs(variables.iter().copied());
        let output = command.stderr(Stdio::piped()).output().unwrap();
        (output.status, String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Starts a worker of its own, as an operator would.
    pub fn start_worker(&self) -> Child {
        self.command("worker").spawn().unwrap()
    }

    /// kill -9.
    pub fn kill_serve(&mut self) {
        let mut serving = self.serve.take().expect("serve runs");
        serving.process.kill().unwrap();
        serving.process.wait().unwrap();
    }

    /// SIGTERM; answers how it ended.
    pub fn stop_serve(&mut self) -> ExitStatus {
        let mut serving = self.serve.take().expect("serve runs");
        kill(pid_of(&serving.process), Signal::SIGTERM);
        wait_until("serve ends after SIGTERM", || serving.process.try_wait().unwrap().is_some());
        serving.process.wait().unwrap()
    }

    /// The workers of this Proctor, as the kernel sees them.
    pub fn workers(&self) -> Vec<Process> {
        self.own_processes("worker")
    }

    /// The one worker, once it is there.
    pub fn worker(&self) -> Process {
        wait_until("a worker is there", || !self.workers().is_empty());
        self.workers().remove(0)
    }

    /// The one supervisor, once it is there.
    pub fn supervisor(&self) -> Process {
        wait_until("a supervisor is there", || !self.supervisors().is_empty());
        self.supervisors().remove(0)
    }

    pub fn supervisors(&self) -> Vec<Process> {
        self.own_processes("supervisor")
    }

    /// Every process of every run of this Proctor, whatever became of its parents.
    pub fn processes_of_runs(&self) -> Vec<Process> {
        let mark = format!("HARNESS={}", self.home.path().display());
        processes().into_iter().filter(|process| process.has_variable(&mark)).collect()
    }

    pub fn processes_of(&self, run: i64) -> Vec<Process> {
        let mark = format!("PROCTOR_RUN_ID={run}");
        let all = self.processes_of_runs().into_iter();
        all.filter(|process| process.has_variable(&mark)).collect()
    }

    /// What `serve`, workers and supervisors complained about, for the message of a failed test.
    pub fn complaints(&self) -> String {
        let mut text = String::new();
        let logs = [self.home.path().join("serve.log"), self.data().join("worker.log")];
        let homes = std::fs::read_dir(self.data().join("workers")).into_iter().flatten().flatten();
        let logs = logs.into_iter().chain(homes.map(|home| home.path().join("supervisor.log")));
        for log in logs {
            if let Ok(said) = std::fs::read_to_string(&log) {
                text.push_str(&format!("--- {}\n{said}", log.display()));
            }
        }
        text
    }

    fn own_processes(&self, role: &str) -> Vec<Process> {
        let data = self.data();
        let mut found = processes();
        found.retain(|process| process.plays(role, &data));
        // A fork that has not become another program yet has the same words.
        let pids: Vec<_> = found.iter().map(|process| process.pid).collect();
        found.retain(|process| !pids.contains(&process.parent));
        found
    }

    fn command(&self, role: &str) -> Command {
        let home = self.home.path();
        let config = home.join("proctor.toml");
        let mut toml = self.settings.toml.clone();
        if !toml.contains("[lease]") {
            toml.extend(wait::patient_leases());
        }
        std::fs::write(&config, toml).unwrap();
        let mut words = self.settings.rights.wrapper();
        words.push(env!("CARGO_BIN_EXE_proctor").to_owned());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(role);
        if role == "serve" {
            command.args(["--listen", "127.0.0.1:0"]);
            command.args(["--workers", &self.settings.workers.to_string()]);
        }
        command
            .args(["--slots", &self.settings.slots.to_string()])
            .args(["--data".as_ref(), self.data().as_os_str()])
            .args(["--tests".as_ref(), self.tests.path().as_os_str()])
            .args([
                "--python".as_ref(),
                self.settings.python.clone().unwrap_or_else(python).as_os_str(),
            ])
            .args(["--config".as_ref(), config.as_os_str()])
            // Where tests and harness tell each other something.
            .args(["--writable".as_ref(), home.as_os_str()])
            .args(["--isolation-min", &self.settings.isolation_min.to_string()])
            .env_remove("PROCTOR_LOG")
            .envs(self.settings.variables.iter().cloned())
            .stdin(Stdio::null())
            .stderr(log_file(&home.join("serve.log")));
        // As a service is started: what happens in the terminal of the tests is none of its business.
        command.process_group(0);
        command
    }
}

impl Drop for Proctor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = std::io::stderr().write_all(self.complaints().as_bytes());
        }
        if faults::are_wanted()
            && let Some(serving) = &self.serve
        {
            let said = self.tests.said();
            let double = said.iter().filter(|one| one.words == "double").count();
            let (accepted, lost) = serving.client.accepted();
            faults::note_end(accepted, lost, double);
        }
        // From above: what is killed is not started again by what is left.
        if let Some(mut serving) = self.serve.take() {
            let _ = serving.process.kill();
            let _ = serving.process.wait();
        }
        let everything =
            || [self.workers(), self.supervisors(), self.processes_of_runs()].into_iter().flatten();
        let deadline = Deadline::after(LONG);
        while everything().next().is_some() && !deadline.is_over() {
            for process in everything() {
                // Not what a test does: nothing is measured from here.
                let _ = nix::sys::signal::kill(process.pid, Signal::SIGKILL);
            }
            wait::moment();
        }
        // Whoever is killed leaves it to those who come after him.
        let _ = std::fs::remove_dir_all(self.scratch());
        if self.settings.disk_bytes.is_some() {
            let _ = nix::mount::umount2(&self.data(), nix::mount::MntFlags::MNT_DETACH);
        }
    }
}

/// Whether the caller may mount disks of its own.
pub fn may_mount() -> bool {
    let place = tempfile::tempdir().unwrap();
    let mounted = mount_tmpfs(place.path(), 1 << 20).is_ok();
    if mounted {
        nix::mount::umount(place.path()).unwrap();
    }
    mounted
}

fn mount_disk(place: &Path, bytes: u64) {
    std::fs::create_dir_all(place).unwrap();
    mount_tmpfs(place, bytes).unwrap();
}

fn mount_tmpfs(place: &Path, bytes: u64) -> nix::Result<()> {
    let (kind, options) = ("tmpfs", format!("size={bytes},mode=0700"));
    nix::mount::mount(Some(kind), place, Some(kind), nix::mount::MsFlags::empty(), Some(&*options))
}

/// The interpreter that the tests are run with.
pub fn python() -> PathBuf {
    match std::env::var_os("PROCTOR_TEST_PYTHON") {
        Some(python) => python.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python"),
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().unwrap())
}

fn log_file(path: &Path) -> Stdio {
    std::fs::File::options().create(true).append(true).open(path).unwrap().into()
}
