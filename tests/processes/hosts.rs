//! Several hosts, each with a data directory of its own, that have nothing in common but a PostgreSQL database.

use std::path::PathBuf;

use nix::sys::signal::Signal;
use proctor::store::{Db, Read};
use proctor::wire::{EnvironmentState, Outcome, State};
use serde_json::{Value, json};

use crate::cluster;
use crate::door::Door;
use crate::harness::{Deadline, LONG, Proctor, Settings, kill, wait_until};

/// Claims its environment, and prints until its gate is open.
const NUMBERED: &str = "
import os, time
from tools import HOME, RUN, claim, say

def test_numbers():
    held = claim()
    number = 0
    while not os.path.exists(f'{HOME}/gates/{RUN}'):
        print(f'line {number}')
        number += 1
        time.sleep(0.002)
    print(f'the last line is {number - 1}')
    say('end')
";

const STAMPED: &str = "
import time
from tools import claim, say

def test_alone():
    held = claim()
    time.sleep(0.05)
    say('end')
";

/// Leaves what it reads, and more than is moved at a time.
const KEPT: &str = "
import os, pathlib

def test_leaves():
    folder = pathlib.Path(os.environ['PROCTOR_ARTIFACTS'])
    seen = pathlib.Path(__file__).with_name('data.txt').read_text()
    (folder / 'pages').mkdir()
    (folder / 'pages' / 'seen.txt').write_text(seen)
    (folder / 'large.txt').write_text('x' * (3 << 20))
    assert os.environ['PROCTOR_EPOCH'] == '1'
";

/// Short, so that what runs out does so while somebody waits for it.
const LEASES: &str = "[lease]\nlease_ms = 6000\nrenew_ms = 1000\nkill_ms = 4000\n";

fn database() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(cluster::new_database("off"))
}

/// The first host has the tests root; its folder may be written by runs on all.
fn first(database: &str, slots: usize, workers: u8) -> Proctor {
    let proctor = Proctor::with(settings(database, slots, workers));
    proctor.tests.write("test_numbered.py", NUMBERED);
    proctor.tests.write("test_stamped.py", STAMPED);
    proctor
}

/// Another one with a tests root of its own, in which none of the tests are.
fn another(first: &Proctor, database: &str, slots: usize, workers: u8) -> Proctor {
    another_with(None, first, settings(database, slots, workers))
}

fn another_with(tests: Option<PathBuf>, first: &Proctor, mut settings: Settings) -> Proctor {
    let home = first.data().parent().unwrap().to_owned();
    settings.tests = tests;
    settings
        .toml
        .push_str(&format!("[isolation]\nwritable = [{:?}]\n", home.display().to_string()));
    Proctor::with(settings)
}

fn settings(database: &str, slots: usize, workers: u8) -> Settings {
    Settings {
        slots,
        workers,
        toml: LEASES.into(),
        variables: vec![("PROCTOR_DATABASE", database.to_owned())],
        ..Settings::default()
    }
}

/// Where it was executed: there its log is a file.
fn is_of(host: &Proctor, run: i64) -> bool {
    host.data().join(format!("runs/{run}/log")).exists()
}

#[test]
fn runs_spread_over_the_hosts_and_never_two_are_in_one_environment() {
    let database = database();
    let one = first(&database, 2, 1);
    // Both take requests, so both have the tests.
    let tests = Some(one.tests.path().to_owned());
    let two = another_with(tests, &one, settings(&database, 2, 1));
    one.worker();
    two.worker();
    let ask = |number: i64| {
        let api = if number % 2 == 0 { one.api() } else { two.api() };
        // The folder of the first host is the one that all tests write to.
        api.submit_for(one.api(), 1 + number % 5, "test_stamped.py")
    };
    let runs: Vec<i64> = (0..40).map(ask).collect();
    let finished = two.api().wait_until_all_finished(&runs, LONG * 2);
    for run in &finished {
        assert_eq!(run.run.outcome, Some(Outcome::Passed), "{run:#?}\n{}", one.complaints());
    }
    let said = one.tests.said();
    assert!(said.iter().all(|said| said.words != "double"), "{said:#?}");
    for environment in 1..=5 {
        let starts =
            said.iter().filter(|said| said.environment == environment && said.words == "start");
        let order: Vec<_> = starts.map(|said| said.run).collect();
        assert!(order.is_sorted() && order.len() == 8, "{order:?}");
    }
    let of_two = runs.iter().filter(|run| is_of(&two, **run)).count();
    assert!((1..40).contains(&of_two), "{of_two} of 40 on the second host");
}

