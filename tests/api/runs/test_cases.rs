//! `GET /runs/{id}/tests`

use proctor::domain::{MemoryUse, Outcome, PhaseReport, Section, TestOutcome};
use serde_json::{Value, json};

use crate::harness::{NOW, Request, Server, test_report};

const TESTS: &str = "/api/v1/runs/1/tests";

fn numbers(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|test| test["number"].as_i64().unwrap()).collect()
}

async fn seven_tests(server: &Server) {
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let outcomes = [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Skipped];
    let tests = (0..7).map(|number| {
        let outcome = outcomes[usize::try_from(number).unwrap() % 3];
        test_report(number, &format!("test_a.py::test_{number}"), outcome)
    });
    worker.finish(&claimed, tests.collect(), Outcome::Failed).await;
}

#[tokio::test]
async fn a_test_case_is_shown_with_all_that_is_known() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let mut test = test_report(0, "test_a.py::test_one[ü]", TestOutcome::Failed);
    test.phases =
        vec![PhaseReport { name: "call".into(), outcome: "failed".into(), duration_ms: 12.5 }];
    test.started_at = Some(NOW);
    test.memory = Some(MemoryUse { before: 10, peak: 30, after: 20 });
    test.sections = vec![Section { name: "Captured stdout call".into(), text: "hello\n".into() }];
    let mut open = test_report(1, "test_a.py::test_two", TestOutcome::Running);
    (open.duration_ms, open.to_line) = (None, None);
    worker.record(&claimed, vec![test, open]).await;
    let page = server.get(TESTS).await.json();
    assert_eq!(
        page["items"][0],
        json!({
            "number": 0,
            "nodeid": "test_a.py::test_one[ü]",
            "outcome": "failed",
            "started_at": "2026-03-01T14:20:03.050Z",
            "duration_ms": 12.5,
            "phases": [{"name": "call", "outcome": "failed", "duration_ms": 12.5}],
            "message": "assert 1 == 2",
            "traceback": "E   assert 1 == 2",
            "sections": [{"name": "Captured stdout call", "text": "hello\n"}],
            "log": {"from_line": 1, "to_line": 2},
            "memory": {"before_bytes": 10, "peak_bytes": 30, "after_bytes": 20},
            "label": "new",
            "why": "this is its first result",
        })
    );
    let open = &page["items"][1];
    assert_eq!((&open["outcome"], &open["duration_ms"]), (&json!("running"), &json!(null)));
    assert_eq!(open["log"], json!({"from_line": 1, "to_line": null}));
    assert_eq!(open["memory"], json!(null));
}

#[tokio::test]
async fn filters_and_pages() {
    let server = Server::start().await;
    seven_tests(&server).await;
    for (query, expected) in [
        ("", vec![0, 1, 2, 3, 4, 5, 6]),
        ("?outcome=failed", vec![1, 4]),
        ("?outcome=failed,skipped", vec![1, 2, 4, 5]),
        ("?q=test_3", vec![3]),
        ("?number=6,0", vec![0, 6]),
        ("?number=99", vec![]),
    ] {
        assert_eq!(
            numbers(&server.get(&format!("{TESTS}{query}")).await.json()),
            expected,
            "{query}"
        );
    }
    let first = server.get(&format!("{TESTS}?limit=3&outcome=passed,failed")).await.json();
    assert_eq!(numbers(&first), [0, 1, 3]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second =
        server.get(&format!("{TESTS}?limit=3&outcome=passed,failed&cursor={cursor}")).await.json();
    assert_eq!((numbers(&second), &second["next_cursor"]), (vec![4, 6], &json!(null)));
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let server = Server::start().await;
    seven_tests(&server).await;
    for (query, place) in [
        ("outcome=green", "outcome"),
        ("limit=x", "limit"),
        ("cursor=-id.1", "cursor"),
        ("number=x", "number"),
        ("number=1,,2", "number"),
        ("status=1", "status"),
    ] {
        let answer = server.get(&format!("{TESTS}?{query}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec![place.to_owned()]), "{query}");
    }
    assert_eq!(server.get("/api/v1/runs/404/tests").await.status, 404);
}

#[tokio::test]
async fn all_test_cases_come_as_lines_when_that_is_asked_for() {
    let server = Server::start().await;
    seven_tests(&server).await;
    let lines = |query| {
        Request::new("GET", &format!("{TESTS}{query}")).header("accept", "application/x-ndjson")
    };
    let answer = server.send(&lines("?limit=1")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = answer.text();
    let tests: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(tests.len(), 7);
    assert_eq!((&tests[1]["outcome"], &tests[1]["label"]), (&json!("failed"), &json!("new")));
    assert_eq!(server.send(&lines("?outcome=failed")).await.text().lines().count(), 2);
    assert_eq!(server.send(&lines("?outcome=green")).await.status, 400);
}
