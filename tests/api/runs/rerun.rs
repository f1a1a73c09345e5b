//! `POST /runs/{id}/rerun`

use std::fs;

use proctor::domain::{Outcome, TestOutcome};
use serde_json::json;

use crate::harness::{Request, Server, test_report};

const RERUN: &str = "/api/v1/runs/1/rerun";

/// A finished run of both files, in which one test case of each failed.
async fn finished_run(server: &Server) {
    let worker = server.worker().await;
    let body = json!({
        "requester": "ann", "environment": 7, "targets": ["test_a.py", "checkout"],
        "variables": {"CURRENCY": "EUR"}, "options": {"timeout_s": 60}, "note": "nightly"
    });
    server.post("/api/v1/runs", &body).await;
    let claimed = worker.claim().await;
    let tests = vec![
        test_report(0, "test_a.py::test_one", TestOutcome::Passed),
        test_report(1, "test_a.py::test_two[a::b]", TestOutcome::Failed),
        test_report(2, "checkout/test_cart.py::test_total", TestOutcome::Lost),
    ];
    worker.finish(&claimed, tests, Outcome::Failed).await;
}

#[tokio::test]
async fn the_same_is_asked_for_again() {
    let server = Server::start().await;
    finished_run(&server).await;
    let answer = server.send(&Request::new("POST", RERUN)).await;
    assert_eq!((answer.status, answer.header("location")), (201, Some("/api/v1/runs/2")));
    let (first, run) = (server.get("/api/v1/runs/1").await.json(), answer.json());
    assert_eq!((&run["rerun_of"], &run["state"]), (&json!(1), &json!("queued")));
    for same in ["requester", "environment", "targets", "variables", "options", "note", "sources"] {
        assert_eq!(run[same], first[same], "{same}");
    }
}

#[tokio::test]
async fn only_what_failed_elsewhere_by_somebody_else() {
    let server = Server::start().await;
    finished_run(&server).await;
    let body = json!({"failed_only": true, "environment": 8, "requester": "ben"});
    let run = server.post(RERUN, &body).await.json();
    assert_eq!(
        run["targets"],
        json!(["test_a.py::test_two[a::b]", "checkout/test_cart.py::test_total"])
    );
    assert_eq!((&run["environment"]["id"], &run["requester"]), (&json!(8), &json!("ben")));
}

#[tokio::test]
async fn when_nothing_failed_there_is_nothing_to_rerun() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let answer = server.post(RERUN, &json!({"failed_only": true})).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("nothing_failed")));
}

#[tokio::test]
async fn targets_that_are_gone_are_named() {
    let server = Server::start().await;
    finished_run(&server).await;
    fs::remove_file(server.tests_root().join("test_a.py")).unwrap();
    let answer = server.post(RERUN, &json!({"files": "today"})).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("targets_gone")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("test_a.py"));
}

#[tokio::test]
async fn files_that_are_gone_are_run_again_from_what_is_kept() {
    let server = Server::start().await;
    finished_run(&server).await;
    let first = server.get("/api/v1/runs/1").await.json();
    fs::remove_file(server.tests_root().join("test_a.py")).unwrap();
    let answer = server.post(RERUN, &json!({})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let again = answer.json();
    assert_eq!(
        (&again["snapshot"], &again["sources"], &again["targets"]),
        (&first["snapshot"], &first["sources"], &first["targets"])
    );
    fs::remove_dir_all(server.tests_root().parent().unwrap().join("blobs")).unwrap();
    let answer = server.post(RERUN, &json!({})).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("files_gone")));
}

#[tokio::test]
async fn a_repeat_with_the_same_key_makes_one_rerun() {
    let server = Server::start().await;
    finished_run(&server).await;
    let request = |path: &str| Request::new("POST", path).header("Idempotency-Key", "k1");
    assert_eq!(server.send(&request(RERUN)).await.json()["id"], 2);
    let repeat = server.send(&request(RERUN)).await;
    assert_eq!(
        (repeat.json()["id"].as_i64(), repeat.header("idempotency-replayed")),
        (Some(2), Some("true"))
    );
    assert_eq!(server.send(&request("/api/v1/runs/2/rerun")).await.status, 409);
}

#[tokio::test]
async fn mistakes_are_told_and_nothing_is_stored() {
    let server = Server::start().await;
    finished_run(&server).await;
    for (body, place) in [
        (json!({"failed_only": "yes"}), "/failed_only"),
        (json!({"environment": 101}), "/environment"),
        (json!({"environment": "7"}), "/environment"),
        (json!({"requester": ""}), "/requester"),
        (json!({"targets": []}), "/targets"),
        (json!({"files": "then"}), "/files"),
    ] {
        let answer = server.post(RERUN, &body).await;
        assert_eq!((answer.status, answer.mistakes()), (422, vec![place.to_owned()]), "{body}");
    }
    assert_eq!(server.post("/api/v1/runs/404/rerun", &json!({})).await.status, 404);
    assert_eq!(server.get("/api/v1/runs").await.json()["items"].as_array().unwrap().len(), 1);
}
