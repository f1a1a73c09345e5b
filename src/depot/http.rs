//! Carries the requests of the object store through the HTTP client that is here already.
//!
//! No answer is longer than what was asked for at a time, so answers are read whole, in a thread for what blocks. Which
//! requests are tried again is up to the caller, by the kind of the error.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt;
use object_store::client::{
    ClientConfigKey, ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind,
    HttpRequest, HttpResponse, HttpResponseBody, HttpService,
};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// What an answer may have beside the bytes that were asked for.
const BESIDE: u64 = 1 << 20;

/// How requests are sent.
#[derive(Debug, Clone)]
pub struct Connector {
    pub connect: Duration,
    /// For a request and its whole answer.
    pub timeout: Duration,
    /// Bytes of an answer.
    pub most: u64,
    pub connections: usize,
    /// Instead of the well-known authorities.
    pub roots: Option<RootCerts>,
}

#[derive(Debug, Clone)]
struct Client {
    agent: Agent,
    most: u64,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp);
        let tls = TlsConfig::builder();
        let tls = match &self.roots {
            Some(roots) => tls.root_certs(roots.clone()),
            None => tls,
        };
        let agent = Agent::config_builder()
            .https_only(allows_http.as_deref() != Some("true"))
            .tls_config(tls.build())
            .timeout_connect(Some(self.connect))
            .timeout_per_call(Some(self.timeout))
            .max_idle_connections(self.connections)
            .max_idle_connections_per_host(self.connections)
            .user_agent(concat!("proctor/", env!("CARGO_PKG_VERSION")))
            // Every byte is as the store has it.
            .accept_encoding("identity")
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .new_agent();
        Ok(HttpClient::new(Client { agent, most: self.most + BESIDE }))
    }
}

impl HttpService for Client {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> Answer<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        let client = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let request = Request::from_parts(head, body);
            let sent = tokio::task::spawn_blocking(move || client.send(request)).await;
            sent.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error)).flatten()
        })
    }
}

impl Client {
    fn send(&self, request: Request<Bytes>) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let has_body = !body.is_empty() || matches!(head.method, Method::PUT | Method::POST);
        let answer = if has_body {
            self.agent.run(Request::from_parts(head, &body[..]))
        } else {
            self.agent.run(Request::from_parts(head, ()))
        };
        let (head, body) = answer.map_err(told)?.into_parts();
        let bytes = body.into_with_config().limit(self.most).read_to_vec().map_err(told)?;
        Ok(HttpResponse::from_parts(head, HttpResponseBody::from(bytes)))
    }
}

fn told(error: ureq::Error) -> HttpError {
    let kind = match &error {
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            HttpErrorKind::Connect
        }
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            HttpErrorKind::Connect
        }
        ureq::Error::Io(_) | ureq::Error::Protocol(_) => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    HttpError::new(kind, error)
}
