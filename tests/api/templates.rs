//! `/templates`, and what runs make of them

use serde_json::{Value, json};

use crate::harness::{Answer, Request, Server};

const TEMPLATES: &str = "/api/v1/templates";
const RUNS: &str = "/api/v1/runs";

/// A template with everything in it; it needs plan 1.
fn nightly() -> Value {
    json!({
        "name": "nightly",
        "description": "What has to pass before a release",
        "targets": ["checkout"],
        "plans": [1],
        "parameters": [
            {"name": "INTERFACE", "choices": ["REST", "SOAP"], "default": "REST", "description": "How the orders get in"},
            {"name": "SPEED", "choices": ["slow", "fast"], "default": null, "description": ""}
        ],
        "variables": {"CURRENCY": "EUR", "LEVEL": "3"},
        "options": {"keyword": "not slow", "timeout_s": 600}
    })
}

async fn post(server: &Server, body: &Value) -> Answer {
    server.post(TEMPLATES, body).await
}

async fn put(server: &Server, name: &str, body: &Value) -> Answer {
    server.send(&Request::new("PUT", &format!("{TEMPLATES}/{name}")).json(body)).await
}

async fn delete(server: &Server, path: &str) -> Answer {
    server.send(&Request::new("DELETE", path)).await
}

async fn with_plan() -> Server {
    let server = Server::start().await;
    let plan = json!({"name": "first", "targets": ["test_a.py::test_one"]});
    assert_eq!(server.post("/api/v1/plans", &plan).await.status, 201);
    server
}

async fn with_nightly() -> Server {
    let server = with_plan().await;
    assert_eq!(post(&server, &nightly()).await.status, 201);
    server
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_template_is_saved_shown_changed_and_deleted() {
    let server = with_plan().await;
    let answer = post(&server, &nightly()).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (201, Some("/api/v1/templates/nightly"))
    );
    assert_eq!(answer.json(), nightly());
    assert_eq!(server.get("/api/v1/templates/nightly").await.json(), nightly());
    let page = json!({"items": [nightly()], "next_cursor": null});
    assert_eq!(server.get(TEMPLATES).await.json(), page);

    let changed = put(&server, "nightly", &json!({"targets": ["test_a.py"]})).await;
    let empty = json!({
        "name": "nightly", "description": "", "targets": ["test_a.py"], "plans": [], "parameters": [], "variables": {},
        "options": {}
    });
    assert_eq!((changed.status, changed.json()), (200, empty.clone()));
    assert_eq!(server.get("/api/v1/templates/nightly").await.json(), empty);

    assert_eq!(delete(&server, "/api/v1/templates/nightly").await.status, 204);
    for answer in [
        server.get("/api/v1/templates/nightly").await,
        put(&server, "nightly", &json!({})).await,
        delete(&server, "/api/v1/templates/nightly").await,
    ] {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")));
    }
}

#[tokio::test]
async fn a_name_is_given_once_may_be_odd_and_may_change() {
    let server = Server::start().await;
    let odd = "größe 100% & mehr?#";
    let answer = post(&server, &json!({"name": odd})).await;
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(location, "/api/v1/templates/gr%C3%B6%C3%9Fe%20100%25%20%26%20mehr%3F%23");
    assert_eq!(server.get(&location).await.json()["name"], odd);
    post(&server, &json!({"name": "b"})).await;
    let taken = json!({"name": odd});
    for answer in [post(&server, &taken).await, put(&server, "b", &taken).await] {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("name_taken")));
    }
    assert_eq!(put(&server, "b", &json!({"name": "c"})).await.json()["name"], "c");
    assert_eq!(server.get("/api/v1/templates/b").await.status, 404);
    assert_eq!(names(&server.get(TEMPLATES).await.json()), ["c", odd]);
}

