//! `"environment": {"any": {"labels": [...]}}`: ask for any free environment.

use proctor::actions;
use proctor::domain::environment::Changes;
use proctor::domain::{EnvironmentId, Outcome};
use serde_json::{Value, json};

use crate::harness::Server;

const RUNS: &str = "/api/v1/runs";

fn body(labels: Value) -> Value {
    json!({"requester": "ann", "environment": {"any": {"labels": labels}}, "targets": ["test_a.py"]})
}

async fn label(server: &Server, id: i64, label: &str) {
    let labels = Some(vec![label.to_owned()]);
    let changes = Changes { labels, ..Changes::default() };
    actions::change_environment(&server.ctx, EnvironmentId(id), &changes).await.unwrap();
}

#[tokio::test]
async fn it_waits_without_an_environment_until_one_is_free() {
    let server = Server::start().await;
    let worker = server.worker().await;
    label(&server, 5, "gpu").await;
    let answer = server.post(RUNS, &body(json!(["gpu", "gpu"]))).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let run = answer.json();
    assert_eq!(run["environment"], Value::Null);
    assert_eq!(run["environment_any"], json!({"labels": ["gpu"]}));
    assert_eq!((&run["position"], &run["ahead"]), (&json!(1), &json!([])));
    assert_eq!(run["waits_for"], "a worker to take it now");
    server.post(RUNS, &body(json!(["gpu"]))).await;
    let claimed = worker.claim().await;

    let first = server.get("/api/v1/runs/1").await.json();
    assert_eq!(first["environment"], json!({"id": 5, "name": "env-5"}));
    assert_eq!(first["environment_any"], json!({"labels": ["gpu"]}));
    let second = server.get("/api/v1/runs/2").await.json();
    assert_eq!(second["waits_for"], "a free environment with label gpu: 1 busy");
    assert_eq!(second["estimated_start_at"], Value::Null);
    server.post(RUNS, &body(json!(["gpu"]))).await;
    let third = server.get("/api/v1/runs/3").await.json();
    assert_eq!((&third["position"], &third["ahead"]), (&json!(2), &json!([2])));
    assert_eq!(third["waits_for"], "a free environment with label gpu; 1 run is ahead");
    let here = server.get("/api/v1/runs?environment=5").await.json();
    assert_eq!(here["items"].as_array().map(Vec::len), Some(1));

    assert_eq!(server.post("/api/v1/runs/2/cancel", &json!({})).await.status, 202);
    let second = server.get("/api/v1/runs/2").await.json();
    assert_eq!((&second["outcome"], &second["environment"]), (&json!("cancelled"), &Value::Null));
    worker.finish(&claimed, vec![], Outcome::Passed).await;
    let report = server.get("/api/v1/runs/2/junit.xml").await;
    assert_eq!(report.status, 200, "{}", report.text());
}

#[tokio::test]
async fn labels_that_no_environment_has_are_a_mistake() {
    let server = Server::start().await;
    label(&server, 5, "gpu").await;
    label(&server, 6, "arm").await;
    let words = |answer: Value| answer["errors"][0]["detail"].as_str().unwrap_or("").to_owned();
    for path in [RUNS, "/api/v1/runs/preview"] {
        let answer = server.post(path, &body(json!(["gpux"]))).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.json()["errors"][0]["pointer"], "/environment/any/labels");
        assert_eq!(words(answer.json()), "no environment has gpux; there are arm, gpu");
        let answer = server.post(path, &body(json!(["gpu", "arm"]))).await.json();
        assert_eq!(words(answer), "no environment has all of arm, gpu; ask for fewer of them");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_told_with_its_place() {
    let server = Server::start().await;
    for (pointer, environment) in [
        ("/environment/any/labels", json!({"any": {"labels": "arm"}})),
        ("/environment/any/labels/0", json!({"any": {"labels": [7]}})),
        ("/environment/any/label", json!({"any": {"label": "arm"}})),
        ("/environment/any", json!({"any": true})),
        ("/environment/any", json!({"any": null})),
        ("/environment/all", json!({"any": {}, "all": {}})),
    ] {
        let mut body = body(json!([]));
        body["environment"] = environment;
        let answer = server.post(RUNS, &body).await;
        assert_eq!((answer.status, answer.mistakes()), (422, vec![pointer.to_owned()]));
    }
}

#[tokio::test]
async fn a_preview_tells_where_it_would_go_now() {
    let server = Server::start().await;
    let worker = server.worker().await;
    label(&server, 5, "gpu").await;
    let preview = async || server.post("/api/v1/runs/preview", &body(json!(["gpu"]))).await.json();
    let told = preview().await;
    assert_eq!(told["environment"], json!({"id": 5, "name": "env-5"}));
    assert_eq!((&told["position"], told["estimated_start_at"].is_null()), (&json!(1), false));
    assert_eq!(told["command_line"], "proctor run --environment=any:gpu --as=ann test_a.py");
    server.submit("ben", 5).await;
    worker.claim().await;
    let told = preview().await;
    assert_eq!((&told["environment"], &told["estimated_start_at"]), (&Value::Null, &Value::Null));
    assert_eq!(told["waits_for"], "a free environment with label gpu: 1 busy");
}

#[tokio::test]
async fn a_rerun_takes_any_again_or_what_is_asked_for() {
    let server = Server::start().await;
    label(&server, 5, "gpu").await;
    server.post(RUNS, &body(json!(["gpu"]))).await;
    let rerun = async |body: Value| server.post("/api/v1/runs/1/rerun", &body).await;
    let again = rerun(json!({})).await.json();
    assert_eq!(again["environment_any"], json!({"labels": ["gpu"]}));
    let there = rerun(json!({"environment": 7})).await.json();
    assert_eq!((&there["environment"]["id"], &there["environment_any"]), (&json!(7), &Value::Null));
    let anywhere = rerun(json!({"environment": {"any": {}}})).await.json();
    assert_eq!(anywhere["environment_any"], json!({"labels": []}));
    let unknown = rerun(json!({"environment": {"any": {"labels": ["x"]}}})).await;
    assert_eq!(unknown.mistakes(), ["/environment/any/labels"]);
}
