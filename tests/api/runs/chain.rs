//! `GET /runs/{id}/reruns`

use proctor::domain::{Outcome, TestOutcome};
use serde_json::json;

use crate::harness::{Events, Server, Worker, test_report};

async fn next(worker: &Worker<'_>, outcomes: &[(&str, TestOutcome)]) {
    let claimed = worker.claim().await;
    let tests = (0..).zip(outcomes).map(|(number, (name, outcome))| {
        test_report(number, &format!("test_a.py::{name}"), *outcome)
    });
    worker.finish(&claimed, tests.collect(), Outcome::Failed).await;
}

#[tokio::test]
async fn a_chain_says_what_became_of_each_failure_of_its_first_run() {
    use TestOutcome::{Failed, Passed};
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let first = [("good", Passed), ("mended", Failed), ("ill", Failed), ("left", Failed)];
    next(&worker, &first).await;
    let alone = server.get("/api/v1/runs/1/reruns").await.json();
    assert_eq!(alone["runs"].as_array().unwrap().len(), 1);
    assert_eq!(alone["items"][0]["became"], "not_rerun");

    server.post("/api/v1/runs/1/rerun", &json!({})).await;
    next(&worker, &[("mended", Failed), ("ill", Failed)]).await;
    server.post("/api/v1/runs/2/rerun", &json!({})).await;
    next(&worker, &[("mended", Passed)]).await;
    for run in 1..=3 {
        let chain = server.get(&format!("/api/v1/runs/{run}/reruns")).await.json();
        let runs = chain["runs"].as_array().unwrap().iter();
        let of: Vec<_> = runs.map(|run| (run["id"].clone(), run["rerun_of"].clone())).collect();
        assert_eq!(of, [(json!(1), json!(null)), (json!(2), json!(1)), (json!(3), json!(2))]);
        assert_eq!(
            chain["items"],
            json!([
                {"nodeid": "test_a.py::mended", "outcomes": ["failed", "failed", "passed"], "became": "fixed"},
                {"nodeid": "test_a.py::ill", "outcomes": ["failed", "failed", null], "became": "failing"},
                {"nodeid": "test_a.py::left", "outcomes": ["failed", null, null], "became": "not_rerun"},
            ])
        );
    }
    let first = server.get("/api/v1/runs/1").await.json();
    assert_eq!((&first["reruns"], &first["rerun_count"]), (&json!([2]), &json!(1)));
    assert_eq!(server.get("/api/v1/runs/404/reruns").await.status, 404);
}

#[tokio::test]
async fn whoever_follows_a_run_hears_of_its_reruns() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let mut events = Events::open(&server, "run:1", None).await;
    events.present().await;
    server.post("/api/v1/runs/1/rerun", &json!({})).await;
    let told = events.until(|event| event.name == "run").await;
    assert_eq!((&told.data["id"], &told.data["rerun_count"]), (&json!(1), &json!(1)));
}
