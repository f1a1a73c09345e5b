//! `POST /tests/uploads`, `POST /tests/uploads/preview`

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use proctor::api::UploadLimits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Answer, Request, Server};
use archives::zip;

mod archives;
mod attacks;

const PREVIEW: &str = "/api/v1/tests/uploads/preview";
const GOOD: &[u8] = b"def test_good():\n    assert True\n";
const BAD: &[u8] = b"def test_bad(:\n    pass\n";

/// All files below the tests root with their contents, temporary ones too.
fn tree(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap().flatten() {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            found.push((format!("{}/", path.display()), String::new()));
            found.extend(tree(&path));
        } else {
            let content = fs::read_to_string(&path).unwrap_or_default();
            found.push((path.display().to_string(), content));
        }
    }
    found.sort();
    found
}

/// What the stored archive or the preview says: verdict or refusal by path.
fn verdicts(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let items = answer.json()["items"].as_array().unwrap().clone();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items.iter().map(|item| (text(item, "path"), text(item, "verdict"))).collect()
}

fn details(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| error["detail"].as_str().unwrap().to_owned()).collect()
}
#[tokio::test]
async fn files_are_stored_in_a_new_directory_and_can_be_run() {
    let server = Server::start().await;
    let fields = [("directory", "new/deep"), ("uploaded_by", " ann ")];
    let files = [("test_b.py", GOOD), ("data/values.json", b"{}")];
    let answer = server.upload(&fields, &files).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["items"][0]["path"], "new/deep/test_b.py");
    assert_eq!(body["items"][1]["path"], "new/deep/data/values.json");
    assert_eq!(
        (
            &body["items"][0]["size"],
            &body["items"][0]["replaced"],
            &body["items"][0]["syntax_error"]
        ),
        (&json!(GOOD.len()), &json!(false), &json!(null))
    );
    assert_eq!((&body["left_out"], &body["unchecked"]), (&json!([]), &json!(null)));
    let stored = server.tests_root().join("new/deep/test_b.py");
    assert_eq!(fs::read(&stored).unwrap(), GOOD);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&stored) & 0o777, mode(stored.parent().unwrap()) & 0o666);
    let listed = server.get("/api/v1/tests?path=new/deep").await.json();
    assert_eq!(listed["files"][0]["sha256"], body["items"][0]["sha256"]);
    let run = json!({"requester": "ann", "environment": 7, "targets": ["new/deep/test_b.py"]});
    assert_eq!(server.post("/api/v1/runs", &run).await.status, 201);
}

