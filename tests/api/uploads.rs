//! `POST /tests/uploads`, `POST /tests/uploads/preview`

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use proctor::api::UploadLimits;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Answer, Request, Server};

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

/// A zip archive without compression, made by hand so that it can say anything.
pub fn zip(files: &[(&str, u32, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, mode, content) in files {
        let offset = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        // Version, flags, method, time, date, checksum, sizes, lengths of name and extra field: APPNOTE 4.3.7.
        let common = [
            &[20, 0, 0, 8, 0, 0, 0, 0, 33, 0][..],
            &crc(content).to_le_bytes(),
            &size,
            &size,
            &name_length,
            &[0, 0],
        ]
        .concat();
        bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), content].concat());
        list.extend(
            [
                &b"PK\x01\x02"[..],
                &[20, 3],
                &common,
                &[0; 6],
                &(mode << 16).to_le_bytes(),
                &offset.to_le_bytes(),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let place = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u32::try_from(list.len()).unwrap().to_le_bytes();
    bytes.extend(list);
    bytes.extend([&b"PK\x05\x06"[..], &[0; 4], &count, &count, &length, &place, &[0, 0]].concat());
    bytes
}

fn crc(content: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    };
    !content.iter().fold(!0, step)
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
async fn names_that_attack_are_refused_each_with_its_reason() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let long = format!("{}.py", "x".repeat(253));
    let attacks: Vec<(&[u8], &str)> = vec![
        (b"../escape.py", "leaves the tests root"),
        (b"a/../../escape.py", "leaves the tests root"),
        (b"/etc/cron.d/escape.py", "is absolute"),
        (b"..\\..\\escape.py", "backslash"),
        (b"C:/escape.py", "is absolute"),
        ("x\u{202e}yp.exe.py".as_bytes(), "direction of text"),
        ("x\u{85}.py".as_bytes(), "control character"),
        (b"%0Ax.py", "line break"),
        (b"-p.py", "option"),
        (b"dir/@args", "option"),
        (b"con.py", "device"),
        (b"env/pyvenv.cfg", "virtual environment"),
        (long.as_bytes(), "256 bytes, the limit is 255"),
        (b"\xff\xfe.py", "not UTF-8"),
        (b"", "the path is empty"),
        (b"twice.py", "more than once"),
        (b"twice.py", "more than once"),
        (b"both", "both as a file and as a directory"),
        (b"both/a.py", ""),
    ];
    let files: Vec<(&[u8], &[u8])> = attacks.iter().map(|(name, _)| (*name, GOOD)).collect();
    let request = Request::new("POST", PREVIEW).raw_form(&[("directory", "checkout")], &files);
    let preview = server.send(&request).await.json();
    let items = preview["items"].as_array().unwrap();
    assert_eq!(items.len(), attacks.len());
    for (part, (_, why)) in attacks.iter().enumerate() {
        let item = items.iter().find(|item| item["part"] == part).unwrap();
        let reason = item["reason"].as_str().unwrap_or_default();
        assert!(reason.contains(why), "{part}: {why:?} / {reason:?}");
        assert_eq!(item["verdict"] == "refused", !why.is_empty());
    }
    let request =
        Request::new("POST", "/api/v1/tests/uploads").raw_form(&[("directory", ".")], &files);
    let answer = server.send(&request).await;
    assert_eq!((answer.status, answer.mistakes().len()), (422, attacks.len() - 1));
    // Bytes that no header may hold break the form.
    for name in [&b"a\0b.py"[..], b"a\x1bb.py"] {
        let request = Request::new("POST", "/api/v1/tests/uploads")
            .raw_form(&[("directory", ".")], &[(name, GOOD)]);
        assert!(matches!(server.send(&request).await.status, 400 | 422));
    }
    assert_eq!(tree(&server.tests_root()), before);
}

#[tokio::test]
async fn a_page_of_another_site_can_send_no_files() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let request = Request::new("POST", "/api/v1/tests/uploads")
        .form(&[("directory", ".")], &[("a.py", GOOD)])
        .header("Origin", "https://elsewhere.example");
    assert_eq!(server.send(&request).await.status, 403);
    assert_eq!(tree(&server.tests_root()), before);
}