#[tokio::test]
async fn bad_templates_are_told_with_all_mistakes_and_nothing_is_stored() {
    let server = with_plan().await;
    let parameter = |changes: Value| {
        let mut parameter = json!({"name": "P", "choices": ["a", "b"]});
        for (name, value) in changes.as_object().unwrap() {
            parameter[name] = value.clone();
        }
        json!({"parameters": [parameter]})
    };
    let many = |count: usize| -> Vec<String> { (0..count).map(|n| format!("P{n}")).collect() };
    let many_parameters: Vec<_> =
        many(51).iter().map(|name| json!({"name": name, "choices": ["a"]})).collect();
    for (places, changes) in [
        (vec!["/name"], json!({"name": null})),
        (vec!["/name"], json!({"name": "a/b"})),
        (vec!["/name"], json!({"name": ".."})),
        (vec!["/name"], json!({"name": "x".repeat(129)})),
        (vec!["/name"], json!({"name": "a\u{202e}b"})),
        (vec!["/description"], json!({"description": "x".repeat(4097)})),
        (vec!["/description"], json!({"description": 5})),
        (vec!["/targets/0"], json!({"targets": ["gone.py"]})),
        (vec!["/plans/0"], json!({"plans": [2]})),
        (vec!["/plans/1"], json!({"plans": [1, "2"]})),
        (vec!["/plans"], json!({"plans": vec![1; 1001]})),
        (vec!["/parameters"], json!({"parameters": {}})),
        (vec!["/parameters"], json!({"parameters": many_parameters})),
        (vec!["/parameters/0"], json!({"parameters": ["P"]})),
        (vec!["/parameters/0/name"], parameter(json!({"name": null}))),
        (vec!["/parameters/0/name"], parameter(json!({"name": "a-b"}))),
        (vec!["/parameters/0/name"], parameter(json!({"name": "PYTHONPATH"}))),
        (vec!["/parameters/0/name"], parameter(json!({"name": "PROCTOR_RUN_ID"}))),
        (vec!["/parameters/0/choices"], parameter(json!({"choices": []}))),
        (vec!["/parameters/0/choices"], parameter(json!({"choices": "a"}))),
        (vec!["/parameters/0/choices"], parameter(json!({"choices": many(101)}))),
        (vec!["/parameters/0/choices/1"], parameter(json!({"choices": ["a", "a"]}))),
        (vec!["/parameters/0/choices/0"], parameter(json!({"choices": [5]}))),
        (vec!["/parameters/0/choices/0"], parameter(json!({"choices": ["x".repeat(1025)]}))),
        (vec!["/parameters/0/default"], parameter(json!({"default": "c"}))),
        (vec!["/parameters/0/default"], parameter(json!({"default": ["a"]}))),
        (vec!["/parameters/0/description"], parameter(json!({"description": "x".repeat(4097)}))),
        (vec!["/parameters/0/kind"], parameter(json!({"kind": "text"}))),
        (
            vec!["/parameters/1/name"],
            json!({"parameters": [{"name": "P", "choices": ["a"]}, {"name": "P", "choices": ["b"]}]}),
        ),
        (
            vec!["/variables/P"],
            json!({"variables": {"P": "x"}, "parameters": [{"name": "P", "choices": ["a"]}]}),
        ),
        (vec!["/variables/LD_PRELOAD"], json!({"variables": {"LD_PRELOAD": "x"}})),
        (vec!["/options/timeout_s"], json!({"options": {"timeout_s": 0}})),
        (vec!["/environment"], json!({"environment": 7})),
        (
            vec!["/options/typo", "/plans/0", "/targets/0", "/typo", "/variables/1x"],
            json!({"targets": ["../x"], "plans": [7], "variables": {"1x": ""}, "options": {"typo": 1}, "typo": 1}),
        ),
    ] {
        let mut body = json!({"name": "a"});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = post(&server, &body).await;
        let mut found = answer.mistakes();
        found.sort();
        assert_eq!(
            (answer.status, found),
            (422, places.into_iter().map(Into::into).collect()),
            "{changes:.200}"
        );
    }
    assert!(names(&server.get(TEMPLATES).await.json()).is_empty());
}

