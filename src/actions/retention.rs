//! What is old, or more than is wanted, goes: logs, artifacts, and whole runs. Never of a run that is open.

use crate::domain::retention::{Bounds, Part, Pruning};
use crate::domain::{Event, Millis, RunId};
use crate::store;
use crate::store::prunings::{self, Kept};

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
    let (kept, reason) = match too_old(context, part, bounds, now).await? {
        Some(found) => found,
        None => match too_much(context, part, bounds, now).await? {
            Some(found) => found,
            None => return Ok(Vec::new()),
        },
    };
    let Some(last) = kept.last().map(|one| one.run) else { return Ok(Vec::new()) };
    let mark = |one: &Kept| Pruning { run: one.run, part, at: now, reason: reason.clone() };
    let wanted: Vec<_> = kept.iter().map(mark).collect();
    let mut change = context.begin().await?;
    prunings::lock(&change.tx, part).await?;
    let gone = prunings::prune(&change.tx, &wanted).await?;
    if part != Part::Run {
        prunings::raise_floor(&change.tx, part, last).await?;
    }
    for run in &gone {
        change.event(Event::Run(*run));
    }
    change.commit().await?;
    Ok(gone)
}

async fn too_old(
    context: &Context,
    part: Part,
    bounds: Bounds,
    now: Millis,
) -> store::Result<Option<(Vec<Kept>, String)>> {
    let Some(cutoff) = bounds.cutoff(now) else { return Ok(None) };
    let found = prunings::older_than(&context.db, part, cutoff).await?;
    let days = bounds.days.unwrap_or_default();
    let reason = format!("{} are kept for {days} {}", plural(part), one_or_more(days, "day"));
    Ok((!found.is_empty()).then_some((found, reason)))
}

async fn too_much(
    context: &Context,
    part: Part,
    bounds: Bounds,
    now: Millis,
) -> store::Result<Option<(Vec<Kept>, String)>> {
    let Some(most) = bounds.most else { return Ok(None) };
    let total = prunings::total(&context.db, part).await?;
    if total <= most {
        return Ok(None);
    }
    let mut oldest = match part {
        Part::Run => {
            let cutoff = Millis(now.0 - LEAST_AGE_MS);
            prunings::older_than(&context.db, part, cutoff).await?
        }
        Part::Log | Part::Artifacts => prunings::oldest(&context.db, part).await?,
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
