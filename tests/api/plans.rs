//! `/plans`, and what runs make of them

use serde_json::{Value, json};

use crate::harness::{Answer, Request, Server};

const PLANS: &str = "/api/v1/plans";
const RUNS: &str = "/api/v1/runs";

async fn create(server: &Server, name: &str, targets: &[&str]) -> i64 {
    let answer = server.post(PLANS, &json!({"name": name, "targets": targets})).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_i64().unwrap()
}

async fn put(server: &Server, path: &str, body: &Value) -> Answer {
    server.send(&Request::new("PUT", path).json(body)).await
}

async fn delete(server: &Server, path: &str) -> Answer {
    server.send(&Request::new("DELETE", path)).await
}

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_plan_is_numbered_shown_changed_and_deleted() {
    let server = Server::start().await;
    let body = json!({"name": " checkout ", "targets": ["./checkout//test_cart.py", "test_a.py::test_one", "checkout/test_cart.py"]});
    let answer = server.post(PLANS, &body).await;
    assert_eq!((answer.status, answer.header("location")), (201, Some("/api/v1/plans/1")));
    let plan = json!({"id": 1, "name": "checkout", "targets": ["checkout/test_cart.py", "test_a.py::test_one"]});
    assert_eq!(answer.json(), plan);
    assert_eq!(server.get("/api/v1/plans/1").await.json(), plan);
    assert_eq!(server.get(PLANS).await.json(), json!({"items": [plan], "next_cursor": null}));

    let changed = json!({"id": 1, "name": "all", "targets": ["."]});
    let answer = put(&server, "/api/v1/plans/1", &changed).await;
    assert_eq!((answer.status, answer.json()), (200, changed.clone()));
    assert_eq!(server.get("/api/v1/plans/1").await.json(), changed);

    let answer = delete(&server, "/api/v1/plans/1").await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    for answer in [
        server.get("/api/v1/plans/1").await,
        put(&server, "/api/v1/plans/1", &json!({"name": "x", "targets": ["."]})).await,
        delete(&server, "/api/v1/plans/1").await,
        server.get("/api/v1/plans/one").await,
    ] {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")));
    }
    // Numbers are not used again: people remember them.
    assert_eq!(create(&server, "checkout", &["."]).await, 2);
}

#[tokio::test]
async fn bad_plans_are_told_with_all_mistakes_and_nothing_is_stored() {
    let server = Server::start().await;
    let too_many: Vec<_> = (0..1001).map(|_| "test_a.py").collect();
    for (places, body) in [
        (vec!["/name", "/targets"], json!({})),
        (vec!["/name"], json!({"name": " ", "targets": ["."]})),
        (vec!["/name"], json!({"name": 5, "targets": ["."]})),
        (vec!["/name"], json!({"name": "x".repeat(129), "targets": ["."]})),
        (vec!["/name"], json!({"name": "a\nb", "targets": ["."]})),
        (vec!["/targets"], json!({"name": "a", "targets": []})),
        (vec!["/targets"], json!({"name": "a", "targets": "."})),
        (vec!["/targets"], json!({"name": "a", "targets": too_many})),
        (
            vec!["/targets/0", "/targets/1", "/targets/3"],
            json!({"name": "a", "targets": [7, "../x.py", "test_a.py", "gone.py"]}),
        ),
        (vec!["/id"], json!({"id": 1, "name": "a", "targets": ["."]})),
        (vec!["/owner"], json!({"owner": "ann", "name": "a", "targets": ["."]})),
        (vec!["", "/name", "/targets"], json!([])),
    ] {
        let answer = server.post(PLANS, &body).await;
        let mut found = answer.mistakes();
        found.sort();
        assert_eq!((answer.status, found), (422, places.into_iter().map(Into::into).collect()));
    }
    let answer = server.send(&Request::new("POST", PLANS).json(&json!({})).body(b"{")).await;
    assert_eq!(answer.status, 400);
    assert!(ids(&server.get(PLANS).await.json()).is_empty());
    create(&server, "a", &["."]).await;
    let wrong_id = json!({"id": 2, "name": "a", "targets": ["."]});
    assert_eq!(put(&server, "/api/v1/plans/1", &wrong_id).await.mistakes(), ["/id"]);
    create(&server, &"x".repeat(128), &["."]).await;
}

#[tokio::test]
async fn a_name_is_given_once() {
    let server = Server::start().await;
    create(&server, "smoke", &["."]).await;
    create(&server, "other", &["."]).await;
    let smoke = json!({"name": "smoke", "targets": ["test_a.py"]});
    for answer in [server.post(PLANS, &smoke).await, put(&server, "/api/v1/plans/2", &smoke).await]
    {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("name_taken")));
    }
    assert_eq!(put(&server, "/api/v1/plans/1", &smoke).await.status, 200);
}

