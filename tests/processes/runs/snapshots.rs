//! A run reads the files as they were when it was asked for, whatever becomes of them until it ends.

use std::fs;

use proctor::wire::{Outcome, RunDetails};
use serde_json::json;

use crate::harness::{Proctor, Rights, Settings};

/// Reads what it needs as late as it can.
const LATE: &str = "
import os, pathlib
from tools import say, wait_for

HERE = pathlib.Path(__file__).parent

def test_late():
    say('begins')
    wait_for('late')
    from helper import ANSWER
    assert ANSWER == 'then'
    assert (HERE / 'data/values.txt').read_text() == 'then'
    assert sorted(os.listdir(HERE / 'data')) == ['values.txt']
";

/// Without a worker, so that runs wait.
fn waiting(rights: Rights) -> Proctor {
    let proctor = Proctor::with(Settings { workers: 0, rights, ..Settings::default() });
    proctor.tests.write("test_late.py", LATE);
    fs::create_dir(proctor.tests.path().join("data")).unwrap();
    write_all(&proctor, "then");
    proctor
}

fn write_all(proctor: &Proctor, word: &str) {
    proctor.tests.write("helper.py", &format!("ANSWER = '{word}'\n"));
    proctor.tests.write("data/values.txt", word);
}

/// Everything is different from what it was.
fn change(proctor: &Proctor) {
    write_all(proctor, "now");
    proctor.tests.write("data/more.txt", "now");
    proctor.tests.write("conftest.py", "raise SystemError('it was not there')\n");
}

fn delete(proctor: &Proctor) {
    for name in ["test_late.py", "helper.py", "data/values.txt"] {
        fs::remove_file(proctor.tests.path().join(name)).unwrap();
    }
}

#[track_caller]
fn passed(proctor: &Proctor, run: i64) -> RunDetails {
    let ended = proctor.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{}", proctor.api().log(run));
    ended
}

fn end_worker(mut worker: std::process::Child) {
    worker.kill().unwrap();
    worker.wait().unwrap();
}

fn source(proctor: &Proctor, run: i64, path: &str) -> (u16, String) {
    proctor.api().status_and_text(&format!("/api/v1/runs/{run}/sources/{path}"))
}

#[test]
fn what_is_changed_or_deleted_while_a_run_waits_changes_nothing_in_it() {
    let proctor = waiting(Rights::Own);
    proctor.tests.open("late");
    let first = proctor.api().submit(1, "test_late.py");
    change(&proctor);
    delete(&proctor);
    let worker = proctor.start_worker();
    passed(&proctor, first);
    // Also what its targets did not name.
    assert_eq!(source(&proctor, first, "test_late.py"), (200, LATE.to_owned()));
    assert_eq!(source(&proctor, first, "data/values.txt"), (200, "then".to_owned()));
    assert_eq!(source(&proctor, first, "data/more.txt").0, 404);
    end_worker(worker);
}

#[test]
fn what_is_replaced_while_a_run_runs_changes_nothing_in_it() {
    let proctor = waiting(Rights::Own);
    let worker = proctor.start_worker();
    let run = proctor.api().submit(1, "test_late.py");
    proctor.tests.wait_until_said(run, "begins");
    change(&proctor);
    delete(&proctor);
    proctor.tests.open("late");
    passed(&proctor, run);
    end_worker(worker);
}

#[test]
fn an_edit_just_before_a_request_is_in_it() {
    let proctor = Proctor::start();
    for round in 0..20 {
        proctor.tests.write("answer.py", &format!("ANSWER = {round}\n"));
        let test = format!(
            "from answer import ANSWER\n\ndef test_{round}():\n    assert ANSWER == {round}\n"
        );
        proctor.tests.write("test_answer.py", &test);
        let run = proctor.api().submit(1 + round % 4, "test_answer.py");
        passed(&proctor, run);
    }
}

