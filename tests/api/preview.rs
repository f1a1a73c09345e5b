//! `POST /runs/preview`

use std::fs;

use proctor::actions;
use proctor::domain::{Millis, Outcome, TestOutcome};
use proctor::store::cases::{CaseList, CaseState};
use proctor::wire::{RunPreview, Timestamp};
use serde_json::{Value, json};

use crate::harness::{Server, test_report};

const PREVIEW: &str = "/api/v1/runs/preview";

/// A good body with some fields replaced; `null` takes one away.
fn body(changes: Value) -> Value {
    let mut body = json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"]});
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn preview(server: &Server, changes: Value) -> Value {
    let answer = server.post(PREVIEW, &body(changes)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// As a worker answers who looks at the test cases of a file.
async fn collect(server: &Server, path: &str, nodes: &[&str]) {
    let catalog = proctor::catalog::Catalog::new(server.tests_root());
    let key = catalog.cases_key(&proctor::catalog::TestPath::parse(path).unwrap()).unwrap();
    let items: Vec<_> =
        nodes.iter().map(|node| json!({"nodeid": format!("{path}::{node}"), "line": 1})).collect();
    actions::want_cases(&server.ctx, (path, &key.to_string()), None).await.unwrap();
    let list = CaseList {
        path: path.into(),
        content_key: key.to_string(),
        snapshot: None,
        state: CaseState::Known,
        items: json!(items).to_string(),
        error: None,
    };
    actions::answer_cases(&server.ctx, &list).await.unwrap();
}

#[tokio::test]
async fn everything_that_would_happen_is_told_and_nothing_is_stored() {
    let server = Server::start().await;
    server.worker().await;
    let plan = json!({"name": "cart", "targets": ["checkout/test_cart.py"]});
    server.post("/api/v1/plans", &plan).await;
    let template = json!({
        "name": "nightly", "variables": {"LEVEL": "3"}, "options": {"timeout_s": 60},
        "parameters": [{"name": "INTERFACE", "choices": ["REST", "SOAP"], "default": "REST"}],
    });
    assert_eq!(server.post("/api/v1/templates", &template).await.status, 201);
    collect(&server, "test_a.py", &["test_one", "test_two[a]", "test_two[b]"]).await;
    collect(&server, "checkout/test_cart.py", &["test_total"]).await;
    let asked = json!({
        "template": "nightly", "plans": [1], "options": {"max_failures": 1, "keyword": null}, "note": "it's new",
        "variables": {"A": "b c"}
    });
    let told = preview(&server, asked).await;
    assert_eq!(
        told,
        json!({
            "requester": "ann",
            "environment": {"id": 7, "name": "env-7"},
            "environment_any": null,
            "targets": ["checkout/test_cart.py", "test_a.py"],
            "plans": [1],
            "template": "nightly",
            "parameters": {"INTERFACE": "REST"},
            "variables": {"LEVEL": "3", "A": "b c"},
            "options": {"max_failures": 1, "timeout_s": 60},
            "note": "it's new",
            "test_count": 4,
            "file_count": 2,
            "test_count_note": null,
            "command": ["python", "-m", "pytest", "--maxfail=1", "checkout/test_cart.py", "test_a.py"],
            "command_line": "proctor run --environment=7 --as=ann --template=nightly --plan=1 --max-failures=1 \
                             '--var=A=b c' '--note=it'\\''s new' test_a.py",
            "position": 1,
            "waits_for": "a worker to take it now",
            "ahead": [],
            "ahead_runs": [],
            "estimated_start_at": Timestamp(server.ctx.clock.now()).to_string(),
            "estimated_end_at": null,
            "estimated_duration_ms": null,
        })
    );
    let read: RunPreview = serde_json::from_value(told.clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), told);
    assert_eq!(server.get("/api/v1/runs").await.json()["items"], json!([]));
    assert_eq!(server.get("/api/v1/environments/7").await.json()["queue"]["length"], 0);
}

#[tokio::test]
async fn the_mistakes_are_those_of_a_run() {
    let server = Server::start().await;
    for changes in [
        json!({"requester": "", "targets": ["gone.py"], "environment": 700}),
        json!({"template": "x", "plans": [4], "parameters": {"A": 1}, "options": {"start": "tepid"}}),
        json!({"targets": null}),
        json!({"typo": 1, "variables": {"PATH": ""}}),
    ] {
        let told = server.post(PREVIEW, &body(changes.clone())).await;
        let asked = server.post("/api/v1/runs", &body(changes)).await;
        assert_eq!((told.status, told.mistakes()), (422, asked.mistakes()));
    }
    assert_eq!(server.get(PREVIEW).await.status, 405);
}

#[tokio::test]
async fn who_is_ahead_and_when_it_starts_come_from_earlier_runs() {
    let server = Server::start().await;
    let worker = server.worker().await;
    for duration in [4000, 2000, 9000] {
        server.submit("ann", 7).await;
        let claimed = worker.claim().await;
        server.ctx.clock.advance(duration);
        worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    }
    server.submit("ann", 7).await;
    server.submit("ben", 7).await;
    worker.claim().await;
    server.ctx.clock.advance(1000);
    let told = preview(&server, json!({})).await;
    let now = server.ctx.clock.now();
    let at = |ms: i64| json!(Timestamp(Millis(now.0 + ms)).to_string());
    assert_eq!((&told["position"], &told["ahead"]), (&json!(2), &json!([4, 5])));
    assert_eq!(told["waits_for"], "run 4 to end in environment 7");
    let ahead: Vec<_> = told["ahead_runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (&run["id"], &run["left_ms"]))
        .collect();
    assert_eq!(ahead, [(&json!(4), &json!(3000)), (&json!(5), &json!(4000))]);
    assert_eq!(told["estimated_duration_ms"], 4000);
    assert_eq!((&told["estimated_start_at"], &told["estimated_end_at"]), (&at(7000), &at(11_000)));
    // Elsewhere nobody is ahead; and another choice of tests is other work.
    let elsewhere = preview(&server, json!({"environment": 8})).await;
    assert_eq!((&elsewhere["estimated_start_at"], &elsewhere["ahead"]), (&at(0), &json!([])));
    let part = preview(&server, json!({"options": {"keyword": "one"}})).await;
    assert_eq!(
        (&part["estimated_duration_ms"], &part["estimated_start_at"]),
        (&json!(null), &at(7000))
    );
}

#[tokio::test]
async fn an_estimate_falls_back_on_the_tests_of_the_same_files() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.post("/api/v1/runs", &body(json!({"targets": ["."]}))).await;
    let claimed = worker.claim().await;
    let report = |number, nodeid: &str, ms| proctor::domain::TestReport {
        duration_ms: Some(ms),
        ..test_report(number, nodeid, TestOutcome::Passed)
    };
    let tests = vec![
        report(0, "checkout/test_cart.py::TestA::test_x", 1000.0),
        report(1, "checkout/test_cart.py::test_y[1]", 200.0),
        report(2, "checkout/test_cart.py::test_y[2]", 30.2),
        report(3, "test_a.py::test_one", 7.0),
    ];
    worker.finish(&claimed, tests, Outcome::Failed).await;
    let duration = async |targets: &[&str]| {
        preview(&server, json!({"targets": targets})).await["estimated_duration_ms"].clone()
    };
    assert_eq!(duration(&["checkout"]).await, json!(1231));
    assert_eq!(duration(&["checkout", "test_a.py"]).await, json!(1238));
    assert_eq!(duration(&["checkout/test_cart.py::test_y", "test_a.py"]).await, json!(238));
    assert_eq!(
        duration(&["checkout/test_cart.py::TestA", "checkout/test_cart.py"]).await,
        json!(1231)
    );
    assert_eq!(duration(&["checkout/test_cart.py::test_z"]).await, json!(null));
    fs::write(server.tests_root().join("checkout/test_new.py"), "").unwrap();
    assert_eq!(duration(&["checkout"]).await, json!(null));
}

#[tokio::test]
async fn the_count_says_when_it_is_not_known_and_how_sure_it_is() {
    let server = Server::start().await;
    let counted = async |changes: Value| {
        let told = preview(&server, changes).await;
        (told["test_count"].clone(), told["file_count"].clone(), told["test_count_note"].clone())
    };
    let expected = |tests: Value, files: Value, note: &str| {
        (tests, files, if note.is_empty() { json!(null) } else { json!(note) })
    };
    assert_eq!(
        counted(json!({})).await,
        expected(json!(null), json!(1), "not counted: the file not collected yet")
    );
    collect(&server, "test_a.py", &["test_one", "C::test_two[a]", "C::test_two[b]"]).await;
    assert_eq!(counted(json!({})).await, expected(json!(3), json!(1), ""));
    assert_eq!(
        counted(json!({"targets": ["."]})).await,
        expected(json!(null), json!(2), "not counted: 1 of 2 files not collected yet")
    );
    for (targets, tests) in [
        (json!(["test_a.py::C"]), 2),
        (json!(["test_a.py::C::test_two[a]", "test_a.py::test_one"]), 2),
    ] {
        assert_eq!(
            counted(json!({"targets": targets})).await,
            expected(json!(tests), json!(1), "")
        );
    }
    assert_eq!(
        counted(json!({"targets": ["test_a.py::test_gone"]})).await,
        expected(json!(0), json!(1), "there is no test_a.py::test_gone")
    );
    assert_eq!(
        counted(json!({"options": {"markers": "slow"}})).await,
        expected(json!(3), json!(1), "keyword and markers choose among them")
    );
    // Another content was not collected yet.
    fs::write(server.tests_root().join("test_a.py"), "def test_one(): assert 1\n").unwrap();
    assert_eq!(counted(json!({})).await.0, json!(null));
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let tests = vec![test_report(0, "test_a.py::test_one", TestOutcome::Passed)];
    worker.finish(&claimed, tests, Outcome::Passed).await;
    assert_eq!(
        counted(json!({})).await,
        expected(json!(1), json!(1), "as in an earlier run: the file not collected since")
    );
    fs::write(server.tests_root().join("pytest.ini"), "[pytest]\npython_files = check_*.py\n")
        .unwrap();
    let (tests, files, note) = counted(json!({"targets": ["checkout"]})).await;
    assert_eq!((tests, files), (json!(null), json!(null)));
    assert!(note.as_str().unwrap().contains("configuration of pytest"), "{note}");
}

#[tokio::test]
async fn without_a_worker_nobody_knows_when_it_starts() {
    let server = Server::start().await;
    let told = preview(&server, json!({})).await;
    assert_eq!(told["estimated_start_at"], json!(null));
    assert!(told["waits_for"].as_str().unwrap().starts_with("a worker: none is alive"));
}
