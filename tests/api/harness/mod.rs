//! A server on a free port, a client that sends exactly what it is told, and a worker of straw.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use proctor::actions::{self, Context, LeaseTimes};
use proctor::api::{self, AppState, Hosts, Limits, Settings};
use proctor::clock::Clock;
use proctor::domain::{Millis, RunId, Serves};
use proctor::live::Live;
use proctor::store::Db;
use proctor::store::workers::NewWorker;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use events::{Event, Events};
pub use exchange::{Answer, Request};
pub use worker::{Worker, test_report};

mod events;
mod exchange;
mod worker;

/// 2026-03-01T14:20:03.050Z; the clock of every test stands there until it is moved.
pub const NOW: Millis = Millis(1_772_374_803_050);
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
            objects: None,
            tests_root,
            python: "python3".into(),
            interpreters: vec!["py312".into()],
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
            labels: vec![],
            serves: Serves::default(),
        };
        let id = actions::register(&self.ctx, &worker, LeaseTimes::default()).await.unwrap();
        Worker { server: self, id }
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
