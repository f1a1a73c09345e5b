//! Runs that take any free environment: whoever asked first goes first, and never two in one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use proctor::actions;
use proctor::domain::environment::{Changes, Service};
use proctor::domain::{EnvironmentId, NewRun, Options, Outcome, RunId, State};

use crate::world::{TIMES, World, asked, on_both};

fn any(labels: &[&str]) -> NewRun {
    let labels = labels.iter().map(ToString::to_string).collect();
    NewRun { any: Some(labels), ..asked(0) }
}

async fn change(world: &World, id: i64, changes: Changes) {
    actions::change_environment(&world.ctx, EnvironmentId(id), &changes).await.unwrap();
}

async fn label(world: &World, id: i64, label: &str) {
    let labels = Some(vec![label.to_owned()]);
    change(world, id, Changes { labels, ..Changes::default() }).await;
}

#[test]
fn it_waits_nowhere_and_runs_where_the_labels_are() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        label(&world, 3, "gpu").await;
        let first = world.submit_run(&any(&["gpu"])).await;
        let second = world.submit_run(&any(&["gpu"])).await;
        assert!(!world.run(first).await.is_placed());
        let claimed = world.claim(worker).await.unwrap();
        assert_eq!((claimed.run.id, claimed.lease.environment), (first, EnvironmentId(3)));
        assert_eq!(claimed.run.any, Some(vec!["gpu".to_owned()]));
        assert!(world.claim(worker).await.is_none(), "the only one with this label is taken");
        world.finish(claimed.lease, Outcome::Passed).await;
        assert_eq!(world.run(first).await.environment_name, "env-3");
        assert_eq!(world.claim(worker).await.unwrap().run.id, second);
    });
}

#[test]
fn runs_with_a_number_and_runs_without_take_turns_in_the_order_of_their_numbers() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        label(&world, 3, "gpu").await;
        let mut expected = Vec::new();
        for round in 0..6 {
            let run = if round % 3 == 0 { asked(3) } else { any(&["gpu"]) };
            expected.push(world.submit_run(&run).await);
        }
        let mut started = Vec::new();
        while let Some(claimed) = world.claim(worker).await {
            started.push(claimed.run.id);
            world.finish(claimed.lease, Outcome::Passed).await;
        }
        assert_eq!(started, expected);
    });
}

#[test]
fn what_nobody_waits_for_is_taken_first() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        label(&world, 3, "gpu").await;
        label(&world, 4, "gpu").await;
        let anywhere = world.submit_run(&any(&["gpu"])).await;
        let numbered = world.submit(3).await;
        let mut placed = Vec::new();
        while let Some(claimed) = world.claim(worker).await {
            placed.push((claimed.run.id, claimed.lease.environment.0));
        }
        assert_eq!(placed, [(anywhere, 4), (numbered, 3)]);
    });
}

#[test]
fn what_is_closed_or_reserved_is_not_taken() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        label(&world, 3, "gpu").await;
        label(&world, 4, "gpu").await;
        let reason = "new firmware".to_owned();
        let service = Some(Service::Maintenance { reason });
        change(&world, 3, Changes { service, ..Changes::default() }).await;
        // Even of the person who asks: a reserved one is asked for by its number.
        let reserve = "UPDATE environments SET reserved_by = 'ann', reserved_until = $1, reservation_reason = '' WHERE id = 4";
        let until = world.ctx.clock.now().0 + 60_000;
        world.execute(reserve, vec![until.into()]).await;
        let run = world.submit_run(&any(&["gpu"])).await;
        assert!(world.claim(worker).await.is_none());
        world.ctx.clock.advance(60_001);
        let claimed = world.claim(worker).await.unwrap();
        assert_eq!((claimed.run.id, claimed.lease.environment), (run, EnvironmentId(4)));
    });
}

#[test]
fn one_that_is_cancelled_while_it_waits_never_had_an_environment() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let (first, second) =
            (world.submit_run(&any(&[])).await, world.submit_run(&any(&[])).await);
        actions::cancel(&world.ctx, first, "ann").await.unwrap();
        let run = world.run(first).await;
        assert_eq!((run.state(), run.is_placed()), (State::Finished, false));
        assert_eq!(world.claim(worker).await.unwrap().run.id, second);
    });
}

#[test]
fn one_that_is_lost_waits_for_any_again_before_everybody_who_came_later() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        label(&world, 3, "gpu").await;
        label(&world, 4, "gpu").await;
        let options = Options { retry_lost: Some(1), ..Options::default() };
        let first = world.submit_run(&NewRun { options, ..any(&["gpu"]) }).await;
        assert_eq!(world.claim(worker).await.unwrap().lease.environment, EnvironmentId(3));
        world.submit_run(&any(&["gpu"])).await;
        world.ctx.clock.advance(TIMES.lease_ms + 1);
        assert_eq!(actions::lose_expired(&world.ctx).await.unwrap(), [first]);
        assert!(!world.run(first).await.is_placed());
        let service = Some(Service::Maintenance { reason: "it loses runs".to_owned() });
        change(&world, 3, Changes { service, ..Changes::default() }).await;
        let claimed = world.claim(worker).await.unwrap();
        assert_eq!((claimed.run.id, claimed.lease.environment), (first, EnvironmentId(4)));
    });
}

#[test]
fn whoever_cancels_one_that_is_placed_at_that_moment_cancels_it() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        for _ in 0..20 {
            let run = world.submit_run(&any(&[])).await;
            let (cancelled, claimed) =
                tokio::join!(actions::cancel(&world.ctx, run, "ann"), world.claim(worker));
            cancelled.unwrap();
            let after = world.run(run).await;
            match claimed {
                Some(claimed) => {
                    assert_eq!((after.state(), after.is_placed()), (State::Running, true));
                    world.finish(claimed.lease, Outcome::Cancelled).await;
                }
                None => assert_eq!((after.state(), after.is_placed()), (State::Finished, false)),
            }
        }
        assert!(world.claim(worker).await.is_none());
    });
}

#[test]
fn eight_workers_never_hold_one_environment_twice() {
    on_both(async |world| {
        const RUNS: i64 = 60;
        for id in 1..=3 {
            label(&world, id, "gpu").await;
        }
        for n in 0..RUNS {
            let run = if n % 3 == 0 { asked(1 + n / 3 % 3) } else { any(&["gpu"]) };
            world.submit_run(&run).await;
        }
        let (held, ended) = (Arc::new(Mutex::new(BTreeSet::new())), Arc::default());
        let mut tasks = Vec::new();
        for n in 0..8 {
            let (world, held, ended) = (world.clone(), Arc::clone(&held), Arc::clone(&ended));
            let worker = world.worker(&format!("worker {n}")).await;
            tasks.push(tokio::spawn(async move {
                while !world.nothing_queued().await {
                    let Some(claimed) = world.claim(worker).await else { continue };
                    let environment = claimed.lease.environment.0;
                    assert!((1..=3).contains(&environment));
                    assert!(held.lock().unwrap().insert(environment), "{environment} twice");
                    tokio::task::yield_now().await;
                    held.lock().unwrap().remove(&environment);
                    world.finish(claimed.lease, Outcome::Passed).await;
                    let ended: &Mutex<BTreeSet<RunId>> = &ended;
                    ended.lock().unwrap().insert(claimed.run.id);
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(i64::try_from(ended.lock().unwrap().len()).unwrap(), RUNS);
    });
}
