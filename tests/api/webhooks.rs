//! Webhooks: what a receiver gets, and what becomes of what it did not get.

use std::sync::{Arc, Mutex};

use proctor::config::Webhook;
use proctor::domain::{Outcome, TestOutcome};
use proctor::live::Hint;
use proctor::store::Read;
use proctor::webhooks;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::harness::{NOW, Server, test_report};

/// Answers each request with the next of these, then with 200, and keeps what it got.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let got = Arc::new(Mutex::new(Vec::new()));
        let mut answers: Vec<_> = answers.iter().rev().map(ToString::to_string).collect();
        let kept = Arc::clone(&got);
        let serving = tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut text = String::new();
                while !is_whole(&text) {
                    let mut bytes = [0; 4096];
                    let read = socket.read(&mut bytes).await.unwrap();
                    assert_ne!(read, 0, "{text}");
                    text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
                }
                kept.lock().unwrap().push(text);
                let status = answers.pop().unwrap_or_else(|| "200 OK".into());
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, got, serving }
    }

    fn hook(&self) -> Webhook {
        Webhook {
            name: "chat".into(),
            url: self.url.clone(),
            secret: Some("0123456789abcdef".into()),
            outcomes: Some(vec!["failed".into()]),
            allow_private: true,
            timeout_s: 10,
            attempts: 2,
        }
    }

    fn got(&self) -> Vec<String> {
        self.got.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    header(head, "content-length").is_some_and(|size| size.parse() == Ok(body.len()))
}

fn header(head: &str, name: &str) -> Option<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into()).next()
}

async fn finish_a_run(server: &Server, outcome: Outcome) {
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let tests = vec![test_report(0, "test_a.py::test_one", TestOutcome::Failed)];
    worker.finish(&claimed, tests, outcome).await;
}

/// After how many attempts each letter waits; one that is just being sent waits no more and not yet again.
async fn waiting(server: &Server) -> Vec<i64> {
    let sql = "SELECT CASE WHEN next_at > $1 THEN -1 ELSE attempts END AS attempts FROM outbox ORDER BY id";
    let soon = NOW.0 + 10_000;
    let rows = server.ctx.db.rows(sql, vec![soon.into()]).await.unwrap();
    rows.iter().map(|row| row.get("attempts").unwrap()).collect()
}

async fn until(server: &Server, expected: &[i64]) {
    let patience = std::time::Duration::from_secs(20);
    let seen = async {
        while waiting(server).await != expected {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(patience, seen).await.expect("the outbox does not become so");
}

fn deliver(server: &Server, hook: &Webhook) -> JoinHandle<()> {
    tokio::spawn(webhooks::deliver(server.ctx.clone(), vec![hook.clone()]))
}

#[tokio::test]
async fn the_end_of_a_run_is_told_once_signed_also_when_the_server_was_away() {
    let server = Server::start().await;
    let receiver = Receiver::start(&[]).await;
    let hook = receiver.hook();
    finish_a_run(&server, Outcome::Failed).await;
    webhooks::set_up(&server.ctx, std::slice::from_ref(&hook)).await.unwrap();
    // Nothing is told of what was before, nor of what nobody asked for.
    finish_a_run(&server, Outcome::Passed).await;
    finish_a_run(&server, Outcome::Failed).await;
    assert_eq!(waiting(&server).await, [0]);
    // Only now somebody is there to tell it.
    let delivering = deliver(&server, &hook);
    until(&server, &[]).await;
    finish_a_run(&server, Outcome::Failed).await;
    server.ctx.live.send(Hint::Deliveries);
    until(&server, &[]).await;
    delivering.abort();

    let got = receiver.got();
    assert_eq!(got.len(), 2);
    let (head, body) = got[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /hook HTTP/1.1"), "{head}");
    assert_eq!(header(head, "content-type").as_deref(), Some("application/json"));
    let signature = header(head, "x-proctor-signature").unwrap();
    assert!(signature.starts_with("t=1772374803,v1="), "{signature}");
    assert_eq!(signature.len(), "t=1772374803,v1=".len() + 64);
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["event"], &body["run"]["id"]), (&"run.finished".into(), &3.into()));
    assert_eq!(
        (&body["run"]["outcome"], &body["run"]["requester"]),
        (&"failed".into(), &"ann".into())
    );
    assert_eq!(header(head, "x-proctor-delivery").unwrap(), body["delivery"].to_string());
}

#[tokio::test]
async fn what_was_not_understood_is_tried_again_later_and_given_up_at_last() {
    let server = Server::start().await;
    let receiver = Receiver::start(&["500 Oops", "302 Found\r\nlocation: /elsewhere"]).await;
    let hook = receiver.hook();
    webhooks::set_up(&server.ctx, std::slice::from_ref(&hook)).await.unwrap();
    let delivering = deliver(&server, &hook);
    finish_a_run(&server, Outcome::Failed).await;
    server.ctx.live.send(Hint::Deliveries);
    until(&server, &[1]).await;
    server.ctx.clock.advance(5_000);
    server.ctx.live.send(Hint::Deliveries);
    until(&server, &[]).await;
    delivering.abort();
    let paths: Vec<_> = receiver.got().iter().map(|text| text[..10].to_owned()).collect();
    assert_eq!(paths, ["POST /hook", "POST /hook"], "a redirect is not followed");
}

#[tokio::test]
async fn nothing_is_sent_into_a_private_network_unless_the_operator_says_so() {
    let server = Server::start().await;
    let receiver = Receiver::start(&[]).await;
    let hook = Webhook { allow_private: false, ..receiver.hook() };
    webhooks::set_up(&server.ctx, std::slice::from_ref(&hook)).await.unwrap();
    let delivering = deliver(&server, &hook);
    finish_a_run(&server, Outcome::Failed).await;
    server.ctx.live.send(Hint::Deliveries);
    until(&server, &[1]).await;
    delivering.abort();
    assert!(receiver.got().is_empty());
    // Without the webhook nobody waits for it.
    webhooks::set_up(&server.ctx, &[]).await.unwrap();
    assert!(waiting(&server).await.is_empty());
}

#[tokio::test]
async fn a_webhook_that_does_not_answer_holds_up_no_other() {
    let server = Server::start().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let receiver = Receiver::start(&[]).await;
    let quick = receiver.hook();
    let slow = Webhook {
        name: "archive".into(),
        url: format!("http://{}/hook", silent.local_addr().unwrap()),
        ..receiver.hook()
    };
    let hooks = vec![slow, quick];
    webhooks::set_up(&server.ctx, &hooks).await.unwrap();
    finish_a_run(&server, Outcome::Failed).await;
    let delivering = tokio::spawn(webhooks::deliver(server.ctx.clone(), hooks));
    // The connection stays open, and nothing is said.
    let held = silent.accept().await.unwrap();
    until(&server, &[-1]).await;
    assert_eq!(receiver.got().len(), 1);
    delivering.abort();
    drop(held);
}
