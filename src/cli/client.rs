//! The REST service, call by call.

use std::io::Read;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Response, StatusCode, header};
use ureq::typestate::{WithBody, WithoutBody};
use ureq::{Agent, Body, RequestBuilder, SendBody};

use super::error::CliError;
use super::tests_root::Form;
use crate::wire::{
    CancelRun, Environment, EnvironmentChanges, LeakReport, NewReservation, NewRun, Page, Problem,
    Rerun, Run, RunDetails, TestCase, Tree, Upload, UploadPreview,
};

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Until a short answer is there.
const ANSWER: Duration = Duration::from_secs(30);
/// Until files have been sent, looked at and stored.
const UPLOAD: Duration = Duration::from_secs(600);
/// Without a byte of a long answer; the stream says something every 15 s.
const SILENCE: Duration = Duration::from_secs(45);

/// Where the server is and who asks.
#[derive(Debug, clap::Args)]
pub struct ServerArgs {
    /// Address of the server
    #[arg(
        long,
        global = true,
        env = "PROCTOR_SERVER",
        hide_env_values = true,
        default_value = "http://127.0.0.1:8000",
        value_name = "URL"
    )]
    server: String,
    #[arg(skip = std::env::var("PROCTOR_TOKEN").ok().filter(|token| !token.is_empty()))]
    token: Option<String>,
}

/// A server to ask. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    server: String,
    token: Option<String>,
}

