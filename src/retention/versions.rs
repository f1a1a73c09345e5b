//! Test files as runs read them, and earlier versions of them: what nothing that is kept names any more goes.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::ClearError;
use crate::actions::{self, Context, Sweep};
use crate::catalog::{Blobs, Catalog, CatalogError, ContentHash, GRACE, Named, Snapshots};
use crate::depot::{Depot, Objects};
use crate::domain::Millis;
use crate::domain::retention::Bounds;
use crate::store::named::{self, What};
use crate::store::{self, blobs};

/// Where the contents of one host are.
#[derive(Debug, Clone)]
pub struct Place {
    pub data: PathBuf,
    pub tests: PathBuf,
    pub objects: Option<Objects>,
}

/// What names contents, and those that all hosts have in common.
struct Facts {
    open: Vec<String>,
    past: Vec<named::Named>,
    left_by_runs: Vec<String>,
    /// Bytes by hash; empty when the database is this host's alone.
    shared: HashMap<ContentHash, u64>,
    now: Millis,
}

/// Removes from this host, and from the database where it is shared, what nothing names that `bounds` keep.
pub async fn sweep(context: &Context, place: &Place, bounds: Bounds) -> Result<(), ClearError> {
    let facts = facts(context).await?;
    let marked = blobs::leaving(&context.db).await?;
    let (depot, place) = (Depot::of(context, place.objects.as_ref()), place.clone());
    let swept = tokio::task::spawn_blocking(move || {
        let here = Blobs::shared(&place.data, depot);
        let named = name(&here, &place, &facts, bounds)?;
        let swept = here.sweep(&named, GRACE)?;
        if swept.contents > 0 {
            tracing::info!(contents = swept.contents, bytes = swept.bytes, "removed old versions");
        }
        io::Result::Ok(plan(&named, &facts, &marked))
    });
    let plan = swept.await.map_err(io::Error::other)??;
    let by = Millis(context.clock.now().0 - milliseconds(GRACE));
    actions::sweep_blobs(context, &plan, by).await?;
    Ok(())
}

/// Removes from the object store what no content has: what went just now long ago, and what was written for nothing.
pub async fn clear_loose(context: &Context, place: &Place) -> Result<(), ClearError> {
    let Some(depot) = Depot::of(context, place.objects.as_ref()) else { return Ok(()) };
    let by = Millis(context.clock.now().0 - milliseconds(GRACE));
    let cleared = tokio::task::spawn_blocking(move || depot.clear_loose(by));
    Ok(cleared.await.map_err(io::Error::other)??)
}

async fn facts(context: &Context) -> store::Result<Facts> {
    let db = &context.db;
    let mut shared = HashMap::new();
    if db.is_shared() {
        let sizes = Depot::sizes(context).await?.into_iter();
        shared.extend(sizes.filter_map(|(name, bytes)| Some((ContentHash::parse(&name)?, bytes))));
    }
    // After the contents: what is kept from now on is not judged this time.
    Ok(Facts {
        open: named::open_trees(db).await?,
        past: named::past(db).await?,
        left_by_runs: named::left_by_runs(db).await?,
        shared,
        now: context.clock.now(),
    })
}

/// Names what is kept: all of today and of open runs, and of the past, newest first, as much as the bounds allow.
fn name(here: &Blobs, place: &Place, facts: &Facts, bounds: Bounds) -> io::Result<Named> {
    let size = |content: &ContentHash| match facts.shared.get(content) {
        Some(bytes) => *bytes,
        None => here.size(content),
    };
    let mut named = Named::default();
    let mut total = 0;
    let today = today(here, place)?;
    for tree in facts.open.iter().filter_map(|tree| ContentHash::parse(tree)).chain(today) {
        total += named.add_tree(here, tree, u64::MAX, size)?.unwrap_or(0);
    }
    let cutoff = bounds.cutoff(facts.now);
    for one in &facts.past {
        if cutoff.is_some_and(|cutoff| one.at < cutoff) {
            break;
        }
        let room = bounds.most.map_or(u64::MAX, |most| most.saturating_sub(total));
        let added = match &one.what {
            What::Tree(tree) => match ContentHash::parse(tree) {
                Some(tree) => named.add_tree(here, tree, room, size)?,
                None => Some(0),
            },
            What::Contents(contents) => {
                named.add(contents.iter().filter_map(|one| ContentHash::parse(one)), room, size)
            }
        };
        // What is older goes too, also if it is small: nobody would understand the gaps.
        let Some(added) = added else { break };
        total += added;
    }
    let left = facts.left_by_runs.iter().filter_map(|one| ContentHash::parse(one));
    named.add(left, u64::MAX, |_| 0);
    Ok(named)
}

/// The tests root as it is now; `None` when it is not there, or is too large to be kept.
fn today(here: &Blobs, place: &Place) -> io::Result<Option<ContentHash>> {
    let catalog = Arc::new(Catalog::new(place.tests.clone()));
    match Snapshots::once(catalog, here.clone(), &place.data).take() {
        Ok(tree) => Ok(Some(tree)),
        Err(CatalogError::TooManyFiles { .. } | CatalogError::NotFound { .. }) => Ok(None),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// What becomes of the contents that all hosts have in common.
fn plan(named: &Named, facts: &Facts, marked: &[(String, Millis)]) -> Sweep {
    let marked: HashMap<_, _> =
        marked.iter().filter_map(|(name, at)| Some((ContentHash::parse(name)?, *at))).collect();
    let mut sweep = Sweep::default();
    for content in facts.shared.keys() {
        match (named.has(content), marked.get(content)) {
            (true, Some(_)) => sweep.named.push(content.to_string()),
            (true, None) => {}
            (false, None) => sweep.unnamed.push(content.to_string()),
            (false, Some(since)) if facts.now.since(*since) >= milliseconds(GRACE) => {
                sweep.removed.push(content.to_string());
            }
            (false, Some(_)) => {}
        }
    }
    sweep
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
