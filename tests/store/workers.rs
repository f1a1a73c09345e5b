//! Workers and environments as the board shows them.

use proctor::actions::{self, Renewed};
use proctor::domain::policy::Workers;
use proctor::domain::{Environment, EnvironmentId, EnvironmentState, Outcome, Serves};
use proctor::store::workers::{self, State, Worker};
use proctor::store::{Db, environments};

use crate::world::{START, TIMES, on_both};

#[test]
fn workers_come_drain_and_go() {
    on_both(async |world| {
        let db = &world.ctx.db;
        assert_eq!(present(db).await, Workers::None);
        let id = world.worker("one").await;
        let other = world.worker("two").await;
        let one = Worker {
            id,
            name: "one".into(),
            home: "home".into(),
            boot_id: "boot".into(),
            pid: 4711,
            version: "0.1.0".into(),
            slots: 8,
            labels: vec![],
            serves: Serves::default(),
            rung: None,
            state: State::Active,
            started_at: START,
            seen_at: START,
            is_silent: false,
        };
        let known = workers::list(db, world.ctx.lease_now()).await.unwrap();
        assert_eq!(known, [one.clone(), Worker { id: other, name: "two".into(), ..one.clone() }]);
        assert_eq!(present(db).await, Workers::Free);
        world.ctx.clock.advance(100);
        let renewed = actions::renew(&world.ctx, id, &[], TIMES).await.unwrap();
        assert_eq!(renewed, Renewed::Held(vec![]));
        actions::drain(&world.ctx, id).await.unwrap();
        let seen_at = world.ctx.clock.now();
        let draining = Worker { state: State::Draining, seen_at, ..one };
        assert_eq!(workers::list(db, world.ctx.lease_now()).await.unwrap()[0], draining);
        actions::lose_worker(&world.ctx, other, "gone").await.unwrap();
        assert_eq!(present(db).await, Workers::None, "who drains takes no more");
        actions::lose_worker(&world.ctx, id, "gone").await.unwrap();
        assert_eq!(workers::list(db, world.ctx.lease_now()).await.unwrap(), []);
        actions::drain(&world.ctx, id).await.unwrap();
        assert_eq!(
            workers::list(db, world.ctx.lease_now()).await.unwrap(),
            [],
            "who is gone stays gone"
        );
    });
}

#[test]
fn nobody_counts_on_a_worker_that_says_nothing_until_it_speaks_again() {
    on_both(async |world| {
        let db = &world.ctx.db;
        let id = world.worker("one").await;
        world.ctx.clock.advance(TIMES.lease_ms);
        actions::note_silent(&world.ctx).await.unwrap();
        assert_eq!(present(db).await, Workers::Free, "not a moment too early");
        world.ctx.clock.advance(1);
        actions::note_silent(&world.ctx).await.unwrap();
        assert_eq!(present(db).await, Workers::None);
        let known = workers::list(db, world.ctx.lease_now()).await.unwrap();
        assert_eq!((known[0].state, known[0].is_silent), (State::Silent, true));
        actions::renew(&world.ctx, id, &[], TIMES).await.unwrap();
        assert_eq!(present(db).await, Workers::Free);

        world.ctx.clock.advance(TIMES.lease_ms + 1);
        actions::note_silent(&world.ctx).await.unwrap();
        actions::drain(&world.ctx, id).await.unwrap();
        actions::renew(&world.ctx, id, &[], TIMES).await.unwrap();
        let known = workers::list(db, world.ctx.lease_now()).await.unwrap();
        assert_eq!(known[0].state, State::Draining, "as it was asked to while it said nothing");

        world.ctx.clock.advance(TIMES.lease_ms + 61 * 60 * 1000);
        actions::prune(&world.ctx).await.unwrap();
        assert_eq!(
            workers::list(db, world.ctx.lease_now()).await.unwrap(),
            [],
            "it does not come back"
        );
    });
}

#[test]
fn a_worker_takes_runs_only_of_the_environments_that_it_serves() {
    on_both(async |world| {
        let describe = "UPDATE environments SET labels = '[\"gpu\",\"lab\"]' WHERE id IN (5, 6)";
        world.execute(describe, vec![]).await;
        let worker = world.worker("one").await;
        for environment in [3, 4, 5] {
            world.submit(environment).await;
        }
        let serves = Serves(vec!["gpu".into(), "4".into()]);
        let mut taken = Vec::new();
        while let Some(claimed) = world.claim_for(worker, "one", &serves).await {
            taken.push(claimed.run.environment.0);
        }
        assert_eq!(taken, [4, 5]);
        assert_eq!(world.claim(worker).await.unwrap().run.environment.0, 3);
    });
}

#[test]
fn slots_that_are_taken_are_not_free() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for environment in 1..=8 {
            world.submit(environment).await;
        }
        let mut lease = None;
        for _ in 0..8 {
            assert_eq!(present(&world.ctx.db).await, Workers::Free);
            lease = Some(world.claim(worker).await.unwrap().lease);
        }
        assert_eq!(present(&world.ctx.db).await, Workers::Busy);
        world.finish(lease.unwrap(), Outcome::Passed).await;
        assert_eq!(present(&world.ctx.db).await, Workers::Free);
        world.submit(8).await;
        world.claim(worker).await.unwrap();
        assert_eq!(present(&world.ctx.db).await, Workers::Busy);
        actions::drain(&world.ctx, worker).await.unwrap();
        world.worker("two").await;
        assert_eq!(present(&world.ctx.db).await, Workers::Free);
    });
}

#[test]
fn environments_show_their_holder_and_their_queue() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let mut runs = Vec::new();
        for environment in [9, 3, 9, 9] {
            runs.push(world.submit(environment).await);
        }
        let close = "UPDATE environments SET maintenance = 'new firmware' WHERE id = 4";
        world.execute(close, vec![]).await;
        let describe = "UPDATE environments SET name = 'Größe', description = 'rack 7', labels = '[\"lab\"]', \
                        variables = '{\"HOST\":{\"value\":\"10.0.0.3\",\"secret\":true}}' WHERE id = 3";
        world.execute(describe, vec![]).await;
        let held = world.claim(worker).await.unwrap().run.id;
        assert_eq!(held, runs[0]);
        let all = environments::list(&world.ctx.db).await.unwrap();
        assert_eq!(all.len(), 100);
        for environment in &all {
            let found = environments::find(&world.ctx.db, environment.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(environment));
        }
        let [three, four, nine] = [&all[2], &all[3], &all[8]];
        assert_eq!(nine.holder.as_ref().map(|holder| holder.run), Some(held));
        assert_eq!(nine.queue, runs[2..]);
        assert_eq!(nine.state(), EnvironmentState::Busy);
        assert_eq!(four.state(), EnvironmentState::Maintenance);
        assert_eq!((three.state(), &*three.queue), (EnvironmentState::Free, &runs[1..2]));
        assert_eq!((&*three.name, &*three.description), ("Größe", "rack 7"));
        assert_eq!(three.labels, ["lab"]);
        assert!(three.variables["HOST"].secret && three.variables["HOST"].value == "10.0.0.3");
        let unknown = environments::find(&world.ctx.db, EnvironmentId(101)).await.unwrap();
        assert_eq!(unknown, None);
    });
}

/// Whether somebody could execute a run in an environment without labels.
async fn present(db: &Db) -> Workers {
    workers::crew(db).await.unwrap().at(&Environment::new(EnvironmentId(1)))
}
