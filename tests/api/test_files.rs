//! `PATCH /tests`, `DELETE /tests`, `GET /tests/changes`

use std::fs;
use std::os::unix::fs::symlink;

use proctor::api::UploadLimits;
use serde_json::json;

use crate::harness::{Answer, Request, Server};

async fn move_to(server: &Server, from: &str, to: &str) -> Answer {
    let body = json!({"path": to, "requester": "ann"});
    server.send(&Request::new("PATCH", &format!("/api/v1/tests?path={from}")).json(&body)).await
}

async fn delete(server: &Server, query: &str) -> Answer {
    server.send(&Request::new("DELETE", &format!("/api/v1/tests?{query}"))).await
}

#[tokio::test]
async fn a_file_moves_into_a_new_directory_and_it_is_on_record() {
    let server = Server::start().await;
    let answer = move_to(&server, "test_a.py", "new/deep/test_b.py").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json(), json!({"path": "new/deep/test_b.py", "moved_from": "test_a.py"}));
    assert!(server.tests_root().join("new/deep/test_b.py").is_file());
    assert!(!server.tests_root().join("test_a.py").exists());
    for path in ["test_a.py", "new/deep/test_b.py"] {
        let changes = server.get(&format!("/api/v1/tests/changes?path={path}")).await.json();
        let change = &changes["items"][0];
        assert_eq!((&change["kind"], &change["changed_by"]), (&json!("moved"), &json!("ann")));
        assert_eq!(change["sha256"].as_str().unwrap().len(), 64);
    }
}

#[tokio::test]
async fn a_directory_moves_with_everything_in_it() {
    let server = Server::start().await;
    assert_eq!(move_to(&server, "checkout", "shop/basket").await.status, 200);
    assert!(server.tests_root().join("shop/basket/test_cart.py").is_file());
    let answer = move_to(&server, "shop", "shop/basket/inner").await;
    assert_eq!((answer.status, answer.mistakes()), (400, vec!["path".to_owned()]));
    assert!(!server.tests_root().join("shop/basket/inner").exists());
}

#[tokio::test]
async fn nothing_is_moved_over_something_else_or_out_of_the_root() {
    let server = Server::start().await;
    for taken in ["notes.txt", "checkout", "test_a.py"] {
        let answer = move_to(&server, "test_a.py", taken).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (409, Some("exists")),
            "{taken}"
        );
    }
    for bad in ["../x.py", "/x.py", "-p.py", ".hidden.py", "con.py", "a\u{202e}.py", ""] {
        let answer = move_to(&server, "test_a.py", bad).await;
        assert_eq!((answer.status, answer.mistakes()), (422, vec!["/path".to_owned()]), "{bad}");
    }
    for bad in [".", "..", "/etc", "checkout/..", ".git"] {
        let answer = move_to(&server, bad, "x").await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec!["path".to_owned()]), "{bad}");
    }
    assert_eq!(move_to(&server, "missing.py", "x.py").await.status, 404);
    let answer = move_to(&server, "test_a.py", "notes.txt/x.py").await;
    assert_eq!(answer.status, 400, "{}", answer.text());
    let request = Request::new("PATCH", "/api/v1/tests").json(&json!({"to": "x", "requester": ""}));
    assert_eq!(server.send(&request).await.mistakes(), ["path"]);
    let request = Request::new("PATCH", "/api/v1/tests?path=test_a.py").json(&json!({"to": "x"}));
    assert_eq!(server.send(&request).await.mistakes(), ["/path", "/to"]);
    assert!(server.tests_root().join("test_a.py").is_file());
}

#[tokio::test]
async fn a_deleted_file_stays_readable_from_the_run_that_used_it() {
    let server = Server::start().await;
    let run = server.submit("ann", 7).await;
    let before = fs::read_to_string(server.tests_root().join("test_a.py")).unwrap();
    let answer = delete(&server, "path=test_a.py&requester=ben").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let sha256 = answer.json()["items"][0]["sha256"].as_str().unwrap().to_owned();
    assert!(!server.tests_root().join("test_a.py").exists());
    let source = server.get(&format!("/api/v1/runs/{run}/sources/test_a.py")).await;
    assert_eq!((source.status, source.text()), (200, before.clone()));
    let source = server.get(&format!("/api/v1/tests/source?path=test_a.py&sha256={sha256}")).await;
    assert_eq!((source.status, source.text()), (200, before));
    let change =
        server.get("/api/v1/tests/changes?path=test_a.py").await.json()["items"][0].clone();
    assert_eq!((&change["kind"], &change["changed_by"]), (&json!("deleted"), &json!("ben")));
    assert_eq!(delete(&server, "path=test_a.py").await.status, 404);
}

