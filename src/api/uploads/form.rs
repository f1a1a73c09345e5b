//! Receives a form with files. What arrives goes to the disk as it comes, so its size costs no memory.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::header;
use futures_util::{Stream, StreamExt, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout, timeout_at};

use super::disk;
use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::body::Mistakes;
use crate::api::problem::ApiError;
use crate::api::runs::user_name;
use crate::catalog::{Arriving, OnConflict, SentFile, Spool, Spooled, TestPath};

/// Bytes of a field that is no file.
const LONGEST_TEXT: usize = 8 * 1024;
/// Bytes of a file that are held before they are written.
const PORTION: usize = 256 * 1024;
/// Bytes of a request besides its files: for each of them, and for the rest.
const HEAD_OF_FILE: u64 = 8 * 1024;
const REST: u64 = 64 * 1024;
/// What is still taken of a refused body, so that the client reads the refusal instead of a broken connection.
const DRAINED: u64 = 256 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// What somebody wants to store.
pub struct Form {
    pub directory: TestPath,
    pub on_conflict: OnConflict,
    pub uploaded_by: Option<String>,
    pub spool: Spool,
    pub files: Vec<SentFile>,
}

type Incoming = Arc<Mutex<BodyDataStream>>;

/// Reads the whole form.
///
/// # Errors
/// When it is none, has mistakes, is too large or too slow; the disk may be full.
pub async fn receive(state: &AppState, request: Request) -> Result<Form, ApiError> {
    let boundary = boundary(&request)?;
    let limits = &state.settings.limits;
    let announced: u64 = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|size| size.to_str().ok()?.parse().ok())
        .unwrap_or(0);
    let body: Incoming = Arc::new(Mutex::new(request.into_body().into_data_stream()));
    let most = limits.upload.bytes + limits.upload.files as u64 * HEAD_OF_FILE + REST;
    let received = if announced > most {
        Err(too_large(state))
    } else {
        let portions = portions(Arc::clone(&body), limits.body_time);
        let whole = Constraints::new().size_limit(SizeLimit::new().whole_stream(most));
        let parts = Multipart::with_constraints(portions, boundary, whole);
        let whole = timeout(limits.upload_time, Receiver::read_all(state, parts)).await;
        whole.unwrap_or(Err(ApiError::TooSlow { seconds: limits.upload_time.as_secs() }))
    };
    // Of a client that sends nothing there is nothing to take.
    if !matches!(received, Ok(_) | Err(ApiError::TooSlow { .. })) {
        drain(&body).await;
    }
    received
}

fn boundary(request: &Request) -> Result<String, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    multer::parse_boundary(kind.unwrap_or_default())
        .map_err(|_| ApiError::MediaType { expected: "multipart/form-data" })
}

fn too_large(state: &AppState) -> ApiError {
    let limit = state.settings.limits.upload.bytes;
    ApiError::UploadTooLarge(format!(
        "the files have more than {limit} bytes together, the limit of an upload (upload_bytes)"
    ))
}

/// The body portion by portion. The reader is given time to digest each: it would take in all there is before it looks
/// at any of it.
fn portions(body: Incoming, patience: Duration) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(body, move |body| async move {
        tokio::task::yield_now().await;
        let next = timeout(patience, async { body.lock().await.next().await }).await;
        let portion = match next {
            Ok(portion) => portion?.map_err(io::Error::other),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        Some((portion, body))
    })
}

async fn drain(body: &Incoming) {
    let until = Instant::now() + DRAIN_TIME;
    let mut left = DRAINED;
    while let Ok(Some(Ok(portion))) =
        timeout_at(until, async { body.lock().await.next().await }).await
    {
        left = left.saturating_sub(portion.len() as u64);
        if left == 0 {
            return;
        }
    }
}

/// What has come so far.
struct Receiver<'a> {
    state: &'a AppState,
    mistakes: Mistakes,
    directory: Option<String>,
    on_conflict: Option<String>,
    uploaded_by: Option<String>,
    spool: Option<Spool>,
    files: Vec<SentFile>,
    /// Parts with files, also those that turned out to be none.
    parts: usize,
    bytes: u64,
}

impl<'a> Receiver<'a> {
    async fn read_all(state: &'a AppState, mut parts: Multipart<'_>) -> Result<Form, ApiError> {
        let blobs = state.blobs.clone();
        let spool = blocking(move || blobs.spool().map_err(disk)).await?;
        let mut receiver = Self {
            state,
            mistakes: Mistakes::default(),
            directory: None,
            on_conflict: None,
            uploaded_by: None,
            spool: Some(spool),
            files: Vec::new(),
            parts: 0,
            bytes: 0,
        };
        while let Some(field) = parts.next_field().await.map_err(|error| receiver.broken(&error))? {
            receiver.take(field).await?;
        }
        receiver.finish()
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), ApiError> {
        match field.name() {
            Some("files[]" | "files") => self.take_file(field).await,
            Some(name @ ("directory" | "on_conflict" | "uploaded_by")) => {
                let name = name.to_owned();
                self.take_text(&name, field).await
            }
            name => {
                let pointer = format!("/{}", name.unwrap_or_default());
                let known = "known are directory, files[], on_conflict, uploaded_by";
                self.mistakes.at(&pointer, format!("unknown field; {known}"));
                Ok(())
            }
        }
    }

