//! `PUT, DELETE /environments/{id}/reservation`, and runs that keep their environment.

use proctor::actions;
use proctor::domain::{Millis, Outcome};
use proctor::wire::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Answer, NOW, Request, Server};

const SEVEN: &str = "/api/v1/environments/7";
const MINUTE: i64 = 60_000;

fn at(minutes: i64) -> String {
    Timestamp(Millis(NOW.0 + minutes * MINUTE)).to_string()
}

async fn reserve(server: &Server, body: &Value) -> Answer {
    server.send(&Request::new("PUT", &format!("{SEVEN}/reservation")).json(body)).await
}

async fn reserve_for(server: &Server, person: &str, minutes: i64) -> Answer {
    let body = json!({"person": person, "until": at(minutes), "reason": "hunting a leak"});
    reserve(server, &body).await
}

#[tokio::test]
async fn only_the_person_who_keeps_an_environment_runs_there() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let kept = reserve_for(&server, "ann", 30).await;
    assert_eq!(kept.status, 200, "{}", kept.text());
    let holder = json!({
        "run_id": null, "person": "ann", "since": at(0), "until": at(30), "reason": "hunting a leak"
    });
    assert_eq!((&kept.json()["state"], &kept.json()["holder"]), (&json!("reserved"), &holder));
    let bens = server.submit("ben", 7).await;
    let anns = server.submit("ann", 7).await;
    let waiting = server.get(&format!("/api/v1/runs/{bens}")).await.json();
    assert_eq!(
        waiting["waits_for"],
        "environment 7, reserved by ann until 2026-03-01 14:50 UTC: hunting a leak"
    );
    let shown = server.get(SEVEN).await.json();
    assert_eq!(shown["queue"]["runs"], json!([anns.0, bens.0]), "ann is first here");
    let claimed = worker.claim().await;
    assert_eq!(claimed.run.id, anns);
    let busy = server.get(SEVEN).await.json();
    assert_eq!((&busy["state"], &busy["holder"]["run_id"]), (&json!("busy"), &json!(anns.0)));
    assert_eq!(busy["reservation"]["person"], "ann");
    worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    assert!(worker.try_claim().await.is_none());
    let released = server.send(&Request::new("DELETE", &format!("{SEVEN}/reservation"))).await;
    assert_eq!(released.status, 204);
    assert_eq!(worker.claim().await.run.id, bens);
}

#[tokio::test]
async fn a_reservation_ends_by_itself() {
    let server = Server::start().await;
    reserve_for(&server, "ann", 30).await;
    let bens = server.submit("ben", 7).await;
    let worker = server.worker().await;
    server.ctx.clock.advance(30 * MINUTE - 1);
    assert!(worker.try_claim().await.is_none());
    let next = actions::expire_reservations(&server.ctx).await.unwrap();
    assert_eq!(next, Some(Millis(NOW.0 + 30 * MINUTE)));
    server.ctx.clock.advance(1);
    assert_eq!(actions::expire_reservations(&server.ctx).await.unwrap(), None);
    assert_eq!(server.get(SEVEN).await.json()["state"], "free");
    assert_eq!(worker.claim().await.run.id, bens);
}

#[tokio::test]
async fn nobody_takes_what_another_keeps_and_the_same_person_may_ask_for_longer() {
    let server = Server::start().await;
    reserve_for(&server, "ann", 30).await;
    let refused = reserve_for(&server, "ben", 60).await;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (409, Some("environment_reserved"))
    );
    let detail = "environment 7 is reserved by ann until 2026-03-01 14:50 UTC: hunting a leak";
    assert_eq!(refused.json()["detail"], detail);
    assert_eq!(reserve_for(&server, "ann", 90).await.json()["holder"]["until"], at(90));
    let deleted = server.send(&Request::new("DELETE", SEVEN)).await;
    assert_eq!(
        (deleted.status, deleted.json()["code"].as_str()),
        (409, Some("environment_reserved"))
    );
}

#[tokio::test]
async fn who_asks_while_a_run_is_running_may_have_it_before_the_queue() {
    let server = Server::start().await;
    let worker = server.worker().await;
    let first = server.submit("ben", 7).await;
    let claimed = worker.claim().await;
    server.submit("eve", 7).await;
    let refused = reserve_for(&server, "ann", 30).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("environment_busy")));
    assert!(refused.json()["detail"].as_str().unwrap().contains(&format!("run {first} of ben")));
    let body = json!({
        "person": "ann", "until": at(30), "reason": "look around", "after_present_run": true
    });
    let shown = reserve(&server, &body).await.json();
    assert_eq!((&shown["state"], &shown["holder"]["run_id"]), (&json!("busy"), &json!(first.0)));
    assert_eq!(
        (&shown["reservation"]["person"], &shown["reservation"]["since"]),
        (&json!("ann"), &json!(null))
    );
    server.ctx.clock.advance(MINUTE);
    worker.finish(&claimed, Vec::new(), Outcome::Passed).await;
    let shown = server.get(SEVEN).await.json();
    assert_eq!((&shown["state"], &shown["holder"]["since"]), (&json!("reserved"), &json!(at(1))));
    assert!(worker.try_claim().await.is_none());
}

#[tokio::test]
async fn a_run_that_fails_may_keep_its_environment() {
    let server = Server::start().await;
    let worker = server.worker().await;
    for (outcome, keeps) in
        [(Outcome::Passed, false), (Outcome::Cancelled, false), (Outcome::Failed, true)]
    {
        let body = json!({
            "requester": "ann", "environment": 7, "targets": ["test_a.py"],
            "options": {"keep_if_failed_minutes": 30}
        });
        assert_eq!(server.post("/api/v1/runs", &body).await.status, 201);
        let claimed = worker.claim().await;
        worker.finish(&claimed, Vec::new(), outcome).await;
        let holder = server.get(SEVEN).await.json()["holder"].clone();
        let expected = json!({
            "run_id": null, "person": "ann", "since": at(0), "until": at(30),
            "reason": format!("run {} has ended: failed", claimed.run.id)
        });
        assert_eq!(holder, if keeps { expected } else { Value::Null }, "{outcome:?}");
    }
    server.submit("ben", 7).await;
    assert!(worker.try_claim().await.is_none());
}

#[tokio::test]
async fn every_mistake_is_named() {
    let server = Server::start().await;
    assert_eq!(reserve(&server, &json!({})).await.mistakes(), ["/person", "/reason", "/until"],);
    for (until, is_good) in [
        (at(0), false),
        (at(30 * 24 * 60), true),
        (at(30 * 24 * 60 + 1), false),
        ("soon".into(), false),
    ] {
        let body = json!({"person": "ann", "until": until, "reason": "x"});
        let answer = reserve(&server, &body).await;
        assert_eq!(answer.status, if is_good { 200 } else { 422 }, "{until}");
    }
    let body = json!({"person": "ann", "until": at(1), "reason": "x"});
    let nowhere = Request::new("PUT", "/api/v1/environments/999/reservation").json(&body);
    assert_eq!(server.send(&nowhere).await.status, 404);
    let nowhere = Request::new("DELETE", "/api/v1/environments/999/reservation");
    assert_eq!(server.send(&nowhere).await.status, 404);
}