#[tokio::test]
async fn a_directory_that_is_not_empty_is_deleted_only_when_that_is_asked_for() {
    let server = Server::start_with(|settings| {
        settings.limits.upload = UploadLimits { files: 3, ..settings.limits.upload };
    })
    .await;
    let answer = delete(&server, "path=checkout").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("not_empty")));
    let directory = server.tests_root().join("checkout");
    for number in 0..3 {
        fs::write(directory.join(format!("test_{number}.py")), "pass\n").unwrap();
    }
    let answer = delete(&server, "path=checkout&recursive=true").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("too_many_files")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("more than 3 files"));
    fs::remove_file(directory.join("test_0.py")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("safe.py"), "safe").unwrap();
    symlink(outside.path(), directory.join("link")).unwrap();
    let answer = delete(&server, "path=checkout&recursive=true").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 3);
    assert!(!directory.exists() && outside.path().join("safe.py").exists());
    assert_eq!(fs::read_dir(server.tests_root()).unwrap().count(), 2);
    // What Python leaves behind counts as nothing.
    fs::create_dir_all(server.tests_root().join("empty/__pycache__")).unwrap();
    fs::write(server.tests_root().join("empty/__pycache__/x.pyc"), "x").unwrap();
    assert_eq!(delete(&server, "path=empty").await.json(), json!({"items": []}));
}

#[tokio::test]
async fn the_root_and_what_is_outside_or_hidden_cannot_be_deleted() {
    let server = Server::start().await;
    fs::create_dir(server.tests_root().join(".git")).unwrap();
    symlink("/etc", server.tests_root().join("out")).unwrap();
    for path in [".", "", "..", "/etc", "checkout/..", ".git", "out/passwd", "../proctor.sqlite3"] {
        let answer = delete(&server, &format!("path={path}&recursive=true")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec!["path".to_owned()]), "{path}");
    }
    // The link itself is below the root.
    assert_eq!(delete(&server, "path=out").await.status, 200);
    assert!(fs::metadata("/etc/passwd").is_ok());
}

#[tokio::test]
async fn the_record_of_a_file_comes_in_pages() {
    let server = Server::start().await;
    for content in ["1\n", "2\n", "3\n"] {
        let fields = [("directory", "."), ("on_conflict", "replace")];
        let answer = server.upload(&fields, &[("test_v.py", content.as_bytes())]).await;
        assert_eq!(answer.status, 201);
    }
    let first = server.get("/api/v1/tests/changes?path=test_v.py&limit=2").await.json();
    let kinds = |page: &serde_json::Value| -> Vec<_> {
        page["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect()
    };
    assert_eq!(kinds(&first), ["replaced", "replaced"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/tests/changes?path=test_v.py&limit=2&cursor={cursor}");
    let second = server.get(&path).await.json();
    assert_eq!((kinds(&second), &second["next_cursor"]), (vec![json!("uploaded")], &json!(null)));
    let answer = server.get("/api/v1/tests/changes?limit=0&cursor=x").await;
    assert_eq!(answer.mistakes(), ["limit", "cursor"]);
}

#[tokio::test]
async fn the_record_of_all_files_tells_who_changed_what() {
    let server = Server::start().await;
    for (name, person) in [("test_x.py", "ann"), ("test_y.py", "ben")] {
        let fields = [("directory", "."), ("uploaded_by", person)];
        let answer = server.upload(&fields, &[(name, b"1\n")]).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    assert_eq!(delete(&server, "path=test_x.py&requester=ben").await.status, 200);
    let first = server.get("/api/v1/tests/changes?limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/api/v1/tests/changes?limit=2&cursor={cursor}")).await.json();
    let items = [&first, &second].map(|page| page["items"].as_array().unwrap().clone()).concat();
    let told = items.iter().map(|one| json!([one["kind"], one["path"], one["changed_by"]]));
    let expected = json!([
        ["deleted", "test_x.py", "ben"],
        ["uploaded", "test_y.py", "ben"],
        ["uploaded", "test_x.py", "ann"]
    ]);
    assert_eq!(told.collect::<serde_json::Value>(), expected);
}
