//! `GET /history` and `GET /compare`

use proctor::domain::{Outcome, TestOutcome};
use serde_json::{Value, json};

use crate::harness::{Server, test_report};

const NODEID: &str = "test_a.py::test_one";
const HISTORY: &str = "/api/v1/history?nodeid=test_a.py::test_one";

/// Runs `test_a.py` with these outcomes of its test cases, `test_one` and so on.
async fn run(server: &Server, environment: i64, outcomes: &[(&str, TestOutcome)]) -> i64 {
    let worker = server.worker().await;
    let id = server.submit("ann", environment).await;
    let claimed = worker.claim().await;
    let named = (0..).zip(outcomes);
    let tests = named.map(|(number, (name, outcome))| {
        test_report(number, &format!("test_a.py::{name}"), *outcome)
    });
    worker.finish(&claimed, tests.collect(), Outcome::Failed).await;
    id.0
}

fn ids(history: &Value) -> Vec<i64> {
    let items = history["items"].as_array().unwrap();
    items.iter().map(|item| item["run_id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_test_case_has_a_history() {
    let server = Server::start().await;
    let nobody = server.get(HISTORY).await.json();
    assert_eq!((&nobody["items"], &nobody["label"]), (&json!([]), &json!(null)));
    let good = run(&server, 7, &[("test_one", TestOutcome::Passed)]).await;
    let bad = run(&server, 7, &[("test_one", TestOutcome::Failed)]).await;
    run(&server, 7, &[("test_other", TestOutcome::Failed)]).await;
    server.submit("ann", 7).await;

    let history = server.get(HISTORY).await.json();
    assert_eq!((&history["nodeid"], ids(&history)), (&json!(NODEID), vec![bad, good]));
    let item = &history["items"][0];
    assert_eq!((&item["environment"], &item["outcome"]), (&json!(7), &json!("failed")));
    assert_eq!(item["duration_ms"], json!(12.5));
    assert_eq!(item["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&history["label"], &history["flake_rate"]), (&json!("new"), &json!(1.0)));
    assert_eq!(history["why"], "it was good in run 1, the one before");
    assert_eq!(
        (&history["first_failing_run"], &history["duration_p95_ms"]),
        (&json!(bad), &json!(12.5))
    );

    let elsewhere = server.get(&format!("{HISTORY}&environment=8")).await.json();
    assert_eq!(ids(&elsewhere), Vec::<i64>::new());
}

#[tokio::test]
async fn a_history_has_pages() {
    let server = Server::start().await;
    let mut runs = Vec::new();
    for _ in 0..5 {
        runs.insert(0, run(&server, 7, &[("test_one", TestOutcome::Passed)]).await);
    }
    let mut seen = Vec::new();
    let mut path = format!("{HISTORY}&limit=2");
    loop {
        let page = server.get(&path).await.json();
        assert_eq!(page["why"], "the last 5 of 5 results are good");
        seen.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{HISTORY}&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, runs);
}

#[tokio::test]
async fn the_failures_of_a_run_are_labelled_by_what_was_known_then() {
    use TestOutcome::{Failed, Passed};
    let server = Server::start().await;
    run(&server, 7, &[("breaks", Passed), ("ill", Failed), ("flaps", Failed)]).await;
    run(&server, 7, &[("breaks", Passed), ("ill", Failed), ("flaps", Passed)]).await;
    let third = run(&server, 7, &[("breaks", Failed), ("ill", Failed), ("flaps", Failed)]).await;
    run(&server, 7, &[("breaks", Failed), ("ill", Passed), ("flaps", Passed)]).await;

    let page = server.get(&format!("/api/v1/runs/{third}/tests")).await.json();
    let labels: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|one| &one["label"]).collect();
    assert_eq!(labels, ["new", "known_failing", "flaky"]);
    assert_eq!(page["items"][0]["why"], "it was good in run 2, the one before");
    let page = server.get("/api/v1/runs/4/tests").await.json();
    let labels: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|one| &one["label"]).collect();
    assert_eq!(labels, [&json!("known_failing"), &json!(null), &json!(null)]);
    assert_eq!(page["items"][1]["why"], json!(null));
}

#[tokio::test]
async fn tests_that_stand_out_are_on_the_leaderboards() {
    use TestOutcome::{Failed, Passed};
    const BOARDS: &str = "/api/v1/history/leaderboards";
    let server = Server::start().await;
    let empty = server.get(BOARDS).await.json();
    assert_eq!((&empty["flakiest"], &empty["failing"]), (&json!([]), &json!([])));
    assert_eq!(empty["since"], "2026-02-16T00:00:00.000Z");
    for flaps in [Failed, Passed, Failed] {
        run(&server, 7, &[("good", Passed), ("ill", Failed), ("flaps", flaps)]).await;
    }
    let boards = server.get(&format!("{BOARDS}?days=1&limit=2")).await.json();
    let leader = |name, failed: i64, flips: Value| {
        json!({
            "nodeid": format!("test_a.py::{name}"), "results": 3, "failed": failed, "flips": flips,
            "mean_ms": 12.5, "longest_ms": 12.5, "last_run_id": 3,
        })
    };
    assert_eq!(boards["flakiest"], json!([leader("flaps", 2, json!(2))]));
    assert_eq!(
        boards["failing"],
        json!([leader("ill", 3, json!(null)), leader("flaps", 2, json!(null))])
    );
    assert_eq!(boards["slowest"].as_array().unwrap().len(), 2);
    for query in ["days=0", "days=367", "limit=0", "environment=1"] {
        assert_eq!(server.get(&format!("{BOARDS}?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn mistakes_of_a_history_are_told() {
    let server = Server::start().await;
    for (query, parameter) in [
        ("", "nodeid"),
        ("?nodeid=", "nodeid"),
        ("?nodeid=a&environment=x", "environment"),
        ("?nodeid=a&limit=0", "limit"),
        ("?nodeid=a&cursor=x", "cursor"),
        ("?nodeid=a&node=1", "node"),
    ] {
        let answer = server.get(&format!("/api/v1/history{query}")).await;
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (400, &json!("invalid_query")), "{query}");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem:#}");
    }
}

#[tokio::test]
async fn runs_are_compared_from_the_first_to_the_last() {
    use TestOutcome::{Failed, Passed};
    let server = Server::start().await;
    let first = run(
        &server,
        7,
        &[("broke", Passed), ("gone", Passed), ("mended", Failed), ("still", Failed)],
    )
    .await;
    let last = run(
        &server,
        8,
        &[("broke", Failed), ("mended", Passed), ("still", Failed), ("new", Passed)],
    )
    .await;
    let answer = server.get(&format!("/api/v1/compare?runs={first},{last}")).await.json();
    assert_eq!(answer["runs"], json!([first, last]));
    let items: Vec<_> = answer["items"].as_array().unwrap().iter().collect();
    let changes: Vec<_> = items
        .iter()
        .map(|item| (item["nodeid"].as_str().unwrap(), item["change"].as_str().unwrap()))
        .collect();
    assert_eq!(
        changes,
        [
            ("test_a.py::broke", "newly_failing"),
            ("test_a.py::still", "still_failing"),
            ("test_a.py::gone", "missing"),
            ("test_a.py::mended", "fixed"),
            ("test_a.py::new", "same"),
        ]
    );
    assert_eq!(items[2]["outcomes"], json!(["passed", null]));
    assert_eq!(answer["configuration"], json!([{"name": "environment", "values": ["7", "8"]}]));
    assert_eq!(answer["sources"], json!([]));
}

#[tokio::test]
async fn the_bytes_that_differ_are_named() {
    let server = Server::start().await;
    let first = run(&server, 7, &[]).await;
    std::fs::write(server.tests_root().join("test_a.py"), "def test_two(): pass\n").unwrap();
    let last = run(&server, 7, &[]).await;
    let answer = server.get(&format!("/api/v1/compare?runs={first},{last}")).await.json();
    assert_eq!(answer["sources"][0]["name"], "test_a.py", "{answer:#}");
    assert_ne!(answer["sources"][0]["values"][0], answer["sources"][0]["values"][1]);
}

#[tokio::test]
async fn two_to_four_different_runs_are_compared() {
    let server = Server::start().await;
    run(&server, 7, &[]).await;
    for runs in ["", "1", "1,1", "1,x", "1,2,3,4,5"] {
        let answer = server.get(&format!("/api/v1/compare?runs={runs}")).await;
        assert_eq!(answer.status, 400, "{runs}");
    }
    assert_eq!(server.get("/api/v1/compare?runs=1,99").await.status, 404);
}
