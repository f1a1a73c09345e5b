//! `GET /runs/{id}/junit.xml`: the report that CI systems read.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, stream};
use serde::Deserialize;
use utoipa::IntoParams;

use super::find::existing;
use crate::api::AppState;
use crate::api::extract::{Params, RunPath};
use crate::api::problem::{ApiError, BadQuery, Missing, Pruned, Unavailable};
use crate::domain::RunId;
use crate::store::tests::{self, TestFilter};
use crate::wire;
use crate::wire::junit::JunitReport;

/// Test cases read at a time; their tracebacks may be long.
const PORTION: u32 = 100;

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindJunit {
    /// Names the file of each test case, of which GitLab makes links; Jenkins' schema does not know it.
    file: Option<bool>,
}

/// The test cases of a run as `JUnit` XML
#[utoipa::path(
    get,
    path = "/runs/{id}/junit.xml",
    tag = "runs",
    params(("id" = i64, Path, description = "Number of the run", example = 112), FindJunit),
    responses(
        (
            status = 200, description = "One `testsuite`, as far as the run has come", body = String,
            content_type = "application/xml"
        ),
        BadQuery,
        Missing,
        Pruned,
        Unavailable
    )
)]
pub async fn find_run_junit(
    State(state): State<AppState>,
    RunPath(id): RunPath,
    Params(query): Params<FindJunit>,
) -> Result<Response, ApiError> {
    let run = wire::Run::new(existing(&state, id).await?, None);
    let written = Written::default();
    let lost = tests::count_lost(&state.ctx.db, id).await?;
    let report = JunitReport::begin(written.clone(), &run, lost);
    let mut report = report.map_err(ApiError::internal)?;
    report.names_files = query.file == Some(true);
    let body = portions(state, Writing { run: id, report, written, after: None });
    let name = format!("inline; filename=\"proctor-run-{id}.xml\"");
    let headers = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &name),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// A report on its way.
struct Writing {
    run: RunId,
    report: JunitReport<Written>,
    written: Written,
    after: Option<i64>,
}

/// Written as the client takes it, so that a report of any size needs little memory.
fn portions(state: AppState, writing: Writing) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold((state, Some(writing)), |(state, writing)| async move {
        let Some(mut writing) = writing else { return Ok(None) };
        let (db, filter) = (&state.ctx.db, TestFilter::default());
        let found = tests::list(db, writing.run, &filter, writing.after, PORTION).await;
        let found = found.map_err(io::Error::other)?;
        let written = writing.written.clone();
        let next = match found.last().map(|last| last.number) {
            Some(last) => {
                found.into_iter().try_for_each(|test| writing.report.add(&test.into()))?;
                Some(Writing { after: Some(last), ..writing })
            }
            None => writing.report.end().map(|_| None)?,
        };
        Ok(Some((written.take(), (state, next))))
    })
}

/// What was written and not yet sent.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
