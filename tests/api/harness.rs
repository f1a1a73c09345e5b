//! A server on a free port, a client that sends exactly what it is told, and a worker of straw.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use proctor::actions::{self, Batch, Claimed, Context, LeaseTimes};
use proctor::api::{self, AppState, Hosts, Limits, Settings};
use proctor::clock::Clock;
use proctor::domain::verdict::Verdict;
use proctor::domain::{Millis, Outcome, Progress, RunId, TestOutcome, TestReport, WorkerId};
use proctor::live::Live;
use proctor::logs::{self, LogWriter, Nonce};
use proctor::store::Db;
use proctor::store::workers::NewWorker;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// 2026-03-01T14:20:03.050Z; the clock of every test stands there until it is moved.
pub const NOW: Millis = Millis(1_772_374_803_050);
const BOUNDARY: &str = "----boundary-of-tests";
const LOG_LIMITS: logs::Limits = logs::Limits { max_bytes: u64::MAX };
/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Server {
    pub ctx: Context,
    pub address: SocketAddr,
    home: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<()>>,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With settings that differ from the usual.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let home = tempfile::tempdir().unwrap();
        let tests_root = home.path().join("tests");
        fs::create_dir_all(tests_root.join("checkout")).unwrap();
        fs::write(tests_root.join("test_a.py"), "def test_one(): pass\n").unwrap();
        fs::write(tests_root.join("checkout/test_cart.py"), "def test_total(): pass\n").unwrap();
        fs::write(tests_root.join("notes.txt"), "no test\n").unwrap();
        let db = Db::open_sqlite(&home.path().join("proctor.sqlite3")).await.unwrap();
        let ctx = Context { db, clock: Clock::fake(NOW), live: Live::alone() };
        let mut settings = Settings {
            data: home.path().to_owned(),
            home: "home".into(),
            tests_root,
            python: "python3".into(),
            hosts: Hosts::Loopback { also: Vec::new() },
            limits: Limits::default(),
            version: "1.2.3",
            allowed_variables: Vec::new(),
            run_limits: proctor::config::Limits::default().maximum(),
        };
        change(&mut settings);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let state = AppState::new(ctx.clone(), settings);
        let serving = tokio::spawn(api::serve(listener, state, async move {
            let _ = stopped.await;
        }));
        Self { ctx, address, home, stop: Some(stop), serving: Some(serving) }
    }

    /// Ends the server as SIGTERM does.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        let serving = self.serving.take().unwrap();
        tokio::time::timeout(PATIENCE, serving).await.expect("the server does not end").unwrap();
    }

    pub fn tests_root(&self) -> PathBuf {
        self.home.path().join("tests")
    }

    pub fn run_directory(&self, run: RunId) -> PathBuf {
        self.home.path().join("runs").join(run.to_string())
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(&Request::new("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&Request::new("POST", path).json(body)).await
    }

    pub async fn send(&self, request: &Request) -> Answer {
        let exchange = async {
            let mut socket = TcpStream::connect(self.address).await.unwrap();
            // A server that refuses early may close before it has read everything.
            let _ = socket.write_all(&request.bytes(self.address)).await;
            let mut bytes = Vec::new();
            let _ = socket.read_to_end(&mut bytes).await;
            Answer::parse(&bytes)
        };
        tokio::time::timeout(PATIENCE, exchange).await.expect("no answer")
    }

    /// Sends files, each with the name that it is sent by, and other fields.
    pub async fn upload(&self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        self.send(&Request::new("POST", "/api/v1/tests/uploads").form(fields, files)).await
    }

    /// Asks for a run of `test_a.py` and says its number.
    pub async fn submit(&self, requester: &str, environment: i64) -> RunId {
        let body =
            json!({"requester": requester, "environment": environment, "targets": ["test_a.py"]});
        let answer = self.post("/api/v1/runs", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        RunId(answer.json()["id"].as_i64().unwrap())
    }

    pub async fn worker(&self) -> Worker<'_> {
        let worker = NewWorker {
            name: "straw".into(),
            home: "home".into(),
            boot_id: "boot".into(),
            pid: 1,
            version: "1.2.3".into(),
            slots: 4,
        };
        let id = actions::register(&self.ctx, &worker, LeaseTimes::default()).await.unwrap();
        Worker { server: self, id }
    }
}

/// Plays the part of a worker.
pub struct Worker<'a> {
    server: &'a Server,
    id: WorkerId,
}

impl Worker<'_> {
    /// Takes the next run.
    pub async fn claim(&self) -> Claimed {
        self.try_claim().await.expect("nothing to claim")
    }

    pub async fn try_claim(&self) -> Option<Claimed> {
        let ctx = &self.server.ctx;
        actions::claim(ctx, self.id, "straw", LeaseTimes::default()).await.unwrap()
    }

    /// Says what has happened in a run so far.
    pub async fn record(&self, claimed: &Claimed, tests: Vec<TestReport>) {
        let batch = batch(tests);
        actions::record(&self.server.ctx, claimed.lease, &batch).await.unwrap();
    }

    /// Ends a run.
    pub async fn finish(&self, claimed: &Claimed, tests: Vec<TestReport>, outcome: Outcome) {
        let reason = (outcome != Outcome::Passed).then(|| "as the test wants it".to_owned());
        let verdict = Verdict { outcome, reason };
        let batch = batch(tests);
        actions::finish(&self.server.ctx, claimed.lease, &batch, &verdict, None).await.unwrap();
        actions::remember_times(&self.server.ctx, claimed.run.id).await.unwrap();
    }

    /// Prints into the log of a run.
    pub fn print(&self, run: RunId, text: &[u8]) {
        let directory = self.server.run_directory(run);
        fs::create_dir_all(&directory).unwrap();
        let nonce = Nonce::random().unwrap();
        let mut log = LogWriter::create(&directory, &nonce, LOG_LIMITS).unwrap();
        log.append(text, NOW).unwrap();
        log.finish(NOW).unwrap();
    }
}

