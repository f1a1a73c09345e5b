//! PostgreSQL with a synchronous standby: the primary is killed under load, the standby takes its place, and nothing that was
//! answered is lost.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::signal::Signal;
use nix::unistd::{Pid, User};
use proctor::wire::{EnvironmentState, Outcome, State};
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection, Row};

use super::{SHORT, no_double};
use crate::cluster;
use crate::door::Door;
use crate::harness::{LONG, Proctor, Settings, faults, kill, wait_until};

/// Long enough for a promotion, short enough for a test.
const LEASE: &str = "[lease]\nlease_ms = 15000\nrenew_ms = 500\nkill_ms = 10000\n";
const ENVIRONMENTS: i64 = 6;

/// Two servers in one directory; gone when dropped.
struct Replicas {
    home: tempfile::TempDir,
    primary: Child,
    standby: Option<Child>,
}

impl Replicas {
    /// One server, so far.
    fn alone() -> Self {
        let home = tempfile::Builder::new().prefix("proctor-replicas-").tempdir_in("/tmp").unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let at = |name: &str| home.path().join(name).display().to_string();
        let options =
            ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
        run(program("initdb").args(["-D", &at("one")]).args(options));
        let primary = server(&home, "one", 5432);
        let replicas = Self { home, primary, standby: None };
        replicas.ask(5432, "CREATE DATABASE proctor TEMPLATE template0");
        replicas
    }

    fn with_standby() -> Self {
        let mut replicas = Self::alone();
        let base =
            ["-U", "postgres", "-p", "5432", "-R", "-X", "stream", "-c", "fast", "--no-sync"];
        let home = replicas.home.path().display().to_string();
        run(program("pg_basebackup")
            .args(["-h", &home, "-D", &at_home(&replicas, "two")])
            .args(base));
        replicas.standby = Some(server(&replicas.home, "two", 5433));
        // Only now: without a standby every commit would wait for one.
        replicas.ask(5432, "ALTER SYSTEM SET synchronous_standby_names = '*'");
        replicas.ask(5432, "SELECT pg_reload_conf()");
        wait_until("the standby is synchronous", || {
            replicas.ask(5432, "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
                == Some(1)
        });
        replicas
    }

    fn address(&self) -> String {
        format!("postgres://postgres@localhost/proctor?host={}", self.home.path().display())
    }

    /// The first number of the answer.
    fn ask(&self, port: u16, sql: &'static str) -> Option<i64> {
        let home = self.home.path().display();
        let address = format!("postgres://postgres@localhost:{port}/postgres?host={home}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = PgConnection::connect(&address).await.unwrap();
            let row = connection.fetch_optional(sql).await.unwrap();
            row.and_then(|row| row.try_get::<i64, _>(0).ok())
        })
    }

    fn kill_primary(&mut self) {
        kill(Pid::from_raw(self.primary.id().try_into().unwrap()), Signal::SIGKILL);
        self.primary.wait().unwrap();
    }

    /// As a service manager would: until it starts, because the children of the killed one take a moment to notice.
    fn start_primary_again(&mut self) {
        wait_until("the server is there again", || {
            if self.primary.try_wait().unwrap().is_some() {
                self.primary = spawn(&self.home, "one", 5432);
            }
            is_ready(&self.home, 5432)
        });
    }

    /// The standby is the primary from now on; answers its socket.
    fn promote(&self) -> PathBuf {
        run(program("pg_ctl").args(["promote", "-w", "-D", &at_home(self, "two")]));
        // There is no second one that it could wait for.
        self.ask(5433, "ALTER SYSTEM SET synchronous_standby_names = ''");
        self.ask(5433, "SELECT pg_reload_conf()");
        self.home.path().join(".s.PGSQL.5433")
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for server in [Some(&mut self.primary), self.standby.as_mut()].into_iter().flatten() {
            // Its children end with it: an immediate shutdown.
            kill(Pid::from_raw(server.id().try_into().unwrap()), Signal::SIGQUIT);
            let _ = server.wait();
        }
    }
}

fn at_home(replicas: &Replicas, name: &str) -> String {
    replicas.home.path().join(name).display().to_string()
}

