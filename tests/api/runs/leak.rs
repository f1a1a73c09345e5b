//! `options.leak` and `GET /runs/{id}/leak`

use proctor::actions::{self, Batch};
use proctor::domain::Outcome;
use serde_json::{Value, json};

use crate::harness::{Request, Server};

const NODEID: &str = "checkout/test_cart.py::test_total";

fn hunt(targets: &Value, leak: &Value) -> Value {
    json!({"requester": "ann", "environment": 7, "targets": targets, "options": {"leak": leak}})
}

#[tokio::test]
async fn a_hunt_repeats_twenty_times_unless_it_says_how_often() {
    let server = Server::start().await;
    for (leak, iterations) in
        [(json!({}), 20), (json!({"iterations": 8}), 8), (json!({"iterations": 1000}), 1000)]
    {
        let answer = server.post("/api/v1/runs", &hunt(&json!([NODEID]), &leak)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.json()["options"]["leak"]["iterations"], iterations);
    }
}

#[tokio::test]
async fn what_cannot_be_hunted_is_refused_with_its_place() {
    let server = Server::start().await;
    for (targets, leak, pointer) in [
        (json!([NODEID]), json!({"iterations": 7}), "/options/leak/iterations"),
        (json!([NODEID]), json!({"iterations": 1001}), "/options/leak/iterations"),
        (json!([NODEID]), json!({"often": 9}), "/options/leak/often"),
        (json!([NODEID]), json!(20), "/options/leak"),
        (json!(["checkout/test_cart.py"]), json!({}), "/targets"),
        (json!([NODEID, "checkout/test_cart.py"]), json!({}), "/targets"),
    ] {
        let answer = server.post("/api/v1/runs", &hunt(&targets, &leak)).await;
        assert_eq!(answer.status, 422, "{targets} {leak}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_result_is_there_as_soon_as_it_is_known() {
    let server = Server::start().await;
    let asked = server.post("/api/v1/runs", &hunt(&json!([NODEID]), &json!({}))).await.json();
    let path = format!("/api/v1/runs/{}/leak", asked["id"]);
    let words = |answer: Value| answer["detail"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&path).await.status, 404);
    assert!(words(server.get(&path).await.json()).contains("yet"));

    let worker = server.worker().await;
    let claimed = worker.claim().await;
    let found = json!({
        "nodeid": NODEID, "verdict": "leak", "reason": "memory grows with every iteration",
        "bytes_per_iteration": 4100, "interval": [4000, 4200], "confidence": 0.99, "threshold_bytes": 4096,
        "warm_up": 5, "iterations": [1, 2], "blocks": [3, 4], "heap_bytes": [5, 6], "traced_by": "tracemalloc",
        "sites": [{"file": "checkout/test_cart.py", "line": 3, "bytes": 4000, "count": 2, "called_from": null}]
    });
    let leak = Some(serde_json::from_value(found.clone()).unwrap());
    let batch = Batch { leak, ..Batch::default() };
    actions::record(&server.ctx, claimed.lease, &batch).await.unwrap();
    assert_eq!(server.get(&path).await.json(), found);
    worker.finish(&claimed, vec![], Outcome::Passed).await;
    assert_eq!(server.get(&path).await.json(), found);
}

#[tokio::test]
async fn who_has_no_result_says_why() {
    let server = Server::start().await;
    let plain = server.submit("ann", 7).await;
    let answer = server.get(&format!("/api/v1/runs/{plain}/leak")).await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("is no leak hunt"), "{}", answer.text());
    assert_eq!(server.get("/api/v1/runs/404/leak").await.status, 404);

    let asked = server.post("/api/v1/runs", &hunt(&json!([NODEID]), &json!({}))).await.json();
    let cancel = format!("/api/v1/runs/{}/cancel", asked["id"]);
    server.send(&Request::new("POST", &cancel)).await;
    let answer = server.get(&format!("/api/v1/runs/{}/leak", asked["id"])).await;
    assert!(answer.text().contains("ended before"), "{}", answer.text());
}

#[tokio::test]
async fn a_preview_names_the_command_of_a_hunt() {
    let server = Server::start().await;
    let body = hunt(&json!([NODEID]), &json!({"iterations": 30}));
    let line = server.post("/api/v1/runs/preview", &body).await.json()["command_line"].clone();
    let expected = format!("proctor leak --environment=7 --as=ann --iterations=30 {NODEID}");
    assert_eq!(line, json!(expected));
}
