//! `GET, POST /environments`, `GET, PATCH, DELETE /environments/{id}`

use proctor::domain::Outcome;
use proctor::wire::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Answer, NOW, Request, Server};

const ENVIRONMENTS: &str = "/api/v1/environments";

#[tokio::test]
async fn a_hundred_are_there_from_the_start() {
    let server = Server::start().await;
    let body = server.get(ENVIRONMENTS).await.json();
    let items = body["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|one| one["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (1..=100).collect::<Vec<_>>());
    assert!(items.iter().all(|one| one["state"] == "free"));
    assert_eq!(body["next_cursor"], json!(null));
}

#[tokio::test]
async fn one_shows_who_has_it_and_who_waits() {
    let server = Server::start().await;
    let runs = [
        server.submit("ann", 7).await.0,
        server.submit("ben", 7).await.0,
        server.submit("eve", 7).await.0,
    ];
    server.worker().await.claim().await;
    let body = server.get("/api/v1/environments/7").await.json();
    assert_eq!(
        body,
        json!({
            "id": 7,
            "name": "env-7",
            "description": "",
            "labels": [],
            "state": "busy",
            "maintenance": null,
            "holder": {
                "run_id": runs[0], "person": null, "since": Timestamp(NOW).to_string(), "until": null, "reason": null
            },
            "reservation": null,
            "queue": {"length": 2, "runs": [runs[1], runs[2]]},
            "variables": {},
            "network": "machine",
        })
    );
}

