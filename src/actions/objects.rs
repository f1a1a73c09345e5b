//! Contents get their names in the object store, and lose them.

use crate::domain::Millis;
use crate::store::objects::{self, Mark, Object};
use crate::store::{self, blobs};

use super::Context;

/// Why contents that are in the object store do not count as kept.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("it took so long that what was written is being removed again; try again")]
    TooLate,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Those of these that leave stay. Answers which are not kept anywhere.
pub async fn stay_objects(context: &Context, wanted: &[String]) -> store::Result<Vec<String>> {
    let leaving = blobs::leaving_of(&context.db, wanted).await?;
    if leaving.is_empty() {
        return Ok(wanted.to_vec());
    }
    let change = context.begin().await?;
    for sha256 in &leaving {
        blobs::stay(&change.tx, sha256).await?;
    }
    // After that, so whoever removes one of them has done so, or does not.
    let staying = objects::staying(&change.tx, &leaving).await?;
    let missing = blobs::missing(&change.tx, &leaving).await?;
    change.commit().await?;
    let is_kept = |one: &String| staying.contains(one) || !missing.contains(one);
    let leaving = leaving.into_iter().filter(is_kept).collect::<Vec<_>>();
    Ok(wanted.iter().filter(|one| !leaving.contains(one)).cloned().collect())
}

/// Something is about to be written under these names.
pub async fn announce_objects(context: &Context, names: &[String]) -> store::Result<()> {
    let now = context.clock.now();
    let change = context.begin().await?;
    objects::loosen(&change.tx, names, now).await?;
    change.commit().await
}

/// These contents are in the object store: all of them count as kept, or none.
pub async fn bind_objects(context: &Context, contents: &[Object]) -> Result<(), BindError> {
    let now = context.clock.now();
    // In one order, so that two who keep the same wait for each other only once.
    let mut contents: Vec<_> = contents.iter().collect();
    contents.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    let change = context.begin().await?;
    for object in contents {
        blobs::stay(&change.tx, &object.sha256).await?;
        if !objects::bind(&change.tx, object, now).await? {
            return Err(BindError::TooLate);
        }
    }
    Ok(change.commit().await?)
}

/// Takes some names that are loose since `by` or longer: from now on nobody but the caller may use them, to remove what is
/// there.
pub async fn take_loose_objects(
    context: &Context,
    by: Millis,
    limit: u32,
) -> store::Result<Vec<String>> {
    let change = context.begin().await?;
    let names = objects::take_loose(&change.tx, by, limit).await?;
    change.commit().await?;
    Ok(names)
}

/// What was under these names has gone.
pub async fn forget_objects(context: &Context, names: &[String]) -> store::Result<()> {
    let change = context.begin().await?;
    objects::forget(&change.tx, names).await?;
    change.commit().await
}

/// The mark of this installation, which has `name` if it had none.
pub async fn name_object_store(context: &Context, name: &str) -> store::Result<Mark> {
    if let Some(mark) = objects::mark(&context.db).await? {
        return Ok(mark);
    }
    let change = context.begin().await?;
    objects::name_mark(&change.tx, name).await?;
    let mark = objects::mark(&change.tx).await?;
    change.commit().await?;
    mark.ok_or(store::Error::Missing("the mark of the object store"))
}

/// The mark is in the object store: from now on one without it is another one.
pub async fn note_object_store(context: &Context) -> store::Result<()> {
    let change = context.begin().await?;
    objects::mark_left(&change.tx).await?;
    change.commit().await
}
