//! `GET /runs/{id}`

use proctor::domain::{Outcome, TestOutcome};
use serde_json::json;

use crate::harness::{NOW, Server, test_report};
use proctor::domain::Millis;
use proctor::wire::{RunDetails, Timestamp};

#[tokio::test]
async fn an_unknown_run_is_404() {
    let server = Server::start().await;
    for id in ["1", "0", "-1", "abc", "1.5", "99999999999999999999", "%2e%2e"] {
        let answer = server.get(&format!("/api/v1/runs/{id}")).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (404, Some("not_found")),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_finished_run_shows_how_it_went() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    server.ctx.clock.advance(500);
    let claimed = worker.claim().await;
    worker.print(id, b"one\ntwo");
    server.ctx.clock.advance(1250);
    let tests = vec![
        test_report(0, "test_a.py::test_one", TestOutcome::Passed),
        test_report(1, "test_a.py::test_two", TestOutcome::Failed),
    ];
    worker.finish(&claimed, tests, Outcome::Failed).await;
    let run = server.get("/api/v1/runs/1").await.json();
    let at = |ms: i64| json!(Timestamp(Millis(NOW.0 + ms)).to_string());
    assert_eq!((&run["state"], &run["outcome"]), (&json!("finished"), &json!("failed")));
    assert_eq!(run["reason"], "as the test wants it");
    assert_eq!(
        [&run["created_at"], &run["started_at"], &run["finished_at"]],
        [&at(0), &at(500), &at(1750)]
    );
    assert_eq!(run["duration_ms"], 1250);
    assert_eq!((&run["progress"]["passed"], &run["progress"]["failed"]), (&json!(1), &json!(1)));
    assert_eq!(run["log"], json!({"lines": 2, "bytes": 7, "complete": true}));
    assert_eq!(
        (&run["position"], &run["waits_for"], &run["ahead"]),
        (&json!(null), &json!(null), &json!([]))
    );
    assert_eq!(
        run["attempts"],
        json!([{
            "number": 1, "worker": "straw", "started_at": at(500), "finished_at": at(1750),
            "outcome": "failed", "reason": "as the test wants it"
        }])
    );
    // The command line reads it with the same types.
    let read: RunDetails = serde_json::from_value(run.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), run);
}

#[tokio::test]
async fn a_queued_run_shows_who_is_ahead() {
    let server = Server::start().await;
    let worker = server.worker().await;
    for _ in 0..3 {
        server.submit("ann", 7).await;
    }
    worker.claim().await;
    let run = server.get("/api/v1/runs/3").await.json();
    assert_eq!((&run["position"], &run["ahead"]), (&json!(2), &json!([1, 2])));
    assert_eq!(run["waits_for"], "run 1 to end in environment 7");
}

#[tokio::test]
async fn a_run_is_estimated_from_earlier_runs_of_the_same_targets() {
    let server = Server::start().await;
    let worker = server.worker().await;
    for duration in [1000, 9000, 2000] {
        server.submit("ann", 7).await;
        let claimed = worker.claim().await;
        server.ctx.clock.advance(duration);
        worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    }
    let now = server.ctx.clock.now();
    let at = |ms: i64| json!(Timestamp(Millis(now.0 + ms)).to_string());
    server.submit("ann", 7).await;
    server.submit("ann", 7).await;
    worker.claim().await;
    let running = server.get("/api/v1/runs/4").await.json();
    assert_eq!(
        [&running["estimated_start_at"], &running["estimated_end_at"]],
        [&json!(null), &at(2000)]
    );
    let queued = server.get("/api/v1/runs/5").await.json();
    assert_eq!(
        [&queued["estimated_start_at"], &queued["estimated_end_at"]],
        [&at(2000), &at(4000)]
    );
    // One that takes longer than usual may end any moment.
    server.ctx.clock.advance(10_000);
    let queued = server.get("/api/v1/runs/5").await.json();
    assert_eq!(
        [&queued["estimated_start_at"], &queued["estimated_end_at"]],
        [&at(10_000), &at(12_000)]
    );
}
