//! Reads the parts of a request; what is wrong with them becomes a problem in words.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::AppState;
use super::problem::ApiError;
use crate::catalog::ContentHash;
use crate::domain::{EnvironmentId, PlanId, RunId, WorkerId};
use crate::wire::Mistake;

/// The number of a run in the path.
pub struct RunPath(pub RunId);

/// The numbers of a run and of one of its comments in the path.
pub struct CommentPath(pub RunId, pub i64);

/// The number of an environment in the path.
pub struct EnvironmentPath(pub EnvironmentId);

/// The number of a test plan in the path.
pub struct PlanPath(pub PlanId);

/// The number of a worker in the path.
pub struct WorkerPath(pub WorkerId);

/// The name of a template in the path.
pub struct TemplatePath(pub String);

/// The path of a file, at the end of the path.
pub struct SourcePath(pub String);

/// The name of an artifact, at the end of the path.
pub struct ArtifactName(pub String);

/// Query parameters; unknown ones are refused by name.
pub struct Params<T>(pub T);

/// A JSON body, not yet looked at, so that all of its mistakes can be told at once.
pub struct JsonBody {
    pub value: Value,
    pub sha256: String,
}

/// A JSON body that may be left out.
pub struct OptionalJson(pub JsonBody);

impl FromRequestParts<AppState> for RunPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        number_in_path(parts, "run").await.map(|id| Self(RunId(id)))
    }
}

impl FromRequestParts<AppState> for CommentPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let run = number_in_path(parts, "run").await?;
        let text = in_path(parts, "comment").await;
        let missing =
            || ApiError::NotFound(format!("there is no comment {text:?}: its id is a number"));
        Ok(Self(RunId(run), text.parse().map_err(|_| missing())?))
    }
}

impl FromRequestParts<AppState> for EnvironmentPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        number_in_path(parts, "environment").await.map(|id| Self(EnvironmentId(id)))
    }
}

impl FromRequestParts<AppState> for PlanPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        number_in_path(parts, "test plan").await.map(|id| Self(PlanId(id)))
    }
}

impl FromRequestParts<AppState> for WorkerPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        number_in_path(parts, "worker").await.map(|id| Self(WorkerId(id)))
    }
}

impl FromRequestParts<AppState> for TemplatePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        Ok(Self(in_path(parts, "name").await))
    }
}

impl FromRequestParts<AppState> for SourcePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        Ok(Self(in_path(parts, "path").await))
    }
}

impl FromRequestParts<AppState> for ArtifactName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        Ok(Self(in_path(parts, "name").await))
    }
}

async fn number_in_path(parts: &mut Parts, what: &'static str) -> Result<i64, ApiError> {
    let text = in_path(parts, "id").await;
    text.parse()
        .map_err(|_| ApiError::NotFound(format!("there is no {what} {text:?}: its id is a number")))
}

async fn in_path(parts: &mut Parts, name: &str) -> String {
    let pairs = Path::<Vec<(String, String)>>::from_request_parts(parts, &()).await;
    let mut pairs = pairs.map(|Path(pairs)| pairs).unwrap_or_default().into_iter();
    pairs.find(|(key, _)| key == name).map(|(_, text)| text).unwrap_or_default()
}

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => Err(bad_query(&innermost(&rejection))),
        }
    }
}

fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// From serde's words: "limt: unknown field `limt`, expected one of `limit`, `cursor`".
fn bad_query(words: &str) -> ApiError {
    let parameter = words.split('`').nth(1).map(str::to_owned);
    // The place is said beside it.
    let place = parameter.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let words = words.strip_prefix(&place).unwrap_or(words);
    let detail = words.replace("field", "parameter").replace('`', "");
    ApiError::InvalidQuery(vec![Mistake { pointer: None, parameter, detail }])
}

impl FromRequest<AppState> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        require_json(&request)?;
        let bytes = read(request, state).await?;
        parse(&bytes)
    }
}

impl FromRequest<AppState> for OptionalJson {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let is_json = require_json(&request);
        let bytes = read(request, state).await?;
        if bytes.is_empty() {
            let value = Value::Object(serde_json::Map::new());
            return Ok(Self(JsonBody { value, sha256: hash(&bytes) }));
        }
        is_json.and_then(|()| parse(&bytes)).map(Self)
    }
}

/// A form of another site can send text, but not JSON without being asked for permission first.
fn require_json(request: &Request) -> Result<(), ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::MediaType { expected: "application/json" })
}

async fn read(request: Request, state: &AppState) -> Result<Bytes, ApiError> {
    let limits = &state.settings.limits;
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|size| size.to_str().ok());
    if announced.and_then(|size| size.parse().ok()).is_some_and(|size: usize| size > limits.body) {
        return Err(ApiError::TooLarge { limit: limits.body });
    }
    let body = to_bytes(request.into_body(), limits.body);
    match tokio::time::timeout(limits.body_time, body).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if innermost(&error).contains("length limit") => {
            Err(ApiError::TooLarge { limit: limits.body })
        }
        Ok(Err(_)) => Err(ApiError::NotJson("it ended early".into())),
        Err(_) => Err(ApiError::TooSlow { seconds: limits.body_time.as_secs() }),
    }
}

/// Nesting is limited by the parser, to 128 levels.
fn parse(bytes: &[u8]) -> Result<JsonBody, ApiError> {
    let value =
        serde_json::from_slice(bytes).map_err(|error| ApiError::NotJson(error.to_string()))?;
    Ok(JsonBody { value, sha256: hash(bytes) })
}

fn hash(bytes: &[u8]) -> String {
    ContentHash::of(bytes).to_string()
}
