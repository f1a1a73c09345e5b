//! `POST /runs`

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Answer, NOW, Request, Server};
use proctor::wire::Timestamp;

const RUNS: &str = "/api/v1/runs";

/// A good body with some fields replaced; `null` takes one away.
fn body(changes: Value) -> Value {
    let mut body = json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"]});
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn is_nothing_stored(server: &Server) -> bool {
    let runs = server.get(RUNS).await.json()["items"].as_array().unwrap().is_empty();
    let environment = server.get("/api/v1/environments/7").await.json();
    runs && environment["queue"]["length"] == 0
}

#[tokio::test]
async fn a_run_is_queued_and_shown_with_everything_that_was_asked_for() {
    let server = Server::start().await;
    let asked = json!({
        "requester": " ann ",
        "environment": 7,
        "targets": ["./checkout//test_cart.py::test_total[a::b]", "test_a.py", "checkout"],
        "variables": {"CURRENCY": "EUR"},
        "options": {"keyword": "total", "markers": "not slow", "max_failures": 1, "timeout_s": 60, "retry_lost": 2, "start": "auto"},
        "note": "before the release",
        "plans": [], "template": null, "parameters": {}
    });
    let answer = server.post(RUNS, &asked).await;
    let run = answer.json();
    assert_eq!((answer.status, answer.header("location")), (201, Some("/api/v1/runs/1")));
    let sources = run["sources"].as_array().unwrap();
    let paths: Vec<_> = sources.iter().map(|source| source["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["checkout/test_cart.py", "test_a.py"]);
    let mut rest = run.clone();
    rest.as_object_mut().unwrap().remove("sources");
    let snapshot = rest.as_object_mut().unwrap().remove("snapshot").unwrap();
    assert_eq!(snapshot.as_str().unwrap().len(), 64);
    assert_eq!(
        rest,
        json!({
            "id": 1,
            "requester": "ann",
            "environment": {"id": 7, "name": "env-7"},
            "environment_any": null,
            "targets": ["checkout/test_cart.py::test_total[a::b]", "test_a.py", "checkout"],
            "plans": [],
            "template": null,
            "state": "queued",
            "outcome": null,
            "reason": null,
            "attempt": 1,
            "created_at": Timestamp(NOW).to_string(),
            "started_at": null,
            "finished_at": null,
            "duration_ms": null,
            "progress": {"collected": 0, "passed": 0, "failed": 0, "error": 0, "skipped": 0, "xfailed": 0, "xpassed": 0},
            "position": 1,
            "waits_for": "a worker: none is alive; start one with `proctor worker`",
            "start_mode": null,
            "start_mode_reason": null,
            "rerun_of": null,
            "note": "before the release",
            "cancel": null,
            "comments": 0,
            "rerun_count": 0,
            "reruns": [],
            "parameters": {},
            "variables": {"CURRENCY": "EUR"},
            "options": {"keyword": "total", "markers": "not slow", "max_failures": 1, "timeout_s": 60, "retry_lost": 2, "start": "auto"},
            "ahead": [],
            "estimated_start_at": null,
            "estimated_end_at": null,
            "command": [],
            "isolation": null,
            "isolation_rung": null,
            "usage": null,
            "log": {"lines": 0, "bytes": 0, "complete": false},
            "pruned": [], "refused": [], "attempts": [],
        })
    );
    assert_eq!(server.get("/api/v1/runs/1").await.json(), run);
}

#[tokio::test]
async fn bad_input_of_every_field_is_told_with_its_place_and_nothing_is_stored() {
    let server = Server::start().await;
    let too_many: Vec<_> = (0..1001).map(|_| "test_a.py").collect();
    let many_variables: Value =
        (0..101).map(|n| (format!("V{n}"), json!(""))).collect::<serde_json::Map<_, _>>().into();
    let cases = [
        ("/requester", json!({"requester": null})),
        ("/requester", json!({"requester": ""})),
        ("/requester", json!({"requester": "   "})),
        ("/requester", json!({"requester": 5})),
        ("/requester", json!({"requester": ["ann"]})),
        ("/requester", json!({"requester": "x".repeat(129)})),
        ("/requester", json!({"requester": "a\u{1b}[31m"})),
        ("/requester", json!({"requester": "a\u{0}b"})),
        ("/requester", json!({"requester": "a\u{202e}b"})),
        ("/environment", json!({"environment": null})),
        ("/environment", json!({"environment": 0})),
        ("/environment", json!({"environment": -1})),
        ("/environment", json!({"environment": 101})),
        ("/environment", json!({"environment": 7.5})),
        ("/environment", json!({"environment": 1e30})),
        ("/environment", json!({"environment": 18_446_744_073_709_551_615_u64})),
        ("/environment", json!({"environment": "7"})),
        ("/environment", json!({"environment": true})),
        ("/environment/any/labels", json!({"environment": {"any": {"labels": ["arm"]}}})),
        ("/environment", json!({"environment": {}})),
        ("/targets", json!({"targets": null})),
        ("/targets", json!({"targets": []})),
        ("/targets", json!({"targets": "test_a.py"})),
        ("/targets", json!({"targets": too_many})),
        ("/targets/0", json!({"targets": [5]})),
        ("/targets/0", json!({"targets": [null]})),
        ("/targets/0", json!({"targets": [""]})),
        ("/targets/0", json!({"targets": ["missing.py"]})),
        ("/targets/0", json!({"targets": ["../secret.py"]})),
        ("/targets/0", json!({"targets": ["/etc/passwd"]})),
        ("/targets/0", json!({"targets": ["-p"]})),
        ("/targets/0", json!({"targets": ["@file"]})),
        ("/targets/0", json!({"targets": ["notes.txt"]})),
        ("/targets/0", json!({"targets": ["checkout::test_a"]})),
        ("/targets/0", json!({"targets": ["a\u{0}b"]})),
        ("/targets/0", json!({"targets": ["x".repeat(5000)]})),
        ("/targets/1", json!({"targets": ["test_a.py", "test_a.py::"]})),
        ("/plans", json!({"plans": 1})),
        ("/plans/0", json!({"plans": [1]})),
        ("/plans/0", json!({"plans": ["1"]})),
        ("/template", json!({"template": "smoke"})),
        ("/parameters", json!({"parameters": []})),
        ("/parameters/INTERFACE", json!({"parameters": {"INTERFACE": "REST"}})),
        ("/parameters/INTERFACE", json!({"parameters": {"INTERFACE": 1}})),
        ("/variables", json!({"variables": []})),
        ("/variables", json!({"variables": many_variables})),
        ("/variables/A", json!({"variables": {"A": 5}})),
        ("/variables/A", json!({"variables": {"A": null}})),
        ("/variables/A", json!({"variables": {"A": "a\u{0}"}})),
        ("/variables/A", json!({"variables": {"A": "x".repeat(32 * 1024 + 1)}})),
        ("/variables/", json!({"variables": {"": "x"}})),
        ("/variables/A=B", json!({"variables": {"A=B": "x"}})),
        ("/variables/a~1b", json!({"variables": {"a/b": "x"}})),
        ("/variables/LD_PRELOAD", json!({"variables": {"LD_PRELOAD": "x.so"}})),
        ("/variables/PYTHONPATH", json!({"variables": {"PYTHONPATH": "/tmp"}})),
        ("/variables/PYTEST_ADDOPTS", json!({"variables": {"PYTEST_ADDOPTS": "-p x"}})),
        ("/variables/GIT_DIR", json!({"variables": {"GIT_DIR": "/"}})),
        ("/variables/PATH", json!({"variables": {"PATH": "/tmp"}})),
        ("/variables/PROCTOR_RUN_ID", json!({"variables": {"PROCTOR_RUN_ID": "1"}})),
        ("/options", json!({"options": []})),
        ("/options/verbose", json!({"options": {"verbose": true}})),
        ("/options/keyword", json!({"options": {"keyword": 5}})),
        ("/options/keyword", json!({"options": {"keyword": "x".repeat(4097)}})),
        ("/options/keyword", json!({"options": {"keyword": "a\nb"}})),
        ("/options/markers", json!({"options": {"markers": ["slow"]}})),
        ("/options/max_failures", json!({"options": {"max_failures": 0}})),
        ("/options/max_failures", json!({"options": {"max_failures": -1}})),
        ("/options/max_failures", json!({"options": {"max_failures": 1.5}})),
        ("/options/timeout_s", json!({"options": {"timeout_s": "60"}})),
        ("/options/timeout_s", json!({"options": {"timeout_s": 604_801}})),
        ("/options/timeout_s", json!({"options": {"timeout_s": 1e300}})),
        ("/options/retry_lost", json!({"options": {"retry_lost": 4}})),
        ("/options/interpreter", json!({"options": {"interpreter": "python3.12"}})),
        ("/options/start", json!({"options": {"start": "tepid"}})),
        ("/options/network", json!({"options": {"network": "some"}})),
        ("/note", json!({"note": 5})),
        ("/note", json!({"note": "x".repeat(4097)})),
        ("/note", json!({"note": "\u{0}"})),
        ("/typo", json!({"typo": 1})),
    ];
    for (place, changes) in cases {
        let answer = server.post(RUNS, &body(changes.clone())).await;
        assert_eq!(
            (answer.status, answer.mistakes()),
            (422, vec![place.to_owned()]),
            "{:.200}",
            changes.to_string()
        );
    }
    for whole in [json!([]), json!("run"), json!(5), json!(null)] {
        let answer = server.post(RUNS, &whole).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.mistakes().first().map(String::as_str), Some(""), "{whole}");
    }
    assert!(is_nothing_stored(&server).await);
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let server = Server::start().await;
    let bad = json!({
        "environment": 500,
        "targets": ["missing.py", "test_a.py", "../x.py"],
        "variables": {"PATH": "/tmp"},
        "options": {"timeout_s": 0},
        "typo": true
    });
    let answer = server.post(RUNS, &bad).await;
    let mut places = answer.mistakes();
    places.sort();
    assert_eq!(
        places,
        [
            "/environment",
            "/options/timeout_s",
            "/requester",
            "/targets/0",
            "/targets/2",
            "/typo",
            "/variables/PATH"
        ]
    );
    assert_eq!(answer.json()["code"], "invalid_body");
}

#[tokio::test]
async fn a_mistyped_target_is_told_the_nearest_name() {
    let server = Server::start().await;
    let answer = server.post(RUNS, &body(json!({"targets": ["checkout/test_card.py"]}))).await;
    assert!(
        answer.text().contains("did you mean \\\"checkout/test_cart.py\\\""),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn the_operator_can_allow_a_variable() {
    let server =
        Server::start_with(|settings| settings.allowed_variables = vec!["PYTHONPATH".into()]).await;
    let answer = server.post(RUNS, &body(json!({"variables": {"PYTHONPATH": "lib"}}))).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn limits_are_those_of_the_configuration_and_are_named() {
    let server = Server::start_with(|settings| settings.limits.targets = 2).await;
    let answer =
        server.post(RUNS, &body(json!({"targets": ["test_a.py", "test_a.py", "test_a.py"]}))).await;
    assert_eq!(answer.json()["errors"][0]["detail"], "3 targets, the limit is 2");
}

async fn ask_with_key(server: &Server, key: &str, body: &Value) -> Answer {
    server.send(&Request::new("POST", RUNS).json(body).header("Idempotency-Key", key)).await
}

#[tokio::test]
async fn a_repeat_with_the_same_key_answers_with_the_first_run() {
    let server = Server::start().await;
    let first = ask_with_key(&server, "k1", &body(json!({}))).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    // Even when the file is gone by now.
    fs::remove_file(server.tests_root().join("test_a.py")).unwrap();
    let repeat = ask_with_key(&server, "k1", &body(json!({}))).await;
    assert_eq!((repeat.status, repeat.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!(repeat.json()["id"], first.json()["id"]);
    assert_eq!(server.get(RUNS).await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_body_and_one_day() {
    let server = Server::start().await;
    ask_with_key(&server, "k1", &body(json!({}))).await;
    let other = ask_with_key(&server, "k1", &body(json!({"note": "other"}))).await;
    assert_eq!(
        (other.status, other.json()["code"].as_str()),
        (409, Some("idempotency_key_reused"))
    );
    assert_eq!(ask_with_key(&server, "k2", &body(json!({}))).await.json()["id"], 2);
    server.ctx.clock.advance(24 * 60 * 60 * 1000 + 1);
    assert_eq!(ask_with_key(&server, "k1", &body(json!({"note": "other"}))).await.json()["id"], 3);
}

#[tokio::test]
async fn a_bad_key_is_refused() {
    let server = Server::start().await;
    for key in ["", &"x".repeat(256)] {
        let answer = ask_with_key(&server, key, &body(json!({}))).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec!["Idempotency-Key".to_owned()]));
    }
    assert!(is_nothing_stored(&server).await);
}

#[tokio::test]
async fn twenty_repeats_at_once_make_one_run() {
    let server = Server::start().await;
    let asked = body(json!({}));
    let repeats = (0..20).map(|_| ask_with_key(&server, "k1", &asked));
    for answer in futures_util::future::join_all(repeats).await {
        assert_eq!((answer.status, answer.json()["id"].as_i64()), (201, Some(1)));
    }
}
