//! Several hosts whose contents are in an object store: an S3 server, or a folder that all of them have.

use nix::sys::signal::Signal;
use proctor::wire::Outcome;
use serde_json::{Value, json};

use crate::cluster;
use crate::harness::{Proctor, Settings, kill, wait_until};
use crate::s3::{Mode, S3};

/// Leaves what it reads, and more than one part.
const KEPT: &str = "
import os, pathlib
from tools import RUN, say, wait_for

def test_leaves():
    folder = pathlib.Path(os.environ['PROCTOR_ARTIFACTS'])
    seen = pathlib.Path(__file__).with_name('data.txt').read_text()
    (folder / 'seen.txt').write_text(seen)
    (folder / 'large.txt').write_text('x' * (9 << 20))
    print('it has seen', seen)
    assert not any(name.startswith('AWS_') for name in os.environ)
    say('start')
    wait_for(RUN)
";

/// Gives up soon, and waits for long.
const STORE: &str = "[blob_store]\nretry_s = 1\ntimeout_s = 5\nwait_s = 600\n";

fn database() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(cluster::new_database("off"))
}

fn settings(database: &str, place: &str, s3: Option<&S3>) -> Settings {
    let mut variables = s3.map(S3::variables).unwrap_or_default();
    variables.push(("PROCTOR_DATABASE", database.to_owned()));
    variables.push(("PROCTOR_BLOBS", place.to_owned()));
    Settings { slots: 2, workers: 0, toml: STORE.into(), variables, ..Settings::default() }
}

/// Has the tests; its folder may be written by runs on all hosts.
fn first(settings: Settings) -> Proctor {
    let proctor = Proctor::with(settings);
    proctor.tests.write("test_kept.py", KEPT);
    proctor.tests.write("data.txt", "as it was");
    proctor
}

/// With an empty tests root.
fn another(first: &Proctor, mut settings: Settings) -> Proctor {
    let home = first.data().parent().unwrap().display().to_string();
    settings.toml.push_str(&format!("[isolation]\nwritable = [{home:?}]\n"));
    Proctor::with(settings)
}

fn end(mut worker: std::process::Child) {
    kill(nix::unistd::Pid::from_raw(worker.id().try_into().unwrap()), Signal::SIGTERM);
    wait_until("the worker leaves", || worker.try_wait().unwrap().is_some());
}

fn check<'a>(readiness: &'a Value, name: &str) -> &'a Value {
    let checks = readiness["checks"].as_array().unwrap();
    checks.iter().find(|check| check["name"] == name).unwrap()
}

/// What a run of `test_kept.py` has left, as this host tells it.
fn is_all_there(host: &Proctor, run: i64) {
    let api = host.api();
    let content = |name: &str| api.text(&format!("/api/v1/runs/{run}/artifacts/{name}"));
    assert_eq!(content("seen.txt"), "as it was");
    assert!(content("large.txt") == "x".repeat(9 << 20), "a content of several parts is whole");
    assert_eq!(api.text(&format!("/api/v1/runs/{run}/sources/data.txt")), "as it was");
    let usage: Value = api.get(&format!("/api/v1/runs/{run}/usage"));
    assert!(usage["limits"].is_object(), "{usage}");
    assert!(api.log(run).contains("it has seen as it was"));
}

#[test]
fn what_runs_read_and_leave_is_in_the_store_and_survives_their_host() {
    let (database, s3) = (database(), S3::start());
    let with = || settings(&database, &s3.place(), Some(&s3));
    let one = first(with());
    let mut two = another(&one, with());
    let run = one.api().submit(7, "test_kept.py");
    one.tests.write("data.txt", "as it is now");
    one.tests.open(&run.to_string());
    let worker = two.start_worker();
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{}", one.api().log(run));
    assert!(two.data().join(format!("runs/{run}/log")).exists(), "it was executed there");
    end(worker);
    two.stop_serve();
    std::fs::remove_dir_all(two.data()).unwrap();
    is_all_there(&one, run);

    let (status, text) = one.api().status_and_text("/readyz");
    assert_eq!(status, 200, "{text}");
    assert_eq!(check(&serde_json::from_str(&text).unwrap(), "object_store")["ok"], true);
    let figures = one.api().text("/metrics");
    let counted = |labels: &str| {
        let name = format!("proctor_object_store_operations_total{{{labels}}} ");
        let line = figures.lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap_or_else(|| panic!("{figures}")).parse::<f64>().unwrap()
    };
    assert!(counted("process=\"serve\",operation=\"put\"") > 0.0);
    assert!(counted("process=\"serve\",operation=\"get\"") > 0.0);
    let rows = one.api().text("/metrics");
    assert!(rows.contains("proctor_object_store_errors_total{process=\"workers\""), "{rows}");
}

