//! A lease lasts while it is renewed; when it runs out its run is lost, or starts again.

use std::time::Duration;

use proctor::actions::{self, Claimed, Lease, RecordError, Renewed};
use proctor::domain::run::Status;
use proctor::domain::{
    EnvironmentId, Epoch, LogSize, NewRun, Options, Outcome, Progress, RunId, TestOutcome,
};
use proctor::store::{claims, environments, runs, workers};

use crate::world::{TIMES, World, asked, batch_of, on_both, test_case};

#[test]
fn a_renewed_lease_does_not_run_out() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        world.submit(3).await;
        world.submit(4).await;
        let held = [world.claim(worker).await.unwrap(), world.claim(worker).await.unwrap()];
        let held = held.map(|claimed| claimed.lease);
        for _ in 0..5 {
            world.ctx.clock.advance(TIMES.lease_ms - 1);
            assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), []);
            let renewed = actions::renew(&world.ctx, worker, &held, TIMES).await.unwrap();
            assert_eq!(renewed, Renewed::Held(held.into()));
        }
    });
}

#[test]
fn a_lease_that_its_worker_knows_nothing_of_runs_out() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let (known, unknown) = (world.submit(3).await, world.submit(4).await);
        let leases = [world.claim(worker).await.unwrap().lease];
        assert_eq!(leases[0].run, known);
        world.claim(worker).await.unwrap();
        world.ctx.clock.advance(TIMES.lease_ms - 1);
        let renewed = actions::renew(&world.ctx, worker, &leases, TIMES).await.unwrap();
        assert_eq!(renewed, Renewed::Held(leases.into()));
        world.ctx.clock.advance(2);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [unknown]);
        let renewed = actions::renew(&world.ctx, worker, &leases, TIMES).await.unwrap();
        assert_eq!(renewed, Renewed::Held(leases.into()), "the other one goes on");
    });
}

#[test]
fn an_expired_lease_frees_the_environment_and_loses_the_run() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let (first, second) = (world.submit(3).await, world.submit(3).await);
        let claimed = world.claim(worker).await.unwrap();
        let batch =
            batch_of(vec![test_case(0, TestOutcome::Passed), test_case(1, TestOutcome::Running)]);
        actions::record(&world.ctx, claimed.lease, &batch).await.unwrap();
        world.ctx.clock.advance(TIMES.lease_ms);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [], "not a moment too early");
        world.ctx.clock.advance(1);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [first]);
        let run = world.run(first).await;
        assert_eq!(run.outcome(), Some(Outcome::Lost));
        assert_eq!(run.finished_at(), Some(world.ctx.clock.now()));
        let shown = world.tests(first).await;
        let outcomes: Vec<_> = shown.iter().map(|test| test.outcome).collect();
        assert_eq!(outcomes, [TestOutcome::Passed, TestOutcome::Lost]);
        let next = world.claim(worker).await.unwrap();
        assert_eq!((next.run.id, next.lease.epoch), (second, Epoch(2)));
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [], "and only once");
    });
}

#[test]
fn a_lease_that_is_renewed_at_the_last_moment_is_kept() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        world.ctx.clock.advance(TIMES.lease_ms + 1);
        // The renewal has the environment's row when the reaper comes, and is not seen by anybody yet.
        let tx = world.ctx.db.begin().await.unwrap();
        let until = (world.ctx.lease_now(), TIMES.lease_ms);
        let held = (lease.environment, run, lease.epoch);
        let renewed = claims::renew(&tx, worker, held, until).await;
        assert!(renewed.unwrap());
        let ctx = world.ctx.clone();
        let mut reaper = tokio::spawn(async move { actions::lose_expired(&ctx).await.unwrap() });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut reaper).await;
        assert!(early.is_err(), "the reaper waits for the renewal: {early:?}");
        tx.commit().await.unwrap();
        assert_eq!(reaper.await.unwrap(), []);
        assert!(matches!(world.run(run).await.status, Status::Running { .. }));
    });
}

