//! `GET /runs/{id}/sources/{path}`

use std::fs;

use serde_json::json;

use crate::harness::Server;

const SOURCE: &str = "/api/v1/runs/1/sources/checkout/test_cart.py";

#[tokio::test]
async fn a_file_is_shown_as_it_was_when_the_run_was_asked_for() {
    let server = Server::start().await;
    let body = json!({"requester": "ann", "environment": 7, "targets": ["checkout/test_cart.py"]});
    let sha256 = server.post("/api/v1/runs", &body).await.json()["sources"][0]["sha256"].clone();
    let answer = server.get(SOURCE).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "def test_total(): pass\n"));
    assert_eq!(answer.header("etag"), Some(format!("{sha256}").as_str()));
    fs::write(server.tests_root().join("checkout/test_cart.py"), "changed\n").unwrap();
    assert_eq!(server.get(SOURCE).await.text(), "def test_total(): pass\n");
    fs::remove_dir_all(server.tests_root().join("checkout")).unwrap();
    assert_eq!(server.get(SOURCE).await.text(), "def test_total(): pass\n");
}

#[tokio::test]
async fn every_file_of_then_is_shown_and_nothing_else() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    for path in ["checkout/test_cart.py", "notes.txt"] {
        assert_eq!(server.get(&format!("/api/v1/runs/1/sources/{path}")).await.status, 200);
    }
    fs::write(server.tests_root().join("later.py"), "later").unwrap();
    for path in ["checkout", "later.py", "..%2fproctor.sqlite3", "test_a.py%00"] {
        assert_eq!(
            server.get(&format!("/api/v1/runs/1/sources/{path}")).await.status,
            404,
            "{path}"
        );
    }
    assert_eq!(server.get("/api/v1/runs/404/sources/test_a.py").await.status, 404);
}
