//! A server that plays one run by script and breaks connections where a test says so.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: Value,
}

/// What the server knows and how it misbehaves.
pub struct Script {
    pub run: Value,
    pub log: Vec<u8>,
    pub is_log_complete: bool,
    pub tests: Vec<Value>,
    pub requests: Vec<Request>,
    /// Connections whose request is read and not answered.
    pub drop_next: usize,
    /// Bytes of a log after which its connection breaks.
    pub log_breaks_after: usize,
    /// Events after which the stream breaks.
    pub stream_breaks_after: usize,
    /// The answer to a request for a run.
    pub refusal: Option<(u16, Value)>,
    changes: u64,
}

#[derive(Clone)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    script: Mutex<Script>,
    changed: Condvar,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let script = Script {
            run: run(),
            log: Vec::new(),
            is_log_complete: false,
            tests: Vec::new(),
            requests: Vec::new(),
            drop_next: 0,
            log_breaks_after: usize::MAX,
            stream_breaks_after: usize::MAX,
            refusal: None,
            changes: 1,
        };
        let shared = Arc::new(Shared { script: Mutex::new(script), changed: Condvar::new() });
        let server = Self { address: listener.local_addr().unwrap(), shared };
        let accepting = server.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let answering = accepting.clone();
                std::thread::spawn(move || answering.answer(connection.unwrap()));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.shared.script.lock().unwrap()
    }

    /// Changes what is, and tells everybody.
    pub fn change(&self, change: impl FnOnce(&mut Script)) {
        let mut script = self.script();
        change(&mut script);
        script.changes += 1;
        self.shared.changed.notify_all();
    }

    pub fn print(&self, bytes: &[u8]) {
        self.change(|script| script.log.extend_from_slice(bytes));
    }

    pub fn begin(&self) {
        self.change(|script| {
            script.run["state"] = json!("running");
            script.run["started_at"] = json!("2026-03-01T14:20:03.000Z");
        });
    }

    pub fn end(&self, outcome: &str, reason: Option<&str>) {
        self.change(|script| {
            script.is_log_complete = true;
            script.run["state"] = json!("finished");
            script.run["outcome"] = json!(outcome);
            script.run["reason"] = json!(reason);
            script.run["duration_ms"] = json!(1250);
        });
    }

    /// Waits until a request has come for which `is_it` is true.
    pub fn wait_for(&self, is_it: impl Fn(&Request) -> bool) -> Request {
        self.wait_for_many(1, is_it)
    }

    /// Waits until `count` such requests have come; the answer is the last of them.
    pub fn wait_for_many(&self, count: usize, is_it: impl Fn(&Request) -> bool) -> Request {
        let mut script = self.script();
        loop {
            if let Some(found) =
                script.requests.iter().filter(|request| is_it(request)).nth(count - 1)
            {
                return found.clone();
            }
            let waited = self.shared.changed.wait_timeout(script, Duration::from_secs(20)).unwrap();
            assert!(!waited.1.timed_out(), "no such request came");
            script = waited.0;
        }
    }

    pub fn requests(&self, method: &str, start: &str) -> Vec<Request> {
        let script = self.script();
        let wanted = script.requests.iter().filter(|request| request.method == method);
        wanted.filter(|request| request.target.starts_with(start)).cloned().collect()
    }

    fn answer(&self, mut connection: TcpStream) {
        let Some(request) = read_request(&connection) else { return };
        let is_dropped = {
            let mut script = self.script();
            script.requests.push(request.clone());
            self.shared.changed.notify_all();
            let is_dropped = script.drop_next > 0;
            script.drop_next = script.drop_next.saturating_sub(1);
            is_dropped
        };
        if is_dropped {
            return;
        }
        let path = request.target.split('?').next().unwrap().strip_prefix("/api/v1").unwrap_or("/");
        // Whoever asked may have gone.
        let _ = match (request.method.as_str(), path) {
            ("POST", "/runs" | "/runs/112/rerun") => self.send_submitted(&mut connection),
            ("POST", "/runs/112/cancel") => self.send_cancelled(&mut connection),
            ("GET", "/runs") => {
                let page = json!({"items": [self.script().run.clone()], "next_cursor": null});
                send_json(&mut connection, 200, &page)
            }
            ("GET", "/runs/112") => {
                let details = self.script().details();
                send_json(&mut connection, 200, &details)
            }
            ("GET", "/runs/112/tests") => {
                let page = json!({"items": self.script().tests.clone(), "next_cursor": null});
                send_json(&mut connection, 200, &page)
            }
            ("GET", "/runs/112/junit.xml") => {
                send(&mut connection, 200, "application/xml", b"<testsuites/>")
            }
            ("GET", "/runs/112/log") => self.send_log(&mut connection, &request),
            ("GET", "/stream") => self.send_stream(&mut connection, &request),
            _ => send_json(&mut connection, 404, &problem(404, "no such thing", "not_found")),
        };
    }

    fn send_submitted(&self, connection: &mut TcpStream) -> std::io::Result<()> {
        let (status, answer) = {
            let script = self.script();
            script.refusal.clone().unwrap_or_else(|| (201, script.details()))
        };
        send_json(connection, status, &answer)
    }

    fn send_cancelled(&self, connection: &mut TcpStream) -> std::io::Result<()> {
        self.change(|script| {
            script.run["cancel"] = json!({"at": "2026-03-01T14:20:04.000Z", "by": "ann"});
        });
        let details = self.script().details();
        send_json(connection, 202, &details)
    }

    fn send_log(&self, connection: &mut TcpStream, request: &Request) -> std::io::Result<()> {
        let (log, breaks_after) = {
            let script = self.script();
            (script.log.clone(), script.log_breaks_after)
        };
        let range = request.headers.get("range").map(|range| {
            range
                .strip_prefix("bytes=")
                .unwrap()
                .strip_suffix('-')
                .unwrap()
                .parse::<usize>()
                .unwrap()
        });
        let start = range.unwrap_or(0);
        if range.is_some() && start >= log.len() {
            return send(connection, 416, "text/plain", b"");
        }
        let part = &log[start..];
        let status = if range.is_some() { 206 } else { 200 };
        let head = head(status, "text/plain", &format!("Content-Length: {}\r\n", part.len()));
        connection.write_all(head.as_bytes())?;
        connection.write_all(&part[..part.len().min(breaks_after)])
    }

    fn send_stream(&self, connection: &mut TcpStream, request: &Request) -> std::io::Result<()> {
        connection.write_all(head(200, "text/event-stream", "").as_bytes())?;
        let last = request.headers.get("last-event-id").map(|id| id.parse::<u64>().unwrap());
        let mut seen = last.unwrap_or(0);
        let mut sent = 0;
        let mut script = self.script();
        while sent < script.stream_breaks_after {
            if seen < script.changes {
                seen = script.changes;
                let log = json!({
                    "run_id": 112, "lines": 0, "bytes": script.log.len(), "complete": script.is_log_complete,
                });
                let events = format!(
                    "event: run\ndata: {}\n\nevent: log\ndata: {log}\nid: {seen}\n\n",
                    script.run
                );
                drop(script);
                connection.write_all(events.as_bytes())?;
                sent += 1;
                script = self.script();
            } else {
                script =
                    self.shared.changed.wait_timeout(script, Duration::from_secs(1)).unwrap().0;
            }
        }
        Ok(())
    }
}

