//! Accepts connections and speaks HTTP on them, patient with people and not with those who hold doors open.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use nix::sys::socket::{setsockopt, sockopt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::{AppState, router, tests_watch};

/// Connections at once; further ones wait in the kernel.
const CONNECTIONS: usize = 4096;
/// Bytes of a request's head, and about what is kept ready for a client to read.
const BUFFER: usize = 64 * 1024;
/// Until a connection ends whose client takes nothing of what it asked for. Somebody may be reading a log in a pager.
const UNREAD: Duration = Duration::from_secs(600);
/// Until connections end that still have an answer to send when the server ends.
const FAREWELL: Duration = Duration::from_secs(5);

/// Serves on `listener` until `until` is over, then ends streams and idle connections and lets answers go out.
///
/// axum's own loop has no limit on the time that a request's head may take.
pub async fn serve(listener: TcpListener, state: AppState, until: impl Future<Output = ()>) {
    let service = router(state.clone());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(state.settings.limits.head_time)
        .max_buf_size(BUFFER);
    let watch = tokio::spawn(tests_watch::follow(state.clone()));
    let snapshots = std::sync::Arc::clone(&state.snapshots);
    tokio::task::spawn_blocking(move || {
        // So that the first run need not wait for it. What is wrong is told to whoever asks for a run.
        let _ = snapshots.take();
    });
    let connections = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut until = pin!(until);
    loop {
        let (socket, place) = tokio::select! {
            () = &mut until => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let connection =
            http.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    watch.abort();
    state.close();
    if tokio::time::timeout(FAREWELL, connections.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and were cut");
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, Option<tokio::sync::OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                prepare(&socket);
                return (socket, place);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Most likely too many open files: it passes when others close theirs.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Small events go out at once, and a client that is gone or reads nothing does not hold its connection for ever.
/// Where the kernel refuses, the connection works all the same.
fn prepare(socket: &TcpStream) {
    let _ = socket.set_nodelay(true);
    let milliseconds = u32::try_from(UNREAD.as_millis()).unwrap_or(u32::MAX);
    let _ = setsockopt(socket, sockopt::TcpUserTimeout, &milliseconds);
    let _ = setsockopt(socket, sockopt::KeepAlive, &true);
}
