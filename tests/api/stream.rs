//! `GET /stream`

use proctor::actions;
use proctor::domain::{LogSize, Outcome, RunId, TestOutcome};
use proctor::live::Hint;
use serde_json::json;

use crate::harness::{Event, Events, Request, Server, test_report};

/// The runs of `run` events, in order.
async fn runs(events: &mut Events, count: usize) -> Vec<i64> {
    let mut runs = Vec::new();
    while runs.len() < count {
        let event = events.until(|event| event.name == "run").await;
        runs.push(event.data["id"].as_i64().unwrap());
    }
    runs
}

fn is_run(id: RunId, state: &'static str) -> impl Fn(&Event) -> bool {
    move |event| event.name == "run" && event.data["id"] == id.0 && event.data["state"] == state
}

#[tokio::test]
async fn the_present_state_comes_first() {
    let server = Server::start().await;
    let first = server.submit("ann", 7).await;
    let second = server.submit("ben", 7).await;
    let mut events = Events::open(&server, "runs", None).await;
    assert_eq!(runs(&mut events, 2).await, [first.0, second.0]);
    let mut events = Events::open(&server, "environments", None).await;
    for id in 1..=100 {
        let event = events.next().await.unwrap();
        assert_eq!((event.name.as_str(), &event.data["id"]), ("environment", &id.into()));
    }
}

#[tokio::test]
async fn a_run_is_seen_from_submit_to_end() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let mut events = Events::open(&server, "environments,runs", None).await;
    while events.next().await.unwrap().data["id"] != 100 {}
    let id = server.submit("ann", 7).await;
    let queued = events.until(is_run(id, "queued")).await;
    assert_eq!(
        (&queued.data["position"], &queued.data["environment"]["id"]),
        (&1.into(), &7.into())
    );
    let claimed = worker.claim().await;
    events.until(is_run(id, "running")).await;
    let busy = events.until(|event| event.name == "environment" && event.data["id"] == 7).await;
    assert_eq!(busy.data["state"], "busy");
    assert_eq!(busy.data["holder"]["run_id"], id.0);
    let tests = vec![test_report(0, "test_a.py::test_one", TestOutcome::Passed)];
    worker.finish(&claimed, tests, Outcome::Passed).await;
    let finished = events.until(is_run(id, "finished")).await;
    assert_eq!(
        (&finished.data["outcome"], &finished.data["progress"]["passed"]),
        (&"passed".into(), &1.into())
    );
    let free =
        events.until(|event| event.name == "environment" && event.data["state"] == "free").await;
    assert_eq!((&free.data["id"], &free.data["holder"]), (&7.into(), &json!(null)));
}

#[tokio::test]
async fn those_who_wait_move_up_before_everybodys_eyes() {
    let server = Server::start().await;
    let first = server.submit("ann", 7).await;
    let second = server.submit("ben", 7).await;
    let mut events = Events::open(&server, "runs", None).await;
    assert_eq!(events.present().await.len(), 2);
    actions::cancel(&server.ctx, first, "ann").await.unwrap();
    let moved = events.until(is_run(second, "queued")).await;
    assert_eq!(moved.data["position"], 1);
}

