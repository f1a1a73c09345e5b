//! Has the test cases of a file collected by a worker: collecting executes the file, and nothing of a user runs here.

use std::time::Duration;

use tokio::sync::broadcast;

use super::AppState;
use super::problem::ApiError;
use super::runs::snapshot_of_today;
use crate::actions;
use crate::live::Hint;
use crate::store::cases::{self, CaseList, CaseState};
use crate::wire::{Case, Cases};

/// A lost hint costs at most this.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// The test cases of the file at `path` as it is now, which `key` names.
///
/// # Errors
/// When no worker answers in time.
pub async fn of_file(state: &AppState, path: &str, key: &str) -> Result<Cases, ApiError> {
    // Subscribe before reading, or the answer may slip through in between.
    let hints = state.ctx.live.subscribe();
    if let Some(known) = known(state, path, key).await? {
        return Ok(known);
    }
    actions::want_cases(&state.ctx, (path, key), snapshot(state).await?).await?;
    let limit = state.settings.limits.cases_time;
    let answer = tokio::time::timeout(limit, wait(state, path, key, hints)).await;
    answer.unwrap_or_else(|_| {
        let detail =
            format!("no worker has collected {path:?} within {} s; is one alive?", limit.as_secs());
        Err(ApiError::Unavailable(detail))
    })
}

/// Of the tests root, when another host may collect, which has another one.
async fn snapshot(state: &AppState) -> Result<Option<String>, ApiError> {
    if state.depot.is_none() {
        return Ok(None);
    }
    Ok(snapshot_of_today(state).await?.map(|tree| tree.to_string()))
}

async fn wait(
    state: &AppState,
    path: &str,
    key: &str,
    mut hints: broadcast::Receiver<Hint>,
) -> Result<Cases, ApiError> {
    loop {
        if let Some(known) = known(state, path, key).await? {
            return Ok(known);
        }
        let _ = tokio::time::timeout(LOOK_AGAIN, until_known(&mut hints)).await;
    }
}

/// Until some file's test cases are known, or it is not clear what was missed.
async fn until_known(hints: &mut broadcast::Receiver<Hint>) {
    loop {
        match hints.recv().await {
            Ok(Hint::CasesKnown) | Err(broadcast::error::RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
        }
    }
}

async fn known(state: &AppState, path: &str, key: &str) -> Result<Option<Cases>, ApiError> {
    match cases::find(&state.ctx.db, path, key).await? {
        Some(CaseList { state: CaseState::Known, items, error, .. }) => {
            let items: Vec<Case> = serde_json::from_str(&items).map_err(ApiError::internal)?;
            Ok(Some(Cases { items, error }))
        }
        _ => Ok(None),
    }
}
