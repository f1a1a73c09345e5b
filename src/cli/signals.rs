//! Tells when somebody wants this process to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use tokio::signal::unix::{SignalKind, signal};

use super::error::CliError;
use super::follow::News;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM: a CI job that is cancelled, or a machine that goes down.
    Terminate,
    /// The terminal has gone.
    HangUp,
}

/// Set as soon as a signal has come, for those who are busy with something long.
#[derive(Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// From now on signals do not end this process but are told to `news`.
pub fn watch(news: Sender<News>) -> Result<Stopping, CliError> {
    let stopping = Stopping::default();
    let flag = stopping.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(CliError::Start)?;
    let (interrupts, terminates, hang_ups) = {
        let _in_runtime = runtime.enter();
        let open = |kind| signal(kind).map_err(CliError::Start);
        (
            open(SignalKind::interrupt())?,
            open(SignalKind::terminate())?,
            open(SignalKind::hangup())?,
        )
    };
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let (mut interrupts, mut terminates, mut hang_ups) = (interrupts, terminates, hang_ups);
            loop {
                let stop = tokio::select! {
                    Some(()) = interrupts.recv() => Stop::Interrupt,
                    Some(()) = terminates.recv() => Stop::Terminate,
                    Some(()) = hang_ups.recv() => Stop::HangUp,
                    else => return,
                };
                flag.0.store(true, Ordering::Relaxed);
                if news.send(News::Stop(stop)).is_err() {
                    return;
                }
            }
        });
    });
    Ok(stopping)
}
