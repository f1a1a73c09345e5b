//! Logs of runs that have ended, on several hosts: their pieces leave the database, and everybody reads on.

mod retention;

use std::fs;
use std::path::PathBuf;
use std::process::Child;

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use proctor::store::{Db, Read, Value};
use proctor::wire::Outcome;

use crate::cluster;
use crate::harness::{Proctor, Settings, kill, wait_until};
use crate::s3::{Mode, S3};

/// Prints lines of which none is like another, more at the end of the gate than before, and ends.
const PRINTS: &str = "
import hashlib
from tools import RUN, say, wait_for

def lines(first, last):
    for number in range(first, last):
        print(number, hashlib.sha256(f'{RUN} {number}'.encode()).hexdigest(), flush=True)

def test_prints():
    lines(0, 500)
    say('half')
    wait_for(RUN)
    lines(500, 3000)
    print('the last line')
";

const SHORT: &str = "
def test_is_short():
    print('a short one')
";

/// Short leases, a store that is given up soon, and a look for what is left at every second.
const SETTINGS: &str = "[lease]\nlease_ms = 3000\nrenew_ms = 500\nkill_ms = 2000\n\
                        [blob_store]\nretry_s = 1\ntimeout_s = 5\nwait_s = 1\n[retention]\nlook_s = 1\n";

/// What all hosts have in common.
struct Common {
    database: String,
    blobs: Option<(String, Option<S3>)>,
    toml: String,
}

impl Common {
    fn database() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = runtime.block_on(cluster::new_database("off"));
        Self { database, blobs: None, toml: SETTINGS.to_owned() }
    }

    fn with_s3() -> Self {
        let s3 = S3::start();
        Self { blobs: Some((s3.place(), Some(s3))), ..Self::database() }
    }

    /// One that serves, and another one with the worker.
    fn hosts(&self) -> (Proctor, Proctor, Child) {
        let one = self.first();
        let two = self.another(&one);
        let worker = two.start_worker();
        (one, two, worker)
    }

    fn s3(&self) -> &S3 {
        self.blobs.as_ref().and_then(|(_, s3)| s3.as_ref()).unwrap()
    }

    /// One that passes after the store has gone in the middle of it.
    fn run_that_outlasts_the_store(&self, host: &Proctor) -> i64 {
        let run = host.api().submit(7, "test_prints.py");
        host.tests.wait_until_said(run, "half");
        self.s3().become_(Mode::Closed);
        host.tests.open(&run.to_string());
        assert_eq!(host.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
        run
    }

    fn settings(&self) -> Settings {
        let mut variables = vec![("PROCTOR_DATABASE", self.database.clone())];
        if let Some((place, s3)) = &self.blobs {
            variables.push(("PROCTOR_BLOBS", place.clone()));
            variables.extend(s3.iter().flat_map(S3::variables));
        }
        Settings { slots: 2, workers: 0, toml: self.toml.clone(), variables, ..Settings::default() }
    }

    /// Has the tests.
    fn first(&self) -> Proctor {
        let proctor = Proctor::with(self.settings());
        proctor.tests.write("test_prints.py", PRINTS);
        proctor.tests.write("test_short.py", SHORT);
        proctor
    }

    /// Its runs may write to the folder of the first one.
    fn another(&self, first: &Proctor) -> Proctor {
        let home = first.data().parent().unwrap().display().to_string();
        let mut settings = self.settings();
        settings.toml.push_str(&format!("[isolation]\nwritable = [{home:?}]\n"));
        Proctor::with(settings)
    }

    /// Asks or changes the database behind the back of everybody.
    fn numbers(&self, sql: &str) -> Vec<i64> {
        self.with_database(async |db| {
            let rows = db.rows(sql, vec![]).await.unwrap();
            rows.iter().map(|row| row.get("n").unwrap()).collect()
        })
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        self.with_database(async |db| {
            let rows = db.rows(sql, vec![]).await.unwrap();
            rows.iter().map(|row| row.get("t").unwrap()).collect()
        })
    }

    fn change(&self, sql: &str, values: &[i64]) {
        self.with_database(async |db| {
            let tx = db.begin().await.unwrap();
            tx.execute(sql, values.iter().map(|value| Value::from(*value)).collect())
                .await
                .unwrap();
            tx.commit().await.unwrap();
        });
    }

    fn with_database<T>(&self, work: impl AsyncFnOnce(&Db) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = Db::open_postgres(&self.database).await.unwrap();
            let answer = work(&db).await;
            db.close().await;
            answer
        })
    }

    fn pieces(&self) -> i64 {
        self.numbers("SELECT COUNT(*) AS n FROM log_pieces")[0]
    }

    fn wait_until_pieces_are_gone(&self, hosts: &[&Proctor]) {
        let complaints = || hosts.iter().map(|host| host.complaints()).collect::<String>();
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_until("the pieces are gone", || self.pieces() == 0);
        }));
        assert!(
            seen.is_ok(),
            "{:?}\n{}",
            self.numbers("SELECT attempt AS n FROM log_pieces"),
            complaints()
        );
    }
}

