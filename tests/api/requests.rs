//! What holds for every address: hosts, origins, ids, unknown addresses, bodies that are too large, too slow, too deep.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Request, Server};
use proctor::api::Hosts;

const RUNS: &str = "/api/v1/runs";

#[tokio::test]
async fn a_server_on_loopback_answers_to_no_other_name() {
    let server = Server::start_with(|settings| {
        settings.hosts = Hosts::Loopback { also: vec!["tests.example".into()] };
    })
    .await;
    for host in ["localhost", "localhost:1", "127.0.0.1:8000", "[::1]:8000", "tests.example"] {
        assert_eq!(
            server.send(&Request::new("GET", "/healthz").host(host)).await.status,
            200,
            "{host}"
        );
    }
    for host in ["evil.example", "localhost.evil.example", "192.168.0.1:8000", ""] {
        for path in ["/healthz", "/", "/api/v1/runs", "/api/docs"] {
            let answer = server.send(&Request::new("GET", path).host(host)).await;
            assert_eq!((answer.status, answer.mistakes()), (421, vec![]), "{host} {path}");
            assert_eq!(answer.json()["code"], "wrong_host");
        }
    }
    // The address in the first line counts before the header.
    let answer =
        server.send(&Request::new("GET", "http://evil.example/healthz").host("localhost")).await;
    assert_eq!(answer.status, 421);
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let server = Server::start().await;
    let body = json!({"requester": "eve", "environment": 1, "targets": ["test_a.py"]});
    let request = |origin: &str| Request::new("POST", RUNS).json(&body).header("Origin", origin);
    for origin in ["http://evil.example", "null", "http://localhost.evil.example"] {
        let answer = server.send(&request(origin)).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (403, Some("wrong_origin")),
            "{origin}"
        );
    }
    // A form of another site needs no permission to send text.
    let form = Request::new("POST", RUNS).body(body.to_string().as_bytes());
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let answer = server.send(&form.clone().header("Content-Type", kind)).await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    assert_eq!(server.get(RUNS).await.json()["items"], json!([]));
    let own = format!("http://{}", server.address);
    assert_eq!(server.send(&request(&own)).await.status, 201);
    assert_eq!(server.send(&request("http://localhost:5173")).await.status, 201);
}

#[tokio::test]
async fn unknown_addresses_below_api_are_json() {
    let server = Server::start().await;
    for path in
        ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/runs", "/api/v1/runs/1/nothing"]
    {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.mistakes()), (404, vec![]), "{path}");
        assert_eq!(answer.json()["code"], "not_found");
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_405() {
    let server = Server::start().await;
    for (method, path) in
        [("DELETE", RUNS), ("PUT", "/api/v1/runs/1"), ("POST", "/api/v1/stream"), ("POST", "/")]
    {
        let answer = server.send(&Request::new(method, path)).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (405, Some("method_not_allowed")),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_problems_show_it() {
    let server = Server::start().await;
    let answer = server.get("/api/v1/runs/404").await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["status"]), (404, &404.into()));
    assert_eq!(answer.header("x-request-id"), problem["request_id"].as_str());
    assert_eq!(problem["detail"], "there is no run 404");
    assert!(problem["title"].is_string() && problem["type"].is_string());
    assert_ne!(server.get("/healthz").await.header("x-request-id"), answer.header("x-request-id"));
    let own = Request::new("GET", "/healthz").header("X-Request-Id", "ci-4711");
    assert_eq!(server.send(&own).await.header("x-request-id"), Some("ci-4711"));
    let nasty = Request::new("GET", "/healthz").header("X-Request-Id", "a b\"<");
    assert_ne!(server.send(&nasty).await.header("x-request-id"), Some("a b\"<"));
}

#[tokio::test]
async fn no_answer_can_be_taken_for_something_else() {
    let server = Server::start().await;
    for path in ["/healthz", RUNS, "/", "/api/v1/nothing"] {
        let answer = server.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let server = Server::start().await;
    let large = vec![b' '; 1024 * 1024 + 1];
    let request =
        Request::new("POST", RUNS).header("Content-Type", "application/json").body(&large);
    let answer = server.send(&request).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (413, Some("body_too_large")));
    assert!(answer.text().contains("1048576"), "{}", answer.text());
    // Also when its size is not announced.
    let mut chunked = b"100001\r\n".to_vec();
    chunked.extend(vec![b' '; 0x0010_0001]);
    chunked.extend(b"\r\n0\r\n\r\n");
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let _ = socket.write_all(&chunked).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server =
        Server::start_with(|settings| settings.limits.body_time = Duration::from_millis(50)).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let head = "POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 100\r\nConnection: close\r\n\r\n{";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let server =
        Server::start_with(|settings| settings.limits.head_time = Duration::from_millis(50)).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(b"GET /healthz HTTP/1.1\r\nHost: loc").await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn json_that_is_none_or_too_deep_is_refused_in_words() {
    let server = Server::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let lone_surrogate = r#"{"requester": "\ud800"}"#;
    for body in ["{", "nonsense", deep.as_str(), lone_surrogate, "{\"a\": 1e999}", "{} {}"] {
        let request = Request::new("POST", RUNS).header("Content-Type", "application/json");
        let answer = server.send(&request.body(body.as_bytes())).await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("not_json")),
            "{body:.40}"
        );
    }
    let request = Request::new("POST", RUNS).header("Content-Type", "application/json");
    assert_eq!(server.send(&request.body(b"\"\xff\"")).await.status, 400);
    assert_eq!(server.get(RUNS).await.json()["items"], json!([]));
}
