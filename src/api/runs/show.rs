//! Runs in their list shape, with the places of those that are queued.

use std::collections::{BTreeSet, HashMap};

use crate::domain::any::waits_for;
use crate::domain::policy::{Waiting, Workers};
use crate::domain::{Crew, Environment, EnvironmentState, Run, RunId, State};
use crate::store::{self, Read, any_queues, environments, workers};
use crate::wire;

/// How many of the runs ahead are named.
pub const AHEAD_SHOWN: usize = 50;

/// The runs in the same order, as lists show them.
pub async fn show_runs(db: &impl Read, runs: Vec<Run>) -> store::Result<Vec<wire::Run>> {
    let places = places(db, &runs).await?;
    Ok(runs.into_iter().map(|run| show(run, &places)).collect())
}

fn show(run: Run, places: &HashMap<RunId, wire::Place>) -> wire::Run {
    let place = places.get(&run.id);
    wire::Run::new(run, place)
}

/// Where the queued ones among these runs stand.
pub async fn places(db: &impl Read, runs: &[Run]) -> store::Result<HashMap<RunId, wire::Place>> {
    let queued: Vec<&Run> = runs.iter().filter(|run| run.state() == State::Queued).collect();
    if queued.is_empty() {
        return Ok(HashMap::new());
    }
    let crew = workers::crew(db).await?;
    let (queued, anywhere): (Vec<&Run>, Vec<&Run>) =
        queued.into_iter().partition(|run| run.is_placed());
    let mut places = any_places(db, &anywhere, &crew).await?;
    let wanted: BTreeSet<_> = queued.iter().map(|run| run.environment).collect();
    let environments = environments::find_many(db, &wanted).await?;
    let place = |run: &Run| {
        let environment = environments.iter().find(|one| one.id == run.environment)?;
        Some((run.id, place_in(environment, run, &crew)?))
    };
    places.extend(queued.into_iter().filter_map(place));
    Ok(places)
}

/// Where those stand that take any environment.
async fn any_places(
    db: &impl Read,
    queued: &[&Run],
    crew: &Crew,
) -> store::Result<HashMap<RunId, wire::Place>> {
    let mut places = HashMap::new();
    let queues: BTreeSet<_> = queued.iter().map(|run| run.environment).collect();
    if queues.is_empty() {
        return Ok(places);
    }
    let environments = environments::list(db).await?;
    for queue in queues {
        let waiting = any_queues::waiting(db, queue).await?;
        let order: HashMap<_, _> = waiting.iter().enumerate().map(|(at, run)| (*run, at)).collect();
        for run in queued.iter().filter(|run| run.environment == queue) {
            let (Some(at), Some(labels)) = (order.get(&run.id), &run.any) else { continue };
            places.insert(run.id, any_place(labels, &waiting[..*at], &environments, crew));
        }
    }
    Ok(places)
}

/// Where a run stands that takes any environment with these labels, behind the first of its queue.
pub fn any_place(
    labels: &[String],
    before: &[RunId],
    environments: &[Environment],
    crew: &Crew,
) -> wire::Place {
    let is_free = free_one(labels, environments).is_some();
    let workers = crew.at_one_of(environments.iter().filter(|one| one.has_labels(labels)));
    wire::Place {
        position: i64::try_from(before.len()).unwrap_or(i64::MAX).saturating_add(1),
        ahead: before.iter().take(AHEAD_SHOWN).map(|run| run.0).collect(),
        waits_for: waits_for(labels, before.len(), environments, workers),
        starts_by_itself: before.is_empty() && is_free && workers == Workers::Free,
    }
}

/// An environment with these labels that is free and that nobody waits for.
pub fn free_one<'a>(labels: &[String], environments: &'a [Environment]) -> Option<&'a Environment> {
    environments.iter().find(|one| {
        one.has_labels(labels) && one.state() == EnvironmentState::Free && one.queue.is_empty()
    })
}

/// `None` when it has left the queue meanwhile.
fn place_in(environment: &Environment, run: &Run, crew: &Crew) -> Option<wire::Place> {
    let before = environment.queue.iter().position(|queued| *queued == run.id)?;
    Some(place_after(environment, &environment.queue[..before], &run.requester, crew))
}

/// Where a requester stands behind whoever has the environment and these, its first queued runs.
pub fn place_after(
    environment: &Environment,
    before: &[RunId],
    requester: &str,
    crew: &Crew,
) -> wire::Place {
    let holder = environment.holder.as_ref().map(|holder| holder.run);
    let workers = crew.at(environment);
    let waiting = Waiting::of(requester, environment, before.last().copied(), workers);
    // A reservation lets runs of others wait, however early they were asked for.
    let reservation = environment.reservation.as_ref();
    let is_in_order = reservation.is_none_or(|one| one.person == requester && before.is_empty());
    let earlier = before.iter().copied();
    wire::Place {
        position: i64::try_from(before.len()).unwrap_or(i64::MAX).saturating_add(1),
        ahead: holder.into_iter().chain(earlier).take(AHEAD_SHOWN).map(|run| run.0).collect(),
        waits_for: waiting.words(environment.id),
        starts_by_itself: is_in_order && waiting.ends_by_itself(workers),
    }
}
