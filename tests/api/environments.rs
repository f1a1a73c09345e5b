//! `GET /environments`, `GET /environments/{id}`

use serde_json::json;

use crate::harness::{NOW, Server};
use proctor::wire::Timestamp;

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
            "queue": {"length": 2, "runs": [runs[1], runs[2]]},
            "variables": {},
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
        ("state=free", "state"),
    ] {
        let answer = server.get(&format!("{ENVIRONMENTS}?{query}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec![place.to_owned()]), "{query}");
    }
}
