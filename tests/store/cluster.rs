//! A PostgreSQL cluster of this test's own, from the packages of the system.
//!
//! A shell of its own user makes it, keeps it, and takes it away as soon as its standard input ends: that is when this
//! process ends, in whatever way it does.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The directory of the socket is where the data are.
const KEEP: &str = r#"
set -eu
bin=$1 fsync=$2
home=$(mktemp -d /tmp/proctor-postgres.XXXXXX)
trap 'rm -rf "$home"' EXIT
"$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$home/initdb.log" 2>&1 ||
    { cat "$home/initdb.log" >&2; exit 1; }
"$bin/postgres" -D "$home/data" -k "$home" -c listen_addresses= -c max_connections=300 -c fsync=$fsync \
    -c full_page_writes=$fsync -c synchronous_commit=$fsync >"$home/postgres.log" 2>&1 </dev/null &
server=$!
trap 'kill -INT $server; wait $server || :; rm -rf "$home"' EXIT
trap '' INT TERM
while ! "$bin/pg_isready" -q -h "$home"; do
    kill -0 $server || { cat "$home/postgres.log" >&2; exit 1; }
    sleep 0.05
done
echo "$home"
exec >/dev/null
cat >/dev/null
"#;

static SOCKET: OnceLock<PathBuf> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(1);

/// The address of a new, empty database. Whether it waits for the disk, `on` or `off`, the first one says for all.
pub async fn new_database(fsync: &str) -> String {
    let name = format!("case_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    SOCKET.get_or_init(|| start(fsync));
    let mut connection = PgConnection::connect(&address("postgres")).await.unwrap();
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
    address(&name)
}

fn address(database: &str) -> String {
    let socket = SOCKET.get().map(|path| path.display().to_string()).unwrap_or_default();
    format!("postgres://postgres@localhost/{database}?host={socket}")
}

/// Answers the directory of the socket.
fn start(fsync: &str) -> PathBuf {
    let mut shell = Command::new("sh");
    shell.args(["-c", KEEP, "postgres-of-a-test"]).arg(programs()).arg(fsync);
    if nix::unistd::geteuid().is_root() {
        // The server refuses to run as root.
        let user = nix::unistd::User::from_name("postgres").unwrap();
        let user = user.expect("the user postgres of the package postgresql exists");
        shell.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    // A group of its own: an interrupt from the terminal is for the tests, and their end is its sign to stop.
    shell.current_dir("/").process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut keeper = shell.spawn().unwrap();
    let mut home = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut home).unwrap();
    assert!(!home.is_empty(), "PostgreSQL did not start");
    // Its standard input stays open for as long as this process lives.
    std::mem::forget(keeper);
    PathBuf::from(home.trim_end())
}

/// Where the newest installed version has its programs.
pub fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(version);
    newest.expect("PostgreSQL is installed: apt-get install postgresql").join("bin")
}