fn copy(host: &Proctor, run: i64) -> PathBuf {
    host.data().join(format!("copies/{run}-1"))
}

/// It reads as if it had never read the log.
fn forget(host: &Proctor, run: i64) {
    match fs::remove_dir_all(copy(host, run)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        removed => removed.unwrap(),
    }
}

fn end(mut worker: std::process::Child) {
    kill(Pid::from_raw(worker.id().try_into().unwrap()), Signal::SIGTERM);
    wait_until("the worker leaves", || worker.try_wait().unwrap().is_some());
}

/// Pages, ranges and search of this host, beside the whole log.
fn reads_everywhere(host: &Proctor, run: i64, whole: &str) {
    let api = host.api();
    assert!(api.log(run) == whole, "byte for byte");
    let lines: Vec<_> = whole.lines().collect();
    let middle = lines.len() / 2;
    let page = api.log_lines(run, middle as u64, 3);
    let texts: Vec<_> = page.items.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, lines[middle - 1..middle + 2]);
    assert!(page.complete);
    let found: serde_json::Value =
        api.get(&format!("/api/v1/runs/{run}/log/search?q=the%20last%20line"));
    assert_eq!(found["count"], 1, "{found}");
    assert_eq!(api.run(run).log.bytes, whole.len() as u64);
}

#[test]
fn a_log_is_read_during_its_run_and_after_it_without_a_break() {
    let common = Common::database();
    let (one, two, worker) = common.hosts();
    let run = one.api().submit(7, "test_prints.py");
    one.tests.wait_until_said(run, "half");
    wait_until("half of it is here", || one.api().log(run).contains("\n499 "));
    let half = fs::metadata(copy(&one, run).join("log")).unwrap().len();
    one.tests.open(&run.to_string());
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{}", one.api().log(run));
    // Nobody has read the rest of it here when its pieces go.
    common.wait_until_pieces_are_gone(&[&two]);
    assert_eq!(common.numbers("SELECT COUNT(*) AS n FROM kept_logs WHERE sha256 IS NOT NULL"), [1]);
    let whole = two.api().log(run);
    assert!(whole.len() as u64 > half && whole.lines().count() > 3000);
    reads_everywhere(&one, run, &whole);
    let times = |host: &Proctor| {
        let page = host.api().log_lines(run, 1, 2000);
        page.items.iter().map(|line| line.at.0.0).collect::<Vec<_>>()
    };
    forget(&one, run);
    reads_everywhere(&one, run, &whole);
    for (here, there) in times(&one).iter().zip(times(&two)) {
        assert!((here - there).abs() <= 10, "the times of lines are exact to 10 ms");
    }

    let short = one.api().submit(7, "test_short.py");
    one.api().wait_until_finished(short);
    common.wait_until_pieces_are_gone(&[&two]);
    assert_eq!(common.numbers("SELECT COUNT(*) AS n FROM kept_logs WHERE sha256 IS NULL"), [1]);
    assert_eq!(one.api().log(short), two.api().log(short));
    end(worker);
}

#[test]
fn a_worker_that_leaves_keeps_the_logs_of_its_runs_before() {
    // Nobody else does it meanwhile.
    let toml = SETTINGS.replace("look_s = 1", "look_s = 3600");
    let common = Common { toml, ..Common::database() };
    let (one, two, worker) = common.hosts();
    let run = one.api().submit(7, "test_short.py");
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed));
    end(worker);
    assert_eq!(common.pieces(), 0);
    assert_eq!(common.numbers("SELECT COUNT(*) AS n FROM kept_logs WHERE sha256 IS NULL"), [1]);
    assert!(one.api().log(run).contains("1 passed"));
    assert_eq!(one.api().log(run), two.api().log(run));
}

#[test]
fn a_worker_that_leaves_stays_for_as_long_as_it_may_to_keep_its_logs() {
    for (leave_s, is_kept) in [(1, false), (3600, true)] {
        // Nobody else does it meanwhile.
        let toml = SETTINGS.replace("look_s = 1", "look_s = 3600");
        let toml = format!("{toml}[worker]\nleave_s = {leave_s}\n");
        let common = Common { toml, ..Common::with_s3() };
        let (one, two, worker) = common.hosts();
        let run = common.run_that_outlasts_the_store(&one);
        wait_until("it tries", || two.complaints().contains("cannot keep logs that have ended"));
        if is_kept {
            common.s3().become_(Mode::Open);
        }
        // It tries again later than after a second.
        end(worker);
        assert_eq!(common.pieces() == 0, is_kept);
        assert!(one.api().log(run).contains("1 passed"));
    }
}

