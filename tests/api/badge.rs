//! `GET /badge`

use proctor::domain::{Outcome, TestOutcome};
use serde_json::json;

use crate::harness::{Server, test_report};

async fn finish(server: &Server, outcome: Outcome) {
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let tests = vec![test_report(0, "test_a.py::test_one", TestOutcome::Passed)];
    worker.finish(&claimed, tests, outcome).await;
}

#[tokio::test]
async fn a_badge_shows_how_the_last_run_ended() {
    let server = Server::start().await;
    let badge = async |query: &str| server.get(&format!("/badge?{query}")).await;
    assert!(badge("environment=7").await.text().contains("env-7: no run yet"));
    finish(&server, Outcome::Failed).await;
    finish(&server, Outcome::Cancelled).await;
    let answer = badge("environment=7").await;
    assert_eq!(answer.header("content-type"), Some("image/svg+xml; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache, max-age=0"));
    assert!(answer.text().contains("env-7: failed"), "{}", answer.text());
    finish(&server, Outcome::Passed).await;
    assert!(badge("environment=7").await.text().contains("env-7: passed"));
    let template = json!({"name": "a<b", "targets": ["test_a.py"]});
    assert_eq!(server.post("/api/v1/templates", &template).await.status, 201);
    assert!(badge("template=a%3Cb").await.text().contains("a&lt;b: no run yet"));
    assert!(badge("template=a%3Cb&environment=7").await.text().contains("a&lt;b · env-7"));
    for (query, status) in [
        ("", 400),
        ("environment=x", 400),
        ("environment=999", 404),
        ("template=none", 404),
        ("plan=1", 400),
    ] {
        assert_eq!(badge(query).await.status, status, "{query}");
    }
}
