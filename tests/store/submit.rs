//! Asking for runs: order, and the same request twice.

use proctor::actions::{self, Begin, IdempotencyKey, SubmitError, Submitted, Wish};
use proctor::domain::run::Status;
use proctor::domain::{EnvironmentId, Millis, NewRun, Outcome};
use proctor::live::Hint;
use proctor::store::runs;

use crate::world::{START, World, asked, on_both};

const DAY: i64 = 24 * 60 * 60 * 1000;

#[test]
fn a_submitted_run_is_at_the_end_of_its_queue() {
    on_both(async |world| {
        let first = world.submit(3).await;
        let elsewhere = world.submit(4).await;
        let second = world.submit(3).await;
        assert_eq!(world.queue(3).await, [first, second]);
        assert_eq!(world.queue(4).await, [elsewhere]);
        let run = world.run(second).await;
        assert_eq!((&run.status, run.attempt, run.created_at), (&Status::Queued, 1, START));
        assert_eq!(run.environment_name, "env-3");
    });
}

#[test]
fn workers_are_told_of_what_may_start_and_of_nothing_else() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let mut hints = world.ctx.live.subscribe();
        let mut told = || {
            let all: Vec<_> = std::iter::from_fn(|| hints.try_recv().ok()).collect();
            all.contains(&Hint::Queue)
        };
        told();
        world.submit(3).await;
        assert!(told());
        world.submit(3).await;
        assert!(!told(), "it is behind one that they were told of");
        let running = world.claim(worker).await.unwrap();
        world.submit(3).await;
        assert!(!told(), "whoever ends the one before looks for it");
        world.submit_run(&NewRun { any: Some(vec![]), ..asked(0) }).await;
        assert!(told(), "it may go anywhere");
        world.finish(running.lease, Outcome::Passed).await;
        assert!(!told(), "whoever has ended it looks");
        let until = Millis(START.0 + DAY);
        let (person, begin) = ("eve".to_owned(), Begin::Now);
        let wish = Wish { person: person.clone(), until, reason: "a leak".into(), begin };
        actions::reserve(&world.ctx, EnvironmentId(3), &wish).await.unwrap();
        assert!(told());
        world.submit_run(&NewRun { requester: person, ..asked(3) }).await;
        assert!(told(), "it goes before those who wait");
    });
}

#[test]
fn everything_that_was_asked_for_is_stored() {
    on_both(async |world| {
        let wanted = NewRun {
            plans: vec![1, 14],
            template: Some("nightly".into()),
            parameters: [("speed".into(), "fast".into())].into(),
            variables: [("LEVEL".into(), "3".into())].into(),
            options: proctor::domain::Options {
                keyword: Some("not slow".into()),
                markers: Some("smoke".into()),
                max_failures: Some(1),
                timeout_s: Some(60),
                retry_lost: Some(2),
                keep_if_failed_minutes: Some(30),
                limits: proctor::domain::LimitWishes {
                    memory_bytes: Some(1 << 40),
                    ..Default::default()
                },
                interpreter: Some("py313".into()),
                start: None,
                network: Some(proctor::domain::run::Network::None),
                leak: Some(proctor::domain::leak::LeakHunt { iterations: 20 }),
            },
            note: Some("before the release".into()),
            rerun_of: Some(1),
            sources: vec![proctor::domain::run::Source {
                path: "smoke/test_trivial.py".into(),
                sha256: "00ff".into(),
            }],
            snapshot: Some("b".repeat(64)),
            ..asked(5)
        };
        let first = world.submit(5).await;
        let run = world.run(world.submit_run(&wanted).await).await;
        let details = runs::details(&world.ctx.db, run.id).await.unwrap().unwrap();
        let stored = NewRun {
            any: None,
            requester: run.requester,
            environment: run.environment.0,
            targets: run.targets,
            plans: run.plans,
            template: run.template,
            parameters: details.parameters,
            variables: details.variables,
            options: details.options,
            note: run.note,
            rerun_of: run.rerun_of.map(|id| id.0),
            sources: details.sources,
            snapshot: details.snapshot,
        };
        assert_eq!(stored, wanted);
        assert_eq!(run.rerun_of, Some(first));
    });
}

#[test]
fn an_unknown_environment_is_refused_and_nothing_is_stored() {
    on_both(async |world| {
        let refused = actions::submit(&world.ctx, &asked(101), None).await;
        assert!(matches!(refused, Err(SubmitError::UnknownEnvironment(EnvironmentId(101)))));
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM runs").await, 0);
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM events").await, 0);
    });
}