#[test]
fn whoever_reads_in_the_moment_in_which_a_log_is_kept_finds_all_of_it() {
    let common = Common::database();
    let (one, two, worker) = common.hosts();
    let runs: Vec<i64> = (1..=20).map(|n| one.api().submit(n, "test_prints.py")).collect();
    for run in runs {
        one.tests.open(&run.to_string());
        // The other host is asked for it here for the first time, while it is being kept there.
        let ended = two.api().wait_until_finished(run);
        assert_eq!(ended.run.outcome, Some(Outcome::Passed));
        let mut is_kept = false;
        while !is_kept {
            is_kept = common
                .numbers(&format!("SELECT COUNT(*) AS n FROM kept_logs WHERE run_id = {run}"))
                == [1];
            let whole = one.api().log(run);
            assert!(whole.lines().count() > 3000 && whole == two.api().log(run));
            forget(&one, run);
        }
    }
    end(worker);
}

#[test]
fn a_log_survives_its_host_in_the_object_store() {
    let common = Common::with_s3();
    let one = common.first();
    let mut two = common.another(&one);
    let worker = two.start_worker();
    let run = one.api().submit(7, "test_prints.py");
    one.tests.open(&run.to_string());
    assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    let whole = two.api().log(run);
    common.wait_until_pieces_are_gone(&[&two]);
    let of_log = "SELECT o.name AS t FROM kept_objects o JOIN kept_logs k ON k.sha256 = o.sha256";
    let name = common.texts(of_log).remove(0);
    assert!(common.s3().has(&name));
    end(worker);
    two.stop_serve();
    fs::remove_dir_all(two.data()).unwrap();
    forget(&one, run);
    reads_everywhere(&one, run, &whole);

    // What is lost there is told in words, and nothing half is shown.
    forget(&one, run);
    common.s3().replace(&name, b"something else");
    let (status, text) = one.api().status_and_text(&format!("/api/v1/runs/{run}/log"));
    assert!(status == 500 && text.contains("content_lost"), "{text}");
    common.s3().become_(Mode::Closed);
    let (status, text) = one.api().status_and_text(&format!("/api/v1/runs/{run}/log"));
    assert!(status == 503 && text.contains("does not answer"), "{text}");
}

#[test]
fn while_the_store_is_away_runs_end_and_their_logs_are_kept_when_it_is_back() {
    let common = Common::with_s3();
    let (one, two, worker) = common.hosts();
    let run = common.run_that_outlasts_the_store(&one);
    wait_until("it tries", || two.complaints().contains("cannot keep logs that have ended"));
    assert!(common.pieces() > 0);
    let whole = two.api().log(run);
    reads_everywhere(&one, run, &whole);
    common.s3().become_(Mode::Open);
    common.wait_until_pieces_are_gone(&[&two]);
    forget(&one, run);
    reads_everywhere(&one, run, &whole);
    end(worker);
}

#[test]
fn the_log_of_a_host_that_was_lost_before_it_kept_it_is_kept_by_another() {
    let common = Common::with_s3();
    let one = common.first();
    let mut two = common.another(&one);
    let mut worker = two.start_worker();
    let run = common.run_that_outlasts_the_store(&one);
    let whole = two.api().log(run);
    worker.kill().unwrap();
    worker.wait().unwrap();
    two.kill_serve();
    fs::remove_dir_all(two.data()).unwrap();
    assert!(common.pieces() > 0, "nobody could keep it");
    common.s3().become_(Mode::Open);
    common.wait_until_pieces_are_gone(&[&one]);
    forget(&one, run);
    reads_everywhere(&one, run, &whole);
}

#[test]
fn the_log_of_a_run_that_is_lost_with_its_worker_is_kept_too() {
    let common = Common::database();
    let (one, two, mut worker) = common.hosts();
    let run = one.api().submit(7, "test_prints.py");
    one.tests.wait_until_said(run, "half");
    wait_until("half of it is here", || one.api().log(run).contains("\n499 "));
    let half = one.api().log(run);
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Lost));
    common.wait_until_pieces_are_gone(&[&one, &two]);
    assert!(one.api().log(run).starts_with(&half));
    forget(&one, run);
    assert!(one.api().log(run).starts_with(&half));
    assert_eq!(one.api().run(run).log.bytes, one.api().log(run).len() as u64);
}
