//! Who starts next: one at a time in an environment, in the order of its queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use proctor::actions::{self, Batch, Claimer, LastRecord, Lease, Left, Slots};
use proctor::domain::run::Status;
use proctor::domain::verdict::Verdict;
use proctor::domain::{EnvironmentId, Epoch, NewRun, Outcome, RunId, Serves};
use proctor::live::Hint;
use proctor::store::{environments, refused};

use crate::world::{TIMES, World, asked, on_both, on_postgres};

#[test]
fn a_claim_takes_the_environment_and_its_oldest_run() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        assert!(world.claim(worker).await.is_none());
        let first = world.submit(3).await;
        let second = world.submit(3).await;
        world.ctx.clock.advance(500);
        let claimed = world.claim(worker).await.unwrap();
        assert_eq!(
            claimed.lease,
            Lease { run: first, environment: EnvironmentId(3), epoch: Epoch(1) }
        );
        let started_at = world.ctx.clock.now();
        let running = Status::Running { started_at, worker, epoch: Epoch(1) };
        assert_eq!(world.run(first).await.status, running);
        assert_eq!(claimed.run, world.run(first).await);
        let environment = environments::find(&world.ctx.db, EnvironmentId(3)).await.unwrap();
        let environment = environment.unwrap();
        let holder = environment.holder.unwrap();
        assert_eq!((holder.run, holder.since), (first, started_at));
        assert_eq!((environment.epoch, environment.queue), (Epoch(1), vec![second]));
        assert!(world.claim(worker).await.is_none(), "the environment is taken");
    });
}

#[test]
fn the_next_run_starts_when_the_one_before_has_ended() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let runs = [world.submit(3).await, world.submit(3).await, world.submit(3).await];
        for (run, epoch) in runs.into_iter().zip(1..) {
            let claimed = world.claim(worker).await.unwrap();
            assert_eq!((claimed.run.id, claimed.lease.epoch), (run, Epoch(epoch)));
            world.finish(claimed.lease, Outcome::Passed).await;
        }
        assert!(world.claim(worker).await.is_none());
    });
}

#[test]
fn a_cancelled_head_is_skipped() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let (first, second) = (world.submit(3).await, world.submit(3).await);
        actions::cancel(&world.ctx, first, "ann").await.unwrap();
        assert_eq!(world.claim(worker).await.unwrap().run.id, second);
    });
}

#[test]
fn an_environment_in_maintenance_starts_nothing() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        world.submit(3).await;
        let elsewhere = world.submit(4).await;
        let close = "UPDATE environments SET maintenance = $1 WHERE id = 3";
        world.execute(close, vec!["new firmware".into()]).await;
        assert_eq!(world.claim(worker).await.unwrap().run.id, elsewhere);
        assert!(world.claim(worker).await.is_none());
        world.execute("UPDATE environments SET maintenance = NULL WHERE id = 3", vec![]).await;
        assert!(world.claim(worker).await.is_some());
    });
}

#[test]
fn whoever_has_fewest_running_goes_first() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for environment in 1..=3 {
            world.submit(environment).await;
        }
        let ben = NewRun { requester: "ben".into(), ..asked(4) };
        let ben = world.submit_run(&ben).await;
        let first = world.claim(worker).await.unwrap();
        assert_eq!(first.run.requester, "ann");
        assert_eq!(world.claim(worker).await.unwrap().run.id, ben);
    });
}

#[test]
fn several_are_claimed_at_once_one_of_each_environment_and_the_oldest_there() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let mut first = Vec::new();
        for environment in [3, 4, 5] {
            first.push(world.submit(environment).await);
            world.submit(environment).await;
        }
        let claimed = world.claim_several(worker, 2).await;
        let runs: Vec<_> = claimed.iter().map(|claimed| claimed.run.id).collect();
        assert_eq!(runs, first[..2]);
        for claimed in &claimed {
            assert_eq!(claimed.run, world.run(claimed.run.id).await);
            let environment = environments::find(&world.ctx.db, claimed.lease.environment).await;
            let environment = environment.unwrap().unwrap();
            assert_eq!(environment.holder.unwrap().run, claimed.run.id);
            assert_eq!(environment.epoch, claimed.lease.epoch);
        }
        let rest = world.claim_several(worker, 9).await;
        assert_eq!(rest.iter().map(|claimed| claimed.run.id).collect::<Vec<_>>(), first[2..]);
        assert!(world.claim_several(worker, 9).await.is_empty(), "all environments are taken");
    });
}

#[test]
fn a_worker_that_is_not_alone_leaves_the_others_their_share() {
    on_both(async |world| {
        let workers = [world.worker("one").await, world.worker("two").await];
        for environment in 1..=5 {
            world.submit(environment).await;
        }
        assert_eq!(world.claim_several(workers[0], 8).await.len(), 3);
        assert_eq!(world.claim_several(workers[1], 8).await.len(), 1);
        assert_eq!(world.claim_several(workers[0], 8).await.len(), 1);
    });
}

