//! Histories of a whole Proctor, drawn at random and checked step by step against a model that is simple enough to be
//! right: at most one running run in an environment, the order of every queue, fairness when slots are short, runs that
//! take any environment, reservations, and nothing lost of what was accepted.
//!
//! `PROCTOR_HISTORIES=5000 cargo test --test store simulation` plays more of them than usual.

mod steps;

use std::collections::BTreeMap;

use proctor::actions::{self, Begin, Claimed, Lease, ReserveError, Wish};
use proctor::domain::environment::Changes;
use proctor::domain::{EnvironmentId, Millis, NewRun, Options, Outcome, RunId, State, WorkerId};
use proctor::store::Db;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};

use self::steps::{Place, Step, steps};
use crate::world::{START, TIMES, World, asked};

pub const PEOPLE: [&str; 3] = ["ann", "ben", "eve"];
pub const ENVIRONMENTS: i64 = 3;
/// A label, and the first of the environments that have it: all later ones do, too.
pub const LABELS: [(&str, i64); 2] = [("lab", 1), ("gpu", 2)];
const USUAL: u32 = 60;

#[test]
fn every_history_keeps_the_promises() {
    let histories = std::env::var("PROCTOR_HISTORIES").ok().and_then(|count| count.parse().ok());
    let config =
        Config { failure_persistence: None, ..Config::with_cases(histories.unwrap_or(USUAL)) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let empty = runtime.block_on(empty_database());
    proptest!(config, |(steps in steps())| {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("history.sqlite3");
        std::fs::write(&file, &empty).unwrap();
        runtime.block_on(async {
            let db = Db::open_sqlite(&file).await.unwrap();
            let world = World::new(db);
            label_environments(&world).await;
            let worker = world.worker("one").await;
            let mut history = History { world, worker, now: START.0, runs: BTreeMap::new(), kept: BTreeMap::new() };
            for step in steps {
                history.play(step).await?;
            }
            let end = history.end().await;
            history.world.ctx.db.close().await;
            end
        })?;
    });
}

/// To make all tables anew takes longer than a history does.
async fn empty_database() -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("empty.sqlite3");
    Db::open_sqlite(&file).await.unwrap().close().await;
    std::fs::read(&file).unwrap()
}

async fn label_environments(world: &World) {
    for id in 1..=ENVIRONMENTS {
        let has = LABELS.iter().filter(|(_, first)| *first <= id);
        let labels = Some(has.map(|(label, _)| (*label).to_owned()).collect());
        let changes = Changes { labels, ..Changes::default() };
        actions::change_environment(&world.ctx, EnvironmentId(id), &changes).await.unwrap();
    }
}

/// What the model knows of a run.
#[derive(Debug, Clone)]
struct Known {
    requester: String,
    place: Place,
    /// Where it is; zero until one that takes any is placed.
    environment: i64,
    retries: u32,
    keep: bool,
    cancelled: bool,
    is: Is,
}

#[derive(Debug, Clone, PartialEq)]
enum Is {
    Queued,
    Running { lease: Lease, until: i64 },
    Finished,
}

#[derive(Debug, Clone)]
struct Kept {
    person: String,
    until: i64,
}

struct History {
    world: World,
    worker: WorkerId,
    now: i64,
    runs: BTreeMap<RunId, Known>,
    kept: BTreeMap<i64, Kept>,
}

type Played = Result<(), TestCaseError>;

impl History {
    async fn play(&mut self, step: Step) -> Played {
        match step {
            Step::Submit { who, place, retries, keep } => {
                self.submit(PEOPLE[who], place, retries, keep).await;
            }
            Step::Claim { slots } => _ = self.claim(slots).await?,
            Step::Finish { which, outcome } => {
                if let Some((run, lease)) = self.running(which) {
                    self.world.finish(lease, outcome).await;
                    self.ended(run, outcome);
                }
            }
            Step::Cancel { which } => self.cancel(which).await?,
            Step::Wait { seconds } => self.wait(seconds * 1000).await?,
            Step::Renew { which } => self.renew(which).await?,
            Step::Reserve { who, environment, minutes, begin } => {
                self.reserve(PEOPLE[who], environment, minutes, begin).await?;
            }
            Step::Release { environment } => {
                actions::release(&self.world.ctx, EnvironmentId(environment)).await.unwrap();
                self.kept.remove(&environment);
            }
            Step::Crash => self.crash().await?,
        }
        self.compare().await
    }

    async fn submit(&mut self, who: &str, place: Place, retries: u32, keep: bool) {
        let options = Options {
            retry_lost: Some(retries),
            keep_if_failed_minutes: keep.then_some(1),
            ..Options::default()
        };
        let requester = who.to_owned();
        let (environment, any) = match place {
            Place::Number(number) => (number, None),
            Place::Any(label) => (0, Some(vec![LABELS[label].0.to_owned()])),
        };
        let run = NewRun { requester: requester.clone(), options, any, ..asked(environment) };
        let id = self.world.submit_run(&run).await;
        let (cancelled, is) = (false, Is::Queued);
        let known = Known { requester, place, environment, retries, keep, cancelled, is };
        self.runs.insert(id, known);
    }