#[tokio::test]
async fn templates_come_in_pages_and_are_searched() {
    let server = with_nightly().await;
    for name in ["b", "a/".trim_end_matches('/'), "Checkout ü"] {
        assert_eq!(
            post(&server, &json!({"name": name, "description": format!("about {name}")}))
                .await
                .status,
            201
        );
    }
    let (mut seen, mut path) = (Vec::new(), format!("{TEMPLATES}?limit=1"));
    loop {
        let page = server.get(&path).await.json();
        seen.extend(names(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{TEMPLATES}?limit=1&cursor={cursor}");
    }
    assert_eq!(seen, ["Checkout ü", "a", "b", "nightly"]);
    for (q, expected) in [
        ("CHECKOUT", vec!["Checkout ü", "nightly"]),
        ("about%20B", vec!["b"]),
        ("interface", vec!["nightly"]),
        ("currency", vec!["nightly"]),
        ("nothing", vec![]),
    ] {
        assert_eq!(names(&server.get(&format!("{TEMPLATES}?q={q}")).await.json()), expected, "{q}");
    }
    for query in ["limit=0", "limit=201", "cursor=x", "cursor=plan.1", "sort=name"] {
        assert_eq!(server.get(&format!("{TEMPLATES}?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_run_is_what_its_template_and_its_request_say_together() {
    let server = with_nightly().await;
    server.post("/api/v1/plans", &json!({"name": "second", "targets": ["test_a.py"]})).await;
    let body = json!({
        "requester": "ann", "environment": 7, "template": "nightly", "plans": [2, 1],
        "targets": ["checkout/test_cart.py", "test_a.py"],
        "parameters": {"SPEED": "fast"},
        "variables": {"LEVEL": "4", "EXTRA": "x"},
        "options": {"timeout_s": 60, "max_failures": 1}
    });
    let run = server.post(RUNS, &body).await.json();
    // The template's plans, the request's plans, the template, the request.
    let targets = json!(["test_a.py::test_one", "test_a.py", "checkout", "checkout/test_cart.py"]);
    for (field, expected) in [
        ("targets", targets),
        ("plans", json!([1, 2])),
        ("template", json!("nightly")),
        ("parameters", json!({"INTERFACE": "REST", "SPEED": "fast"})),
        ("variables", json!({"CURRENCY": "EUR", "LEVEL": "4", "EXTRA": "x"})),
        ("options", json!({"keyword": "not slow", "timeout_s": 60, "max_failures": 1})),
    ] {
        assert_eq!(run[field], expected, "{field}");
    }
    put(&server, "nightly", &json!({"name": "renamed"})).await;
    assert_eq!(server.get("/api/v1/runs/1").await.json(), run);
    delete(&server, "/api/v1/templates/renamed").await;
    assert_eq!(server.get("/api/v1/runs/1").await.json(), run);
    let again = server.post("/api/v1/runs/1/rerun", &json!({})).await.json();
    for field in ["targets", "plans", "template", "parameters", "variables", "options"] {
        assert_eq!(again[field], run[field], "{field}");
    }
    let listed = server.get("/api/v1/runs?template=nightly").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
    assert_eq!(listed["items"][0]["template"], "nightly");
    assert_eq!(listed["items"][0]["plans"], json!([1, 2]));
    assert_eq!(server.get("/api/v1/runs?template=renamed").await.json()["items"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_the_use_of_a_template_is_told_with_what_there_is() {
    let server = with_nightly().await;
    let run = |changes: Value| {
        let mut body = json!({"requester": "ann", "environment": 7, "template": "nightly"});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (changes, place, words) in [
        (
            json!({"template": "nightyl"}),
            "/template",
            r#"there is no template "nightyl"; did you mean "nightly"?"#,
        ),
        (
            json!({"template": "release"}),
            "/template",
            r#"there is no template "release"; there is only "nightly""#,
        ),
        (
            json!({}),
            "/parameters/SPEED",
            r#"has no default, so it has to be chosen; there are "slow", "fast""#,
        ),
        (
            json!({"parameters": {"SPEED": "medium"}}),
            "/parameters/SPEED",
            r#""medium" is none of the choices; there are "slow", "fast""#,
        ),
        (
            json!({"parameters": {"SPEED": "fast", "INTERFCE": "SOAP"}}),
            "/parameters/INTERFCE",
            r#"template "nightly" has no such parameter; did you mean "INTERFACE"?"#,
        ),
        (
            json!({"parameters": {"SPEED": "fast"}, "variables": {"SPEED": "slow"}}),
            "/variables/SPEED",
            "is a parameter of the template; choose it in parameters",
        ),
    ] {
        let answer = server.post(RUNS, &run(changes.clone())).await;
        assert_eq!((answer.status, answer.mistakes()), (422, vec![place.to_owned()]), "{changes}");
        assert_eq!(answer.json()["errors"][0]["detail"], words);
    }
    post(&server, &json!({"name": "empty"})).await;
    let answer =
        server.post(RUNS, &run(json!({"template": "empty", "parameters": {"X": "1"}}))).await;
    let mut places = answer.mistakes();
    places.sort();
    assert_eq!(places, ["/parameters/X", "/targets"]);
    let many: Value =
        (0..99).map(|n| (format!("V{n}"), json!(""))).collect::<serde_json::Map<_, _>>().into();
    let answer =
        server.post(RUNS, &run(json!({"parameters": {"SPEED": "fast"}, "variables": many}))).await;
    assert_eq!(answer.mistakes(), ["/variables"]);
    assert_eq!(
        answer.json()["errors"][0]["detail"],
        "101 variables with those of the template, the limit is 100"
    );
    assert_eq!(server.get(RUNS).await.json()["items"], json!([]));
}

#[tokio::test]
async fn a_plan_of_a_template_is_not_deleted_before_it_is_taken_out() {
    let server = with_nightly().await;
    let answer = delete(&server, "/api/v1/plans/1").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("plan_in_use")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("template \"nightly\""));
    delete(&server, "/api/v1/templates/nightly").await;
    assert_eq!(delete(&server, "/api/v1/plans/1").await.status, 204);
}
