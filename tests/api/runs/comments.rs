//! `/runs/{id}/comments`

use proctor::domain::{Outcome, TestOutcome};
use serde_json::{Value, json};

use crate::harness::{Request, Server, test_report};

const COMMENTS: &str = "/api/v1/runs/1/comments";

async fn finished_run(server: &Server) {
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let tests = vec![test_report(0, "test_a.py::test_one", TestOutcome::Failed)];
    worker.finish(&claimed, tests, Outcome::Failed).await;
}

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn people_comment_on_a_run_and_on_a_test_and_take_it_back() {
    let server = Server::start().await;
    finished_run(&server).await;
    let body = json!({"author": " ann ", "text": "known\nsince Monday"});
    let first = server.post(COMMENTS, &body).await;
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(
        first.json(),
        json!({
            "id": 1, "nodeid": null, "author": "ann", "text": "known\nsince Monday", "url": null,
            "created_at": "2026-03-01T14:20:03.050Z",
        })
    );
    let url = "https://tickets.example.com/SHOP-112";
    let body = json!({"author": "ben", "url": url, "nodeid": "test_a.py::test_one"});
    let second = server.post(COMMENTS, &body).await.json();
    assert_eq!((&second["url"], &second["nodeid"]), (&body["url"], &body["nodeid"]));
    assert_eq!(server.get("/api/v1/runs/1").await.json()["comments"], 2);
    let page = server.get(&format!("{COMMENTS}?limit=1")).await.json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("{COMMENTS}?limit=1&cursor={cursor}")).await.json();
    assert_eq!((ids(&page), ids(&rest), &rest["next_cursor"]), (vec![1], vec![2], &json!(null)));

    let gone = Request::new("DELETE", &format!("{COMMENTS}/1"));
    assert_eq!(server.send(&gone).await.status, 204);
    assert_eq!(server.send(&gone).await.status, 404);
    assert_eq!(ids(&server.get(COMMENTS).await.json()), [2]);
    assert_eq!(server.get("/api/v1/runs/1").await.json()["comments"], 1);
}

#[tokio::test]
async fn every_mistake_of_a_comment_is_told() {
    let server = Server::start().await;
    finished_run(&server).await;
    for (body, places) in [
        (json!({}), vec!["/author", "/text"]),
        (json!({"author": "", "text": " "}), vec!["/author", "/text"]),
        (json!({"author": "ann", "url": "javascript:alert(1)"}), vec!["/url"]),
        (json!({"author": "ann", "text": "x".repeat(4097)}), vec!["/text"]),
        (json!({"author": "ann", "text": "x", "nodeid": "test_b.py::test"}), vec!["/nodeid"]),
        (json!({"author": "ann", "text": "x", "title": "y"}), vec!["/title"]),
    ] {
        let answer = server.post(COMMENTS, &body).await;
        assert_eq!(answer.status, 422, "{body} {}", answer.text());
        assert_eq!(answer.mistakes(), places, "{body}");
    }
    assert_eq!(server.get("/api/v1/runs/404/comments").await.status, 404);
    let body = json!({"author": "ann", "text": "x"});
    assert_eq!(server.post("/api/v1/runs/404/comments", &body).await.status, 404);
}

#[tokio::test]
async fn a_run_has_so_many_comments_and_no_more() {
    let server = Server::start_with(|settings| settings.limits.comments = 2).await;
    finished_run(&server).await;
    let longest = json!({"author": "ann", "text": "x".repeat(4096)});
    for _ in 0..2 {
        assert_eq!(server.post(COMMENTS, &longest).await.status, 201);
    }
    let answer = server.post(COMMENTS, &longest).await;
    assert_eq!((answer.status, &answer.json()["code"]), (409, &json!("too_many_comments")));
    assert_eq!(server.get("/api/v1/runs/1").await.json()["comments"], 2);
}
