//! Error answers: problem details of RFC 9457, with all mistakes of a request at once.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;

use crate::catalog::CatalogError;
use crate::depot::DepotError;
use crate::logs::LogError;
use crate::store;
use crate::wire::{Mistake, Problem};

/// Why a request got no good answer. Internal text stays in the server's log, under the request's id.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    #[error("the body has mistakes")]
    InvalidBody(Vec<Mistake>),
    #[error("the query has mistakes")]
    InvalidQuery(Vec<Mistake>),
    #[error("{0}")]
    NotFound(String),
    /// It was there.
    #[error("{0}")]
    Gone(String),
    #[error("{method} is not possible here")]
    MethodNotAllowed { method: String },
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    #[error("what is asked for conflicts with what is there")]
    Conflicts { code: &'static str, mistakes: Vec<Mistake> },
    #[error("the body is not a form with files: {0}")]
    NotAForm(String),
    #[error("{0}")]
    UploadTooLarge(String),
    #[error("the content type must be {expected}")]
    MediaType { expected: &'static str },
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the body did not arrive within {seconds} s")]
    TooSlow { seconds: u64 },
    #[error("the range lies outside of the log, which has {size} bytes")]
    Range { size: u64 },
    #[error("this server does not answer for host {host:?}")]
    Host { host: String },
    #[error("requests from pages of {origin:?} are refused")]
    Origin { origin: String },
    #[error("{0}")]
    Unavailable(String),
    /// A content that must be kept is not, or not as it was.
    #[error("{0}")]
    Content(String),
    #[error("the data disk is full")]
    DiskFull,
    #[error(transparent)]
    Internal(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A bug or a fault of the machine: the client gets the request's id, the log gets the error.
    pub fn internal(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Internal(Box::new(error))
    }

    /// The database is busy, restarting or out of reach.
    fn away() -> Self {
        Self::Unavailable("the database does not answer in time; try again in a moment".into())
    }

    /// Of a content, which may be on another host.
    pub fn of_content(error: std::io::Error) -> Self {
        match DepotError::within(&error) {
            Some(words) if error.kind() == std::io::ErrorKind::NetworkDown => {
                Self::Unavailable(words.to_string())
            }
            Some(words) => {
                tracing::error!(%error, "a content is not there as it was kept");
                Self::Content(words.to_string())
            }
            None => Self::internal(error),
        }
    }

    /// One mistake in the query or in a header.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let parameter = Some(name.to_owned());
        Self::InvalidQuery(vec![Mistake { pointer: None, parameter, detail: detail.into() }])
    }

    /// One mistake in the body.
    pub fn pointer(pointer: &str, detail: impl Into<String>) -> Self {
        let pointer = Some(pointer.to_owned());
        Self::InvalidBody(vec![Mistake { pointer, parameter: None, detail: detail.into() }])
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotJson(_) | Self::NotAForm(_) | Self::InvalidQuery(_) => StatusCode::BAD_REQUEST,
            Self::InvalidBody(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Gone(_) => StatusCode::GONE,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } | Self::Conflicts { .. } => StatusCode::CONFLICT,
            Self::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } | Self::UploadTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::Range { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Host { .. } => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin { .. } => StatusCode::FORBIDDEN,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Content(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotJson(_) => "not_json",
            Self::InvalidBody(_) => "invalid_body",
            Self::InvalidQuery(_) => "invalid_query",
            Self::NotFound(_) => "not_found",
            Self::Gone(_) => "pruned",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::Conflict { code, .. } | Self::Conflicts { code, .. } => code,
            Self::NotAForm(_) => "not_a_form",
            Self::UploadTooLarge(_) => "upload_too_large",
            Self::MediaType { .. } => "unsupported_media_type",
            Self::TooLarge { .. } => "body_too_large",
            Self::TooSlow { .. } => "body_too_slow",
            Self::Range { .. } => "range_not_satisfiable",
            Self::Host { .. } => "wrong_host",
            Self::Origin { .. } => "wrong_origin",
            Self::Unavailable(_) => "unavailable",
            Self::Content(_) => "content_lost",
            Self::DiskFull => "disk_full",
            Self::Internal(_) => "internal",
        }
    }

    /// What is, and what to do next.
    pub fn detail(&self) -> String {
        match self {
            Self::InvalidBody(mistakes)
            | Self::InvalidQuery(mistakes)
            | Self::Conflicts { mistakes, .. } => listed(mistakes),
            Self::MediaType { expected } => format!("send the body with Content-Type: {expected}"),
            Self::Host { host } => format!(
                "this server does not answer for host {host:?}; open it as localhost or 127.0.0.1, \
                 or name the host in its configuration"
            ),
            Self::Origin { origin } => {
                format!("requests that change something are refused from pages of {origin:?}")
            }
            Self::DiskFull => {
                "the data disk is full: reading works, new runs are refused until there is room"
                    .to_owned()
            }
            Self::Internal(_) => {
                "something went wrong here; the server's log tells more under this request id"
                    .to_owned()
            }
            other => other.to_string(),
        }
    }

    fn title(&self) -> String {
        match self {
            Self::InvalidBody(_) => "the body has mistakes".to_owned(),
            Self::InvalidQuery(_) => "the query has mistakes".to_owned(),
            other => other.status().canonical_reason().unwrap_or("error").to_lowercase(),
        }
    }

    fn mistakes(self) -> Vec<Mistake> {
        match self {
            Self::InvalidBody(mistakes)
            | Self::InvalidQuery(mistakes)
            | Self::Conflicts { mistakes, .. } => mistakes,
            _ => Vec::new(),
        }
    }
}

fn listed(mistakes: &[Mistake]) -> String {
    let place = |mistake: &Mistake| {
        mistake.pointer.as_deref().or(mistake.parameter.as_deref()).unwrap_or_default().to_owned()
    };
    match mistakes {
        [one] => format!("{}: {}", place(one), one.detail),
        many => {
            format!("{} mistakes, the first in {}: {}", many.len(), place(&many[0]), many[0].detail)
        }
    }
}

/// Carries the problem to [`finish`], which knows the request's id.
#[derive(Debug, Clone)]
struct Unfinished {
    problem: Box<Problem>,
    /// For the log only.
    internal: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let internal = match &self {
            Self::Internal(error) => Some(with_sources(error.as_ref())),
            _ => None,
        };
        let status = self.status();
        let mut response = status.into_response();
        if let Self::Range { size } = self
            && let Ok(range) = HeaderValue::try_from(format!("bytes */{size}"))
        {
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        if let Self::Unavailable(_) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let problem = Problem {
            kind: format!("/api/docs#{}", self.code()),
            title: self.title(),
            status: status.as_u16(),
            detail: self.detail(),
            code: self.code().to_owned(),
            request_id: String::new(),
            errors: self.mistakes(),
        };
        response.extensions_mut().insert(Unfinished { problem: Box::new(problem), internal });
        response
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Writes the body of an error answer, now that the request's id is at hand.
pub fn finish(mut response: Response, request_id: &str) -> Response {
    let unfinished = response.extensions_mut().remove::<Unfinished>();
    let Some(Unfinished { mut problem, internal }) = unfinished else { return response };
    if let Some(error) = internal {
        tracing::error!(request_id, error, "request failed");
    }
    request_id.clone_into(&mut problem.request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, body.into())
}

impl From<store::Error> for ApiError {
    fn from(error: store::Error) -> Self {
        if error.is_disk_full() {
            Self::DiskFull
        } else if error.is_passing() {
            Self::away()
        } else {
            Self::internal(error)
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        Self::internal(error)
    }
}

impl From<CatalogError> for ApiError {
    fn from(error: CatalogError) -> Self {
        let conflict = |code| Self::Conflict { code, detail: error.to_string() };
        match error {
            CatalogError::Root { .. } | CatalogError::Io { .. } | CatalogError::Change { .. } => {
                Self::internal(error)
            }
            CatalogError::Away(words) => Self::Unavailable(words),
            CatalogError::Lost(words) => Self::Content(words),
            CatalogError::BeyondLimit(words) => Self::UploadTooLarge(words),
            CatalogError::DiskFull { .. } => Self::DiskFull,
            CatalogError::NotFound { .. } | CatalogError::NotReadable { .. } => {
                Self::NotFound(error.to_string())
            }
            CatalogError::Exists { .. } => conflict("exists"),
            CatalogError::NotEmpty { .. } => conflict("not_empty"),
            CatalogError::NotWritable { .. } => conflict("not_writable"),
            CatalogError::TooManyFiles { .. } => conflict("too_many_files"),
            refused => Self::parameter("path", refused.to_string()),
        }
    }
}

/// The query has mistakes; `errors` names each parameter.
#[derive(IntoResponses)]
#[response(status = 400, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct BadQuery(#[to_schema] Problem);

/// There is no such thing.
#[derive(IntoResponses)]
#[response(status = 404, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct Missing(#[to_schema] Problem);

/// It was there, and was removed because of its age or size; the answer says when and why.
#[derive(IntoResponses)]
#[response(status = 410, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct Pruned(#[to_schema] Problem);

/// The body has mistakes; `errors` names all of them with JSON pointers. Nothing was stored.
#[derive(IntoResponses)]
#[response(status = 422, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct BadBody(#[to_schema] Problem);

/// Something else has this name; the code is `name_taken`.
#[derive(IntoResponses)]
#[response(status = 409, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct NameTaken(#[to_schema] Problem);

/// Something else needs it, and is named; the code is `plan_in_use`.
#[derive(IntoResponses)]
#[response(status = 409, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct InUse(#[to_schema] Problem);

/// The body is not JSON, or a header is wrong.
#[derive(IntoResponses)]
#[response(status = 400, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct BadJson(#[to_schema] Problem);

/// The database does not answer; try again after `Retry-After` seconds.
#[derive(IntoResponses)]
#[response(status = 503, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct Unavailable(#[to_schema] Problem);

/// The body is not a form with files, or it ended early.
#[derive(IntoResponses)]
#[response(status = 400, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct NotAForm(#[to_schema] Problem);

/// The body, or what is packed in it, goes beyond the limit that the answer names.
#[derive(IntoResponses)]
#[response(status = 413, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct TooLarge(#[to_schema] Problem);

/// The disk is full.
#[derive(IntoResponses)]
#[response(status = 507, content_type = "application/problem+json")]
#[expect(dead_code, reason = "only its description is used, in the OpenAPI document")]
pub struct NoRoom(#[to_schema] Problem);
