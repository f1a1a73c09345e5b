//! A service on a free port, and somebody who looks at its lists.

use std::path::Path;
use std::time::{Duration, Instant};

use proctor::actions::Context;
use proctor::api::{self, AppState, Hosts, Limits, Settings};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Any, print_times};

/// What people and scripts ask for.
const PATHS: [&str; 6] = [
    "/api/v1/runs?limit=50",
    "/api/v1/runs?state=queued&limit=50",
    "/api/v1/environments?limit=200",
    "/api/v1/environments/7",
    "/api/v1/workers",
    "/metrics",
];

pub struct Service {
    pub address: String,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Service {
    pub async fn start(ctx: &Context, data: &Path) -> Any<Self> {
        let settings = Settings {
            data: data.to_owned(),
            home: "service".into(),
            objects: None,
            tests_root: data.join("tests"),
            python: "python3".into(),
            interpreters: Vec::new(),
            hosts: Hosts::Any,
            limits: Limits::default(),
            version: "bench",
            allowed_variables: Vec::new(),
            run_limits: proctor::config::Limits::default().maximum(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let state = AppState::new(ctx.clone(), settings);
        let serving = tokio::spawn(api::serve(listener, state, async move {
            let _ = stopped.await;
        }));
        Ok(Self { address, stop, serving })
    }

    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.serving.await;
    }

    /// Each of the lists again and again for some seconds, one request at a time.
    pub async fn look(&self, when: &str, seconds: u64) -> Any {
        let address = self.address.clone();
        let times = tokio::task::spawn_blocking(move || look(&address, seconds)).await??;
        println!("  {when}:");
        for (path, times) in PATHS.iter().zip(times) {
            print_times(&format!("    GET {path}"), times);
        }
        Ok(())
    }
}

fn look(address: &str, seconds: u64) -> Any<Vec<Vec<f64>>> {
    let agent = ureq::Agent::new_with_defaults();
    let mut times = vec![Vec::new(); PATHS.len()];
    let until = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < until {
        for (path, times) in PATHS.iter().zip(&mut times) {
            let began = Instant::now();
            agent.get(format!("{address}{path}")).call()?.body_mut().read_to_vec()?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(times)
}
