//! Hints that something is new, within a process and between the processes of one Proctor.
//!
//! A hint carries no truth: whoever gets one reads the store (or the log) after its own cursor. A lost hint costs only
//! delay, because every reader also looks by itself now and then. Subscribe before reading, or a wake-up is lost.

mod bus;
mod hint;

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{broadcast, mpsc};

pub use hint::Hint;

/// Hints that a slow subscriber may fall behind before it is told that it missed some.
const BACKLOG: usize = 1024;

/// Sends hints to every subscriber of this process, of its neighbours, and of other hosts.
#[derive(Debug, Clone)]
pub struct Live {
    hub: broadcast::Sender<Hint>,
    bus: Option<Arc<bus::Bus>>,
    /// To whoever carries hints to other hosts.
    far: Option<mpsc::Sender<Hint>>,
    hears: Hears,
}

/// What a process wants to be told: each hint wakes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hears {
    Everything,
    /// Not what is only to be shown.
    Work,
}

impl Live {
    /// Joins the processes that share a data directory.
    pub fn join(data: &Path, hears: Hears) -> io::Result<Self> {
        let (hub, _) = broadcast::channel(BACKLOG);
        let bus = Arc::new(bus::Bus::bind(data, hears)?);
        tokio::spawn(bus::deliver(Arc::clone(&bus), hub.clone()));
        Ok(Self { hub, bus: Some(bus), far: None, hears })
    }

    /// Within this process only.
    pub fn alone() -> Self {
        let (hub, _) = broadcast::channel(BACKLOG);
        Self { hub, bus: None, far: None, hears: Hears::Everything }
    }

    /// With hosts beyond this machine: what is said from now on is also received there, by whoever carries it.
    pub fn with_far(self) -> (Self, mpsc::Receiver<Hint>) {
        let (far, hints) = mpsc::channel(BACKLOG);
        (Self { far: Some(far), ..self }, hints)
    }

    pub fn send(&self, hint: Hint) {
        self.hear(hint);
        if hint.is_near() {
            return;
        }
        if let Some(bus) = &self.bus {
            bus.send(hint);
        }
        // A log that grows is read from its file here; elsewhere it is there later, and told then. Its end is told by the event
        // of the end of its run.
        if !matches!(hint, Hint::Log { .. }) {
            self.send_far(hint);
        }
    }

    /// To other hosts only.
    pub fn send_far(&self, hint: Hint) {
        if let Some(far) = &self.far {
            // An error means that they cannot be reached for long; a lost hint costs only delay.
            let _ = far.try_send(hint);
        }
    }

    /// Hands a hint to the subscribers of this process.
    pub fn hear(&self, hint: Hint) {
        if self.hears == Hears::Everything || !hint.is_to_show() {
            // An error means that nobody listens in this process.
            let _ = self.hub.send(hint);
        }
    }

    pub fn hears(&self) -> Hears {
        self.hears
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.hub.subscribe()
    }
}