#[tokio::test]
async fn an_upload_follows_no_link_and_replaces_none() {
    let server = Server::start().await;
    let root = server.tests_root();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("victim.py"), "safe").unwrap();
    symlink(outside.path(), root.join("out")).unwrap();
    symlink("checkout", root.join("inside")).unwrap();
    symlink(outside.path().join("victim.py"), root.join("link.py")).unwrap();
    let replace = ("on_conflict", "replace");
    for directory in ["out", "out/deep", "inside", "test_a.py", "test_a.py/deep"] {
        let answer =
            server.upload(&[("directory", directory), replace], &[("victim.py", GOOD)]).await;
        assert_eq!(
            (answer.status, answer.mistakes()),
            (422, vec!["/directory".to_owned()]),
            "{directory}"
        );
    }
    let files = [("link.py", GOOD), ("out/victim.py", GOOD), ("inside/x.py", GOOD)];
    let answer = server.upload(&[("directory", "."), replace], &files).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert_eq!(answer.mistakes(), ["/files/0", "/files/1", "/files/2"]);
    assert_eq!(fs::read_to_string(outside.path().join("victim.py")).unwrap(), "safe");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_with_another_name_outside_is_replaced_and_not_written_into() {
    let server = Server::start().await;
    let outside = tempfile::tempdir_in(server.tests_root().parent().unwrap()).unwrap();
    fs::write(outside.path().join("victim.py"), "safe").unwrap();
    fs::hard_link(outside.path().join("victim.py"), server.tests_root().join("twin.py")).unwrap();
    let fields = [("directory", "."), ("on_conflict", "replace")];
    let answer = server.upload(&fields, &[("twin.py", GOOD)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(fs::read_to_string(outside.path().join("victim.py")).unwrap(), "safe");
    assert_eq!(fs::read(server.tests_root().join("twin.py")).unwrap(), GOOD);
}

#[tokio::test]
async fn an_archive_alone_stands_for_its_files() {
    let server = Server::start().await;
    let archive = zip(&[
        ("shop/", 0o040_755, b""),
        ("shop/test_x.py", 0o100_644, GOOD),
        ("shop/__pycache__/test_x.pyc", 0o100_644, b"x"),
    ]);
    let answer = server.upload(&[("directory", "from_zip")], &[("shop.zip", &archive)]).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(answer.json()["items"][0]["path"], "from_zip/shop/test_x.py");
    assert_eq!(answer.json()["left_out"], json!(["shop/__pycache__/test_x.pyc"]));
    // Beside a test it is data.
    let files = [("fixture.zip", &archive[..]), ("test_y.py", GOOD)];
    let answer = server.upload(&[("directory", "data")], &files).await;
    assert_eq!(answer.json()["items"][0]["path"], "data/fixture.zip");
    let files = [("a.zip", &archive[..]), ("b.zip", &archive[..])];
    let answer = server.upload(&[("directory", "data")], &files).await;
    assert_eq!((answer.status, answer.mistakes().len()), (422, 2));
    let answer = server.upload(&[("directory", ".")], &[("no.zip", b"PK no")]).await;
    assert!(details(&answer)[0].contains("no zip archive"), "{}", answer.text());
}

#[tokio::test]
async fn an_archive_with_links_devices_or_ways_out_leaves_nothing() {
    let server = Server::start().await;
    let before = tree(&server.tests_root());
    let archive = zip(&[
        ("good.py", 0o100_644, GOOD),
        ("link", 0o120_777, b"/etc/passwd"),
        ("link/passwd", 0o100_644, b"x"),
        ("device", 0o060_644, b""),
        ("../slip.py", 0o100_644, GOOD),
        ("/tmp/slip.py", 0o100_644, GOOD),
    ]);
    let answer = server.upload(&[("directory", ".")], &[("bad.zip", &archive)]).await;
    assert_eq!(answer.status, 422);
    let details = details(&answer);
    assert_eq!(details.len(), 4, "{details:?}");
    for why in ["symbolic link", "device", "leaves", "absolute"] {
        assert!(details.iter().any(|detail| detail.contains(why)), "{why}: {details:?}");
    }
    assert_eq!(tree(&server.tests_root()), before);
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
