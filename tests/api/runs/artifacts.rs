//! `GET /runs/{id}/artifacts`

use std::fs;

use serde_json::json;

use crate::harness::Server;

#[tokio::test]
async fn what_tests_left_is_listed_and_sent() {
    let server = Server::start().await;
    let id = server.submit("ann", 7).await;
    let path = format!("/api/v1/runs/{id}/artifacts");
    assert_eq!(server.get(&path).await.json(), json!({"items": [], "next_cursor": null}));
    let folder = server.run_directory(id).join("artifacts");
    fs::create_dir_all(folder.join("screens")).unwrap();
    fs::write(folder.join("screens/page 1.png"), b"\x89PNG").unwrap();
    fs::write(folder.join("report.html"), b"<script>alert(1)</script>").unwrap();
    let list = server.get(&path).await.json();
    let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["report.html", "screens/page 1.png"]);
    assert_eq!(list["items"][1]["media_type"], "image/png");

    let picture = server.get(&format!("{path}/screens/page%201.png")).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));
    assert_eq!(picture.body, b"\x89PNG");
    let page = server.get(&format!("{path}/report.html")).await;
    assert_eq!(page.header("content-type"), Some("application/octet-stream"));
    assert!(page.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("content-security-policy"), Some("default-src 'none'; sandbox"));
}

#[tokio::test]
async fn nothing_else_is_sent() {
    let server = Server::start().await;
    let id = server.submit("ann", 7).await;
    fs::create_dir_all(server.run_directory(id).join("artifacts")).unwrap();
    fs::write(server.run_directory(id).join("log"), b"no artifact").unwrap();
    for name in ["..%2Flog", "../log", "nothing", "%00", "%2Fetc%2Fpasswd"] {
        let answer = server.get(&format!("/api/v1/runs/{id}/artifacts/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
    }
    assert_eq!(server.get("/api/v1/runs/99/artifacts").await.status, 404);
}
