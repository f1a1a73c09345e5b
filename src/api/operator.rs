//! What only the operator may ask of a process: through a socket in the data directory, which nobody else can open.
//!
//! - `POST /heap/start` begins to note who asks for memory, `POST /heap/stop` ends that;
//! - `GET /heap` is the profile of what was noted and is still held, for `pprof`.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use jemalloc_pprof::{JemallocProfCtl, PROF_CTL};
use tokio::net::UnixListener;
use tokio::sync::MutexGuard;

use super::blocking::blocking;
use super::problem::ApiError;

/// The socket of a process, in its own directory.
pub const SOCKET: &str = "operator.sock";

/// Answers the operator for as long as this process lives. Without this, all else goes on.
pub fn answer_operator(directory: &Path) {
    let path = directory.join(SOCKET);
    match bind(&path) {
        Ok(listener) => {
            let router = Router::new()
                .route("/heap", get(find_heap))
                .route("/heap/start", post(start))
                .route("/heap/stop", post(stop))
                .fallback(async || {
                    ApiError::NotFound("there are /heap, /heap/start, /heap/stop".into())
                });
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "the operator cannot ask this process for its heap");
        }
    }
}

/// It is there when nobody else can open it any more: the kernel makes sockets as open as everything else.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let open = path.with_extension("new");
    // That of a process that is gone: each has a directory of its own, or is the only one in it.
    match fs::remove_file(&open) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&open)?;
    fs::set_permissions(&open, fs::Permissions::from_mode(0o600))?;
    fs::rename(&open, path)?;
    Ok(listener)
}

async fn start() -> Result<&'static str, ApiError> {
    control().await?.activate().map_err(ApiError::internal)?;
    Ok("what is allocated from now on is noted; GET /heap shows what of it is still held\n")
}

async fn stop() -> Result<&'static str, ApiError> {
    control().await?.deactivate().map_err(ApiError::internal)?;
    Ok("nothing is noted any more\n")
}

async fn find_heap() -> Result<impl IntoResponse, ApiError> {
    let mut control = control().await?;
    if !control.activated() {
        return Err(ApiError::Conflict {
            code: "not_started",
            detail: "nothing is noted; POST /heap/start first, and come back when memory has grown"
                .into(),
        });
    }
    // The names of functions are looked up in the binary, which takes a while.
    let dump = move || control.dump_pprof().map_err(|error| ApiError::Internal(error.into()));
    let profile = blocking(dump).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"proctor-heap.pb.gz\""),
    ];
    Ok((StatusCode::OK, headers, profile))
}

async fn control() -> Result<MutexGuard<'static, JemallocProfCtl>, ApiError> {
    let none =
        || ApiError::Unavailable("this binary was built without profiles of its heap".into());
    Ok(PROF_CTL.as_ref().ok_or_else(none)?.lock().await)
}