#[test]
fn a_worker_whose_runs_have_ended_takes_as_many_again() {
    on_both(async |world| {
        let workers = [world.worker("one").await, world.worker("two").await];
        for environment in 1..=6 {
            world.submit(environment).await;
        }
        let (name, serves) = ("one", Serves::default());
        let claimer = Claimer { worker: workers[0], name, times: TIMES, serves: &serves };
        let taken = async |free, just_left| {
            let slots = Slots { free, just_left };
            actions::claim_several(&world.ctx, &claimer, slots).await.unwrap().runs.len()
        };
        assert_eq!(taken(8, 4).await, 4, "more than its share");
        assert_eq!(taken(1, 4).await, 1, "no more than there are slots for");
    });
}

#[test]
fn others_are_told_of_what_is_left_while_they_have_free_slots() {
    on_both(async |world| {
        let mut hints = world.ctx.live.subscribe();
        actions::pass_on(&world.ctx).await.unwrap();
        assert!(hints.try_recv().is_err(), "nobody is there");
        let worker = world.worker("one").await;
        while hints.try_recv().is_ok() {}
        actions::pass_on(&world.ctx).await.unwrap();
        assert_eq!(hints.try_recv(), Ok(Hint::Queue));
        let slots = world.number("SELECT slots AS n FROM workers").await;
        for environment in 1..=slots {
            world.submit(environment).await;
            world.claim(worker).await.unwrap();
        }
        while hints.try_recv().is_ok() {}
        actions::pass_on(&world.ctx).await.unwrap();
        assert!(hints.try_recv().is_err(), "all slots are taken");
    });
}

#[test]
fn what_somebody_else_is_just_changing_is_left_out_and_the_next_is_taken() {
    on_postgres(async |world| {
        let worker = world.worker("one").await;
        world.submit(3).await;
        let second = world.submit(4).await;
        let tx = world.ctx.db.begin().await.unwrap();
        environments::lock(&tx, EnvironmentId(3)).await.unwrap();
        assert_eq!(world.claim(worker).await.unwrap().run.id, second);
        let name = "one";
        let claimer = Claimer { worker, name, times: TIMES, serves: &Serves::default() };
        let slots = Slots { free: 1, just_left: 0 };
        let claims = actions::claim_several(&world.ctx, &claimer, slots).await.unwrap();
        assert!(claims.runs.is_empty() && claims.left == Left::WithOthers);
        tx.commit().await.unwrap();
        assert!(world.claim(worker).await.is_some());
        let claims = actions::claim_several(&world.ctx, &claimer, slots).await.unwrap();
        assert!(claims.runs.is_empty() && claims.left == Left::Nothing);
    });
}

#[test]
fn nothing_is_forgotten_while_runs_are_asked_for_cancelled_and_taken_at_once() {
    on_both(async |world| {
        const RUNS: i64 = 30;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut tasks = Vec::new();
        for n in 0..4 {
            let world = world.clone();
            tasks.push(tokio::spawn(async move {
                for m in 0..RUNS {
                    let run = world.submit(1 + (n + m) % 3).await;
                    if m % 7 == n {
                        let _ = actions::cancel(&world.ctx, run, "ann").await;
                    }
                }
            }));
        }
        for n in 0..6 {
            let (world, seen) = (world.clone(), Arc::clone(&seen));
            let worker = world.worker(&format!("worker {n}")).await;
            tasks.push(tokio::spawn(async move {
                while world.number("SELECT COUNT(*) AS n FROM runs WHERE state = 'finished'").await
                    < 4 * RUNS
                {
                    let claimed = world.claim_several(worker, 2).await;
                    for one in &claimed {
                        seen.lock().unwrap().begin(one.lease);
                    }
                    tokio::task::yield_now().await;
                    for one in &claimed {
                        seen.lock().unwrap().end(one.lease);
                    }
                    let last: Vec<_> = claimed.iter().map(|one| last_of(one.lease)).collect();
                    let ended = actions::finish_several(&world.ctx, &last).await.unwrap();
                    assert_eq!(ended.len(), claimed.len());
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        for leases in seen.lock().unwrap().leases.values() {
            assert!(leases.is_sorted_by_key(|lease| lease.run), "in the order of the queue");
        }
    });
}

#[test]
fn of_several_ends_those_that_came_too_late_change_nothing() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for environment in 1..=3 {
            world.submit(environment).await;
        }
        let claimed = world.claim_several(worker, 3).await;
        let leases: Vec<_> = claimed.iter().map(|claimed| claimed.lease).collect();
        world.finish(leases[1], Outcome::Failed).await;
        let last: Vec<_> = leases.iter().map(|lease| last_of(*lease)).collect();
        let ended = actions::finish_several(&world.ctx, &last).await.unwrap();
        assert_eq!(ended, [leases[0], leases[2]]);
        let outcome = async |lease: &Lease| world.run(lease.run).await.outcome();
        assert_eq!(outcome(&leases[0]).await, Some(Outcome::Passed));
        assert_eq!(outcome(&leases[1]).await, Some(Outcome::Failed), "as it was");
        let refused = refused::of_run(&world.ctx.db, leases[1].run).await.unwrap();
        assert_eq!(refused.len(), 1);
    });
}

#[test]
fn an_end_that_came_too_late_is_refused_also_beside_that_of_the_run_which_is_there_now() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        world.submit(1).await;
        world.submit(1).await;
        let late = world.claim(worker).await.unwrap().lease;
        world.ctx.clock.advance(TIMES.lease_ms + 1);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [late.run]);
        let now = world.claim(worker).await.unwrap().lease;
        assert_eq!(now.environment, late.environment);
        let last = [last_of(late), last_of(now)];
        assert_eq!(actions::finish_several(&world.ctx, &last).await.unwrap(), [now]);
        assert_eq!(world.run(late.run).await.outcome(), Some(Outcome::Lost), "as it was");
        assert_eq!(world.run(now.run).await.outcome(), Some(Outcome::Passed));
        let refused = refused::of_run(&world.ctx.db, late.run).await.unwrap();
        assert_eq!(refused.len(), 1);
    });
}