impl Client {
    pub fn new(args: &ServerArgs) -> Result<Self, CliError> {
        let server = args.server.trim_end_matches('/');
        let server =
            if server.contains("://") { server.to_owned() } else { format!("http://{server}") };
        let host =
            host(&server).ok_or_else(|| CliError::BadServer { server: args.server.clone() })?;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(concat!("proctor/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER));
        if is_loopback(&host) {
            config = config.proxy(None);
        }
        Ok(Self { agent: config.build().into(), server, token: args.token.clone() })
    }

    pub fn server(&self) -> &str {
        &self.server
    }

    /// Where a person sees the run.
    pub fn page(&self, run: i64) -> String {
        format!("{}/runs/{run}", self.server)
    }

    /// With the same `key` the same run is made once, however often it is asked for.
    pub fn submit(&self, run: &NewRun, key: &str) -> Result<RunDetails, CliError> {
        self.read(self.send(self.post("/runs").header("idempotency-key", key), run))
    }

    pub fn rerun(&self, id: i64, rerun: &Rerun, key: &str) -> Result<RunDetails, CliError> {
        let request = self.post(&format!("/runs/{id}/rerun"));
        self.read(self.send(request.header("idempotency-key", key), rerun))
    }

    pub fn cancel(&self, id: i64, by: Option<&str>) -> Result<RunDetails, CliError> {
        let body = CancelRun { requester: by.map(ToOwned::to_owned) };
        self.read(self.send(self.post(&format!("/runs/{id}/cancel")), &body))
    }

    pub fn run(&self, id: i64) -> Result<RunDetails, CliError> {
        self.read(self.ask(self.get(&format!("/runs/{id}"))))
    }

    pub fn leak(&self, id: i64) -> Result<LeakReport, CliError> {
        self.read(self.ask(self.get(&format!("/runs/{id}/leak"))))
    }

    pub fn runs(&self, query: &[(&str, String)]) -> Result<Page<Run>, CliError> {
        self.read(self.ask(with_query(self.get("/runs"), query)))
    }

    pub fn tests(&self, id: i64, query: &[(&str, String)]) -> Result<Page<TestCase>, CliError> {
        self.read(self.ask(with_query(self.get(&format!("/runs/{id}/tests")), query)))
    }

    pub fn environments(&self, query: &[(&str, String)]) -> Result<Page<Environment>, CliError> {
        self.read(self.ask(with_query(self.get("/environments"), query)))
    }

    pub fn environment(&self, id: i64) -> Result<Environment, CliError> {
        self.read(self.ask(self.get(&format!("/environments/{id}"))))
    }

    pub fn change_environment(
        &self,
        id: i64,
        changes: &EnvironmentChanges,
    ) -> Result<Environment, CliError> {
        let request = self.agent.patch(self.address(&format!("/environments/{id}")));
        self.read(self.send(self.with_token(request), changes))
    }

    pub fn reserve(&self, id: i64, wish: &NewReservation) -> Result<Environment, CliError> {
        let request = self.agent.put(self.address(&format!("/environments/{id}/reservation")));
        self.read(self.send(self.with_token(request), wish))
    }

    pub fn release(&self, id: i64) -> Result<(), CliError> {
        let request = self.agent.delete(self.address(&format!("/environments/{id}/reservation")));
        self.check(self.ask(self.with_token(request))?).map(|_| ())
    }

    pub fn tests_root(&self, query: &[(&str, String)]) -> Result<Tree, CliError> {
        self.read(self.ask(with_query(self.get("/tests"), query)))
    }

    pub fn upload(&self, form: Form) -> Result<Upload, CliError> {
        self.read(self.send_form("/tests/uploads", form))
    }

    pub fn preview_upload(&self, form: Form) -> Result<UploadPreview, CliError> {
        self.read(self.send_form("/tests/uploads/preview", form))
    }

    /// What is at an address.
    pub fn find<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, CliError> {
        self.read(self.ask(with_query(self.get(path), query)))
    }

    pub fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CliError> {
        self.read(self.send(self.post(path), body))
    }

    pub fn delete(&self, path: &str) -> Result<(), CliError> {
        let request = self.with_token(self.agent.delete(format!("{}/api/v1{path}", self.server)));
        self.ask(request).and_then(|response| self.check(response)).map(|_| ())
    }

    pub fn junit(&self, id: i64) -> Result<impl Read + use<>, CliError> {
        Ok(self.open(self.get(&format!("/runs/{id}/junit.xml")))?.into_body().into_reader())
    }

    /// The log from byte `offset` on; none when it has no more.
    pub fn log_from(&self, id: i64, offset: u64) -> Result<Option<impl Read + use<>>, CliError> {
        let mut request = self.get(&format!("/runs/{id}/log"));
        // Bytes are counted as they are in the log, not as they are compressed.
        request = request.header(header::ACCEPT_ENCODING, "identity");
        if offset > 0 {
            request = request.header(header::RANGE, format!("bytes={offset}-"));
        }
        let response = self.send_long(request)?;
        match response.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(None),
            // A whole answer to a question for a part would print everything twice.
            StatusCode::OK if offset > 0 => {
                Err(self.unreadable("the log came whole instead of in part"))
            }
            _ => Ok(Some(self.check(response)?.into_body().into_reader())),
        }
    }

    /// The live feed of one run, after `last_event_id` when there is one.
    pub fn stream(
        &self,
        id: i64,
        last_event_id: Option<&str>,
    ) -> Result<impl Read + use<>, CliError> {
        let topic = format!("run:{id}");
        let mut request =
            self.get("/stream").query("topics", topic).header(header::ACCEPT, "text/event-stream");
        if let Some(last) = last_event_id {
            request = request.header("last-event-id", last);
        }
        let response = self.send_long(request)?;
        Ok(self.check(response)?.into_body().into_reader())
    }

    pub fn unreadable(&self, reason: &str) -> CliError {
        CliError::Unreadable { server: self.server.clone(), reason: reason.to_owned() }
    }

    fn get(&self, path: &str) -> RequestBuilder<WithoutBody> {
        self.with_token(self.agent.get(self.address(path)))
    }

    fn post(&self, path: &str) -> RequestBuilder<WithBody> {
        self.with_token(self.agent.post(self.address(path)))
    }

    fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.server)
    }

    fn with_token<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    fn ask(&self, request: RequestBuilder<WithoutBody>) -> Result<Response<Body>, CliError> {
        let request = request.config().timeout_global(Some(ANSWER)).build();
        request.call().map_err(|error| self.unreachable(&error))
    }

    fn send(
        &self,
        request: RequestBuilder<WithBody>,
        body: &impl Serialize,
    ) -> Result<Response<Body>, CliError> {
        let request = request.config().timeout_global(Some(ANSWER)).build();
        request.send_json(body).map_err(|error| self.unreachable(&error))
    }

    fn send_form(&self, path: &str, mut form: Form) -> Result<Response<Body>, CliError> {
        let request = self.post(path).config();
        let request =
            request.timeout_global(Some(UPLOAD)).timeout_recv_response(Some(UPLOAD)).build();
        let request = request
            .header(header::CONTENT_TYPE, &form.content_type)
            .header(header::CONTENT_LENGTH, form.length.to_string());
        let body = SendBody::from_reader(&mut form);
        request.send(body).map_err(|error| self.unreachable(&error))
    }

    /// For an answer that goes on as long as something comes.
    fn send_long(&self, request: RequestBuilder<WithoutBody>) -> Result<Response<Body>, CliError> {
        let request = request.config().timeout_per_read(Some(SILENCE)).build();
        request.call().map_err(|error| self.unreachable(&error))
    }

    fn open(&self, request: RequestBuilder<WithoutBody>) -> Result<Response<Body>, CliError> {
        self.send_long(request).and_then(|response| self.check(response))
    }

    fn read<T: DeserializeOwned>(
        &self,
        response: Result<Response<Body>, CliError>,
    ) -> Result<T, CliError> {
        let text = self.check(response?)?.into_body().read_to_string();
        let text = text.map_err(|error| self.unreachable(&error))?;
        serde_json::from_str(&text).map_err(|error| self.unreadable(&error.to_string()))
    }

    /// Turns an answer that is none into words.
    fn check(&self, response: Response<Body>) -> Result<Response<Body>, CliError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = response.into_body().read_to_string().unwrap_or_default();
        match serde_json::from_str::<Problem>(&text) {
            Ok(problem) => Err(CliError::Refused(Box::new(problem))),
            Err(_) => {
                Err(CliError::NotProctor { server: self.server.clone(), status: status.as_u16() })
            }
        }
    }

    pub fn unreachable(&self, error: &ureq::Error) -> CliError {
        let reason = match error {
            ureq::Error::Io(error) => error.to_string(),
            other => other.to_string(),
        };
        CliError::Unreachable { server: self.server.clone(), reason }
    }
}

fn with_query(
    request: RequestBuilder<WithoutBody>,
    query: &[(&str, String)],
) -> RequestBuilder<WithoutBody> {
    request.query_pairs(query.iter().map(|(name, value)| (*name, value.as_str())))
}

fn host(server: &str) -> Option<String> {
    let uri: ureq::http::Uri = server.parse().ok()?;
    matches!(uri.scheme_str(), Some("http" | "https")).then(|| uri.host().map(ToOwned::to_owned))?
}

/// A proxy of the network cannot lead to this machine.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}