#[test]
fn a_log_is_read_on_another_host_while_it_is_printed() {
    let database = database();
    let one = first(&database, 2, 0);
    let two = another(&one, &database, 2, 1);
    let run = one.api().submit(7, "test_numbered.py");
    let mut stream = one.api().stream(&format!("run:{run}"));
    let deadline = Deadline::after(LONG);
    let mut seen = 0;
    while seen < 300 {
        let event = stream.next(deadline).expect("the log grows");
        if let Some(log) = event.log().filter(|log| log.lines > seen) {
            seen = log.lines;
            let page = one.api().log_lines(run, seen, 1);
            assert_eq!(page.items.len(), 1, "what the stream speaks of is there");
        }
    }
    let page = one.api().log_lines(run, 1, 200);
    let numbers: Vec<_> = page.items.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    assert!(!page.complete);
    let found: Value = one.api().get(&format!("/api/v1/runs/{run}/log/search?q=line%20250"));
    assert_eq!(found["count"], 1, "{found}");
    assert!(!is_of(&one, run) && is_of(&two, run));

    one.tests.open(&run.to_string());
    let finished = one.api().wait_until_finished(run);
    assert_eq!(finished.run.outcome, Some(Outcome::Passed));
    let whole = one.api().log(run);
    assert!(whole.contains("the last line is"), "the end is there when the run has ended");
    assert_eq!(whole, two.api().log(run));
    assert_eq!(whole.len() as u64, finished.log.bytes);
    assert_eq!(whole.lines().count() as u64, finished.log.lines);
}

#[test]
fn a_run_reads_the_files_of_the_host_that_was_asked_and_what_it_leaves_is_there_for_all() {
    let database = database();
    let one = first(&database, 2, 0);
    let two = another(&one, &database, 2, 0);
    let artifact = "x".repeat(3 << 20);
    one.tests.write("test_kept.py", KEPT);
    one.tests.write("data.txt", "as it was");
    let run = one.api().submit(7, "test_kept.py");
    one.tests.write("data.txt", "as it is now");
    let worker = two.start_worker();
    let ended = one.api().wait_until_finished(run);
    assert_eq!(
        ended.run.outcome,
        Some(Outcome::Passed),
        "{:?}\n{}",
        ended.run.reason,
        one.api().log(run)
    );
    assert!(is_of(&two, run));
    for host in [&one, &two] {
        let api = host.api();
        let list: Value = api.get(&format!("/api/v1/runs/{run}/artifacts"));
        let names: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(names, ["large.txt", "pages/seen.txt"]);
        let content = |name: &str| api.text(&format!("/api/v1/runs/{run}/artifacts/{name}"));
        assert_eq!(content("pages/seen.txt"), "as it was");
        assert!(content("large.txt") == artifact, "a content of several parts is whole");
        assert_eq!(api.text(&format!("/api/v1/runs/{run}/sources/data.txt")), "as it was");
        let usage: Value = api.get(&format!("/api/v1/runs/{run}/usage"));
        assert!(usage["limits"].is_object(), "{usage}");
    }
    // Collecting executes the file, so a worker does that too.
    let cases: Value = one.api().get("/api/v1/tests/cases?path=test_kept.py");
    assert_eq!(cases["items"][0]["nodeid"], "test_kept.py::test_leaves", "{cases}");
    end(worker);
}

#[test]
fn a_stream_tells_the_end_of_a_run_also_when_what_comes_next_is_not_settled() {
    let database = database();
    let one = first(&database, 1, 1);
    one.worker();
    let before = one.api().submit(1, "test_stamped.py");
    one.api().wait_until_finished(before);
    let mut stream = one.api().stream("runs");
    while !stream.next(Deadline::after(LONG)).unwrap().name.is_empty() {}
    let run = one.api().submit(2, "test_stamped.py");
    one.api().wait_until_finished(run);

    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::open_postgres(&database).await.unwrap();
        let open = db.begin().await.unwrap();
        open.rows("SELECT CAST(pg_current_xact_id() AS TEXT) AS n", vec![]).await.unwrap();
        // Nobody is told of this one while a transaction before it is open.
        one.api().submit(3, "test_stamped.py");
        let (topic, id) = (format!("run:{run}"), &stream.last_event_id);
        let mut again = one.api().stream_after(&topic, id);
        let (mut has_ended, deadline) = (false, Deadline::after(LONG));
        while !has_ended {
            let event = again.next(deadline).expect("its end is told");
            has_ended = event.run().is_some_and(|run| run.state == State::Finished);
        }
        drop(open);
        db.close().await;
    });
}