/// As the user of the package: the server refuses to run as root.
fn program(name: &str) -> Command {
    let mut command = Command::new(cluster::programs().join(name));
    if nix::unistd::geteuid().is_root() {
        let user = User::from_name("postgres").unwrap().expect("the user postgres exists");
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command.current_dir("/").process_group(0).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn server(home: &tempfile::TempDir, name: &str, port: u16) -> Child {
    let server = spawn(home, name, port);
    wait_until("the server answers", || is_ready(home, port));
    server
}

fn is_ready(home: &tempfile::TempDir, port: u16) -> bool {
    let (sockets, port) = (home.path().display().to_string(), port.to_string());
    let asked = program("pg_isready").args(["-q", "-h", &sockets, "-p", &port]).status();
    asked.unwrap().success()
}

fn spawn(home: &tempfile::TempDir, name: &str, port: u16) -> Child {
    let data = home.path().join(name).display().to_string();
    let sockets = home.path().display().to_string();
    let mut command = program("postgres");
    command.args(["-D", &data, "-k", &sockets, "-p", &port.to_string()]);
    for setting in ["listen_addresses=", "fsync=off", "wal_level=replica", "max_connections=100"] {
        command.args(["-c", setting]);
    }
    command.spawn().unwrap()
}

#[test]
fn a_killed_primary_loses_nothing_that_was_answered_and_its_standby_goes_on() {
    let mut replicas = Replicas::with_standby();
    let door = Door::before(&replicas.address());
    under_load(&door, || {
        replicas.kill_primary();
        let socket = replicas.promote();
        door.lead_to(socket);
    });
}

#[test]
fn a_killed_database_that_comes_back_has_all_that_was_answered() {
    let mut replicas = Replicas::alone();
    let door = Door::before(&replicas.address());
    under_load(&door, || {
        replicas.kill_primary();
        replicas.start_primary_again();
    });
}

/// Asks for runs all the time, strikes, and checks that everything that was answered is there and ends.
fn under_load(door: &Door, strike: impl FnOnce()) {
    let settings = Settings {
        toml: LEASE.into(),
        variables: vec![("PROCTOR_DATABASE", door.address.clone())],
        ..Settings::default()
    };
    let proctor = Proctor::with(settings);
    proctor.tests.write("test_short.py", SHORT);
    proctor.worker();
    let is_over = AtomicBool::new(false);
    let (runs, refused) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask_until(&proctor, &is_over));
        // Also when something of this fails.
        let over = Over(&is_over);
        let finished = "/api/v1/runs?state=finished&limit=200";
        wait_until("it is under load", || {
            proctor.api().items::<serde_json::Value>(finished).len() >= 10
        });
        strike();
        wait_until("the service answers again", || {
            proctor.api().status_and_text("/api/v1/runs?limit=1").0 == 200
        });
        faults::note_free();
        // Work goes on.
        let mut next = None;
        wait_until("a run is accepted", || {
            next = submit(&proctor, 7).ok();
            next.is_some()
        });
        let run = proctor.api().wait_until_finished(next.unwrap()).run;
        assert_eq!(run.outcome, Some(Outcome::Passed), "{run:#?}");
        drop(over);
        asking.join().unwrap()
    });
    eprintln!("{} accepted, {refused} refused with 503", runs.len());
    let (ended, mut lost) = (proctor.api().wait_until_all_finished(&runs, LONG * 2), 0);
    for run in &ended {
        assert_eq!(run.run.state, State::Finished);
        let outcome = run.run.outcome;
        lost += usize::from(outcome == Some(Outcome::Lost));
        assert!(
            matches!(outcome, Some(Outcome::Passed | Outcome::Lost)),
            "{run:#?}\n{}",
            proctor.complaints()
        );
    }
    eprintln!("{lost} ended as lost");
    no_double(&proctor);
    let environment = proctor.api().environment(1);
    assert_eq!((environment.state, environment.queue.length), (EnvironmentState::Free, 0));
}

/// Nobody asks for anything any more when this is dropped.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// The numbers that were answered, and how many were refused.
fn ask_until(proctor: &Proctor, is_over: &AtomicBool) -> (Vec<i64>, usize) {
    let (mut accepted, mut refused) = (Vec::new(), 0);
    for number in 1.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        match submit(proctor, 1 + number % ENVIRONMENTS) {
            Ok(run) => accepted.push(run),
            Err(status) => {
                assert_eq!(status, 503);
                refused += 1;
            }
        }
        // No more than can be run meanwhile.
        std::thread::sleep(std::time::Duration::from_millis(40));
    }
    (accepted, refused)
}

/// The number of the run, or the status of the refusal.
fn submit(proctor: &Proctor, environment: i64) -> Result<i64, u16> {
    let body = json!({
        "requester": "ann", "environment": environment, "targets": ["test_short.py"],
        "options": {"start": "warm"},
    });
    proctor.api().try_submit(body).map_err(|(status, _)| status)
}