    async fn take_text(&mut self, name: &str, mut field: Field<'_>) -> Result<(), ApiError> {
        let mut bytes = Vec::new();
        while let Some(portion) = field.chunk().await.map_err(|error| self.broken(&error))? {
            bytes.extend_from_slice(&portion);
            if bytes.len() > LONGEST_TEXT {
                let words =
                    format!("has more than {LONGEST_TEXT} bytes, the limit of such a field");
                self.mistakes.at(&format!("/{name}"), words);
                return Ok(());
            }
        }
        let Ok(text) = String::from_utf8(bytes) else {
            self.mistakes.at(&format!("/{name}"), "must be text in UTF-8");
            return Ok(());
        };
        let place = match name {
            "directory" => &mut self.directory,
            "on_conflict" => &mut self.on_conflict,
            _ => &mut self.uploaded_by,
        };
        if place.replace(text).is_some() {
            self.mistakes.at(&format!("/{name}"), "is sent more than once");
        }
        Ok(())
    }

    async fn take_file(&mut self, field: Field<'_>) -> Result<(), ApiError> {
        let limit = self.state.settings.limits.upload.files;
        if self.parts == limit {
            let words = format!("more than {limit} files, the limit of an upload (upload_files)");
            return Err(ApiError::UploadTooLarge(words));
        }
        let name = field.file_name().map(unescaped);
        let content = self.store(field).await?;
        // What a browser sends for a choice of no file.
        let is_nothing = name.as_deref() == Some("") && content.size == 0;
        if !is_nothing {
            self.files.push(SentFile { part: self.parts, name, content });
        }
        self.parts += 1;
        Ok(())
    }

    async fn store(&mut self, mut field: Field<'_>) -> Result<Spooled, ApiError> {
        let mut arriving = None;
        let mut held = Vec::new();
        while let Some(portion) = field.chunk().await.map_err(|error| self.broken(&error))? {
            self.bytes += portion.len() as u64;
            if self.bytes > self.state.settings.limits.upload.bytes {
                return Err(too_large(self.state));
            }
            held.extend_from_slice(&portion);
            if held.len() >= PORTION {
                arriving = Some(self.write(arriving, std::mem::take(&mut held)).await?);
            }
        }
        self.write(arriving, held).await.map(Arriving::finish)
    }

    async fn write(
        &mut self,
        arriving: Option<Arriving>,
        bytes: Vec<u8>,
    ) -> Result<Arriving, ApiError> {
        let mut spool = self.spool.take().ok_or_else(lost)?;
        let written = blocking(move || {
            let mut arriving = match arriving {
                Some(arriving) => arriving,
                None => spool.create().map_err(disk)?,
            };
            arriving.write_all(&bytes).map_err(disk)?;
            Ok::<_, ApiError>((spool, arriving))
        });
        let (spool, arriving) = written.await?;
        self.spool = Some(spool);
        Ok(arriving)
    }

    fn finish(mut self) -> Result<Form, ApiError> {
        let directory = self.directory();
        let on_conflict = match self.on_conflict.as_deref().map(str::trim) {
            None | Some("" | "refuse") => OnConflict::Refuse,
            Some("replace") => OnConflict::Replace,
            Some(other) => {
                let words = format!("must be refuse or replace, not {other:?}");
                self.mistakes.at("/on_conflict", words);
                OnConflict::Refuse
            }
        };
        let limits = &self.state.settings.limits;
        let name = self.uploaded_by.filter(|name| !name.is_empty());
        let uploaded_by = name.map(|name| user_name(&name, limits)).transpose();
        let uploaded_by = uploaded_by.unwrap_or_else(|words| {
            self.mistakes.at("/uploaded_by", words);
            None
        });
        if self.files.is_empty() {
            self.mistakes.at("/files", "at least one is needed");
        }
        self.mistakes.body()?;
        let spool = self.spool.ok_or_else(lost)?;
        Ok(Form { directory, on_conflict, uploaded_by, spool, files: self.files })
    }

    fn directory(&mut self) -> TestPath {
        let Some(text) = self.directory.as_deref() else {
            let words =
                "is required: a directory relative to the tests root; \".\" is the root itself";
            self.mistakes.at("/directory", words);
            return TestPath::root();
        };
        let parsed = if text.is_empty() { Ok(TestPath::root()) } else { TestPath::parse(text) };
        parsed.unwrap_or_else(|error| {
            self.mistakes.at("/directory", error.to_string());
            TestPath::root()
        })
    }

    fn broken(&self, error: &multer::Error) -> ApiError {
        match error {
            multer::Error::StreamSizeExceeded { .. } => too_large(self.state),
            multer::Error::StreamReadFailed(cause)
                if cause
                    .downcast_ref::<io::Error>()
                    .is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) =>
            {
                ApiError::TooSlow { seconds: self.state.settings.limits.body_time.as_secs() }
            }
            other => ApiError::NotAForm(other.to_string()),
        }
    }
}

/// A write that was cut off took the spool with it.
fn lost() -> ApiError {
    ApiError::internal(io::Error::other("the place for an upload is gone"))
}

/// Browsers write these three characters so, and no other:
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}
