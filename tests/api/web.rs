//! The web application and its page.

use crate::harness::{Request, Server};

#[tokio::test]
async fn every_other_address_is_the_page() {
    let server = Server::start().await;
    for path in [
        "/",
        "/index.html",
        "/runs/12",
        "/environments?view=wall",
        "/../../etc/passwd",
        "/.%2e/Cargo.toml",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let text = answer.text();
        assert!(text.contains("<html") || text.contains("make build"), "{path}: {text}");
        assert!(!text.contains("__CSP_NONCE__"), "{path}");
    }
}

#[tokio::test]
async fn a_page_has_a_nonce_of_its_own() {
    let server = Server::start().await;
    let page = server.get("/").await;
    // In a checkout where the web application was not built there is only a word about that.
    let Some(policy) = page.header("content-security-policy") else { return };
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(nonce.len() >= 32 && page.text().contains(nonce));
    assert!(!server.get("/").await.text().contains(nonce));
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn a_missing_asset_is_not_the_page() {
    let server = Server::start().await;
    let answer = server.get("/assets/old-12345678.js").await;
    assert_eq!((answer.status, answer.mistakes()), (404, vec![]));
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_come_in_the_smallest_form() {
    let server = Server::start().await;
    let page = server.get("/").await.text();
    let Some(script) = page.split('"').find(|part| part.starts_with("/assets/index-")) else {
        assert!(page.contains("make build"), "{page}");
        return;
    };
    let plain = server.get(script).await;
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    for (encoding, accepted) in [("br", "gzip, br"), ("gzip", "gzip")] {
        let answer =
            server.send(&Request::new("GET", script).header("Accept-Encoding", accepted)).await;
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        assert!(answer.body.len() < plain.body.len());
    }
    let known = Request::new("GET", script).header("If-None-Match", plain.header("etag").unwrap());
    let answer = server.send(&known).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
}
