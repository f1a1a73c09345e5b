//! `/api/v1/openapi.json`, `/api/docs`

use std::collections::BTreeMap;
use std::fs;

use proctor::api::openapi::document_text;
use serde_json::{Value, json};

use crate::harness::Server;

/// Set to write `web/openapi.json` anew.
const UPDATE: &str = "UPDATE_OPENAPI";

#[test]
fn the_checked_in_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json");
    let document = document_text().unwrap();
    if std::env::var_os(UPDATE).is_some() {
        fs::write(path, &document).unwrap();
    }
    assert!(
        fs::read_to_string(path).unwrap() == document,
        "web/openapi.json is stale; refresh it with `{UPDATE}=1 cargo test --test api openapi`"
    );
}

#[test]
fn every_operation_is_described() {
    let document: Value = serde_json::from_str(&document_text().unwrap()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        assert!(!path.contains('*'), "{path}");
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| text.len() > 10), "{place}");
            assert!(operation["tags"].is_array(), "{place}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(!ids.contains(&id), "two operations are called {id}");
            ids.push(id);
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{place}");
            for (status, response) in responses {
                let is_empty = status == "204";
                assert_eq!(response["content"].is_object(), !is_empty, "{place}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn the_server_shows_the_document() {
    let server = Server::start().await;
    let answer = server.get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, 200);
    let shown: Value = answer.json();
    assert_eq!(shown, serde_json::from_str::<Value>(&document_text().unwrap()).unwrap());
}

/// Every `maxLength` and `maxItems` of the shapes, by its place.
fn most(document: &Value) -> BTreeMap<String, u64> {
    fn look(value: &Value, place: &str, found: &mut BTreeMap<String, u64>) {
        for (key, inside) in value.as_object().into_iter().flatten() {
            match (key.as_str(), inside.as_u64()) {
                ("maxLength" | "maxItems", Some(most)) => _ = found.insert(place.to_owned(), most),
                _ => look(inside, &format!("{place}/{key}"), found),
            }
        }
    }
    let mut found = BTreeMap::new();
    look(&document["components"]["schemas"], "", &mut found);
    found
}

#[tokio::test]
async fn the_document_and_the_settings_tell_the_limits_of_their_server() {
    let server = Server::start_with(|settings| {
        settings.interpreters = vec!["3.13".to_owned()];
        let limits = &mut settings.limits;
        (limits.requester, limits.name, limits.description, limits.note) = (5, 7, 14, 12);
        (limits.targets, limits.plans, limits.labels) = (21, 22, 23);
        (limits.parameters, limits.choices) = (24, 25);
    })
    .await;
    let usual = most(&serde_json::from_str(&document_text().unwrap()).unwrap());
    let own = most(&server.get("/api/v1/openapi.json").await.json());
    let fixed: Vec<_> = own.iter().filter(|(place, most)| usual[*place] == **most).collect();
    assert_eq!(
        fixed,
        [
            (&"/Parameter/properties/name".to_owned(), &256),
            (&"/RunOptions/properties/keyword".to_owned(), &4096),
            (&"/RunOptions/properties/markers".to_owned(), &4096),
        ]
    );
    let of = |place: &str| own[&place.replace('.', "/properties/")];
    assert_eq!((of("/NewRun.requester"), of("/NewRun.note"), of("/NewRun.plans")), (5, 12, 22));
    assert_eq!((of("/NewPlan.name"), of("/NewPlan.targets")), (7, 21));
    assert_eq!((of("/Parameter.choices"), of("/NewTemplate.parameters")), (25, 24));
    assert_eq!(of("/EnvironmentChanges.labels"), 23);

    let settings = server.get("/api/v1/settings").await.json();
    assert_eq!(settings["interpreters"], json!(["3.13"]));
    let limits = &settings["limits"];
    assert_eq!((&limits["requester_characters"], &limits["note_bytes"]), (&json!(5), &json!(12)));
    assert_eq!((&limits["targets"], &limits["choices"]), (&json!(21), &json!(25)));
}

#[tokio::test]
async fn the_docs_can_be_read_without_internet_access() {
    let server = Server::start().await;
    let page = server.get("/api/docs").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let text = page.text();
    assert!(!text.contains("https://") && !text.contains("http://"), "{text}");
    let addresses: Vec<_> =
        text.split(['"', '\'']).filter(|part| part.starts_with("/api/docs/")).collect();
    assert!(addresses.len() >= 4, "{text}");
    for address in addresses {
        let file = server.get(address).await;
        assert_eq!(file.status, 200, "{address}");
        assert!(!file.body.is_empty(), "{address}");
    }
    let script = server.get("/api/docs/swagger-initializer.js").await.text();
    assert!(script.contains("/api/v1/openapi.json"), "{script}");
    assert_eq!(server.get("/api/docs/no-such-file").await.status, 404);
}
