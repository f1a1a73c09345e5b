//! What has gone because of its age or size says so.

use std::fs;

use proctor::actions;
use proctor::domain::retention::{Bounds, Part};
use proctor::domain::{Outcome, RunId};
use serde_json::json;

use crate::harness::Server;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// An ended run with a log and an artifact, two days ago.
async fn old_run(server: &Server) -> RunId {
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    worker.print(id, b"one\ntwo\n");
    fs::create_dir_all(server.run_directory(id).join("artifacts")).unwrap();
    fs::write(server.run_directory(id).join("artifacts/a.txt"), b"a").unwrap();
    // A worker that is lost leaves nobody to count.
    worker.finish(&claimed, Vec::new(), Outcome::Lost).await;
    server.ctx.clock.advance(2 * DAY_MS);
    id
}

/// As the process that keeps house does it.
async fn prune(server: &Server, part: Part) {
    let bounds = Bounds { days: Some(1), most: None };
    assert_eq!(actions::prune_part(&server.ctx, part, bounds).await.unwrap(), [RunId(1)]);
}

#[tokio::test]
async fn a_log_that_was_removed_is_gone_in_words_and_the_run_says_so() {
    let server = Server::start().await;
    let id = old_run(&server).await;
    prune(&server, Part::Log).await;
    fs::remove_file(server.run_directory(id).join("log")).unwrap();
    let words =
        "the log of run 1 was removed on 2026-03-03 14:20 UTC, because logs are kept for 1 day";
    for path in ["log", "log?from_line=1", "log/search?q=one"] {
        let answer = server.get(&format!("/api/v1/runs/1/{path}")).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status, &problem["code"], &problem["detail"]),
            (410, &json!("pruned"), &json!(words)),
            "{path}"
        );
    }
    let run = server.get("/api/v1/runs/1").await.json();
    let mark = json!([{
        "part": "log", "at": "2026-03-03T14:20:03.050Z", "reason": "logs are kept for 1 day", "words": words
    }]);
    assert_eq!(run["pruned"], mark);
    assert_eq!(run["log"], json!({"lines": 0, "bytes": 0, "complete": true}));
    assert_eq!(server.get("/api/v1/runs/1/artifacts/a.txt").await.status, 200);
}

#[tokio::test]
async fn artifacts_that_were_removed_are_gone_in_words() {
    let server = Server::start().await;
    let id = old_run(&server).await;
    prune(&server, Part::Artifacts).await;
    fs::remove_dir_all(server.run_directory(id).join("artifacts")).unwrap();
    for path in ["artifacts", "artifacts/a.txt"] {
        let answer = server.get(&format!("/api/v1/runs/1/{path}")).await;
        assert_eq!(answer.status, 410, "{path}");
        assert!(answer.text().contains("artifacts are kept for 1 day"), "{}", answer.text());
    }
    assert_eq!(server.get("/api/v1/runs/1/log").await.body, b"one\ntwo\n");
}

#[tokio::test]
async fn a_run_whose_files_were_removed_says_so_and_runs_again_with_those_of_today_only() {
    let server = Server::start().await;
    old_run(&server).await;
    let run = server.get("/api/v1/runs/1").await.json();
    assert_eq!(run["pruned"], json!([]));
    fs::write(server.tests_root().join("test_a.py"), "def test_two(): pass\n").unwrap();
    let (snapshot, blobs) =
        (run["snapshot"].as_str().unwrap(), server.tests_root().join("../blobs"));
    fs::remove_file(blobs.join(&snapshot[..2]).join(snapshot)).unwrap();
    let marks = server.get("/api/v1/runs/1").await.json()["pruned"].clone();
    assert_eq!((&marks[0]["part"], &marks[0]["at"]), (&json!("files"), &json!(null)));
    let refused = server.post("/api/v1/runs/1/rerun", &json!({})).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("files_gone")));
    let again = server.post("/api/v1/runs/1/rerun", &json!({"files": "today"})).await;
    assert_eq!(again.status, 201, "{}", again.text());
}

#[tokio::test]
async fn a_run_that_was_removed_is_gone_and_one_that_never_was_is_not_found() {
    let server = Server::start().await;
    old_run(&server).await;
    prune(&server, Part::Run).await;
    for path in ["", "/log", "/tests", "/junit.xml", "/artifacts", "/usage", "/sources/test_a.py"] {
        let answer = server.get(&format!("/api/v1/runs/1{path}")).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (410, Some("pruned")),
            "{path}"
        );
        assert!(answer.text().contains("run 1 was removed on"), "{}", answer.text());
    }
    assert_eq!(server.get("/api/v1/runs/2").await.status, 404);
    assert_eq!(server.get("/api/v1/runs").await.json()["items"], json!([]));
}