impl Script {
    fn details(&self) -> Value {
        let mut details = self.run.clone();
        let more = json!({
            "parameters": {}, "variables": {"A": "1"}, "options": {}, "ahead": [], "estimated_start_at": null,
            "estimated_end_at": null, "command": ["pytest", "api"], "isolation": null, "isolation_rung": null, "usage": null,
            "log": {"lines": 0, "bytes": self.log.len(), "complete": self.is_log_complete},
            "sources": [], "attempts": [], "something_new": true,
        });
        details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        details
    }
}

fn run() -> Value {
    json!({
        "id": 112, "requester": "ann", "environment": {"id": 7, "name": "seven"}, "targets": ["api"],
        "plans": [], "template": null, "state": "queued", "outcome": null, "reason": null, "attempt": 1,
        "created_at": "2026-03-01T14:20:00.000Z", "started_at": null, "finished_at": null,
        "duration_ms": null,
        "progress": {"collected": 0, "passed": 0, "failed": 0, "error": 0, "skipped": 0, "xfailed": 0, "xpassed": 0},
        "position": null, "waits_for": null, "start_mode": null, "start_mode_reason": null,
        "rerun_of": null, "note": null, "cancel": null,
    })
}

pub fn problem(status: u16, detail: &str, code: &str) -> Value {
    json!({
        "type": "/api/docs", "title": "refused", "status": status, "detail": detail, "code": code,
        "request_id": "r1", "errors": [],
    })
}

fn read_request(connection: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace().map(ToOwned::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
            None => break,
        };
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    // ureq sends JSON in chunks when it does not know its length.
    if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
        body = read_chunks(&mut reader)?;
    } else {
        reader.read_exact(&mut body).ok()?;
    }
    Some(Request {
        method,
        target,
        headers,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    })
}

fn read_chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let length = usize::from_str_radix(line.trim(), 16).ok()?;
        let mut chunk = vec![0; length + 2];
        reader.read_exact(&mut chunk).ok()?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..length]);
    }
}

fn head(status: u16, kind: &str, more: &str) -> String {
    format!("HTTP/1.1 {status} Words\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}\r\n")
}

fn send(connection: &mut TcpStream, status: u16, kind: &str, body: &[u8]) -> std::io::Result<()> {
    let head = head(status, kind, &format!("Content-Length: {}\r\n", body.len()));
    connection.write_all(head.as_bytes())?;
    connection.write_all(body)
}

fn send_json(connection: &mut TcpStream, status: u16, body: &Value) -> std::io::Result<()> {
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    send(connection, status, kind, body.to_string().as_bytes())
}
