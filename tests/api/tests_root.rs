//! `GET /tests`, `GET /tests/cases`, `GET /tests/source`

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use proctor::actions;
use proctor::live::Hint;
use proctor::store::cases::{self, CaseList, CaseState};
use serde_json::json;

use crate::harness::{Request, Server};

const TESTS: &str = "/api/v1/tests";
const CASES: &str = "/api/v1/tests/cases";
const SOURCE: &str = "/api/v1/tests/source";

#[tokio::test]
async fn a_directory_shows_what_is_in_it() {
    let server = Server::start().await;
    let body = server.get(TESTS).await.json();
    assert_eq!(body["path"], "");
    assert_eq!(body["directories"], json!([{"path": "checkout", "name": "checkout"}]));
    let files = body["files"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["notes.txt", "test_a.py"]);
    assert_eq!(files[1]["size"], 21);
    assert_eq!(files[1]["sha256"].as_str().unwrap().len(), 64);
    let below = server.get("/api/v1/tests?path=checkout").await.json();
    assert_eq!(
        (&below["path"], &below["files"][0]["path"]),
        (&"checkout".into(), &"checkout/test_cart.py".into())
    );
}

#[tokio::test]
async fn a_search_looks_everywhere() {
    let server = Server::start().await;
    let body = server.get("/api/v1/tests?q=CART").await.json();
    assert_eq!(body["files"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&body["files"][0]["path"], &body["more"]),
        (&"checkout/test_cart.py".into(), &false.into())
    );
    let body = server.get("/api/v1/tests?q=test_a&path=checkout").await.json();
    assert_eq!(body["files"], json!([]));
}

#[tokio::test]
async fn nothing_outside_of_the_root_is_shown() {
    let server = Server::start().await;
    symlink("/etc", server.tests_root().join("etc")).unwrap();
    symlink("/etc/passwd", server.tests_root().join("passwd.py")).unwrap();
    for path in ["..", "../..", "/etc", "etc", "checkout/../../..", "%2e%2e", "a%00b"] {
        let answer = server.get(&format!("{TESTS}?path={path}")).await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
    }
    for path in
        ["passwd.py", "etc/passwd", "../proctor.sqlite3", "/etc/passwd", "..%2fproctor.sqlite3"]
    {
        for address in [SOURCE, CASES] {
            let answer = server.get(&format!("{address}?path={path}")).await;
            assert!(matches!(answer.status, 400 | 404), "{address} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_is_missing_is_named() {
    let server = Server::start().await;
    assert_eq!(server.get("/api/v1/tests?path=chekout").await.status, 404);
    let answer = server.get("/api/v1/tests/source?path=test_b.py").await;
    assert_eq!(answer.status, 404);
    for address in [SOURCE, CASES] {
        let answer = server.get(address).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec!["path".to_owned()]));
    }
    let answer = server.get("/api/v1/tests?depth=2").await;
    assert_eq!((answer.status, answer.mistakes()), (400, vec!["depth".to_owned()]));
}

#[tokio::test]
async fn a_file_is_shown_as_text_and_known_by_its_hash() {
    let server = Server::start().await;
    fs::write(server.tests_root().join("test_b.py"), "<script>alert(1)</script>\n").unwrap();
    let answer = server.get("/api/v1/tests/source?path=test_b.py").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(answer.text(), "<script>alert(1)</script>\n");
    let tag = answer.header("etag").unwrap().to_owned();
    let again =
        Request::new("GET", "/api/v1/tests/source?path=test_b.py").header("If-None-Match", &tag);
    let answer = server.send(&again).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
}

/// Answers like a worker that collects `path`.
async fn collect(server: &Server, items: &str, error: Option<&str>) {
    let mut hints = server.ctx.live.subscribe();
    loop {
        if let Some(wanted) = cases::wanted(&server.ctx.db, 1).await.unwrap().pop() {
            let list = CaseList {
                state: CaseState::Known,
                items: items.into(),
                error: error.map(str::to_owned),
                ..wanted
            };
            return actions::answer_cases(&server.ctx, &list).await.unwrap();
        }
        while hints.recv().await.unwrap() != Hint::CasesWanted {}
    }
}

#[tokio::test]
async fn a_worker_collects_the_test_cases_of_a_file_once() {
    let server = Server::start().await;
    let path = format!("{CASES}?path=test_a.py");
    let items = r#"[{"nodeid": "test_a.py::test_one", "line": 1}]"#;
    let (answer, ()) = tokio::join!(server.get(&path), collect(&server, items, None));
    let expected = json!({"items": [{"nodeid": "test_a.py::test_one", "line": 1}], "error": null});
    assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    // Nobody is asked a second time.
    assert_eq!(server.get(&path).await.json(), expected);
    fs::write(server.tests_root().join("test_a.py"), "syntax error\n").unwrap();
    let (answer, ()) = tokio::join!(server.get(&path), collect(&server, "[]", Some("SyntaxError")));
    assert_eq!(answer.json(), json!({"items": [], "error": "SyntaxError"}));
}

#[tokio::test]
async fn without_a_worker_test_cases_are_unavailable() {
    let server =
        Server::start_with(|settings| settings.limits.cases_time = Duration::from_millis(50)).await;
    let answer = server.get("/api/v1/tests/cases?path=test_a.py").await;
    assert_eq!(answer.status, 503);
    for path in ["checkout", "notes.txt", "test_a.py::test_one"] {
        let answer = server.get(&format!("{CASES}?path={path}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec!["path".to_owned()]), "{path}");
    }
}