    /// Several at once are those that one after the other would be. Answers whether a run was started.
    async fn claim(&mut self, slots: usize) -> Result<bool, TestCaseError> {
        let claimed = self.world.claim_several(self.worker, slots).await;
        for Claimed { run, lease, .. } in &claimed {
            prop_assert_eq!(Some((run.id, lease.environment.0)), self.next());
            let until = self.now + TIMES.lease_ms;
            let known = self.known(run.id);
            known.environment = lease.environment.0;
            known.is = Is::Running { lease: *lease, until };
        }
        prop_assert!(claimed.len() == slots || self.next().is_none(), "{:?}", self.next());
        Ok(!claimed.is_empty())
    }

    /// Of the first for each environment the one whose requester has the fewest running, then the oldest.
    fn next(&self) -> Option<(RunId, i64)> {
        let running = |who: &str| {
            self.runs.values().filter(|run| is_running(run) && run.requester == who).count()
        };
        let mut first: BTreeMap<i64, RunId> =
            (1..=ENVIRONMENTS).filter_map(|id| Some((id, self.first_here(id)?))).collect();
        for (id, environment) in self.anywhere(&first) {
            first.insert(environment, id);
        }
        let heads = first.into_iter().map(|(environment, id)| (id, environment));
        heads.min_by_key(|(id, _)| (running(&self.runs[id].requester), *id))
    }

    /// Who may start in an environment of those that asked for it by its number.
    fn first_here(&self, environment: i64) -> Option<RunId> {
        let keeper = self.keeper(environment);
        let is_first = |run: &Known| {
            run.is == Is::Queued
                && run.place == Place::Number(environment)
                && keeper.is_none_or(|kept| kept.person == run.requester)
        };
        let mut queue = self.runs.iter().filter(|(_, run)| is_first(run));
        if self.is_busy(environment) { None } else { queue.next().map(|(id, _)| *id) }
    }

    /// The first run for each label, the oldest first, and where it goes: rather to where nobody is, else to where the
    /// first came later.
    fn anywhere(&self, first: &BTreeMap<i64, RunId>) -> Vec<(RunId, i64)> {
        let waits = |label: usize| {
            move |(_, run): &(&RunId, &Known)| {
                run.is == Is::Queued && run.place == Place::Any(label)
            }
        };
        let head = |label: usize| Some((*self.runs.iter().find(waits(label))?.0, label));
        let mut heads: Vec<_> = (0..LABELS.len()).filter_map(head).collect();
        heads.sort_unstable();
        let mut open: Vec<i64> = (1..=ENVIRONMENTS)
            .filter(|id| !self.is_busy(*id) && self.keeper(*id).is_none())
            .collect();
        let mut placed = Vec::new();
        for (run, label) in heads {
            let may = |id: &&i64| {
                **id >= LABELS[label].1 && first.get(*id).is_none_or(|first| run < *first)
            };
            let choice = open.iter().filter(may).min_by_key(|id| (first.contains_key(*id), **id));
            let Some(environment) = choice.copied() else { continue };
            open.retain(|id| *id != environment);
            placed.push((run, environment));
        }
        placed
    }

    fn is_busy(&self, environment: i64) -> bool {
        self.runs.values().any(|run| is_running(run) && run.environment == environment)
    }

    fn keeper(&self, environment: i64) -> Option<&Kept> {
        self.kept.get(&environment).filter(|kept| kept.until > self.now)
    }

    async fn cancel(&mut self, which: usize) -> Played {
        let Some(id) = self.runs.keys().nth(which).copied() else { return Ok(()) };
        let cancelled = actions::cancel(&self.world.ctx, id, "ann").await;
        let run = self.known(id);
        prop_assert_eq!(cancelled.is_ok(), run.is != Is::Finished);
        match run.is {
            Is::Queued => run.is = Is::Finished,
            Is::Running { .. } => run.cancelled = true,
            Is::Finished => {}
        }
        Ok(())
    }

    async fn wait(&mut self, milliseconds: i64) -> Played {
        self.now += milliseconds;
        self.world.ctx.clock.advance(milliseconds);
        let lost = actions::lose_expired(&self.world.ctx).await.unwrap();
        let now = self.now;
        let is_over = |run: &Known| matches!(run.is, Is::Running { until, .. } if until < now);
        let expected: Vec<_> =
            self.runs.iter().filter(|(_, run)| is_over(run)).map(|(id, _)| *id).collect();
        let mut lost_in_order = lost;
        lost_in_order.sort_unstable();
        prop_assert_eq!(&lost_in_order, &expected);
        for id in expected {
            self.ended(id, Outcome::Lost);
        }
        actions::expire_reservations(&self.world.ctx).await.unwrap();
        self.kept.retain(|_, kept| kept.until > now);
        Ok(())
    }