#[test]
fn a_lease_in_doubt_is_taken_up_by_nobody_but_its_worker() {
    on_both(async |world| {
        let (worker, other) = (world.worker("one").await, world.worker("two").await);
        world.submit(3).await;
        let lease = world.claim(worker).await.unwrap().lease;
        let later = Lease { epoch: Epoch(lease.epoch.0 + 1), ..lease };
        let take_up = async |worker, leases: &[Lease]| {
            actions::take_up(&world.ctx, worker, leases, TIMES).await.unwrap()
        };
        assert_eq!(take_up(other, &[lease]).await, []);
        world.ctx.clock.advance(TIMES.lease_ms);
        assert_eq!(take_up(worker, &[later, lease]).await, [lease]);
        world.ctx.clock.advance(TIMES.lease_ms);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [], "it lasts from then on");
        world.finish(lease, Outcome::Passed).await;
        assert_eq!(take_up(worker, &[lease]).await, []);
    });
}

#[test]
fn a_claim_whose_commit_is_still_on_its_way_is_waited_for() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        let tx = world.ctx.db.begin().await.unwrap();
        let claim = "UPDATE environments SET holder_run_id = $1, holder_worker_id = $2, held_since = 0, \
                     lease_until = 0, epoch = 1 WHERE id = 3";
        tx.execute(claim, vec![run.0.into(), worker.0.into()]).await.unwrap();
        let lease = Lease { run, environment: EnvironmentId(3), epoch: Epoch(1) };
        let ctx = world.ctx.clone();
        let mut taking =
            tokio::spawn(async move { actions::take_up(&ctx, worker, &[lease], TIMES).await });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut taking).await;
        assert!(early.is_err(), "it is not known yet: {early:?}");
        tx.commit().await.unwrap();
        assert_eq!(taking.await.unwrap().unwrap(), [lease]);
    });
}

#[test]
fn a_run_that_may_be_retried_goes_back_to_its_place() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let options = Options { retry_lost: Some(1), ..Options::default() };
        let first = world.submit_run(&NewRun { options, ..asked(3) }).await;
        let second = world.submit(3).await;
        let claimed = world.claim(worker).await.unwrap();
        let batch = batch_of(vec![test_case(0, TestOutcome::Failed)]);
        actions::record(&world.ctx, claimed.lease, &batch).await.unwrap();
        world.expire().await;
        let run = world.run(first).await;
        assert_eq!((&run.status, run.attempt), (&Status::Queued, 2));
        assert_eq!((run.progress, run.log), (Progress::default(), LogSize::default()));
        assert_eq!(world.queue(3).await, [first, second]);
        let shown = world.tests(first).await;
        assert_eq!(shown, []);
        let other = world.worker("two").await;
        let again = world.claim(other).await.unwrap();
        assert_eq!((again.run.id, again.lease.epoch), (first, Epoch(2)));
        world.expire().await;
        assert_eq!(
            world.run(first).await.outcome(),
            Some(Outcome::Lost),
            "one retry was asked for"
        );
        let details = runs::details(&world.ctx.db, first).await.unwrap().unwrap();
        let attempts: Vec<_> =
            details.attempts.iter().map(|one| (one.number, one.worker, one.outcome)).collect();
        assert_eq!(attempts, [(1, worker, Some(Outcome::Lost)), (2, other, Some(Outcome::Lost))]);
        assert!(details.attempts.iter().all(|one| one.finished_at.is_some()));
    });
}

#[test]
fn a_run_that_its_worker_itself_ends_as_lost_is_retried_too() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let options = Options { retry_lost: Some(1), ..Options::default() };
        let run = world.submit_run(&NewRun { options, ..asked(3) }).await;
        let claimed = world.claim(worker).await.unwrap();
        world.finish(claimed.lease, Outcome::Lost).await;
        assert_eq!(world.queue(3).await, [run]);
        let claimed = world.claim(worker).await.unwrap();
        world.finish(claimed.lease, Outcome::Lost).await;
        assert_eq!(world.run(run).await.outcome(), Some(Outcome::Lost), "one retry was asked for");
    });
}