#[tokio::test]
async fn who_takes_any_environment_is_told_what_becomes_of_them() {
    let server = Server::start().await;
    let wish = json!({"requester": "ann", "environment": {"any": {}}, "targets": ["test_a.py"]});
    let first = server.post("/api/v1/runs", &wish).await.json();
    server.post("/api/v1/runs", &wish).await;
    let mut events = Events::open(&server, "runs", None).await;
    assert_eq!(events.present().await.len(), 2);
    let change = json!({"state": "maintenance", "reason": "new disk"});
    for id in 1..=100 {
        let path = format!("/api/v1/environments/{id}");
        let answer = server.send(&Request::new("PATCH", &path).json(&change)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let closed = |event: &Event| {
        event.data["id"] == first["id"]
            && event.data["waits_for"] == "a free environment: 100 in maintenance"
    };
    events.until(closed).await;
    actions::cancel(&server.ctx, RunId(first["id"].as_i64().unwrap()), "ann").await.unwrap();
    let moved = events.until(|event| event.data["id"] == 2).await;
    assert_eq!(moved.data["position"], 1);
}

#[tokio::test]
async fn the_topic_of_a_run_has_its_tests_and_its_log() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    let other = server.submit("ann", 8).await;
    let claimed = worker.claim().await;
    worker
        .record(&claimed, vec![test_report(0, "test_a.py::test_one", TestOutcome::Running)])
        .await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    let run = events.next().await.unwrap();
    assert_eq!((run.name.as_str(), &run.data["state"]), ("run", &"running".into()));
    let log = events.next().await.unwrap();
    assert_eq!(log.data, json!({"run_id": id.0, "lines": 0, "bytes": 0, "complete": false}));
    let test = events.next().await.unwrap();
    assert_eq!((test.name.as_str(), &test.data["outcome"]), ("test", &"running".into()));
    assert_eq!((&test.data["run_id"], &test.data["cut"]), (&id.0.into(), &false.into()));

    let elsewhere = worker.claim().await;
    assert_eq!(elsewhere.run.id, other);
    worker
        .record(&elsewhere, vec![test_report(0, "test_a.py::test_one", TestOutcome::Passed)])
        .await;
    worker.print(id, b"one\ntwo\nthree\n");
    let size = LogSize { lines: 3, bytes: 14 };
    server.ctx.live.send(Hint::Log { run: id, size, complete: false });
    let log = events.until(|event| event.name == "log").await;
    assert_eq!(log.data, json!({"run_id": id.0, "lines": 3, "bytes": 14, "complete": false}));

    worker
        .finish(
            &claimed,
            vec![test_report(0, "test_a.py::test_one", TestOutcome::Failed)],
            Outcome::Failed,
        )
        .await;
    let test = events.until(|event| event.name == "test").await;
    assert_eq!(
        (&test.data["outcome"], &test.data["message"]),
        (&"failed".into(), &"assert 1 == 2".into())
    );
    events.until(|event| event.name == "log" && event.data["complete"] == true).await;
    events.until(is_run(id, "finished")).await;
    assert!(!events.last_id.is_empty());
}

#[tokio::test]
async fn a_stream_goes_on_after_the_last_event_without_a_gap() {
    let server = Server::start().await;
    server.submit("ann", 1).await;
    let mut events = Events::open(&server, "runs", None).await;
    assert_eq!(events.present().await.len(), 1);
    let second = server.submit("ann", 2).await;
    events.until(is_run(second, "queued")).await;
    let seen = events.last_id.clone();
    drop(events);
    let third = server.submit("ann", 3).await;
    let fourth = server.submit("ann", 4).await;
    let mut events = Events::open(&server, "runs", Some(&seen)).await;
    assert_eq!(runs(&mut events, 2).await, [third.0, fourth.0]);
    let fifth = server.submit("ann", 5).await;
    assert_eq!(runs(&mut events, 1).await, [fifth.0]);
    // The same for clients that cannot send the header.
    let path = format!("runs&last_event_id={seen}");
    let mut events = Events::open(&server, &path, None).await;
    assert_eq!(runs(&mut events, 3).await, [third.0, fourth.0, fifth.0]);
}

#[tokio::test]
async fn whoever_is_cut_off_in_the_present_state_is_told_all_of_it_again() {
    let server = Server::start().await;
    let first = server.submit("ann", 1).await;
    let second = server.submit("ann", 2).await;
    let mut events = Events::open(&server, "runs", None).await;
    events.next().await.unwrap();
    let seen = events.last_id.clone();
    let mut events = Events::open(&server, "runs", Some(&seen)).await;
    assert_eq!(runs(&mut events, 2).await, [first.0, second.0]);
}

#[tokio::test]
async fn a_cursor_of_another_history_starts_anew() {
    let server = Server::start().await;
    let id = server.submit("ann", 1).await;
    let mut events = Events::open(&server, "runs", Some("0-99999")).await;
    let reset = events.next().await.unwrap();
    assert_eq!(reset.name, "reset");
    assert_eq!(runs(&mut events, 1).await, [id.0]);
}

#[tokio::test]
async fn of_a_run_that_has_ended_the_end_comes_last() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let test = test_report(0, "test_a.py::test_one", TestOutcome::Passed);
    worker.finish(&claimed, vec![test], Outcome::Passed).await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    let names: Vec<_> = events.present().await.into_iter().map(|event| event.name).collect();
    assert_eq!(names, ["test", "log", "run"]);
}

#[tokio::test]
async fn a_log_that_grows_without_a_hint_is_noticed_all_the_same() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 7).await;
    worker.claim().await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    assert_eq!(events.present().await.len(), 2);
    worker.print(id, b"one\n");
    let log = events.until(|event| event.name == "log").await;
    assert_eq!(log.data, json!({"run_id": id.0, "lines": 1, "bytes": 4, "complete": false}));
}

#[tokio::test]
async fn many_changes_of_one_run_end_in_its_present_state() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 1).await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    let claimed = worker.claim().await;
    let mut tests = Vec::new();
    for number in 0..50 {
        tests.push(test_report(number, &format!("test_a.py::test_{number}"), TestOutcome::Passed));
        worker.record(&claimed, tests.clone()).await;
    }
    worker.finish(&claimed, tests, Outcome::Passed).await;
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let event = events.next().await.unwrap();
        match event.name.as_str() {
            "test" => _ = seen.insert(event.data["number"].as_i64().unwrap()),
            "run" if event.data["state"] == "finished" => {
                assert_eq!(event.data["progress"]["passed"], 50);
                break;
            }
            _ => {}
        }
    }
    assert_eq!(seen.len(), 50);
}

