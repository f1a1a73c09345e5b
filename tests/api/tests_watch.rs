//! The `tests` events of `GET /stream`

use std::fs;

use proctor::domain::{Event, TestsChange};
use proctor::store::events::{self, Cursor};
use serde_json::json;

use crate::harness::{Events, Request, Server, eventually_async};

/// A server that watches its tests root already.
async fn watching() -> Server {
    let server = Server::start().await;
    eventually_async(async || {
        let found = events::after(&server.ctx.db, Cursor::default(), 10).await.unwrap();
        found.items.contains(&Event::Tests(TestsChange::everything()))
    })
    .await;
    server
}

async fn told(events: &mut Events, path: &str, below: bool) {
    let wanted = json!({"path": path, "below": below});
    events.until(|event| event.name == "tests" && event.data == wanted).await;
}

#[tokio::test]
async fn what_is_changed_by_hand_is_told() {
    let server = watching().await;
    let mut events = Events::open(&server, "tests", None).await;
    let present = events.present().await;
    assert_eq!((present.len(), &present[0].data), (1, &json!({"path": "", "below": true})));
    fs::write(server.tests_root().join("checkout/test_new.py"), "pass\n").unwrap();
    told(&mut events, "checkout", false).await;
    fs::rename(server.tests_root().join("checkout"), server.tests_root().join("shop")).unwrap();
    told(&mut events, "", false).await;
    told(&mut events, "shop", true).await;
    fs::write(server.tests_root().join("shop/test_new.py"), "changed\n").unwrap();
    told(&mut events, "shop", false).await;
}

#[tokio::test]
async fn uploads_moves_and_deletions_are_told_with_their_record() {
    let server = watching().await;
    let mut events = Events::open(&server, "tests", None).await;
    events.present().await;
    let files: [(&str, &[u8]); 1] = [("test_b.py", b"pass\n")];
    assert_eq!(server.upload(&[("directory", "new/deep")], &files).await.status, 201);
    for path in ["", "new", "new/deep"] {
        told(&mut events, path, false).await;
    }
    let body = json!({"path": "checkout/test_b.py"});
    let request = Request::new("PATCH", "/api/v1/tests?path=new/deep/test_b.py").json(&body);
    assert_eq!(server.send(&request).await.status, 200);
    told(&mut events, "checkout", false).await;
    let request = Request::new("DELETE", "/api/v1/tests?path=new&recursive=true");
    assert_eq!(server.send(&request).await.status, 200);
    told(&mut events, "new", true).await;
}

#[tokio::test]
async fn whoever_comes_back_is_told_what_changed_meanwhile() {
    let server = watching().await;
    let mut events = Events::open(&server, "tests", None).await;
    events.present().await;
    let cursor = events.last_id.clone();
    drop(events);
    let files: [(&str, &[u8]); 1] = [("test_b.py", b"pass\n")];
    assert_eq!(server.upload(&[("directory", "checkout")], &files).await.status, 201);
    let mut events = Events::open(&server, "tests", Some(&cursor)).await;
    told(&mut events, "checkout", false).await;
}