#[test]
fn a_run_that_is_starting_is_always_seen_in_its_environment() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for _ in 0..100 {
            world.submit(1).await;
            let starter = world.clone();
            let started = tokio::spawn(async move { starter.claim(worker).await.unwrap().lease });
            while !started.is_finished() {
                let all = environments::list(&world.ctx.db).await.unwrap();
                let one = environments::find(&world.ctx.db, EnvironmentId(1)).await.unwrap();
                for seen in [&all[0], &one.unwrap()] {
                    let runs = seen.queue.len() + usize::from(seen.holder.is_some());
                    assert_eq!(runs, 1, "{seen:?}");
                }
            }
            world.finish(started.await.unwrap(), Outcome::Passed).await;
        }
    });
}

fn last_of(lease: Lease) -> LastRecord {
    let verdict = Verdict { outcome: Outcome::Passed, reason: None };
    LastRecord { lease, batch: Batch::default(), verdict, usage: None }
}

#[test]
fn sixteen_workers_never_hold_one_environment_twice() {
    on_both(async |world| {
        const ENVIRONMENTS: i64 = 5;
        const RUNS: i64 = 20;
        for n in 0..ENVIRONMENTS * RUNS {
            world.submit(1 + n % ENVIRONMENTS).await;
        }
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut tasks = Vec::new();
        for n in 0..16 {
            let (world, seen) = (world.clone(), Arc::clone(&seen));
            let worker = world.worker(&format!("worker {n}")).await;
            tasks.push(tokio::spawn(async move {
                while !world.nothing_queued().await {
                    let Some(claimed) = world.claim(worker).await else { continue };
                    seen.lock().unwrap().begin(claimed.lease);
                    tokio::task::yield_now().await;
                    // Before the store is told: the next claim may come before this task goes on.
                    seen.lock().unwrap().end(claimed.lease);
                    world.finish(claimed.lease, Outcome::Passed).await;
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let seen = Arc::into_inner(seen).unwrap().into_inner().unwrap();
        for environment in 1..=ENVIRONMENTS {
            let leases = &seen.leases[&EnvironmentId(environment)];
            assert_eq!(leases.len(), usize::try_from(RUNS).unwrap());
            assert!(leases.is_sorted_by_key(|lease| lease.run), "in the order of the queue");
            let epochs: Vec<_> = leases.iter().map(|lease| lease.epoch.0).collect();
            assert_eq!(epochs, (1..=RUNS).collect::<Vec<_>>());
        }
    });
}

#[derive(Default)]
struct Seen {
    held: HashMap<EnvironmentId, RunId>,
    leases: HashMap<EnvironmentId, Vec<Lease>>,
}

impl Seen {
    fn begin(&mut self, lease: Lease) {
        let other = self.held.insert(lease.environment, lease.run);
        assert_eq!(other, None, "two runs in environment {}", lease.environment);
        self.leases.entry(lease.environment).or_default().push(lease);
    }

    fn end(&mut self, lease: Lease) {
        assert_eq!(self.held.remove(&lease.environment), Some(lease.run));
    }
}

impl World {
    pub async fn nothing_queued(&self) -> bool {
        self.number("SELECT COUNT(*) AS n FROM runs WHERE state = 'queued'").await == 0
    }
}
