//! The web application and its page.

use crate::harness::Server;

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