#[test]
fn while_the_store_is_away_requests_say_so_runs_go_on_and_their_ends_wait() {
    let (database, s3) = (database(), S3::start());
    let with = || settings(&database, &s3.place(), Some(&s3));
    let one = first(with());
    let two = another(&one, with());
    let worker = two.start_worker();
    let run = one.api().submit(7, "test_kept.py");
    // The same files: nothing has to be written for it, but the other host has to get nothing new either.
    let next = one.api().submit(7, "test_kept.py");
    one.tests.wait_until_said(run, "start");
    s3.become_(Mode::Closed);

    one.tests.write("data.txt", "new");
    let body = json!({"requester": "ann", "environment": 8, "targets": ["test_kept.py"]});
    let (status, problem) = one.api().post("/api/v1/runs", &body);
    assert_eq!(status, 503, "{problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&s3.place()) && detail.contains("does not answer"), "{detail}");
    let (status, text) = one.api().status_and_text("/readyz");
    assert_eq!(status, 503);
    let readiness: Value = serde_json::from_str(&text).unwrap();
    let told = check(&readiness, "object_store")["detail"].as_str().unwrap().to_owned();
    assert!(told.contains(&s3.place()), "{told}");
    let runs: Value = one.api().get("/api/v1/runs");
    assert_eq!(runs["items"].as_array().unwrap().len(), 2, "nothing was half accepted: {runs}");

    // It ends while nothing of it can be kept: nobody sees the end before the rest.
    one.tests.open(&run.to_string());
    wait_until("its end waits", || two.complaints().contains("cannot keep what it left"));
    assert!(one.api().run(run).run.outcome.is_none());
    s3.become_(Mode::Open);
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{:?}", ended.run.reason);
    is_all_there(&one, run);
    one.tests.open(&next.to_string());
    assert_eq!(one.api().wait_until_finished(next).run.outcome, Some(Outcome::Passed));
    let (status, created) = one.api().post("/api/v1/runs", &body);
    assert_eq!(status, 201, "{created}");
    end(worker);
}

#[test]
fn a_run_waits_for_its_files_until_the_store_is_back() {
    let (database, s3) = (database(), S3::start());
    let with = || settings(&database, &s3.place(), Some(&s3));
    let one = first(with());
    let two = another(&one, with());
    let run = one.api().submit(7, "test_kept.py");
    one.tests.open(&run.to_string());
    s3.become_(Mode::Status(500));
    let worker = two.start_worker();
    wait_until("it waits", || two.complaints().contains("a run waits for its files"));
    s3.become_(Mode::Open);
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{:?}", ended.run.reason);
    is_all_there(&one, run);
    end(worker);
}

#[test]
fn what_could_not_be_kept_for_long_is_kept_by_the_next_worker() {
    let (database, s3) = (database(), S3::start());
    let with = || {
        let mut settings = settings(&database, &s3.place(), Some(&s3));
        settings.toml = STORE.replace("wait_s = 600", "wait_s = 1");
        settings
    };
    let one = first(with());
    let two = another(&one, with());
    let mut worker = two.start_worker();
    let run = one.api().submit(7, "test_kept.py");
    one.tests.wait_until_said(run, "start");
    s3.become_(Mode::Closed);
    one.tests.open(&run.to_string());
    assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    worker.kill().unwrap();
    worker.wait().unwrap();
    s3.become_(Mode::Open);
    let worker = two.start_worker();
    wait_until("its artifacts are there", || {
        let list: Value = one.api().get(&format!("/api/v1/runs/{run}/artifacts"));
        list["items"].as_array().unwrap().len() == 2
    });
    is_all_there(&one, run);
    wait_until("it is noted", || {
        std::fs::read_dir(two.data().join("unkept")).unwrap().next().is_none()
    });
    end(worker);
}

#[test]
fn a_folder_that_all_hosts_have_is_a_store_that_tests_cannot_see() {
    let database = database();
    let folder = tempfile::tempdir().unwrap();
    let with = || settings(&database, folder.path().to_str().unwrap(), None);
    let one = first(with());
    let two = another(&one, with());
    let worker = two.start_worker();
    let run = one.api().submit(7, "test_kept.py");
    one.tests.open(&run.to_string());
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{}", one.api().log(run));
    is_all_there(&one, run);
    assert!(folder.path().join("proctor-installation").exists());
    if ended.isolation_rung.is_some_and(|rung| rung > 0) {
        let look = format!(
            "def test_sees_nothing():\n    import os\n    assert not os.path.exists({:?})\n",
            folder.path().join("proctor-installation")
        );
        one.tests.write("test_looks.py", &look);
        let run = one.api().submit(8, "test_looks.py");
        assert_eq!(one.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    }
    end(worker);
}

#[test]
fn a_run_whose_files_are_lost_ends_as_an_error_that_names_hash_and_place() {
    let database = database();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let with = || settings(&database, place, None);
    let one = first(with());
    let two = another(&one, with());
    let run = one.api().submit(7, "test_kept.py");
    for directory in std::fs::read_dir(folder.path()).unwrap().flatten() {
        if directory.path().is_dir() {
            std::fs::remove_dir_all(directory.path()).unwrap();
        }
    }
    let worker = two.start_worker();
    let ended = one.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Error));
    let reason = ended.run.reason.unwrap();
    let hash = ended.snapshot.unwrap();
    assert!(reason.contains(&hash) && reason.contains(place), "{reason}");
    let (status, text) = two.api().status_and_text(&format!("/api/v1/runs/{run}/sources/data.txt"));
    assert_eq!(status, 500, "{text}");
    assert!(text.contains("content_lost") && text.contains(place), "{text}");
    end(worker);
}

#[test]
fn an_object_store_that_makes_no_sense_is_refused_at_the_start() {
    let database = database();
    let mut proctor = Proctor::with(Settings {
        variables: vec![("PROCTOR_DATABASE", database)],
        workers: 0,
        ..Settings::default()
    });
    proctor.stop_serve();
    for (place, what) in [("/no/such/folder", "/no/such/folder"), ("gs://bucket", "s3://")] {
        let (status, said) = proctor.refused_serve_with(&[("PROCTOR_BLOBS", place)]);
        assert!(!status.success() && said.contains(what), "{said}");
    }
}
