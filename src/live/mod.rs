//! Hints that something is new, within a process and between the processes of one Proctor.
//!
//! A hint carries no truth: whoever gets one reads the store (or the log) after its own cursor. A lost hint costs only
//! delay, because every reader also looks by itself now and then. Subscribe before reading, or a wake-up is lost.

mod bus;
mod hint;

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::broadcast;

pub use hint::Hint;

/// Hints that a slow subscriber may fall behind before it is told that it missed some.
const BACKLOG: usize = 1024;

/// Sends hints to every subscriber of this process and of its neighbours.
#[derive(Debug, Clone)]
pub struct Live {
    hub: broadcast::Sender<Hint>,
    bus: Option<Arc<bus::Bus>>,
}

impl Live {
    /// Joins the processes that share a data directory.
    pub fn join(data: &Path) -> io::Result<Self> {
        let (hub, _) = broadcast::channel(BACKLOG);
        let bus = Arc::new(bus::Bus::bind(data)?);
        tokio::spawn(bus::deliver(Arc::clone(&bus), hub.clone()));
        Ok(Self { hub, bus: Some(bus) })
    }

    /// Within this process only.
    pub fn alone() -> Self {
        let (hub, _) = broadcast::channel(BACKLOG);
        Self { hub, bus: None }
    }

    pub fn send(&self, hint: Hint) {
        // An error means that nobody listens in this process.
        let _ = self.hub.send(hint);
        if let Some(bus) = &self.bus {
            bus.send(hint);
        }
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hub.subscribe()
    }
}
