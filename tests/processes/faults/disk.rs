//! The data disk is full, or what is on it is damaged.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use proctor::wire::Outcome;
use rusqlite::Connection;
use serde_json::json;

use super::{GATED, gated_run, let_pass, no_double};
use crate::harness::{Proctor, Settings, may_mount, wait_until};

const DISK: u64 = 96 << 20;

/// Takes all the room that is left, until it is removed.
fn fill(proctor: &Proctor) -> PathBuf {
    let path = proctor.data().join("filler");
    let mut file = File::options().create(true).append(true).open(&path).unwrap();
    for size in [1 << 20, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    path
}

fn ask(proctor: &Proctor) -> (u16, String) {
    // Another one each time, or nothing of it is new on the disk.
    let body = json!({"requester": "ann", "environment": 9, "targets": ["test_gated.py"]});
    let (status, answer) = proctor.api().post("/api/v1/runs", &body);
    (status, answer["detail"].as_str().unwrap_or_default().to_owned())
}

fn integrity(proctor: &Proctor) -> String {
    let connection = Connection::open(proctor.data().join("proctor.sqlite3")).unwrap();
    connection.query_row("PRAGMA integrity_check", (), |row| row.get(0)).unwrap()
}

#[test]
fn with_a_full_disk_reading_works_asking_is_refused_in_words_and_all_goes_on_with_room() {
    if !may_mount() {
        eprintln!("left out: nobody may mount a small disk here");
        return;
    }
    let proctor = Proctor::with(Settings { disk_bytes: Some(DISK), ..Settings::default() });
    proctor.tests.write("test_gated.py", GATED);
    let before = gated_run(&proctor, 6);
    let_pass(&proctor, before);
    let running = gated_run(&proctor, 7);
    let mut filler = fill(&proctor);
    let mut refused = (0, String::new());
    let mut accepted = 0;
    wait_until("a request is refused", || {
        refused = ask(&proctor);
        accepted += usize::from(refused.0 == 201);
        filler = fill(&proctor);
        refused.0 != 201
    });
    assert_eq!(refused.0, 507, "{refused:?}");
    assert!(refused.1.contains("disk is full"), "{refused:?}");
    assert_eq!(proctor.api().run(before).run.outcome, Some(Outcome::Passed));
    assert!(proctor.api().log(before).contains("it has begun"));
    // It ends while there is no room for its end.
    proctor.tests.open(&running.to_string());

    fs::remove_file(filler).unwrap();
    let ended = proctor.api().wait_until_finished(running).run;
    let why = ended.reason.as_deref().unwrap_or_default();
    assert!(ended.outcome == Some(Outcome::Passed) || why.contains("cannot be kept"), "{ended:#?}");
    let_pass(&proctor, gated_run(&proctor, 7));
    no_double(&proctor);
    assert_eq!(integrity(&proctor), "ok");
    let there = proctor.api().items::<serde_json::Value>("/api/v1/runs?environment=9").len();
    assert_eq!(there, accepted, "what was accepted is there, and nothing else");
}

#[test]
fn a_damaged_database_is_refused_in_words_and_nothing_is_deleted() {
    let mut proctor = Proctor::with(Settings { workers: 0, ..Settings::default() });
    proctor.tests.write("test_gated.py", GATED);
    proctor.api().submit(7, "test_gated.py");
    proctor.stop_serve();
    let path = proctor.data().join("proctor.sqlite3");
    let whole = fs::read(&path).unwrap();
    for (what, at) in [("its header", 0..64), ("its first page", 100..2000)] {
        let mut damaged = whole.clone();
        damaged[at].fill(0x5a);
        fs::write(&path, &damaged).unwrap();
        let (status, words) = proctor.refused_serve();
        assert!(!status.success(), "{what}");
        assert!(
            words.contains("is damaged") && words.contains("proctor restore"),
            "{what}: {words}"
        );
        assert!(words.contains(&path.display().to_string()), "{what}: {words}");
        assert_eq!(fs::read(&path).unwrap(), damaged, "{what}: it is left as it is");
    }
    fs::write(&path, &whole).unwrap();
    proctor.serve();
    assert_eq!(proctor.api().items::<serde_json::Value>("/api/v1/runs").len(), 1);
}
