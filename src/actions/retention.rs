//! What is old, or more than is wanted, goes: logs, artifacts, and whole runs. Never of a run that is open.

use crate::domain::retention::{Bounds, Part, Pruning};
use crate::domain::{Event, Millis, RunId};
use crate::store::prunings::{self, Kept};
use crate::store::{self, Read};

use super::Context;

/// A run that has just ended is read, repeated and told of; nothing removes it on that day.
const LEAST_AGE_MS: i64 = 24 * 60 * 60 * 1000;

/// Prunes the next portion of what is too old, or else of what is too much; answers of which runs. Nothing: all is done.
pub async fn prune_part(
    context: &Context,
    part: Part,
    bounds: Bounds,
) -> store::Result<Vec<RunId>> {
    let now = context.clock.now();
    let is_old = too_old(&context.db, part, bounds, now).await?.is_some();
    if !is_old && too_much(&context.db, part, bounds, now).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut change = context.begin().await?;
    // Looked at again where nobody else prunes: others may have made room meanwhile.
    prunings::lock(&change.tx, part).await?;
    let found = match too_old(&change.tx, part, bounds, now).await? {
        Some(found) => Some(found),
        None => too_much(&change.tx, part, bounds, now).await?,
    };
    let Some((kept, reason)) = found else { return Ok(Vec::new()) };
    let mark = |one: &Kept| Pruning { run: one.run, part, at: now, reason: reason.clone() };
    let gone = prunings::prune(&change.tx, &kept.iter().map(mark).collect::<Vec<_>>()).await?;
    if let Some(last) = kept.last().filter(|_| part != Part::Run) {
        prunings::raise_floor(&change.tx, part, last.run).await?;
    }
    for run in &gone {
        change.event(Event::Run(*run));
    }
    change.commit().await?;
    Ok(gone)
}

async fn too_old(
    db: &impl Read,
    part: Part,
    bounds: Bounds,
    now: Millis,
) -> store::Result<Option<(Vec<Kept>, String)>> {
    let Some(cutoff) = bounds.cutoff(now) else { return Ok(None) };
    let found = prunings::older_than(db, part, cutoff).await?;
    let days = bounds.days.unwrap_or_default();
    let reason = format!("{} are kept for {days} {}", plural(part), one_or_more(days, "day"));
    Ok((!found.is_empty()).then_some((found, reason)))
}

async fn too_much(
    db: &impl Read,
    part: Part,
    bounds: Bounds,
    now: Millis,
) -> store::Result<Option<(Vec<Kept>, String)>> {
    let Some(most) = bounds.most else { return Ok(None) };
    let total = prunings::total(db, part).await?;
    if total <= most {
        return Ok(None);
    }
    let mut oldest = match part {
        Part::Run => {
            let cutoff = Millis(now.0 - LEAST_AGE_MS);
            prunings::older_than(db, part, cutoff).await?
        }
        Part::Log | Part::Artifacts => prunings::oldest(db, part).await?,
    };
    oldest.truncate(bounds.beyond(total, oldest.iter().map(|one| one.bytes)));
    let reason = match part {
        Part::Run => format!("no more than {most} finished runs are kept"),
        Part::Log | Part::Artifacts => {
            format!("no more than {most} bytes of {} are kept", plural(part))
        }
    };
    Ok((!oldest.is_empty()).then_some((oldest, reason)))
}

fn plural(part: Part) -> &'static str {
    match part {
        Part::Log => "logs",
        Part::Artifacts => "artifacts",
        Part::Run => "finished runs",
    }
}

fn one_or_more(count: u32, word: &str) -> String {
    if count == 1 { word.to_owned() } else { format!("{word}s") }
}