    async fn renew(&mut self, which: usize) -> Played {
        let Some((id, lease)) = self.running(which) else { return Ok(()) };
        let until = self.now + TIMES.lease_ms;
        actions::renew(&self.world.ctx, self.worker, &[lease], TIMES).await.unwrap();
        self.known(id).is = Is::Running { lease, until };
        Ok(())
    }

    async fn reserve(&mut self, who: &str, environment: i64, minutes: i64, begin: Begin) -> Played {
        let until = self.now + minutes * 60_000;
        let (person, reason) = (who.to_owned(), "a look".to_owned());
        let wish = Wish { person: person.clone(), until: Millis(until), reason, begin };
        let answer = actions::reserve(&self.world.ctx, EnvironmentId(environment), &wish).await;
        let present = self.kept.get(&environment);
        let is_taken = present.is_some_and(|kept| kept.person != who);
        let is_busy = present.is_none()
            && begin == Begin::Now
            && self.runs.values().any(|run| {
                is_running(run) && run.environment == environment && run.requester != who
            });
        prop_assert_eq!(matches!(answer, Err(ReserveError::Taken { .. })), is_taken);
        prop_assert_eq!(matches!(answer, Err(ReserveError::Busy { .. })), is_busy && !is_taken);
        if answer.is_ok() {
            self.kept.insert(environment, Kept { person, until });
        }
        Ok(())
    }

    async fn crash(&mut self) -> Played {
        let lost = actions::lose_worker(&self.world.ctx, self.worker, "its worker died").await;
        let mut lost = lost.unwrap();
        lost.sort_unstable();
        let running: Vec<_> =
            self.runs.iter().filter(|(_, run)| is_running(run)).map(|(id, _)| *id).collect();
        prop_assert_eq!(&lost, &running);
        for id in running {
            self.ended(id, Outcome::Lost);
        }
        self.worker = self.world.worker("another").await;
        Ok(())
    }

    fn ended(&mut self, id: RunId, outcome: Outcome) {
        let now = self.now;
        let run = self.known(id);
        if outcome == Outcome::Lost && run.retries > 0 && !run.cancelled {
            run.retries -= 1;
            run.is = Is::Queued;
            return;
        }
        run.is = Is::Finished;
        let (environment, person, keep) = (run.environment, run.requester.clone(), run.keep);
        let until = now + 60_000;
        let has_more = self
            .kept
            .get(&environment)
            .is_some_and(|kept| kept.until > now && (kept.person != person || kept.until >= until));
        if keep && outcome == Outcome::Failed && !has_more {
            self.kept.insert(environment, Kept { person, until });
        }
    }

    /// What the store says is what the model says.
    async fn compare(&self) -> Played {
        for (id, known) in &self.runs {
            let state = self.world.run(*id).await.state();
            let expected = match known.is {
                Is::Queued => State::Queued,
                Is::Running { .. } => State::Running,
                Is::Finished => State::Finished,
            };
            prop_assert_eq!(state, expected, "run {}", id);
        }
        // What is noted beside an environment is who is first in its queue.
        let wrong = "SELECT COUNT(*) AS n FROM environments e WHERE e.first_run_id IS DISTINCT FROM \
                     (SELECT q.id FROM runs q WHERE q.environment_id = e.id AND q.state = 'queued' \
                     ORDER BY q.sequence LIMIT 1)";
        prop_assert_eq!(self.world.number(wrong).await, 0);
        Ok(())
    }

    /// However a history went, everything that was accepted comes to an end.
    async fn end(&mut self) -> Played {
        // Longer than any reservation, and than any lease.
        self.wait(10 * 60_000).await?;
        for _ in 0..=self.runs.len() * 3 {
            while self.claim(2).await? {}
            let Some((id, lease)) = self.running(0) else { break };
            self.world.finish(lease, Outcome::Passed).await;
            self.ended(id, Outcome::Passed);
        }
        self.compare().await?;
        prop_assert!(self.runs.values().all(|run| run.is == Is::Finished), "{:#?}", self.runs);
        Ok(())
    }

    fn known(&mut self, id: RunId) -> &mut Known {
        self.runs.get_mut(&id).expect("only runs that were accepted are told of")
    }

    fn running(&self, which: usize) -> Option<(RunId, Lease)> {
        let mut leases = self.runs.iter().filter_map(|(id, run)| match run.is {
            Is::Running { lease, .. } => Some((*id, lease)),
            _ => None,
        });
        leases.nth(which)
    }
}

fn is_running(run: &Known) -> bool {
    matches!(run.is, Is::Running { .. })
}
