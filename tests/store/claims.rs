//! Who starts next: one at a time in an environment, in the order of its queue.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use proctor::actions::{self, Lease};
use proctor::domain::run::Status;
use proctor::domain::{EnvironmentId, Epoch, NewRun, Outcome, RunId};
use proctor::store::environments;

use crate::world::{World, asked, on_both};

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
