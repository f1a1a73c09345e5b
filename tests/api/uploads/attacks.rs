//! Uploads that want more than to store files.

use std::fs;
use std::os::unix::fs::symlink;

use super::{GOOD, PREVIEW, tree};
use crate::harness::{Request, Server};

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
