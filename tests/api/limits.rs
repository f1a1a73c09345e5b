//! Limits of what people write: each is taken at its edge, and refused with limit and value beyond it.

use serde_json::{Value, json};

use crate::harness::{Request, Server};

/// Where a text of some length goes, and which address takes it.
struct Place {
    method: &'static str,
    path: &'static str,
    pointer: &'static str,
    limit: usize,
    unit: &'static str,
    body: fn(String) -> Value,
}

/// One character of two bytes.
const LETTER: &str = "ü";

const PLACES: [Place; 12] = [
    Place {
        method: "POST",
        path: "/runs",
        pointer: "/requester",
        limit: 5,
        unit: "characters",
        body: |text| json!({"requester": text, "environment": 7, "targets": ["test_a.py"]}),
    },
    Place {
        method: "POST",
        path: "/runs",
        pointer: "/note",
        limit: 12,
        unit: "bytes",
        body: |text| json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"], "note": text}),
    },
    Place {
        method: "POST",
        path: "/plans",
        pointer: "/name",
        limit: 7,
        unit: "characters",
        body: |text| json!({"name": text, "targets": ["test_a.py"]}),
    },
    Place {
        method: "PUT",
        path: "/templates/one",
        pointer: "/name",
        limit: 7,
        unit: "characters",
        body: |text| json!({"name": text}),
    },
    Place {
        method: "PUT",
        path: "/templates/two",
        pointer: "/description",
        limit: 14,
        unit: "bytes",
        body: |text| json!({"description": text}),
    },
    Place {
        method: "PUT",
        path: "/templates/two",
        pointer: "/parameters/0/description",
        limit: 14,
        unit: "bytes",
        body: |text| json!({"parameters": [{"name": "P", "choices": ["a"], "description": text}]}),
    },
    Place {
        method: "PUT",
        path: "/templates/two",
        pointer: "/parameters/0/choices/0",
        limit: 6,
        unit: "bytes",
        body: |text| json!({"parameters": [{"name": "P", "choices": [text]}]}),
    },
    Place {
        method: "PATCH",
        path: "/environments/7",
        pointer: "/name",
        limit: 7,
        unit: "characters",
        body: |text| json!({"name": text}),
    },
    Place {
        method: "PATCH",
        path: "/environments/7",
        pointer: "/description",
        limit: 14,
        unit: "bytes",
        body: |text| json!({"description": text}),
    },
    Place {
        method: "PATCH",
        path: "/environments/7",
        pointer: "/reason",
        limit: 12,
        unit: "bytes",
        body: |text| json!({"state": "maintenance", "reason": text}),
    },
    Place {
        method: "PUT",
        path: "/environments/8/reservation",
        pointer: "/reason",
        limit: 12,
        unit: "bytes",
        body: |text| json!({"person": "ann", "until": "2026-03-01T15:00:00Z", "reason": text}),
    },
    Place {
        method: "PUT",
        path: "/environments/9/reservation",
        pointer: "/person",
        limit: 5,
        unit: "characters",
        body: |text| json!({"person": text, "until": "2026-03-01T15:00:00Z", "reason": "r"}),
    },
];

async fn server() -> Server {
    let server = Server::start_with(|settings| {
        let limits = &mut settings.limits;
        (limits.requester, limits.name) = (5, 7);
        (limits.description, limits.note, limits.choice) = (14, 12, 6);
        (limits.label, limits.labels) = (4, 2);
    })
    .await;
    for name in ["one", "two"] {
        let answer = server.post("/api/v1/templates", &json!({"name": name})).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    server
}

#[tokio::test]
async fn a_text_is_taken_up_to_its_limit_and_no_further() {
    let server = server().await;
    for Place { method, path, pointer, limit, unit, body } in PLACES {
        let path = format!("/api/v1{path}");
        let ask =
            async |text: String| server.send(&Request::new(method, &path).json(&body(text))).await;
        let letters = if unit == "bytes" { limit / LETTER.len() } else { limit };
        let beyond = ask(format!("{}x", LETTER.repeat(letters))).await;
        assert_eq!(beyond.status, 422, "{method} {path} {pointer}: {}", beyond.text());
        let words = format!("has {} {unit}, the limit is {limit}", limit + 1);
        let told = beyond.json()["errors"].clone();
        assert_eq!(told, json!([{"pointer": pointer, "detail": words}]), "{method} {path}");
        let edge = ask(LETTER.repeat(letters)).await;
        assert!(edge.status < 300, "{method} {path} {pointer}: {}", edge.text());
        // A template that was called otherwise is called by its name again.
        if pointer == "/name" && path.ends_with("/one") {
            let path = format!("/api/v1/templates/{}", "%C3%BC".repeat(letters));
            let back = server.send(&Request::new("PUT", &path).json(&json!({"name": "one"}))).await;
            assert_eq!(back.status, 200, "{}", back.text());
        }
    }
}

#[tokio::test]
async fn labels_are_limited_in_number_and_length() {
    let server = server().await;
    let ask = async |labels: Value| {
        let request = Request::new("PATCH", "/api/v1/environments/7");
        server.send(&request.json(&json!({"labels": labels}))).await
    };
    assert_eq!(ask(json!(["gpu1", "b"])).await.status, 200);
    let long = ask(json!(["gpu12"])).await;
    assert!(long.text().contains("1 to 4 letters"), "{}", long.text());
    let many = ask(json!(["a", "b", "c"])).await;
    assert!(many.text().contains("3 labels, the limit is 2"), "{}", many.text());
}

#[tokio::test]
async fn a_body_is_taken_up_to_its_limit() {
    let server = Server::start_with(|settings| settings.limits.body = 100).await;
    let body = json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"]}).to_string();
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    let ask = async |body: String| {
        let request =
            Request::new("POST", "/api/v1/runs").header("content-type", "application/json");
        server.send(&request.body(body.as_bytes())).await
    };
    assert_eq!(ask(padded(100)).await.status, 201);
    let refused = ask(padded(101)).await;
    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("100 bytes"), "{}", refused.text());
}
