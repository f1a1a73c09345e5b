//! `GET /runs`

use std::collections::BTreeSet;

use proctor::domain::Outcome;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::Server;

const RUNS: &str = "/api/v1/runs";

async fn ids(server: &Server, query: &str) -> Vec<i64> {
    let answer = server.get(&format!("{RUNS}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    shown(&answer.json())
}

fn shown(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|run| run["id"].as_i64().unwrap()).collect()
}

/// Run 1 finished and failed, run 2 running, run 3 queued, with differences that filters can see.
async fn three_runs(server: &Server) {
    let worker = server.worker().await;
    let bodies = [
        json!({"requester": "ann", "environment": 7, "targets": ["test_a.py"], "note": "Nightly 100%"}),
        json!({"requester": "ben", "environment": 8, "targets": ["checkout/test_cart.py"]}),
        json!({"requester": "annette", "environment": 40, "targets": ["checkout"]}),
    ];
    for (body, index) in bodies.iter().zip(0..) {
        server.post(RUNS, body).await;
        if index < 2 {
            let claimed = worker.claim().await;
            if index == 0 {
                worker.finish(&claimed, Vec::new(), Outcome::Failed).await;
            }
        }
        server.ctx.clock.advance(1000);
    }
}

#[tokio::test]
async fn every_filter_finds_what_it_should() {
    let server = Server::start().await;
    three_runs(&server).await;
    for (query, expected) in [
        ("", vec![3, 2, 1]),
        ("state=queued", vec![3]),
        ("state=queued,running", vec![3, 2]),
        ("state=finished&outcome=failed", vec![1]),
        ("outcome=failed,lost", vec![1]),
        ("outcome=passed", vec![]),
        ("environment=7", vec![1]),
        ("environment=1-8,40", vec![3, 2, 1]),
        ("environment=9-39", vec![]),
        ("requester=ann", vec![1]),
        ("requester=ANN", vec![]),
        ("template=smoke", vec![]),
        ("plan=1", vec![]),
        ("target=checkout", vec![3, 2]),
        ("target=cart.py", vec![2]),
        ("q=ann", vec![3, 1]),
        ("q=NIGHTLY", vec![1]),
        ("q=100%25", vec![1]),
        ("q=_", vec![2, 1]),
        ("q=2", vec![2]),
        ("q=nothing", vec![]),
        ("created_from=2026-03-01T14:20:04.050Z", vec![3, 2]),
        ("created_to=2026-03-01T15:20:04.050%2B01:00", vec![2, 1]),
        (
            "created_from=2026-03-01T14:20:04Z&created_to=2026-03-01T14:20:05Z&state=running",
            vec![2],
        ),
        ("sort=id", vec![1, 2, 3]),
        ("sort=-created_at", vec![3, 2, 1]),
        ("sort=created_at&limit=1", vec![1]),
        ("state=&q=&environment=", vec![3, 2, 1]),
    ] {
        assert_eq!(ids(&server, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_search_means_what_was_typed() {
    let server = Server::start().await;
    server.submit("100% ann", 1).await;
    server.submit("1000 ann", 1).await;
    server.submit("o'brien\\", 1).await;
    assert_eq!(ids(&server, "q=100%25").await, [1]);
    assert_eq!(ids(&server, "q=o'brien%5C").await, [3]);
    assert_eq!(ids(&server, "requester=o'brien%5C").await, [3]);
    assert_eq!(ids(&server, "q=%27%20OR%201=1").await, [0_i64; 0]);
}

#[tokio::test]
async fn bad_parameters_are_named_all_at_once() {
    let server = Server::start().await;
    for (query, places) in [
        ("limit=0", vec!["limit"]),
        ("limit=201", vec!["limit"]),
        ("limit=-1", vec!["limit"]),
        ("limit=1e1", vec!["limit"]),
        ("cursor=x", vec!["cursor"]),
        ("cursor=id.1", vec!["cursor"]),
        ("state=done", vec!["state"]),
        ("outcome=green,failed,red", vec!["outcome", "outcome"]),
        ("environment=a", vec!["environment"]),
        ("environment=9-1", vec!["environment"]),
        ("plan=x", vec!["plan"]),
        ("created_from=yesterday", vec!["created_from"]),
        ("created_to=2026-13-01T00:00:00Z", vec!["created_to"]),
        ("sort=color", vec!["sort"]),
        ("outcom=failed", vec!["outcom"]),
        ("q=a&q=b", vec!["q"]),
        ("q=%00", vec!["q"]),
        ("limit=0&state=done&sort=color", vec!["limit", "sort", "state"]),
    ] {
        let answer = server.get(&format!("{RUNS}?{query}")).await;
        let mut found = answer.mistakes();
        found.sort();
        assert_eq!(
            (answer.status, found),
            (400, places.iter().map(|&place| place.to_owned()).collect()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn queued_runs_show_their_place_and_what_they_wait_for() {
    let server = Server::start().await;
    for _ in 0..3 {
        server.submit("ann", 7).await;
    }
    server.worker().await.claim().await;
    let items = server.get(RUNS).await.json()["items"].clone();
    let place =
        |index: usize| (items[index]["position"].clone(), items[index]["waits_for"].clone());
    assert_eq!(place(0), (json!(2), json!("run 1 to end in environment 7")));
    assert_eq!(place(1), (json!(1), json!("run 1 to end in environment 7")));
    assert_eq!(place(2), (json!(null), json!(null)));
}

/// Walks all pages; between two of them `between` happens.
async fn walk(server: &Server, query: &str, mut between: impl AsyncFnMut()) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.get(&format!("{RUNS}?{query}{cursor}")).await.json();
        seen.extend(shown(&page));
        let Some(next) = page["next_cursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
        between().await;
    }
}

#[test]
fn walking_all_pages_shows_each_run_once_also_while_new_ones_come() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let cases = (
        0..40_usize,
        1..15_u32,
        0..4_usize,
        prop::sample::select(vec!["id", "-id", "created_at", "-created_at"]),
    );
    let outcome = runner.run(&cases, |(runs, limit, new_ones, sort)| {
        runtime.block_on(async {
            let server = Server::start().await;
            let mut before = BTreeSet::new();
            for _ in 0..runs {
                before.insert(server.submit("ann", 1).await.0);
            }
            let query = format!("sort={sort}&limit={limit}");
            let seen = walk(&server, &query, async || {
                for _ in 0..new_ones.min(usize::try_from(limit).unwrap() - 1) {
                    server.submit("ben", 2).await;
                }
            })
            .await;
            let once: BTreeSet<_> = seen.iter().copied().collect();
            prop_assert_eq!(once.len(), seen.len(), "a run was shown twice");
            prop_assert!(before.is_subset(&once), "a run was not shown");
            let mut sorted = seen.clone();
            sorted.sort_unstable();
            if sort.starts_with('-') {
                sorted.reverse();
            }
            prop_assert_eq!(seen, sorted);
            Ok(())
        })
    });
    outcome.unwrap();
}

#[tokio::test]
async fn pages_of_a_filtered_list_stay_filtered() {
    let server = Server::start().await;
    for index in 0..10 {
        server.submit(if index % 2 == 0 { "ann" } else { "ben" }, index + 1).await;
    }
    assert_eq!(walk(&server, "requester=ann&limit=2", async || {}).await, [9, 7, 5, 3, 1]);
    assert_eq!(walk(&server, "requester=ann&limit=5", async || {}).await, [9, 7, 5, 3, 1]);
}
