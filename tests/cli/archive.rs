//! `proctor backup` and `proctor restore`

use std::fs;
use std::path::Path;

use crate::whole::Served;
use crate::{Ended, end_of, proctor};

const TEST: &str = "
import os, pathlib
def test_leaves():
    print('hello')
    pathlib.Path(os.environ['PROCTOR_ARTIFACTS'], 'left.txt').write_text('left')
";

fn on(data: &Path, words: &[&str]) -> Ended {
    let mut words = words.to_vec();
    let data = data.to_str().unwrap();
    words.extend(["--data", data]);
    end_of(proctor("http://127.0.0.1:1", &words))
}

#[test]
fn what_a_server_keeps_is_there_again_after_a_restore() {
    let served = Served::with_test("test_leaves.py", TEST);
    let run = end_of(proctor(&served.url(), &["run", "-e", "7", "--as", "ann", "test_leaves.py"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("proctor.backup");
    // The server goes on meanwhile.
    let ended = on(&served.data(), &["backup", file.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout().contains("proctor.backup: the database and"), "{}", ended.stdout());
    let again = on(&served.data(), &["backup", file.to_str().unwrap()]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("exists; name a file that does not"), "{}", again.stderr);

    let other = Served::restored(|data| {
        let ended = on(data, &["restore", file.to_str().unwrap()]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    });
    let log = end_of(proctor(&other.url(), &["runs", "log", "1"]));
    assert!(log.stdout().contains("hello\n"), "{}", log.stdout());
    assert_eq!(fs::read_to_string(other.data().join("runs/1/artifacts/left.txt")).unwrap(), "left");
    let next = end_of(proctor(&other.url(), &["run", "-e", "7", "--as", "ann", "."]));
    assert!(next.stderr.contains("run 2 "), "{}", next.stderr);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing half-done is left");
}

#[test]
fn what_is_no_backup_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("no.backup");
    let data = home.path().join("data");
    let refused = on(&data, &["backup", file.to_str().unwrap()]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("has no database of SQLite"), "{}", refused.stderr);

    fs::write(&file, "no archive").unwrap();
    let refused = on(&data, &["restore", file.to_str().unwrap()]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("it is no backup"), "{}", refused.stderr);
    fs::write(&file, hostile()).unwrap();
    let refused = on(&data, &["restore", file.to_str().unwrap()]);
    assert!(refused.stderr.contains("which no backup has"), "{}", refused.stderr);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing but the file is there");

    fs::create_dir(&data).unwrap();
    fs::write(data.join("something"), "").unwrap();
    let refused = on(&data, &["restore", file.to_str().unwrap()]);
    assert!(refused.stderr.contains("is not empty"), "{}", refused.stderr);
}

/// A backup that wants to be written elsewhere.
fn hostile() -> Vec<u8> {
    let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(encoder);
    let about = br#"{"format": 1, "version": "0.1.0"}"#;
    for (name, content) in [("backup.json", &about[..]), ("runs/../../evil", b"evil")] {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_entry_type(tar::EntryType::Regular);
        header.set_cksum();
        archive.append(&header, content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}