#[test]
fn when_a_host_is_lost_its_environments_are_free_within_the_lease() {
    let database = database();
    let one = first(&database, 2, 0);
    let two = another(&one, &database, 2, 0);
    let mut worker = two.start_worker();
    let lost = one.api().submit(7, "test_numbered.py");
    let next = one.api().submit(7, "test_stamped.py");
    wait_until("its log is read here", || one.api().log_lines(lost, 1, 100).items.len() == 100);
    // As when the power fails: nobody on that host says that its worker is gone.
    worker.kill().unwrap();
    worker.wait().unwrap();
    let of_one = one.start_worker();
    let run = one.api().wait_until_finished(lost).run;
    assert_eq!(run.outcome, Some(Outcome::Lost));
    assert!(run.reason.unwrap_or_default().contains("contact with its worker was lost"));
    assert_eq!(one.api().wait_until_finished(next).run.outcome, Some(Outcome::Passed));
    assert!(is_of(&one, next) && !is_of(&one, lost));
    assert!(one.tests.said().iter().all(|said| said.words != "double"), "{:?}", one.tests.said());
    assert!(one.api().log(lost).contains("line 90"), "what it had printed is there");
    assert_eq!(one.api().environment(7).state, EnvironmentState::Free);
    end(of_one);
}

#[test]
fn a_worker_that_is_drained_through_any_host_finishes_what_it_has_and_leaves() {
    let database = database();
    let one = first(&database, 2, 0);
    let two = another(&one, &database, 2, 0);
    let mut worker = two.start_worker();
    let run = one.api().submit(7, "test_numbered.py");
    one.tests.wait_until_said(run, "start");
    let listed: Value = one.api().get("/api/v1/workers");
    let known = &listed["items"][0];
    assert_eq!(known["runs"], json!([run]), "{listed}");
    assert!(known["isolation_rung"].is_number(), "{listed}");
    let drain = format!("/api/v1/workers/{}/drain", known["id"]);
    assert_eq!(one.api().post(&drain, &Value::Null).1["state"], "draining");
    let next = one.api().submit(8, "test_stamped.py");
    one.tests.open(&run.to_string());
    assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    wait_until("the worker leaves", || worker.try_wait().unwrap().is_some());
    let listed: Value = one.api().get("/api/v1/workers");
    assert_eq!(listed["items"], json!([]));
    assert_eq!(one.api().run(next).run.state, State::Queued);
}

#[test]
fn without_the_database_requests_say_so_runs_go_on_and_nothing_is_lost() {
    let door = Door::before(&database());
    let one = first(&door.address, 2, 1);
    let run = one.api().submit(7, "test_numbered.py");
    let waiting = one.api().submit(7, "test_stamped.py");
    one.tests.wait_until_said(run, "start");
    door.close();
    let (status, problem) = one.api().post(
        "/api/v1/runs",
        &json!({"requester": "ann", "environment": 8, "targets": ["test_stamped.py"]}),
    );
    assert_eq!(status, 503, "{problem}");
    assert_eq!(one.api().header("/api/v1/runs", "retry-after").as_deref(), Some("1"));
    // It ends while nobody can be told.
    one.tests.open(&run.to_string());
    one.tests.wait_until_said(run, "end");
    door.open();
    let ended = one.api().wait_until_back(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{:?}", ended.run.reason);
    assert!(one.api().log(run).contains("the last line is"));
    let finished = one.api().wait_until_finished(waiting).run;
    assert_eq!((finished.state, finished.outcome), (State::Finished, Some(Outcome::Passed)));
}

/// More than half of the least that can be chosen.
const LARGE: &str = "
def test_prints():
    for _ in range(700):
        print('x' * 1023)
";

#[test]
fn what_is_pruned_goes_from_the_disks_of_all_hosts_and_from_the_database() {
    let database = database();
    let retention = "[retention]\nlook_s = 1\nlogs_bytes = 1048576\n";
    let with = |workers| {
        let mut settings = settings(&database, 2, workers);
        settings.toml.push_str(retention);
        settings
    };
    let one = Proctor::with(with(1));
    one.tests.write("test_large.py", LARGE);
    let two = another_with(None, &one, with(0));
    let run = || one.api().wait_until_finished(one.api().submit(7, "test_large.py")).run.id;
    let old = run();
    // The other host has a copy as soon as somebody reads it there.
    assert!(two.api().log(old).len() > 700_000);
    let copy = two.data().join(format!("copies/{old}-1"));
    assert!(copy.exists() && is_of(&one, old));
    let new = run();
    wait_until("the older log is gone from both disks", || !copy.exists() && !is_of(&one, old));
    for host in [&one, &two] {
        assert_eq!(host.api().status_and_text(&format!("/api/v1/runs/{old}/log")).0, 410);
        assert_eq!(host.api().run(old).pruned[0].part, "log");
        assert!(host.api().log(new).len() > 700_000);
    }
}

#[test]
fn a_server_that_shares_its_database_ends_when_it_is_asked_to() {
    let mut one = first(&database(), 2, 0);
    assert!(one.stop_serve().success());
}

fn end(mut worker: std::process::Child) {
    kill(nix::unistd::Pid::from_raw(worker.id().try_into().unwrap()), Signal::SIGTERM);
    wait_until("the worker leaves", || worker.try_wait().unwrap().is_some());
}