#[tokio::test]
async fn pages_show_each_once() {
    let server = Server::start().await;
    let mut path = format!("{ENVIRONMENTS}?limit=30");
    let mut seen = Vec::new();
    loop {
        let body = server.get(&path).await.json();
        seen.extend(
            body["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()),
        );
        let Some(cursor) = body["next_cursor"].as_str() else { break };
        path = format!("{ENVIRONMENTS}?limit=30&cursor={cursor}");
    }
    assert_eq!(seen, (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_unknown_one_is_404() {
    let server = Server::start().await;
    for id in ["0", "101", "-1", "seven", "99999999999999999999", "7.0"] {
        assert_eq!(server.get(&format!("{ENVIRONMENTS}/{id}")).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let server = Server::start().await;
    for (query, place) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=x", "cursor"),
        ("state=idle", "state"),
        ("colour=red", "colour"),
    ] {
        let answer = server.get(&format!("{ENVIRONMENTS}?{query}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec![place.to_owned()]), "{query}");
    }
}

async fn patch(server: &Server, id: i64, body: &Value) -> Answer {
    server.send(&Request::new("PATCH", &format!("{ENVIRONMENTS}/{id}")).json(body)).await
}

async fn delete(server: &Server, id: i64) -> Answer {
    server.send(&Request::new("DELETE", &format!("{ENVIRONMENTS}/{id}"))).await
}

#[tokio::test]
async fn one_more_can_be_made_changed_and_deleted() {
    let server = Server::start().await;
    let made =
        server.post(ENVIRONMENTS, &json!({"name": "staging", "labels": ["gpu", "eu"]})).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("location"), Some("/api/v1/environments/101"));
    let body = made.json();
    assert_eq!(
        (&body["id"], &body["name"], &body["state"]),
        (&json!(101), &json!("staging"), &json!("free"))
    );
    assert_eq!(body["labels"], json!(["eu", "gpu"]));
    let named = server.post(ENVIRONMENTS, &json!({"id": 900})).await;
    assert_eq!((named.status, &named.json()["name"]), (201, &json!("env-900")));
    assert_eq!(server.post(ENVIRONMENTS, &json!({})).await.json()["id"], 901);
    let again = server.post(ENVIRONMENTS, &json!({"id": 7})).await;
    assert_eq!((again.status, again.json()["code"].as_str()), (409, Some("environment_exists")));

    let changed = patch(&server, 101, &json!({"description": "the big one"})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(
        (&changed.json()["name"], &changed.json()["description"]),
        (&json!("staging"), &json!("the big one"))
    );
    assert_eq!(delete(&server, 101).await.status, 204);
    assert_eq!(server.get(&format!("{ENVIRONMENTS}/101")).await.status, 404);
    assert_eq!(delete(&server, 101).await.status, 404);
    assert_eq!(patch(&server, 101, &json!({"name": "x"})).await.status, 404);
}

#[tokio::test]
async fn one_that_is_used_is_not_deleted_and_its_runs_keep_its_name() {
    let server = Server::start().await;
    let run = server.submit("ann", 7).await;
    let wanted = delete(&server, 7).await;
    assert_eq!((wanted.status, wanted.json()["code"].as_str()), (409, Some("environment_in_use")));
    assert!(wanted.json()["detail"].as_str().unwrap().contains("queued"), "{}", wanted.text());
    let worker = server.worker().await;
    let claimed = worker.claim().await;
    let busy = delete(&server, 7).await;
    assert_eq!(busy.status, 409);
    assert!(busy.json()["detail"].as_str().unwrap().contains(&format!("run {run} is running")));
    worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    assert_eq!(delete(&server, 7).await.status, 204);
    let shown = server.get(&format!("/api/v1/runs/{run}")).await.json();
    assert_eq!(shown["environment"], json!({"id": 7, "name": "env-7"}));
    let listed = server.get("/api/v1/runs").await.json();
    assert_eq!(listed["items"][0]["environment"]["name"], "env-7");
    let body = json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"]});
    assert_eq!(server.post("/api/v1/runs", &body).await.mistakes(), ["/environment"]);
}

#[tokio::test]
async fn secrets_are_written_and_never_read_back() {
    let server = Server::start().await;
    let variables =
        json!({"URL": "https://x.test", "TOKEN": {"value": "s3cr3t-s3cr3t", "secret": true}});
    let body = patch(&server, 7, &json!({"variables": variables})).await.json();
    assert_eq!(body["variables"], json!({"URL": "https://x.test", "TOKEN": null}));
    // What was read can be sent back: null leaves a value as it is.
    let body = patch(&server, 7, &json!({"variables": {"TOKEN": null, "URL": "https://y.test"}}))
        .await
        .json();
    assert_eq!(body["variables"], json!({"URL": "https://y.test", "TOKEN": null}));
    assert!(!server.get(ENVIRONMENTS).await.text().contains("s3cr3t"));
    server.submit("ann", 7).await;
    let claimed = server.worker().await.claim().await;
    assert_eq!(claimed.environment.variables["TOKEN"].value, "s3cr3t-s3cr3t");
    let body = patch(&server, 7, &json!({"variables": {}})).await.json();
    assert_eq!(body["variables"], json!({}));
}

#[tokio::test]
async fn every_mistake_is_named() {
    let server = Server::start().await;
    let body = json!({
        "id": 0, "name": " ", "labels": ["ok", "a b", 3], "description": "x".repeat(4097), "colour": "red",
        "state": "broken", "network": "fast",
        "variables": {
            "PATH": "/", "A": 1, "B": {"value": "abc", "secret": true}, "C": {"secret": true},
            "D": {"value": "x", "hidden": true}
        },
    });
    let mut mistakes = server.post(ENVIRONMENTS, &body).await.mistakes();
    mistakes.sort();
    assert_eq!(
        mistakes,
        [
            "/colour",
            "/description",
            "/id",
            "/labels/1",
            "/labels/2",
            "/name",
            "/network",
            "/state",
            "/variables/A",
            "/variables/B",
            "/variables/C/value",
            "/variables/D/hidden",
            "/variables/PATH"
        ]
    );
    let least = json!({"variables": {"B": {"value": "abcd", "secret": true}}, "description": "x".repeat(4096)});
    assert_eq!(patch(&server, 7, &least).await.status, 200);
    let unknown = patch(&server, 7, &json!({"variables": {"NEW": null}})).await;
    assert_eq!((unknown.status, unknown.mistakes()), (422, vec!["/variables/NEW".to_owned()]));
    for body in [
        json!({"state": "maintenance"}),
        json!({"reason": "x"}),
        json!({"state": "enabled", "reason": "x"}),
    ] {
        assert_eq!(patch(&server, 7, &body).await.mistakes(), ["/reason"], "{body}");
    }
}

#[tokio::test]
async fn in_maintenance_the_running_one_goes_on_and_nothing_new_starts() {
    let server = Server::start().await;
    let runs = [server.submit("ann", 7).await, server.submit("ben", 7).await];
    let worker = server.worker().await;
    let claimed = worker.claim().await;
    let body =
        patch(&server, 7, &json!({"state": "maintenance", "reason": "new firmware"})).await.json();
    assert_eq!((&body["state"], &body["maintenance"]), (&json!("busy"), &json!("new firmware")));
    worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    assert!(worker.try_claim().await.is_none());
    let body = server.get(&format!("{ENVIRONMENTS}/7")).await.json();
    assert_eq!(body["state"], "maintenance");
    let waiting = server.get(&format!("/api/v1/runs/{}", runs[1])).await.json();
    assert_eq!(waiting["waits_for"], "environment 7 to leave maintenance: new firmware");
    let body = patch(&server, 7, &json!({"state": "enabled"})).await.json();
    assert_eq!((&body["state"], &body["maintenance"]), (&json!("free"), &json!(null)));
    assert_eq!(worker.claim().await.run.id, runs[1]);
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let server = Server::start().await;
    patch(&server, 3, &json!({"labels": ["gpu", "eu"], "name": "Große Kiste"})).await;
    patch(&server, 9, &json!({"labels": ["gpu"], "state": "maintenance", "reason": "firmware"}))
        .await;
    server.submit("ann", 3).await;
    server.worker().await.claim().await;
    for (query, expected) in [
        ("label=gpu", vec![3, 9]),
        ("label=gpu,eu", vec![3]),
        ("state=maintenance,busy", vec![3, 9]),
        ("state=busy&label=gpu", vec![3]),
        ("q=gro%C3%9Fe", vec![3]),
        ("q=77", vec![77]),
        ("label=gpu&limit=1&cursor=environment.3", vec![9]),
        ("label=nothing", vec![]),
    ] {
        let body = server.get(&format!("{ENVIRONMENTS}?{query}")).await.json();
        let items = body["items"].as_array().unwrap();
        let ids: Vec<_> = items.iter().map(|one| one["id"].as_i64().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
    }
}