#[test]
fn whoever_is_answered_first_is_first_in_the_queue() {
    on_both(async |world| {
        let task = |_| {
            let world = world.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for n in 0..12 {
                    mine.push((1 + n % 3, world.submit(1 + n % 3).await));
                }
                mine
            })
        };
        let tasks: Vec<_> = (0..16).map(task).collect();
        let mut answered = Vec::new();
        for task in tasks {
            answered.push(task.await.unwrap());
        }
        for environment in 1..=3 {
            let queue = world.queue(environment).await;
            assert_eq!(queue.len(), 16 * 4);
            for mine in &answered {
                let mine = mine.iter().filter(|(where_to, _)| *where_to == environment);
                let places: Vec<_> =
                    mine.map(|(_, run)| queue.iter().position(|queued| queued == run)).collect();
                assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
            }
        }
    });
}

#[test]
fn a_repeated_request_is_answered_with_the_first_run() {
    on_both(async |world| {
        let first = submit(&world, 3, &key("k", "body")).await.unwrap();
        world.ctx.clock.advance(DAY);
        let again = submit(&world, 3, &key("k", "body")).await.unwrap();
        assert_eq!((first.replayed, again), (false, Submitted { run: first.run, replayed: true }));
        let before = actions::submitted_before(&world.ctx, Some(&key("k", "body"))).await.unwrap();
        assert_eq!(before, Some(again));
        assert_eq!(world.queue(3).await, [first.run]);
        let other_key = submit(&world, 3, &key("l", "body")).await.unwrap();
        assert_eq!(world.queue(3).await, [first.run, other_key.run]);
    });
}

#[test]
fn a_key_that_was_used_with_another_body_is_refused() {
    on_both(async |world| {
        let first = submit(&world, 3, &key("k", "body")).await.unwrap().run;
        let refused = submit(&world, 4, &key("k", "another")).await;
        assert!(matches!(refused, Err(SubmitError::KeyReused { first: found }) if found == first));
        let before = actions::submitted_before(&world.ctx, Some(&key("k", "another"))).await;
        assert_eq!(before.unwrap(), None);
        assert!(world.queue(4).await.is_empty());
    });
}

#[test]
fn a_key_is_forgotten_after_a_day() {
    on_both(async |world| {
        let first = submit(&world, 3, &key("k", "body")).await.unwrap().run;
        world.ctx.clock.advance(DAY + 1);
        let another = submit(&world, 3, &key("k", "another")).await.unwrap();
        assert!(!another.replayed);
        assert_eq!(world.queue(3).await, [first, another.run]);
        let again = submit(&world, 3, &key("k", "another")).await.unwrap();
        assert_eq!(again, Submitted { run: another.run, replayed: true });
        world.ctx.clock.advance(DAY + 1);
        actions::prune(&world.ctx).await.unwrap();
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM idempotency_keys").await, 0);
    });
}

#[test]
fn simultaneous_requests_with_one_key_make_one_run() {
    on_both(async |world| {
        for round in 0..20 {
            let key = key(&format!("key {round}"), "body");
            let tasks: Vec<_> = (0..4)
                .map(|_| {
                    let (world, key) = (world.clone(), key.clone());
                    tokio::spawn(async move { submit(&world, 3, &key).await.unwrap() })
                })
                .collect();
            let mut made = Vec::new();
            for task in tasks {
                made.push(task.await.unwrap());
            }
            assert_eq!(made.iter().filter(|one| !one.replayed).count(), 1, "{made:?}");
            assert!(made.iter().all(|one| one.run == made[0].run), "{made:?}");
        }
        assert_eq!(world.queue(3).await.len(), 20);
    });
}

#[test]
fn simultaneous_requests_with_one_key_for_two_environments_make_one_run() {
    on_both(async |world| {
        for round in 0..20 {
            let name = format!("key {round}");
            let request = |environment: i64| {
                let (world, key) = (world.clone(), key(&name, &environment.to_string()));
                tokio::spawn(async move { submit(&world, environment, &key).await })
            };
            let (one, other) = (request(3), request(4));
            let (one, other) = (one.await.unwrap(), other.await.unwrap());
            let refused = |result: &_| matches!(result, Err(SubmitError::KeyReused { .. }));
            assert!(
                one.is_ok() && refused(&other) || refused(&one) && other.is_ok(),
                "{one:?} {other:?}"
            );
        }
        assert_eq!(world.queue(3).await.len() + world.queue(4).await.len(), 20);
    });
}

fn key(key: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey { key: key.into(), body_sha256: body.into() }
}

async fn submit(
    world: &World,
    environment: i64,
    key: &IdempotencyKey,
) -> Result<Submitted, SubmitError> {
    actions::submit(&world.ctx, &asked(environment), Some(key)).await
}
