//! Three hosts with etcd, two of them with Patroni and PostgreSQL, and a proxy, all on this machine.

use std::collections::BTreeSet;
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::manual::{self, NAMES};
use crate::faults::as_postgres::as_postgres;
use crate::harness::{kill, processes, wait_until};

pub const PATRONI: &str = "/usr/bin/patroni";
pub const ETCD: &str = "/usr/bin/etcd";
pub const HAPROXY: &str = "/usr/sbin/haproxy";
pub const UNSHARE: &str = "/usr/bin/unshare";

/// Patroni is the first of a namespace of processes: all that it has started is gone with it at the same moment.
const NAMESPACES: [&str; 7] =
    ["--user", "--map-current-user", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child"];

/// They have the addresses of this process.
static TURN: Mutex<()> = Mutex::new(());

/// In one directory; gone when dropped.
pub struct Hosts {
    home: TempDir,
    programs: [Vec<Child>; 3],
    proxy: Child,
    _turn: MutexGuard<'static, ()>,
}

pub fn may_be_made() -> bool {
    as_postgres(UNSHARE).args(NAMESPACES).arg("true").status().is_ok_and(|status| status.success())
}

impl Hosts {
    /// All of them; the databases are the same.
    pub fn start() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let home = tempfile::Builder::new().prefix("proctor-patroni-").tempdir_in("/tmp").unwrap();
        open_to_all(home.path());
        let settings = home.path().join("haproxy.cfg");
        std::fs::write(&settings, manual::of_the_proxy()).unwrap();
        let proxy =
            spawn(home.path(), "haproxy", as_postgres(HAPROXY).arg("-db").arg("-f").arg(settings));
        let programs = std::array::from_fn(|host| start(home.path(), host));
        let hosts = Self { home, programs, proxy, _turn: turn };
        hosts.wait_until_replicated();
        hosts
    }

    pub fn wait_until_replicated(&self) {
        wait_until("there are a leader and a synchronous standby", || {
            self.with_role("leader").is_some() && self.with_role("sync_standby").is_some()
        });
    }

    /// The host whose database is running in this role.
    pub fn with_role(&self, role: &str) -> Option<usize> {
        let members = (0..2).find_map(|host| self.members_as_seen_by(host))?;
        // Later versions say of standbys that they are streaming.
        let runs = |member: &Value| member["state"] == "running" || member["state"] == "streaming";
        let is_it = |member: &&Value| member["role"] == role && runs(member);
        let member = members["members"].as_array()?.iter().find(is_it)?;
        NAMES.iter().position(|name| member["name"] == *name)
    }

    fn members_as_seen_by(&self, host: usize) -> Option<Value> {
        if self.programs[host].is_empty() {
            return None;
        }
        let patience = Some(Duration::from_secs(5));
        let agent = ureq::Agent::config_builder().timeout_global(patience).build().new_agent();
        let address = format!("http://{}:8008/cluster", manual::address(host));
        agent.get(address).call().ok()?.body_mut().read_json().ok()
    }

    /// kill -9 of everything on it.
    pub fn kill(&mut self, host: usize) {
        for mut program in self.programs[host].drain(..) {
            kill(pid_of(&program), Signal::SIGKILL);
            program.wait().unwrap();
        }
        wait_until_unused(&self.home.path().join(NAMES[host]));
    }

    pub fn start_again(&mut self, host: usize) {
        self.programs[host] = start(self.home.path(), host);
    }

    /// Nothing on it goes on until [`Self::go_on`].
    pub fn stop(&mut self, host: usize) {
        let mut stopped = BTreeSet::new();
        loop {
            // What was started meanwhile is seen at the next look.
            let new: Vec<_> =
                self.processes_on(host).into_iter().filter(|one| stopped.insert(*one)).collect();
            if new.is_empty() {
                return;
            }
            for one in new {
                kill(one, Signal::SIGSTOP);
            }
        }
    }

    pub fn go_on(&mut self, host: usize) {
        for one in self.processes_on(host) {
            kill(one, Signal::SIGCONT);
        }
    }

    fn processes_on(&self, host: usize) -> Vec<Pid> {
        let mut found: Vec<_> = self.programs[host].iter().map(pid_of).collect();
        let (all, mut next) = (processes(), 0);
        while let Some(parent) = found.get(next).copied() {
            found.extend(all.iter().filter(|one| one.parent == parent).map(|one| one.pid));
            next += 1;
        }
        found
    }

    fn tell_logs(&self) {
        for name in ["patroni-one", "patroni-two", "haproxy"] {
            let log = std::fs::read_to_string(self.home.path().join(name).with_extension("log"));
            eprintln!("{name}:\n{}", log.unwrap_or_default());
        }
    }
}

/// The address of a new database, behind the proxy.
pub fn new_database() -> String {
    let proxy = manual::proxy();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let address = format!("postgres://postgres:SUPERUSER@{proxy}/postgres");
        let mut connection = PgConnection::connect(&address).await.unwrap();
        connection.execute("CREATE ROLE proctor LOGIN PASSWORD 'SECRET'").await.unwrap();
        connection.execute("CREATE DATABASE proctor OWNER proctor").await.unwrap();
    });
    format!("postgres://proctor:SECRET@{proxy}/proctor")
}

impl Drop for Hosts {
    fn drop(&mut self) {
        let has_failed = std::thread::panicking();
        if has_failed {
            self.tell_logs();
        }
        for program in self.programs.iter_mut().flatten().chain([&mut self.proxy]) {
            let _ = program.kill();
            let _ = program.wait();
        }
        if !has_failed {
            wait_until_unused(self.home.path());
        }
    }
}

fn start(home: &Path, host: usize) -> Vec<Child> {
    let name = NAMES[host];
    let place = home.join(name);
    std::fs::create_dir_all(&place).unwrap();
    open_to_all(&place);
    let mut etcd = as_postgres(ETCD);
    etcd.envs(manual::of_etcd(host)).env("ETCD_DATA_DIR", place.join("etcd"));
    let mut programs = vec![spawn(home, &format!("etcd-{name}"), &mut etcd)];
    if host < 2 {
        let settings = place.join("patroni.yml");
        std::fs::write(&settings, manual::of_patroni(host, &place)).unwrap();
        let mut patroni = as_postgres(UNSHARE);
        patroni.args(NAMESPACES).arg(PATRONI).arg(settings);
        programs.push(spawn(home, &format!("patroni-{name}"), &mut patroni));
    }
    programs
}

fn spawn(home: &Path, name: &str, command: &mut Command) -> Child {
    let log = home.join(name).with_extension("log");
    let log = File::options().create(true).append(true).open(log).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(Stdio::from(log)).spawn().unwrap()
}

fn pid_of(program: &Child) -> Pid {
    Pid::from_raw(program.id().try_into().unwrap())
}

/// Other users than this one write there.
fn open_to_all(place: &Path) {
    std::fs::set_permissions(place, Permissions::from_mode(0o777)).unwrap();
}

fn wait_until_unused(place: &Path) {
    let place = place.display().to_string();
    wait_until("its processes are gone", || {
        let all = processes();
        !all.iter().flat_map(|process| &process.arguments).any(|word| word.contains(&place))
    });
}