#[test]
fn a_cancelled_run_is_not_retried() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let options = Options { retry_lost: Some(3), ..Options::default() };
        let run = world.submit_run(&NewRun { options, ..asked(3) }).await;
        world.claim(worker).await.unwrap();
        actions::cancel(&world.ctx, run, "ben").await.unwrap();
        world.expire().await;
        assert_eq!(world.run(run).await.outcome(), Some(Outcome::Lost));
    });
}

#[test]
fn a_dead_worker_loses_its_runs_and_no_others() {
    on_both(async |world| {
        let (dead, alive) = (world.worker("dead").await, world.worker("alive").await);
        for environment in 1..=4 {
            world.submit(environment).await;
        }
        let mut of_dead = Vec::new();
        let mut of_alive = Vec::new();
        for _ in 0..2 {
            of_dead.push(world.claim(dead).await.unwrap().run.id);
            of_alive.push(world.claim(alive).await.unwrap());
        }
        let lost = actions::lose_worker(&world.ctx, dead, "its worker process was killed").await;
        assert_eq!(lost.unwrap(), of_dead);
        for run in of_dead {
            let Status::Finished { outcome, reason, .. } = world.run(run).await.status else {
                panic!("run {run} goes on")
            };
            assert_eq!(outcome, Outcome::Lost);
            assert_eq!(reason.as_deref(), Some("its worker process was killed"));
        }
        for claimed in of_alive {
            world.finish(claimed.lease, Outcome::Passed).await;
        }
        let known: Vec<_> = workers::list(&world.ctx.db, world.ctx.lease_now()).await.unwrap();
        assert_eq!(known.iter().map(|worker| worker.id).collect::<Vec<_>>(), [alive]);
        let renewed = actions::renew(&world.ctx, dead, &[], TIMES).await.unwrap();
        assert_eq!(renewed, Renewed::Gone);
    });
}

#[test]
fn whoever_lost_the_lease_changes_nothing_any_more() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let options = Options { retry_lost: Some(1), ..Options::default() };
        let run = world.submit_run(&NewRun { options, ..asked(3) }).await;
        let stale = world.claim(worker).await.unwrap();
        world.expire().await;
        world.refuses(&stale).await;
        let fresh = world.claim(worker).await.unwrap();
        assert_eq!(fresh.run.id, run);
        world.refuses(&stale).await;
        let batch = batch_of(vec![test_case(0, TestOutcome::Passed)]);
        actions::record(&world.ctx, fresh.lease, &batch).await.unwrap();
        world.finish(fresh.lease, Outcome::Passed).await;
        world.refuses(&stale).await;
        world.refuses(&fresh).await;
    });
}

impl World {
    /// Lets every lease run out.
    async fn expire(&self) {
        self.ctx.clock.advance(TIMES.lease_ms + 1);
        assert_eq!(actions::lose_expired(&self.ctx).await.unwrap().len(), 1);
    }

    /// Recording and finishing with this lease fail, and leave run, environment, tests and events as they were.
    async fn refuses(&self, stale: &Claimed) {
        let before = self.all_of(stale.run.id).await;
        let batch = batch_of(vec![test_case(9, TestOutcome::Failed)]);
        let recorded = actions::record(&self.ctx, stale.lease, &batch).await;
        assert!(matches!(recorded, Err(RecordError::Stale(lease)) if lease == stale.lease));
        let verdict = proctor::domain::verdict::Verdict { outcome: Outcome::Failed, reason: None };
        let finished = actions::finish(&self.ctx, stale.lease, &batch, &verdict, None).await;
        assert!(matches!(finished, Err(RecordError::Stale(_))));
        assert_eq!(self.all_of(stale.run.id).await, before);
    }

    async fn all_of(&self, id: RunId) -> impl PartialEq + std::fmt::Debug {
        let db = &self.ctx.db;
        (
            self.run(id).await,
            runs::details(db, id).await.unwrap(),
            self.tests(id).await,
            environments::find(db, EnvironmentId(3)).await.unwrap(),
            self.number("SELECT COUNT(*) AS n FROM events").await,
        )
    }
}
