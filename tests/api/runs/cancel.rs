//! `POST /runs/{id}/cancel`

use proctor::domain::Outcome;
use serde_json::json;

use crate::harness::{Request, Server};

const CANCEL: &str = "/api/v1/runs/1/cancel";

#[tokio::test]
async fn a_queued_run_ends_at_once() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let answer = server.post(CANCEL, &json!({"requester": "ben"})).await;
    let run = answer.json();
    assert_eq!(
        (answer.status, &run["state"], &run["outcome"]),
        (202, &json!("finished"), &json!("cancelled"))
    );
    assert_eq!(run["reason"], "cancelled by ben");
    assert_eq!(server.get("/api/v1/environments/7").await.json()["queue"]["length"], 0);
}

#[tokio::test]
async fn a_running_one_shows_the_wish_until_its_processes_are_gone() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    server.worker().await.claim().await;
    // The body may be left out.
    let answer = server.send(&Request::new("POST", CANCEL)).await;
    let run = answer.json();
    assert_eq!((answer.status, &run["state"]), (202, &json!("running")));
    assert_eq!(run["cancel"]["by"], "somebody");
    let again = server.post(CANCEL, &json!({"requester": "ben"})).await;
    assert_eq!((again.status, &again.json()["cancel"]), (202, &run["cancel"]));
}

#[tokio::test]
async fn a_finished_run_cannot_be_cancelled() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    let answer = server.post(CANCEL, &json!({})).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("already_finished")));
    assert_eq!(server.get("/api/v1/runs/1").await.json()["outcome"], "passed");
}

#[tokio::test]
async fn mistakes_are_told_and_nothing_is_cancelled() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    for (body, place) in [
        (json!({"requester": 5}), "/requester"),
        (json!({"requester": ""}), "/requester"),
        (json!({"force": true}), "/force"),
        (json!([]), ""),
    ] {
        let answer = server.post(CANCEL, &body).await;
        assert_eq!((answer.status, answer.mistakes()), (422, vec![place.to_owned()]), "{body}");
    }
    assert_eq!(server.post("/api/v1/runs/404/cancel", &json!({})).await.status, 404);
    assert_eq!(server.get("/api/v1/runs/1").await.json()["state"], "queued");
}
