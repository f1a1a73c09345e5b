//! `/healthz`, `/readyz`, `/metrics`

use std::fs;

use proctor::domain::Outcome;

use crate::harness::Server;

#[tokio::test]
async fn a_living_server_says_so() {
    let server = Server::start().await;
    let answer = server.get("/healthz").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok\n"));
}

#[tokio::test]
async fn a_missing_worker_is_told_but_runs_can_wait_for_one() {
    let server = Server::start().await;
    let answer = server.get("/readyz").await;
    let body = answer.json();
    assert_eq!((answer.status, &body["ready"]), (200, &true.into()));
    assert_eq!(body["version"], "1.2.3");
    let worker =
        body["checks"].as_array().unwrap().iter().find(|one| one["name"] == "worker").unwrap();
    assert_eq!(worker["ok"], false);
    server.worker().await;
    let checks = server.get("/readyz").await.json()["checks"].clone();
    assert!(checks.as_array().unwrap().iter().all(|check| check["ok"] == true), "{checks}");
}

#[tokio::test]
async fn without_its_tests_root_a_server_is_not_ready() {
    let server = Server::start().await;
    fs::remove_dir_all(server.tests_root()).unwrap();
    let answer = server.get("/readyz").await;
    assert_eq!((answer.status, &answer.json()["ready"]), (503, &false.into()));
}

#[tokio::test]
async fn without_its_interpreter_a_server_is_not_ready_and_says_what_to_check() {
    for (python, words) in
        [("/no/such/python", "cannot be started"), ("/bin/false", "does not work")]
    {
        let server = Server::start_with(|settings| settings.python = python.into()).await;
        let answer = server.get("/readyz").await;
        assert_eq!((answer.status, &answer.json()["ready"]), (503, &false.into()));
        assert!(answer.text().contains(words), "{}", answer.text());
    }
}

#[tokio::test]
async fn figures_count_what_is_there() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    server.submit("ann", 7).await;
    server.worker().await.claim().await;
    let text = server.get("/metrics").await.text();
    for line in [
        "proctor_runs{state=\"queued\"} 1",
        "proctor_runs{state=\"running\"} 1",
        "proctor_environments{state=\"free\"} 99",
        "proctor_workers 1",
        "proctor_slots 4",
        "proctor_streams 0",
        "proctor_queue_length{environment=\"7\"} 1",
        "proctor_queue_wait_seconds{environment=\"7\"} 0",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn figures_tell_of_ended_runs_of_the_database_and_of_memory() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let worker = server.worker().await;
    let claimed = worker.claim().await;
    worker.finish(&claimed, vec![], Outcome::Lost).await;
    let text = server.get("/metrics").await.text();
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is not in\n{text}")).trim().parse::<f64>().unwrap()
    };
    assert!((value("proctor_lease_losses_total") - 1.0).abs() < f64::EPSILON);
    assert!(value("proctor_refused_writes_total").abs() < f64::EPSILON);
    assert!((value("proctor_recent_runs{outcome=\"lost\"}") - 1.0).abs() < f64::EPSILON);
    assert!(value("proctor_database_seconds") > 0.0);
    let own = value("proctor_own_memory_bytes{process=\"serve\"}");
    assert!(own > 1e6 && own <= value("process_resident_memory_bytes"), "{own}");
    assert!(!text.contains("proctor_queue_length{"), "no queue is left");
    for family in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = family.split_once(' ').unwrap();
        assert_eq!(kind, if name.ends_with("_total") { "counter" } else { "gauge" });
        assert!(text.contains(&format!("# HELP {name} ")), "{name}");
    }
}