#[tokio::test]
async fn a_syntax_error_is_shown_with_its_line_and_stored_all_the_same() {
    let server = Server::start().await;
    let answer = server.upload(&[("directory", "")], &[("test_bad.py", BAD)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let error = &answer.json()["items"][0]["syntax_error"];
    assert_eq!((&error["line"], &error["text"]), (&json!(1), &json!("def test_bad(:")));
    assert!(error["message"].as_str().unwrap().contains("syntax"), "{error}");
    assert_eq!(fs::read(server.tests_root().join("test_bad.py")).unwrap(), BAD);
}

#[tokio::test]
async fn without_an_interpreter_files_are_stored_unchecked_and_it_is_said() {
    let server = Server::start_with(|settings| settings.python = "/nowhere/python".into()).await;
    let answer = server.upload(&[("directory", ".")], &[("test_bad.py", BAD)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.json()["unchecked"].as_str().unwrap().contains("/nowhere/python"));
}

#[tokio::test]
async fn what_exists_is_refused_or_replaced_and_the_earlier_version_stays_readable() {
    let server = Server::start().await;
    let run = server.submit("ann", 7).await;
    let before = fs::read_to_string(server.tests_root().join("test_a.py")).unwrap();
    let files = [("test_a.py", GOOD), ("test_new.py", GOOD)];
    let answer = server.upload(&[("directory", ".")], &files).await;
    assert_eq!((answer.status, answer.mistakes()), (409, vec!["/files/0".to_owned()]));
    assert_eq!(answer.json()["code"], "exists");
    assert!(!server.tests_root().join("test_new.py").exists());

    let fields = [("directory", "."), ("on_conflict", "replace"), ("uploaded_by", "ben")];
    let answer = server.upload(&fields, &files).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let replaced: Vec<_> = answer.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["replaced"].clone())
        .collect();
    assert_eq!(replaced, [true, false]);
    assert_eq!(fs::read(server.tests_root().join("test_a.py")).unwrap(), GOOD);
    let as_it_ran = server.get(&format!("/api/v1/runs/{run}/sources/test_a.py")).await;
    assert_eq!((as_it_ran.status, as_it_ran.text()), (200, before.clone()));

    let changes = server.get("/api/v1/tests/changes?path=test_a.py").await.json();
    let change = &changes["items"][0];
    assert_eq!(
        (&change["kind"], &change["changed_by"], &change["changed_at"]),
        (&json!("replaced"), &json!("ben"), &json!("2026-03-01T14:20:03.050Z"))
    );
    let earlier = change["replaced_sha256"].as_str().unwrap();
    let source = format!("/api/v1/tests/source?path=test_a.py&sha256={earlier}");
    assert_eq!(server.get(&source).await.text(), before);
    // Only as a version of the file that it was.
    let other = format!("/api/v1/tests/source?path=notes.txt&sha256={earlier}");
    assert_eq!(server.get(&other).await.status, 404);
}

#[tokio::test]
async fn nothing_half_done_stays_when_one_of_many_cannot_be_stored() {
    let server = Server::start().await;
    let root = server.tests_root();
    fs::create_dir(root.join("shop")).unwrap();
    fs::create_dir(root.join("shop/test_m.py")).unwrap();
    let before = tree(&root);
    let names: Vec<_> = (0..30).map(|number| format!("new_{number}/test_{number}.py")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), GOOD)).collect();
    files.push(("test_m.py", GOOD));
    let fields = [("directory", "shop"), ("on_conflict", "replace")];
    let answer = server.upload(&fields, &files).await;
    assert_eq!(
        (answer.status, details(&answer)),
        (422, vec![r#""shop/test_m.py" is a directory"#.to_owned()])
    );
    assert_eq!(tree(&root), before);

    // Where the server finds out only when it makes the directories.
    fs::remove_dir(root.join("shop/test_m.py")).unwrap();
    fs::write(root.join("shop/new_7"), "a file").unwrap();
    let before = tree(&root);
    let answer = server.upload(&fields, &files).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert_eq!(tree(&root), before);
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let server = Server::start().await;
    let fields =
        [("directory", "../up"), ("on_conflict", "maybe"), ("uploaded_by", "a\tb"), ("mode", "x")];
    let answer = server.upload(&fields, &[]).await;
    let mut places = answer.mistakes();
    places.sort();
    assert_eq!(answer.status, 422);
    assert_eq!(places, ["/directory", "/files", "/mode", "/on_conflict", "/uploaded_by"]);
    let answer = server.upload(&[], &[("a.py", GOOD)]).await;
    assert_eq!((answer.status, answer.mistakes()), (422, vec!["/directory".to_owned()]));
}

#[tokio::test]
async fn limits_are_named_with_their_values() {
    let server = Server::start_with(|settings| {
        settings.limits.upload = UploadLimits { bytes: 100_000, files: 3 };
    })
    .await;
    let before = tree(&server.tests_root());
    let large = vec![b'#'; 100_001];
    let answer = server.upload(&[("directory", ".")], &[("large.py", &large)]).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (413, Some("upload_too_large")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("100000 bytes"));
    // Also when it is announced to be much larger, and is read to its end all the same.
    let huge = vec![b'#'; 2_000_000];
    let answer = server.upload(&[("directory", ".")], &[("huge.py", &huge)]).await;
    assert_eq!(answer.status, 413);
    let files = [("a.py", GOOD), ("b.py", GOOD), ("c.py", GOOD), ("d.py", GOOD)];
    let answer = server.upload(&[("directory", ".")], &files).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("more than 3 files"), "{}", answer.text());
    let names: Vec<_> = (0..4).map(|number| format!("test_{number}.py")).collect();
    let many: Vec<(&str, u32, &[u8])> = names.iter().map(|name| (name.as_str(), 0, GOOD)).collect();
    let answer = server.upload(&[("directory", ".")], &[("many.zip", &zip(&many))]).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("more than 3 files"), "{}", answer.text());
    let edge = server.upload(&[("directory", "edge")], &files[..3]).await;
    assert_eq!(edge.status, 201, "{}", edge.text());
    fs::remove_dir_all(server.tests_root().join("edge")).unwrap();
    let edge = server.upload(&[("directory", "edge")], &[("edge.py", &large[1..])]).await;
    assert_eq!(edge.status, 201, "{}", edge.text());
    fs::remove_dir_all(server.tests_root().join("edge")).unwrap();
    assert_eq!(tree(&server.tests_root()), before);
}

