//! Files below the tests root change: by somebody through Proctor, or by hand and by git.

use std::collections::BTreeSet;

use crate::domain::{Event, FileChange, TestsChange};
use crate::store::{self, files};

use super::Context;

/// Writes down who changed what, and tells it.
pub async fn record_file_changes(
    context: &Context,
    changes: &[FileChange],
    seen: &BTreeSet<TestsChange>,
) -> store::Result<()> {
    let mut change = context.begin().await?;
    files::insert(&change.tx, changes).await?;
    for one in TestsChange::few(seen.clone()) {
        change.event(Event::Tests(one));
    }
    change.commit().await
}

/// Tells what was found to have changed.
pub async fn tell_tests_changed(
    context: &Context,
    seen: &BTreeSet<TestsChange>,
) -> store::Result<()> {
    record_file_changes(context, &[], seen).await
}
