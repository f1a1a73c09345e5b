//! The test cases of a file, by the same runner that would run them.

use std::io;
use std::time::Duration;

use tokio::time::timeout;

use super::files::Files;
use super::packages::{NotInstalled, for_collection};
use super::pipes::{self, Running};
use super::protocol::{Case, Event, EventReader, Mode, PROTOCOL, Request};
use super::workspace::Workspace;
use super::{Shared, launch};
use crate::logs::Nonce;

/// Collecting executes the file: one that hangs is ended.
const LIMIT: Duration = Duration::from_secs(60);
/// Of what was printed, for the error.
const PRINTED: usize = 64 * 1024;

/// What pytest found.
#[derive(Debug, Default)]
pub struct Collected {
    pub cases: Vec<Case>,
    /// Why the file cannot be collected.
    pub error: Option<String>,
}

impl Collected {
    fn failed(why: String) -> Self {
        Self { cases: Vec::new(), error: Some(why) }
    }
}

pub(super) async fn collect(
    shared: &Shared,
    path: &str,
    snapshot: Option<&str>,
) -> io::Result<Collected> {
    let scratch = Workspace::scratch_for_collection(&shared.settings.scratch)?;
    let layer = Workspace::scratch_for_collection(&shared.settings.scratch)?;
    let files = Files::hold(shared, snapshot).await?;
    let nonce = Nonce::random()?;
    let targets = [path.to_owned()];
    let request = Request {
        protocol: PROTOCOL,
        mode: Mode::Collect,
        nonce: nonce.as_str(),
        targets: &targets,
        keyword: None,
        markers: None,
        max_failures: None,
        leak_iterations: None,
    };
    let limit_ms = i64::try_from(LIMIT.as_millis()).unwrap_or(i64::MAX);
    let until = shared.context.clock.lease_now() + limit_ms + 1000;
    let equipped = match for_collection(shared, path, scratch.path(), until).await {
        Ok(equipped) => equipped,
        Err(NotInstalled::Failed(why)) => return Ok(Collected::failed(why)),
        Err(NotInstalled::Stopped(_)) => {
            return Ok(Collected::failed("installing its packages was ended".to_owned()));
        }
    };
    let mut launch = launch::collection(&shared.settings, &equipped.interpreter, scratch.path());
    launch.snapshot = files.snapshot(layer.path());
    let until = shared.context.clock.lease_now() + limit_ms + 1000;
    let running = pipes::start(&shared.supervisor, &launch, &request, until)?;
    let job = running.started.job.clone();
    if let Ok(collected) = timeout(LIMIT, read(running)).await {
        Ok(collected)
    } else {
        job.kill();
        let error = format!("collecting took longer than {} s and was ended", LIMIT.as_secs());
        Ok(Collected::failed(error))
    }
}

async fn read(running: Running) -> Collected {
    let Running { started, mut output, mut events } = running;
    let printing = async {
        let mut printed = Vec::new();
        let mut buffer = vec![0; 16 * 1024];
        while let read @ 1.. = output.read(&mut buffer).await {
            let room = PRINTED.saturating_sub(printed.len());
            printed.extend_from_slice(&buffer[..read.min(room)]);
        }
        printed
    };
    let telling = async {
        let mut reader = EventReader::default();
        let mut buffer = vec![0; 64 * 1024];
        let mut told = Told::default();
        while let read @ 1.. = events.read(&mut buffer).await {
            reader.push(&buffer[..read]).into_iter().for_each(|event| told.add(event));
        }
        told
    };
    let (printed, told) = tokio::join!(printing, telling);
    let ended = started.ended.await;
    let error = told.error.or_else(|| {
        (!told.finished).then(|| {
            let printed = String::from_utf8_lossy(&printed);
            format!("the process ended before pytest had collected ({ended:?})\n{printed}")
        })
    });
    Collected { cases: told.cases, error }
}

#[derive(Default)]
struct Told {
    cases: Vec<Case>,
    error: Option<String>,
    finished: bool,
}

impl Told {
    fn add(&mut self, event: Event) {
        match event {
            Event::Collected { items, .. } => self.cases.extend(items),
            Event::CollectError { message, traceback, .. } => {
                self.error = self.error.take().or(traceback).or(message);
            }
            Event::SessionFinished { .. } => self.finished = true,
            _ => {}
        }
    }
}