fn batch(tests: Vec<TestReport>) -> Batch {
    let count =
        |outcome| i64::try_from(tests.iter().filter(|one| one.outcome == outcome).count()).unwrap();
    let progress = Progress {
        collected: i64::try_from(tests.len()).unwrap(),
        passed: count(TestOutcome::Passed),
        failed: count(TestOutcome::Failed),
        ..Progress::default()
    };
    Batch { progress, tests, ..Batch::default() }
}

/// A test case that has ended.
pub fn test_report(number: i64, nodeid: &str, outcome: TestOutcome) -> TestReport {
    let failed = outcome == TestOutcome::Failed;
    TestReport {
        number,
        nodeid: nodeid.into(),
        outcome,
        duration_ms: Some(12.5),
        message: failed.then(|| "assert 1 == 2".into()),
        traceback: failed.then(|| "E   assert 1 == 2".into()),
        phases: Vec::new(),
        sections: Vec::new(),
        from_line: Some(1),
        to_line: Some(2),
        memory: None,
    }
}

/// A request as it goes over the wire.
#[derive(Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    host: Option<String>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(method: &'static str, path: &str) -> Self {
        Self { method, path: path.into(), host: None, headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        self.host = Some(host.into());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string().as_bytes())
    }

    /// A form with fields and files, as a browser sends it.
    pub fn form(self, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Self {
        let files: Vec<_> =
            files.iter().map(|(name, content)| (name.as_bytes(), *content)).collect();
        self.raw_form(fields, &files)
    }

    /// The same with names of any bytes.
    pub fn raw_form(self, fields: &[(&str, &str)], files: &[(&[u8], &[u8])]) -> Self {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for (name, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files[]\"; filename=\""
            );
            body.extend([head.as_bytes(), name, b"\"\r\n\r\n", content, b"\r\n"].concat());
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.header("Content-Type", &format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(&body)
    }

    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    pub fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let host = self.host.clone().unwrap_or_else(|| address.to_string());
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What came back.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end =
            bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("no head in the answer");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Self { status, headers, body: bytes[end + 4..].to_vec() };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunked(&answer.body);
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The places of all mistakes, in order.
    pub fn mistakes(&self) -> Vec<String> {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let place = |error: &Value| {
            assert!(!error["detail"].as_str().unwrap().is_empty());
            let place =
                if error["pointer"].is_null() { &error["parameter"] } else { &error["pointer"] };
            place.as_str().unwrap_or_default().to_owned()
        };
        errors.iter().map(place).collect()
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if size == 0 || rest.len() < end + 2 + size {
            break;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
    body
}

/// A stream of server-sent events that is being read.
pub struct Events {
    socket: TcpStream,
    text: String,
    /// The cursor of the client: the last `id:` that was seen.
    pub last_id: String,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub name: String,
    pub data: Value,
}

impl Events {
    pub async fn open(server: &Server, topics: &str, last_id: Option<&str>) -> Self {
        let path = format!("/api/v1/stream?topics={topics}");
        let mut request = Request::new("GET", &path);
        if let Some(id) = last_id {
            request = request.header("Last-Event-ID", id);
        }
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(&request.bytes(server.address)).await.unwrap();
        let mut events = Self { socket, text: String::new(), last_id: String::new() };
        while !events.text.contains("\r\n\r\n") {
            assert!(events.read().await, "the stream ended early");
        }
        let head = events.text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        events.text = events.text[head.len() + 4..].to_owned();
        events
    }

    async fn read(&mut self) -> bool {
        let mut buffer = vec![0; 16 * 1024];
        let read = tokio::time::timeout(PATIENCE, self.socket.read(&mut buffer));
        let count = read.await.expect("nothing comes over the stream").unwrap();
        self.text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        count > 0
    }

    /// The next block, or `None` when the stream has ended. Remembers its id.
    async fn block(&mut self) -> Option<Option<Event>> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                return Some(self.event(&block));
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// The next event, or `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.block().await? {
                return Some(event);
            }
        }
    }

    /// The events of the present state. It ends with the first cursor from which the stream can go on.
    pub async fn present(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while matches!(self.last_id.as_str(), "" | "0-0") {
            events.extend(self.block().await.expect("the stream ended early"));
        }
        events
    }

    /// The next block with a comment; its comment.
    pub async fn comment(&mut self) -> String {
        loop {
            while let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                self.event(&block);
                if let Some(comment) = block.lines().find(|line| line.starts_with(':')) {
                    return comment.to_owned();
                }
            }
            assert!(self.read().await, "the stream ended early");
        }
    }

    /// Blocks may have the sizes of chunks around them: lines that are no field.
    fn event(&mut self, block: &str) -> Option<Event> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        if let Some(id) = field("id: ") {
            id.clone_into(&mut self.last_id);
        }
        let data = serde_json::from_str(field("data: ")?).unwrap();
        Some(Event { name: field("event: ")?.to_owned(), data })
    }

    /// Skips events until `wanted` holds.
    pub async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended early");
            if wanted(&event) {
                return event;
            }
        }
    }
}

/// Waits until `condition` holds.
pub async fn eventually(condition: impl Fn() -> bool) {
    eventually_async(async || condition()).await;
}

/// Waits until `condition` holds.
pub async fn eventually_async(condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("what is waited for does not come");
}
