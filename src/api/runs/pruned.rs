//! What has gone of runs because of its age or size.

use crate::api::AppState;
use crate::api::blocking::blocking;
use crate::api::problem::ApiError;
use crate::catalog::ContentHash;
use crate::domain::RunId;
use crate::domain::retention::{Part, Pruning};
use crate::store::prunings;
use crate::wire;

/// Refuses, in words, when this part of the run has gone.
///
/// # Errors
/// That it has gone, or that the database does not answer.
pub async fn refuse_if_gone(state: &AppState, run: RunId, part: Part) -> Result<(), ApiError> {
    let gone = prunings::of_run(&state.ctx.db, run).await?;
    match gone.iter().find(|one| one.part == part) {
        Some(pruning) => Err(ApiError::Gone(pruning.words())),
        None => Ok(()),
    }
}

/// What has gone of a run that has finished, as its page shows it.
///
/// # Errors
/// That the database does not answer, or the disk.
pub async fn marks(
    state: &AppState,
    run: RunId,
    snapshot: Option<&str>,
) -> Result<Vec<wire::Pruned>, ApiError> {
    let gone = prunings::of_run(&state.ctx.db, run).await?;
    let mut marks: Vec<_> = gone.into_iter().map(show).collect();
    if let Some(tree) = snapshot.and_then(ContentHash::parse) {
        let blobs = state.blobs.clone();
        let stays = blocking(move || blobs.stays(&tree).map_err(ApiError::of_content)).await?;
        if !stays {
            let reason = "they are older, or more, than what is kept".to_owned();
            let words = format!("the test files of run {run} as they were are not kept any more");
            marks.push(wire::Pruned { part: "files".to_owned(), at: None, reason, words });
        }
    }
    Ok(marks)
}

fn show(pruning: Pruning) -> wire::Pruned {
    let words = pruning.words();
    let part = pruning.part.as_str().to_owned();
    wire::Pruned { part, at: Some(pruning.at.into()), reason: pruning.reason, words }
}
