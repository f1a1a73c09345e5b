//! Tells the stream what changes below the tests root, whoever changes it.

use std::collections::BTreeSet;
use std::io::{self, PipeReader};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use tokio::sync::mpsc::{self, Sender};
use tokio::time::sleep;

use super::AppState;
use crate::actions;
use crate::catalog::{Catalog, Noticed};
use crate::domain::TestsChange;

/// Between two tellings: a run that writes beside its tests must not keep everybody busy.
const PAUSE: Duration = Duration::from_millis(500);
/// How often to look again at what cannot be watched, and to try once more to watch it.
const LOOK_AGAIN_MS: u16 = 30_000;
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Watches until this future is dropped.
pub async fn follow(state: AppState) {
    let (sender, mut noticed) = mpsc::channel(1);
    // The other end is closed with this future.
    let Ok((closing, _open)) = io::pipe() else { return };
    let catalog = Arc::clone(&state.catalog);
    let watching = std::thread::Builder::new()
        .name("tests-watch".to_owned())
        .spawn(move || watch(&catalog, &closing, &sender));
    if let Err(error) = watching {
        tracing::error!(%error, "changes of tests are not noticed");
        return;
    }
    clear_leftovers(&state).await;
    while let Some(changes) = noticed.recv().await {
        while let Err(error) = actions::tell_tests_changed(&state.ctx, &changes).await {
            tracing::warn!(%error, "cannot tell that tests have changed; trying again");
            sleep(TRY_AGAIN).await;
        }
        sleep(PAUSE).await;
    }
}

/// What a server that was killed left half done.
async fn clear_leftovers(state: &AppState) {
    let (catalog, blobs) = (Arc::clone(&state.catalog), state.blobs.clone());
    let cleared = tokio::task::spawn_blocking(move || {
        if let Err(error) = catalog.clear_leftovers() {
            tracing::warn!(%error, "what was left half done below the tests root stays there");
        }
        if let Err(error) = blobs.clear_forgotten() {
            tracing::warn!(%error, "what arrived for a server that was killed stays there");
        }
    });
    // A panic of it was told already.
    let _ = cleared.await;
}

fn watch(catalog: &Catalog, closing: &PipeReader, sender: &Sender<BTreeSet<TestsChange>>) {
    loop {
        match follow_one(catalog, closing, sender) {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(%error, "cannot watch the tests root; looking again now and then");
            }
        }
        let mut fds = [PollFd::new(closing.as_fd(), PollFlags::POLLIN)];
        let is_over = poll(&mut fds, PollTimeout::from(LOOK_AGAIN_MS)) != Ok(0);
        let everything = BTreeSet::from([TestsChange::everything()]);
        if is_over || sender.blocking_send(everything).is_err() {
            return;
        }
    }
}

/// Until nobody wants to know any more.
fn follow_one(
    catalog: &Catalog,
    closing: &PipeReader,
    sender: &Sender<BTreeSet<TestsChange>>,
) -> io::Result<()> {
    let mut watch = catalog.watch()?;
    // Nobody looked until now.
    let everything = BTreeSet::from([TestsChange::everything()]);
    if sender.blocking_send(everything).is_err() {
        return Ok(());
    }
    loop {
        match watch.next(closing.as_fd())? {
            Noticed::Closed => return Ok(()),
            Noticed::Changes(changes) => {
                if sender.blocking_send(changes).is_err() {
                    return Ok(());
                }
            }
        }
    }
}