#[tokio::test]
async fn plans_come_in_pages_and_are_searched() {
    let server = Server::start().await;
    for number in 1..=5 {
        create(&server, &format!("Plan {number}"), &["test_a.py"]).await;
    }
    create(&server, "cart", &["checkout/test_cart.py"]).await;
    let (mut seen, mut path) = (Vec::new(), format!("{PLANS}?limit=2"));
    loop {
        let page = server.get(&path).await.json();
        seen.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{PLANS}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
    for (q, expected) in [
        ("PLAN", vec![1, 2, 3, 4, 5]),
        ("test_cart", vec![6]),
        ("%233", vec![3]),
        ("nothing", vec![]),
        ("", seen),
    ] {
        assert_eq!(ids(&server.get(&format!("{PLANS}?q={q}")).await.json()), expected, "{q}");
    }
    for query in ["limit=0", "limit=201", "cursor=x", "name=a"] {
        assert_eq!(server.get(&format!("{PLANS}?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_run_has_the_targets_of_its_plans_each_once_and_keeps_them() {
    let server = Server::start().await;
    create(&server, "cart", &["checkout", "test_a.py"]).await;
    create(&server, "one", &["test_a.py", "test_a.py::test_one"]).await;
    let body = json!({
        "requester": "ann", "environment": 7, "plans": [2, 1, 2], "targets": ["./checkout", "checkout/test_cart.py"]
    });
    let run = server.post(RUNS, &body).await.json();
    let targets = json!(["test_a.py", "test_a.py::test_one", "checkout", "checkout/test_cart.py"]);
    assert_eq!((&run["targets"], &run["plans"]), (&targets, &json!([2, 1])));
    assert_eq!(
        server
            .post(RUNS, &json!({"requester": "ann", "environment": 7, "plans": [1]}))
            .await
            .status,
        201
    );

    put(&server, "/api/v1/plans/2", &json!({"name": "two", "targets": ["test_a.py"]})).await;
    delete(&server, "/api/v1/plans/1").await;
    let shown = server.get("/api/v1/runs/1").await.json();
    assert_eq!((&shown["targets"], &shown["plans"]), (&targets, &json!([2, 1])));
    let again = server.post("/api/v1/runs/1/rerun", &json!({})).await.json();
    assert_eq!((&again["targets"], &again["plans"]), (&targets, &json!([2, 1])));
    assert_eq!(ids(&server.get("/api/v1/runs?plan=2").await.json()), [3, 1]);
    assert_eq!(ids(&server.get("/api/v1/runs?plan=1").await.json()), [3, 2, 1]);
    assert_eq!(ids(&server.get("/api/v1/runs?plan=3").await.json()), [0_i64; 0]);
}

#[tokio::test]
async fn what_is_wrong_with_a_plan_of_a_run_is_told_where_it_is_named() {
    let server = Server::start().await;
    create(&server, "cart", &["checkout/test_cart.py"]).await;
    std::fs::remove_file(server.tests_root().join("checkout/test_cart.py")).unwrap();
    let body =
        json!({"requester": "ann", "environment": 7, "plans": [1, 9, "x"], "targets": ["gone.py"]});
    let answer = server.post(RUNS, &body).await;
    let mut places = answer.mistakes();
    places.sort();
    assert_eq!(
        (answer.status, places),
        (422, vec!["/plans/0".into(), "/plans/1".into(), "/plans/2".into(), "/targets/0".into()])
    );
    let text = answer.text();
    assert!(
        text.contains(r#"test plan 1 \"cart\": \"checkout/test_cart.py\" does not exist"#),
        "{text}"
    );
    assert!(text.contains(r#"there is no test plan 9; there is only 1 \"cart\""#), "{text}");
}

#[tokio::test]
async fn the_limit_of_targets_counts_those_of_plans() {
    let server = Server::start_with(|settings| settings.limits.targets = 2).await;
    create(&server, "a", &["test_a.py", "checkout"]).await;
    create(&server, "b", &["checkout/test_cart.py", "checkout"]).await;
    let run = |plans: Value| json!({"requester": "ann", "environment": 7, "plans": plans});
    assert_eq!(server.post(RUNS, &run(json!([2]))).await.status, 201);
    let answer = server.post(RUNS, &run(json!([1, 2]))).await;
    assert_eq!((answer.status, answer.mistakes()), (422, vec!["/targets".to_owned()]));
    assert_eq!(answer.json()["errors"][0]["detail"], "3 targets in all, the limit is 2");
}
