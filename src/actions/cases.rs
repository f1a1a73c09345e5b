//! The test cases of a file: wanted by a person, collected by a worker, because collecting executes the file.

use crate::live::Hint;
use crate::store::cases::{self, CaseList};
use crate::store::{self};

use super::Context;

/// Asks the workers to collect a file's test cases.
pub async fn want_cases(
    context: &Context,
    (path, content_key): (&str, &str),
    snapshot: Option<String>,
) -> store::Result<()> {
    let mut change = context.begin().await?;
    cases::want(&change.tx, (path, content_key), snapshot, context.clock.now()).await?;
    change.hint(Hint::CasesWanted);
    change.commit().await
}

/// Stores what pytest collected.
pub async fn answer_cases(context: &Context, list: &CaseList) -> store::Result<()> {
    let mut change = context.begin().await?;
    cases::put(&change.tx, list).await?;
    change.hint(Hint::CasesKnown);
    change.commit().await
}