#[tokio::test]
async fn a_preview_says_what_would_become_of_each_file_and_stores_nothing() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let same = fs::read(server.tests_root().join("test_a.py")).unwrap();
    let files = [
        ("test_new.py", BAD),
        ("notes.txt", b"other\n"),
        ("test_a.py", &same),
        ("-p.py", GOOD),
        (".git/config", b"x"),
    ];
    let request = Request::new("POST", PREVIEW).form(&[("directory", ".")], &files);
    let answer = server.send(&request).await;
    let mut found = verdicts(&answer);
    found.sort();
    let expected = [
        ("-p.py", "refused"),
        ("notes.txt", "exists"),
        ("test_a.py", "unchanged"),
        ("test_new.py", "new"),
    ];
    assert_eq!(found, expected.map(|(path, verdict)| (path.to_owned(), verdict.to_owned())));
    let body = answer.json();
    assert_eq!(body["left_out"], json!([".git/config"]));
    let items = body["items"].as_array().unwrap();
    let new = items.iter().find(|item| item["path"] == "test_new.py").unwrap();
    assert_eq!(new["syntax_error"]["line"], 1);
    assert_eq!(tree(&server.tests_root()), before);
}

#[tokio::test]
async fn only_forms_are_taken_and_those_that_end_early_leave_nothing() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let answer = server.post("/api/v1/tests/uploads", &json!({"directory": "."})).await;
    assert_eq!(answer.status, 415);
    let form = Request::new("POST", "/api/v1/tests/uploads")
        .form(&[("directory", ".")], &[("a.py", GOOD)]);
    let whole = form.bytes(server.address);
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(&whole[..whole.len() - 30]).await.unwrap();
    drop(socket);
    let cut = Request::new("POST", "/api/v1/tests/uploads")
        .header("Content-Type", "multipart/form-data; boundary=x")
        .body(b"--x\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\"a.py\"\r\n\r\nhalf");
    let answer = server.send(&cut).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("not_a_form")));
    assert_eq!(tree(&server.tests_root()), before);
    let arriving = server.tests_root().parent().unwrap().join("blobs/arriving");
    crate::harness::eventually(|| fs::read_dir(&arriving).map_or(0, Iterator::count) == 0).await;
}

#[tokio::test]
async fn an_upload_that_comes_to_a_halt_is_not_waited_for() {
    let server =
        Server::start_with(|settings| settings.limits.body_time = Duration::from_millis(50)).await;
    let before = tree(&server.tests_root());
    let form = Request::new("POST", "/api/v1/tests/uploads")
        .form(&[("directory", ".")], &[("a.py", GOOD)]);
    let whole = form.bytes(server.address);
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(&whole[..whole.len() - 30]).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(tree(&server.tests_root()), before);
}

#[tokio::test]
async fn two_uploads_of_one_name_never_both_win() {
    let server = Server::start().await;
    for round in 0..10 {
        let directory = format!("race_{round}");
        let fields = [("directory", directory.as_str())];
        let (one, other) = tokio::join!(
            server.upload(&fields, &[("test_r.py", b"one = 1\n")]),
            server.upload(&fields, &[("test_r.py", b"two = 2\n")])
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let winner: &[u8] = if one.status == 201 { b"one = 1\n" } else { b"two = 2\n" };
        let stored = server.tests_root().join(&directory).join("test_r.py");
        assert_eq!(fs::read(stored).unwrap(), winner);
    }
}