#[tokio::test]
async fn long_texts_are_cut_on_the_stream_and_whole_in_the_list() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 1).await;
    let claimed = worker.claim().await;
    let mut test = test_report(0, "test_a.py::test_one", TestOutcome::Failed);
    test.traceback = Some("E".repeat(100_000));
    worker.record(&claimed, vec![test]).await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    let test = events.until(|event| event.name == "test").await;
    assert_eq!(test.data["cut"], true);
    assert!(test.data["traceback"].as_str().unwrap().len() < 5_000);
    let whole = server.get(&format!("/api/v1/runs/{id}/tests?number=0")).await.json();
    assert_eq!(whole["items"][0]["traceback"].as_str().unwrap().len(), 100_000);
}

#[tokio::test]
async fn a_stream_is_never_silent_for_long() {
    let silence = std::time::Duration::from_millis(20);
    let server = Server::start_with(|settings| settings.limits.silence = silence).await;
    server.submit("ann", 1).await;
    let mut events = Events::open(&server, "tests", None).await;
    events.present().await;
    let comment = events.comment().await;
    assert_eq!(comment, ": still here");
    // Nothing concerns this client, but it learns how far it is.
    let before = events.last_id.clone();
    server.submit("ann", 1).await;
    while events.last_id == before {
        events.comment().await;
    }
}

#[tokio::test]
async fn a_slow_reader_is_told_what_it_missed_at_its_own_pace() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let id = server.submit("ann", 1).await;
    let claimed = worker.claim().await;
    let mut events = Events::open(&server, &format!("run:{id}"), None).await;
    events.present().await;
    // More than the sockets and the feed hold for it.
    for round in 0..300 {
        let tests = (0..20).map(|number| {
            let mut test = test_report(
                number,
                &format!("test_a.py::test_{round}_{number}"),
                TestOutcome::Failed,
            );
            test.traceback = Some("E".repeat(4_000));
            test
        });
        worker.record(&claimed, tests.collect()).await;
    }
    worker
        .finish(
            &claimed,
            vec![test_report(20, "test_a.py::test_last", TestOutcome::Passed)],
            Outcome::Failed,
        )
        .await;
    let mut seen = std::collections::BTreeSet::new();
    loop {
        let event = events.next().await.unwrap();
        if event.name == "test" {
            seen.insert(event.data["number"].as_i64().unwrap());
        } else if is_run(id, "finished")(&event) {
            break;
        }
    }
    assert_eq!(seen, (0..=20).collect());
}

#[tokio::test]
async fn streams_end_when_the_server_does() {
    let mut server = Server::start().await;
    let mut events = Events::open(&server, "tests", None).await;
    assert_eq!(events.next().await.unwrap().name, "tests");
    server.stop().await;
    // What the watch of the tests tells when it begins may be on its way.
    while let Some(event) = events.next().await {
        assert_eq!(event.name, "tests");
    }
}

#[tokio::test]
async fn a_stream_gives_its_place_back() {
    let server = Server::start_with(|settings| settings.limits.streams = 1).await;
    let events = Events::open(&server, "tests", None).await;
    let refused = server.get("/api/v1/stream?topics=tests").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    drop(events);
    while server.get("/metrics").await.text().contains("proctor_streams 1") {
        tokio::task::yield_now().await;
    }
    Events::open(&server, "tests", None).await;
}

#[tokio::test]
async fn bad_topics_and_cursors_are_refused_in_words() {
    let server = Server::start().await;
    for (query, place) in [
        ("", "topics"),
        ("?topics=", "topics"),
        ("?topics=runs,weather", "topics"),
        ("?topics=run:x", "topics"),
        ("?topics=runs&last_event_id=yesterday", "last_event_id"),
        ("?topics=runs&since=1", "since"),
    ] {
        let answer = server.get(&format!("/api/v1/stream{query}")).await;
        assert_eq!((answer.status, answer.mistakes()), (400, vec![place.to_owned()]), "{query}");
    }
    let request = Request::new("GET", "/api/v1/stream?topics=runs").header("Last-Event-ID", "x-y");
    let answer = server.send(&request).await;
    assert_eq!((answer.status, answer.mistakes()), (400, vec!["Last-Event-ID".to_owned()]));
    assert_eq!(server.get("/api/v1/stream?topics=run:404").await.status, 404);
}