#[test]
fn a_rerun_reads_the_same_bytes_or_those_of_today() {
    let proctor = waiting(Rights::Own);
    proctor.tests.open("late");
    let worker = proctor.start_worker();
    let first = proctor.api().submit(1, "test_late.py");
    let snapshot = passed(&proctor, first).snapshot;
    write_all(&proctor, "now");

    let again = |body| {
        let (status, run) = proctor.api().post(&format!("/api/v1/runs/{first}/rerun"), &body);
        assert_eq!(status, 201, "{run}");
        run["id"].as_i64().unwrap()
    };
    let same = passed(&proctor, again(json!({})));
    assert_eq!((&same.snapshot, same.run.rerun_of), (&snapshot, Some(first)));
    let today = proctor.api().wait_until_finished(again(json!({"files": "today"})));
    assert_eq!(today.run.outcome, Some(Outcome::Failed));
    assert_ne!(today.snapshot, snapshot);
    delete(&proctor);
    passed(&proctor, again(json!({"files": "same"})));
    let path = format!("/api/v1/runs/{first}/rerun");
    let (status, problem) = proctor.api().post(&path, &json!({"files": "today"}));
    assert_eq!((status, problem["code"].as_str()), (409, Some("targets_gone")));
    end_worker(worker);
}

#[test]
fn tests_write_beside_themselves_and_nobody_else_sees_it() {
    let proctor = Proctor::start();
    let test = "
import pathlib

HERE = pathlib.Path(__file__).parent

def test_writes():
    assert not (HERE / 'out.txt').exists()
    (HERE / 'out.txt').write_text('written')
    (HERE / 'given.txt').write_text('changed')
    (HERE / 'gone.txt').unlink()
    (HERE / 'new/deep').mkdir(parents=True)
    assert (HERE / 'given.txt').read_text() == 'changed'
    assert pathlib.Path.cwd() == HERE
";
    proctor.tests.write("test_writes.py", test);
    proctor.tests.write("given.txt", "given");
    proctor.tests.write("gone.txt", "there");
    for _ in 0..2 {
        let run = proctor.api().submit(1, "test_writes.py");
        passed(&proctor, run);
    }
    let names = fs::read_dir(proctor.tests.path()).unwrap().flatten();
    let mut names: Vec<_> = names.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["given.txt", "gone.txt", "test_writes.py", "tools.py"]);
    assert_eq!(fs::read_to_string(proctor.tests.path().join("given.txt")).unwrap(), "given");
}

#[test]
fn links_programs_and_what_is_no_test_are_seen_as_they_are() {
    let proctor = Proctor::start();
    let test = "
import os, pathlib, subprocess

HERE = pathlib.Path(__file__).parent

def test_sees():
    assert os.readlink(HERE / 'link.txt') == 'data/values.txt'
    assert (HERE / 'link.txt').read_text() == 'there'
    assert subprocess.run([HERE / 'program'], capture_output=True).stdout == b'runs'
    assert (HERE / '.git/HEAD').read_text() == 'main'
    assert (HERE / 'env/lib/x.py').read_text() == 'x = 1'
    assert (HERE / '.coveragerc').read_text() == 'there'
";
    proctor.tests.write("test_sees.py", test);
    let root = proctor.tests.path();
    for directory in ["data", ".git", "env/lib"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    for (path, text) in [
        ("data/values.txt", "there"),
        (".git/HEAD", "main"),
        ("env/pyvenv.cfg", "home = /usr/bin"),
        ("env/lib/x.py", "x = 1"),
        (".coveragerc", "there"),
        ("program", "#!/bin/sh\nprintf runs\n"),
    ] {
        fs::write(root.join(path), text).unwrap();
    }
    std::os::unix::fs::symlink("data/values.txt", root.join("link.txt")).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(root.join("program"), executable).unwrap();
    let run = proctor.api().submit(1, "test_sees.py");
    passed(&proctor, run);
}

#[test]
fn an_ordinary_user_has_snapshots_too() {
    if !Rights::Nobody.can_be_had() {
        eprintln!("left out: this machine lets nobody be an ordinary user");
        return;
    }
    let proctor = waiting(Rights::Nobody);
    proctor.tests.open("late");
    let run = proctor.api().submit(1, "test_late.py");
    change(&proctor);
    let worker = proctor.start_worker();
    passed(&proctor, run);
    end_worker(worker);
}

#[test]
fn a_machine_without_layered_mounts_runs_the_files_of_now_and_says_so() {
    if !Rights::NoPidNamespace.can_be_had() {
        eprintln!("left out: this machine lets nobody have fewer rights");
        return;
    }
    let proctor = Proctor::with(Settings { rights: Rights::NoPidNamespace, ..Settings::default() });
    proctor.tests.write("test_a.py", "def test_a(): pass\n");
    let run = proctor.api().submit(1, "test_a.py");
    passed(&proctor, run);
    let log = proctor.api().log(run);
    assert!(log.starts_with("proctor: this machine grants no layered mounts"), "{log}");
}
