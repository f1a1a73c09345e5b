//! PostgreSQL with a synchronous standby: the primary is killed under load, the standby takes its place, and nothing that was
//! answered is lost.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command};

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use proctor::domain::{Event, RunId};
use proctor::store::Db;
use proctor::store::events::{self, Cursor};
use sqlx::{Connection, Executor, PgConnection, Row};

use super::as_postgres::as_postgres;
use super::load::{submit, under_load};
use crate::cluster;
use crate::door::Door;
use crate::harness::{kill, wait_until};

/// Long enough for a promotion, short enough for a test.
const LEASE: &str = "[lease]\nlease_ms = 15000\nrenew_ms = 500\nkill_ms = 10000\n";

/// The last one as docs/operations.md says: or promotion takes five seconds more when it comes between two tries of the
/// standby to reach its primary.
const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "fsync=off",
    "wal_level=replica",
    "max_connections=100",
    "wal_retrieve_retry_interval=200ms",
];

/// One or two servers in one directory; gone when dropped.
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

    fn address_of_standby(&self) -> String {
        self.address().replace("localhost", "localhost:5433")
    }

    /// The standby gets nothing any more, and does not know.
    fn stop_sending(&self) -> Pid {
        let sender = self.ask(5432, "SELECT CAST(pid AS BIGINT) FROM pg_stat_replication");
        let sender = Pid::from_raw(sender.unwrap().try_into().unwrap());
        kill(sender, Signal::SIGSTOP);
        sender
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
        kill_server(&mut self.primary);
    }

    fn kill_standby(&mut self) {
        kill_server(self.standby.as_mut().unwrap());
    }

    fn start_standby_again(&mut self) {
        start_again(self.standby.as_mut().unwrap(), &self.home, "two", 5433);
    }

    fn start_primary_again(&mut self) {
        start_again(&mut self.primary, &self.home, "one", 5432);
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

fn program(name: &str) -> Command {
    as_postgres(cluster::programs().join(name))
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

fn kill_server(server: &mut Child) {
    kill(Pid::from_raw(server.id().try_into().unwrap()), Signal::SIGKILL);
    server.wait().unwrap();
}

/// As a service manager would: until it starts, because the children of the killed one take a moment to notice.
fn start_again(server: &mut Child, home: &tempfile::TempDir, name: &str, port: u16) {
    wait_until("the server is there again", || {
        if server.try_wait().unwrap().is_some() {
            *server = spawn(home, name, port);
        }
        is_ready(home, port)
    });
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
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.spawn().unwrap()
}

#[test]
fn a_killed_primary_loses_nothing_that_was_answered_and_its_standby_goes_on() {
    let mut replicas = Replicas::with_standby();
    let door = Door::before(&replicas.address());
    under_load(&door.address, LEASE, |_| {
        replicas.kill_primary();
        let socket = replicas.promote();
        door.lead_to(socket);
    });
}

#[test]
fn connections_that_nobody_knows_of_any_more_stop_nothing_and_no_run_is_lost() {
    let replicas = Replicas::alone();
    let door = Door::before(&replicas.address());
    // As long as it takes until a statement without an answer is given up, runs do not end because of it.
    let lost = under_load(&door.address, LEASE, |_| door.forget());
    assert_eq!(lost, 0);
}

#[test]
fn what_is_on_one_host_only_is_not_answered_and_work_goes_on_with_the_standby() {
    let mut replicas = Replicas::with_standby();
    under_load(&replicas.address(), &soon_given_up(), |proctor| {
        replicas.kill_standby();
        wait_until("a run is refused", || submit(proctor, 7) == Err(503));
        replicas.start_standby_again();
    });
}

/// A statement has a second.
fn soon_given_up() -> String {
    format!("{LEASE}[postgres]\nanswer_ms = 1000\n")
}

#[test]
fn who_has_seen_what_the_new_primary_never_had_misses_nothing_of_what_it_has() {
    let mut replicas = Replicas::with_standby();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let note = async |db: &Db, run| {
        let tx = db.begin().await.unwrap();
        // As when the wait for the standby ends because the primary does.
        tx.execute("SET LOCAL synchronous_commit = local", vec![]).await.unwrap();
        events::insert(&tx, &[Event::Run(RunId(run))]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let read = async |db: &Db, cursor| events::after(db, cursor, 100).await.unwrap();
    let db = runtime.block_on(Db::open_postgres(&replicas.address())).unwrap();
    runtime.block_on(note(&db, 1));
    let sender = replicas.stop_sending();
    let before = runtime.block_on(async {
        for run in 2..10 {
            note(&db, run).await;
        }
        read(&db, Cursor::default()).await
    });
    kill(sender, Signal::SIGKILL);
    assert_eq!(before.items.len(), 9);
    replicas.kill_primary();
    replicas.promote();
    runtime.block_on(async {
        let db = Db::open_postgres(&replicas.address_of_standby()).await.unwrap();
        note(&db, 10).await;
        let after = read(&db, before.cursor).await;
        assert!(after.items.contains(&Event::Run(RunId(10))), "{after:?} after {before:?}");
        note(&db, 11).await;
        assert_eq!(read(&db, after.cursor).await.items, [Event::Run(RunId(11))]);
    });
}

#[test]
fn a_killed_database_that_comes_back_has_all_that_was_answered() {
    let mut replicas = Replicas::alone();
    let door = Door::before(&replicas.address());
    under_load(&door.address, LEASE, |_| {
        replicas.kill_primary();
        replicas.start_primary_again();
    });
}

#[test]
fn while_the_database_takes_no_writes_requests_are_told_to_try_again() {
    // As a standby does that is about to become the primary.
    let replicas = Replicas::alone();
    under_load(&replicas.address(), LEASE, |proctor| {
        replicas.ask(5432, "ALTER SYSTEM SET default_transaction_read_only = on");
        replicas.ask(5432, "SELECT pg_reload_conf()");
        wait_until("a run is refused", || submit(proctor, 7) == Err(503));
        replicas.ask(5432, "ALTER SYSTEM RESET default_transaction_read_only");
        replicas.ask(5432, "SELECT pg_reload_conf()");
    });
}
