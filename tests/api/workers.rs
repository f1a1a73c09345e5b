//! Workers as people see them.

use serde_json::json;

use crate::harness::{Request, Server};

#[tokio::test]
async fn workers_are_listed_with_what_they_do_and_can_be_asked_to_leave() {
    let server = Server::start().await;
    assert_eq!(
        server.get("/api/v1/workers").await.json(),
        json!({"items": [], "next_cursor": null})
    );
    let worker = server.worker().await;
    let run = server.submit("ann", 7).await;
    worker.claim().await;
    let listed = server.get("/api/v1/workers").await.json();
    let expected = json!({
        "id": 1, "name": "straw", "version": "1.2.3", "labels": [], "environments": [], "slots": 4, "runs": [run.0],
        "state": "active", "isolation_rung": null, "started_at": "2026-03-01T14:20:03.050Z",
        "last_seen_at": "2026-03-01T14:20:03.050Z"
    });
    assert_eq!(listed["items"], json!([expected]));

    for _ in 0..2 {
        let answer = server.send(&Request::new("POST", "/api/v1/workers/1/drain")).await;
        assert_eq!((answer.status, &answer.json()["state"]), (202, &json!("draining")));
    }
    server.submit("ann", 8).await;
    let waiting = server.get("/api/v1/runs/2").await.json();
    assert!(waiting["waits_for"].as_str().unwrap().contains("proctor worker"), "{waiting}");

    server.ctx.clock.advance(15_001);
    let listed = server.get("/api/v1/workers").await.json();
    assert_eq!(listed["items"][0]["state"], "silent", "whatever it was asked for");
    let missing = server.send(&Request::new("POST", "/api/v1/workers/9/drain")).await;
    assert_eq!((missing.status, missing.json()["code"].clone()), (404, json!("not_found")));
}
