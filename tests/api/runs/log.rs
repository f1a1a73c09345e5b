//! `GET /runs/{id}/log`, `GET /runs/{id}/log/search`

use proctor::domain::{Outcome, RunId};
use serde_json::json;

use crate::harness::{NOW, Request, Server};
use proctor::wire::Timestamp;

const LOG: &str = "/api/v1/runs/1/log";
const TEXT: &[u8] = b"\x1b[31mone\x1b[0m\ntwo \xff\xfe\nthree Error\nfour error";

/// Run 1 with a log, finished or not.
async fn run_with_log(server: &Server, outcome: Option<Outcome>) -> RunId {
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    worker.print(id, TEXT);
    if let Some(outcome) = outcome {
        worker.finish(&claimed, Vec::new(), outcome).await;
    }
    id
}

#[tokio::test]
async fn the_whole_log_is_byte_for_byte_what_was_printed() {
    let server = Server::start().await;
    run_with_log(&server, Some(Outcome::Passed)).await;
    let answer = server.get(LOG).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/plain; charset=utf-8"))
    );
    assert_eq!(answer.header("content-length"), Some("42"));
    assert_eq!(answer.header("x-log-complete"), Some("true"));
    assert_eq!(answer.body, TEXT);
    let head = server.send(&Request::new("HEAD", LOG)).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("42"), 0));
}

#[tokio::test]
async fn a_run_without_output_has_an_empty_log() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let answer = server.get(LOG).await;
    assert_eq!(
        (answer.status, answer.body.len(), answer.header("x-log-complete")),
        (200, 0, Some("false"))
    );
    let lines = server.get(&format!("{LOG}?from_line=1")).await.json();
    assert_eq!(lines, json!({"items": [], "total_lines": 0, "complete": false}));
    let found = server.get(&format!("{LOG}/search?q=x")).await.json();
    assert_eq!(found, json!({"count": 0, "lines": [], "more": false, "complete": false}));
}

#[tokio::test]
async fn a_large_log_comes_whole() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    worker.claim().await;
    let text: String = (0..200_000).map(|line| format!("line {line}\n")).collect();
    worker.print(id, text.as_bytes());
    let answer = server.get(LOG).await;
    assert!(answer.body == text.as_bytes());
    let page = server.get(&format!("{LOG}?from_line=150001&count=2")).await.json();
    assert_eq!(
        (&page["items"][0]["text"], &page["items"][1]["number"]),
        (&json!("line 150000"), &json!(150_002))
    );
    assert_eq!(page["total_lines"], 200_000);
}

#[tokio::test]
async fn ranges_of_bytes() {
    let server = Server::start().await;
    run_with_log(&server, None).await;
    let ask = |range: &str| Request::new("GET", LOG).header("Range", range);
    for (range, content_range, expected) in [
        ("bytes=0-4", "bytes 0-4/42", &TEXT[0..5]),
        ("bytes=40-", "bytes 40-41/42", &TEXT[40..]),
        ("bytes=-5", "bytes 37-41/42", &TEXT[37..]),
        ("bytes=40-999", "bytes 40-41/42", &TEXT[40..]),
    ] {
        let answer = server.send(&ask(range)).await;
        assert_eq!(
            (answer.status, answer.header("content-range")),
            (206, Some(content_range)),
            "{range}"
        );
        assert_eq!(answer.body, expected, "{range}");
    }
    for range in ["bytes=5-1", "bytes=x", "lines=1-2", "bytes=0-1,3-4"] {
        assert_eq!(server.send(&ask(range)).await.status, 200, "{range}");
    }
    let outside = server.send(&ask("bytes=42-")).await;
    assert_eq!((outside.status, outside.header("content-range")), (416, Some("bytes */42")));
    assert_eq!(outside.json()["code"], "range_not_satisfiable");
}

#[tokio::test]
async fn a_range_goes_on_only_where_the_beginning_is_the_same() {
    let server = Server::start().await;
    run_with_log(&server, None).await;
    let tag = server.get(LOG).await.header("etag").unwrap().to_owned();
    let ask =
        |tag: &str| Request::new("GET", LOG).header("Range", "bytes=40-").header("If-Range", tag);
    assert_eq!(server.send(&ask(&tag)).await.status, 206);
    assert_eq!(server.send(&ask("\"1-1-7\"")).await.status, 206);
    assert_eq!(server.send(&ask("\"2-1-7\"")).await.status, 200);
    assert_eq!(server.send(&ask("Sun, 01 Mar 2026 14:20:03 GMT")).await.status, 200);
}

#[tokio::test]
async fn lines_have_numbers_and_keep_their_colours() {
    let server = Server::start().await;
    run_with_log(&server, Some(Outcome::Passed)).await;
    let page = server.get(&format!("{LOG}?from_line=1&count=2")).await.json();
    let at = Timestamp(NOW).to_string();
    assert_eq!(
        page,
        json!({
            "items": [
                {"number": 1, "at": at, "text": "\u{1b}[31mone\u{1b}[0m"},
                {"number": 2, "at": at, "text": "two \u{fffd}\u{fffd}"},
            ],
            "total_lines": 4,
            "complete": true,
        })
    );
    let rest = server.get(&format!("{LOG}?from_line=4")).await.json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(server.get(&format!("{LOG}?from_line=5")).await.json()["items"], json!([]));
    assert_eq!(
        server.get(&format!("{LOG}?from_line=18446744073709551615")).await.json()["items"],
        json!([])
    );
    assert_eq!(server.get(&format!("{LOG}?count=1")).await.json()["items"][0]["number"], 1);
}

#[tokio::test]
async fn a_search_looks_through_the_whole_log() {
    let server = Server::start().await;
    run_with_log(&server, Some(Outcome::Passed)).await;
    for (query, lines) in [
        ("q=error", vec![3, 4]),
        ("q=error&case=true", vec![4]),
        ("q=%5E(one%7Cfour)&regex=true", vec![1, 4]),
        ("q=(one", vec![]),
        ("q=error&regex=false&case=0", vec![3, 4]),
        ("q=error&from_line=4", vec![4]),
        ("q=error&from_line=5", vec![]),
    ] {
        let found = server.get(&format!("{LOG}/search?{query}")).await.json();
        assert_eq!(
            found,
            json!({"count": lines.len(), "lines": lines, "more": false, "complete": true}),
            "{query}"
        );
    }
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let server = Server::start().await;
    run_with_log(&server, None).await;
    for (query, place) in [
        ("?from_line=0", "from_line"),
        ("?from_line=-1", "from_line"),
        ("?from_line=x", "from_line"),
        ("?count=0", "count"),
        ("?count=2001", "count"),
        ("?lines=1", "lines"),
        ("/search", "q"),
        ("/search?q=", "q"),
        ("/search?q=(&regex=true", "q"),
        ("/search?q=%5Cw%7B1000%7D%7B1000%7D&regex=true", "q"),
        ("/search?q=x&regex=maybe", "regex"),
        ("/search?q=x&case=5", "case"),
        ("/search?q=x&from_line=0", "from_line"),
    ] {
        let answer = server.get(&format!("{LOG}{query}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec![place.to_owned()]), "{query}");
    }
    let long = "x".repeat(1025);
    assert_eq!(server.get(&format!("{LOG}/search?q={long}")).await.status, 400);
    assert_eq!(server.get("/api/v1/runs/404/log").await.status, 404);
    assert_eq!(server.get("/api/v1/runs/404/log/search?q=x").await.status, 404);
}
