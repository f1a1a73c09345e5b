//! `GET /runs/{id}/junit.xml`

use proctor::domain::{Outcome, TestOutcome};

use crate::harness::{Server, test_report};

#[tokio::test]
async fn the_report_has_every_test_case_however_many() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let mut tests: Vec<_> = (0..249)
        .map(|number| {
            test_report(number, &format!("test_a.py::test_{number}"), TestOutcome::Passed)
        })
        .collect();
    tests.push(test_report(249, "test_a.py::test_last[<&>]", TestOutcome::Failed));
    worker.finish(&claimed, tests, Outcome::Failed).await;
    let answer = server.get("/api/v1/runs/1/junit.xml").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/xml; charset=utf-8"))
    );
    let text = answer.text();
    assert_eq!(text.matches("<testcase").count(), 250);
    assert!(text.starts_with("<?xml") && text.ends_with("</testsuites>"), "{text}");
    assert!(text.contains(r#"tests="250""#) && text.contains(r#"failures="1""#));
    assert!(text.contains(r#"name="test_last[&lt;&amp;&gt;]""#));
}

#[tokio::test]
async fn a_run_that_has_not_started_has_an_empty_report() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let answer = server.get("/api/v1/runs/1/junit.xml").await;
    assert_eq!((answer.status, answer.text().matches("<testcase").count()), (200, 0));
    assert_eq!(server.get("/api/v1/runs/404/junit.xml").await.status, 404);
}
