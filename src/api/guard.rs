//! What every request passes first, and every answer last.

use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument as _;

use super::AppState;
use super::problem::{self, ApiError};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Which host names the server answers to. A page of another site can make its own name point to 127.0.0.1 and then
/// speak to this server as if it were its own; the name in the request gives it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// The network is trusted.
    Any,
    /// The names of the loopback interface, and these.
    Loopback { also: Vec<String> },
}

impl Hosts {
    /// `host` as in a Host header: a name or address, maybe with a port.
    fn allow(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback { also } => {
                let name = without_port(host).trim_end_matches('.');
                ["localhost", "127.0.0.1", "[::1]"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name))
                    || also.iter().any(|known| known.eq_ignore_ascii_case(name))
            }
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Gives the request its id, refuses what comes in a wrong name, and completes the answer.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", request_id = id);
    let response = match check(&state.settings.hosts, &request) {
        Ok(()) => run(next, request).instrument(span).await,
        Err(refused) => refused.into_response(),
    };
    let mut response = problem::finish(response, &id);
    complete_headers(response.headers_mut(), &id);
    tracing::debug!(request_id = id, %method, path, status = response.status().as_u16(), took = ?began.elapsed(), "answered");
    response
}

/// A handler that panics is a bug of one request, and its client is told as of every other bug.
async fn run(next: Next, request: Request) -> Response {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    answer.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        let error = io::Error::other(words.unwrap_or_else(|| "panic without words".to_owned()));
        ApiError::internal(error).into_response()
    })
}

fn check(hosts: &Hosts, request: &Request) -> Result<(), ApiError> {
    let host = host(request).unwrap_or_default();
    if !hosts.allow(host) {
        return Err(ApiError::Host { host: host.to_owned() });
    }
    if !changes_something(request.method()) {
        return Ok(());
    }
    match request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
        Some(origin) if !is_same_origin(origin, host, hosts) => {
            Err(ApiError::Origin { origin: origin.to_owned() })
        }
        _ => Ok(()),
    }
}

/// The host that the request is meant for: the address in its first line counts before the Host header.
fn host(request: &Request) -> Option<&str> {
    let authority = request.uri().authority().map(axum::http::uri::Authority::as_str);
    authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok())
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Another port of the loopback interface is as good as the same: there a developer's own server hands requests on.
fn is_same_origin(origin: &str, host: &str, hosts: &Hosts) -> bool {
    let Some((_, origin_host)) = origin.split_once("://") else { return false };
    origin_host.eq_ignore_ascii_case(host)
        || (matches!(hosts, Hosts::Loopback { .. }) && hosts.allow(origin_host))
}

/// The client's own id when it is harmless, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    match given {
        Some(id) if is_harmless(id) => id.to_owned(),
        _ => new_request_id(),
    }
}

fn is_harmless(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Unique in this process, and hardly the same in two: the time of the first one and a count.
fn new_request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let start = *START.get_or_init(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(0)
    });
    format!("{start:x}-{:x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn complete_headers(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // What changes must not be kept; what may be kept says so itself.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use tower::ServiceExt;

    use super::super::{Limits, Settings};
    use super::*;
    use crate::actions::Context;
    use crate::clock::Clock;
    use crate::live::Live;
    use crate::store::Db;

    async fn panics() -> &'static str {
        panic!("secret")
    }

    #[tokio::test]
    async fn a_handler_that_panics_answers_with_a_request_id_and_no_internal_text() {
        let home = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&home.path().join("test.sqlite3")).await.unwrap();
        let ctx = Context { db, clock: Clock::System, live: Live::alone() };
        let settings = Settings {
            home: "home".into(),
            objects: None,
            data: home.path().into(),
            tests_root: home.path().into(),
            python: "python3".into(),
            interpreters: Vec::new(),
            hosts: Hosts::Any,
            limits: Limits::default(),
            version: "1.2.3",
            allowed_variables: Vec::new(),
            run_limits: crate::config::Limits::default().maximum(),
        };
        let state = AppState::new(ctx, settings);
        let router = Router::new()
            .route("/", get(panics))
            .layer(axum::middleware::from_fn_with_state(state, guard));
        let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), 500);
        let id = answer.headers()[REQUEST_ID].to_str().unwrap().to_owned();
        let body = to_bytes(answer.into_body(), 10_000).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains(&id) && !text.contains("secret"), "{text}");
    }

    #[test]
    fn only_names_of_the_loopback_interface_are_answered() {
        let hosts = Hosts::Loopback { also: vec!["tests.example".into()] };
        for good in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1:1",
            "[::1]:8000",
            "[::1]",
            "tests.example:443",
        ] {
            assert!(hosts.allow(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "::1",
            "[::2]",
        ] {
            assert!(!hosts.allow(bad), "{bad}");
        }
    }

    #[test]
    fn another_site_is_another_origin() {
        let loopback = Hosts::Loopback { also: Vec::new() };
        assert!(is_same_origin("http://localhost:5173", "127.0.0.1:8000", &loopback));
        assert!(!is_same_origin("http://evil.example", "127.0.0.1:8000", &loopback));
        assert!(!is_same_origin("null", "127.0.0.1:8000", &loopback));
        assert!(is_same_origin("https://tests.example", "tests.example", &Hosts::Any));
        assert!(!is_same_origin("https://localhost", "tests.example", &Hosts::Any));
    }

    #[test]
    fn a_request_id_cannot_smuggle_anything_into_the_log() {
        assert!(is_harmless("ci-4711_a.b"));
        assert!(!is_harmless("two words") && !is_harmless("") && !is_harmless(&"a".repeat(65)));
    }
}
