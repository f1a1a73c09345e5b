//! A database that does not answer, by connections of which nobody learns that they have ended.

use std::path::Path;
use std::time::Duration;

use proctor::store::{About, Asks, ConnectionLimits, Db, Notices, Read, Result};

use crate::door::Door;
use crate::hosts::backend;
use crate::world::{World, with_postgres};

/// Long enough for any statement here.
const ANSWER: Duration = Duration::from_secs(1);
const MOST: u32 = 3;

struct Host {
    door: Door,
    db: Db,
}

/// Somebody with a door between him and an empty world, and somebody without.
fn with_a_door(case: impl AsyncFn(Host, World)) {
    with_postgres(async |database| {
        let world = World::new(Db::open_postgres(database).await.unwrap());
        let door = Door::before(database);
        let limits = ConnectionLimits {
            most: MOST,
            answer: ANSWER,
            idle_in_transaction: ANSWER,
            ..ConnectionLimits::default()
        };
        let db = Db::open(Some(&door.address), Path::new("/nowhere"), Asks::TheSame, limits);
        let db = db.await.unwrap();
        case(Host { door, db }, world).await;
    });
}

/// Tries again for as long as it may succeed in a moment; answers how often it was refused, too.
async fn again<T>(ask: impl AsyncFn() -> Result<T>) -> (T, u32) {
    let mut refused = 0;
    loop {
        match ask().await {
            Ok(answer) => return (answer, refused),
            Err(error) => assert!(error.is_passing(), "{error}"),
        }
        refused += 1;
    }
}

#[test]
fn a_connection_that_does_not_answer_is_given_up_and_another_one_does() {
    with_a_door(async |Host { door, db }, _| {
        for db in [db.by_one_connection(), db] {
            let first = backend(&db).await.unwrap();
            door.forget();
            let (other, refused) = again(async || backend(&db).await).await;
            assert_ne!(other, first);
            assert!(refused <= MOST, "{refused} refused");
        }
    });
}

#[test]
fn a_transaction_that_does_not_answer_is_given_up_and_its_locks_go_too() {
    with_a_door(async |Host { door, db }, world| {
        for db in [db.by_one_connection(), db] {
            let lock = "UPDATE environments SET description = $1 WHERE id = 1";
            let tx = db.begin().await.unwrap();
            tx.execute(lock, vec!["lost".into()]).await.unwrap();
            door.forget();
            let error = tx.execute(lock, vec!["lost too".into()]).await.unwrap_err();
            assert!(error.is_passing(), "{error}");
            // What has no answer once has none later.
            assert!(tx.commit().await.unwrap_err().is_passing());
            let write = async || {
                let tx = world.ctx.db.begin().await?;
                tx.execute(lock, vec!["kept".into()]).await?;
                tx.commit().await
            };
            again(write).await;
            let kept = "SELECT COUNT(*) AS n FROM environments WHERE description = 'kept'";
            assert_eq!(world.number(kept).await, 1);
        }
    });
}

#[test]
fn a_statement_has_as_long_as_the_limit_says_and_keeps_its_connection() {
    with_a_door(async |Host { db, .. }, _| {
        let sleep = async |db: &Db, seconds: f64| {
            db.rows("SELECT pg_sleep($1)", vec![Some(seconds).into()]).await.map(drop)
        };
        let (one, limit) = (db.by_one_connection(), ANSWER.as_secs_f64());
        let first = backend(&one).await.unwrap();
        for db in [&one, &db] {
            sleep(db, limit * 0.5).await.unwrap();
            let error = sleep(db, limit * 30.0).await.unwrap_err();
            assert!(error.is_passing(), "{error}");
        }
        assert_eq!(backend(&one).await.unwrap(), first);
    });
}

#[test]
fn what_nobody_waits_for_any_more_keeps_nobody_from_asking() {
    with_a_door(async |Host { door, db }, _| {
        for db in [db.by_one_connection(), db] {
            let first = backend(&db).await.unwrap();
            let slow = db.rows("SELECT pg_sleep(0.5)", vec![]);
            assert!(tokio::time::timeout(Duration::from_millis(10), slow).await.is_err());
            // More than there are connections.
            for _ in 0..=MOST {
                backend(&db).await.unwrap();
            }
            // Also when it never ends.
            door.forget();
            for _ in 0..=MOST {
                let asked = backend(&db);
                let _ = tokio::time::timeout(Duration::from_millis(10), asked).await;
            }
            let (other, _) = again(async || backend(&db).await).await;
            assert_ne!(other, first);
        }
    });
}

#[test]
fn who_listens_finds_out_that_nothing_can_be_heard_any_more() {
    with_a_door(async |Host { door, db }, world| {
        let mut heard = Notices::open(&db, &[About::Work]).await.unwrap().unwrap();
        let other = Notices::open(&world.ctx.db, &[]).await.unwrap().unwrap();
        let tell = async |text: &str| {
            other.sender().send(&[(About::Work, text.to_owned())]).await.unwrap();
        };
        tell("before").await;
        assert_eq!(heard.next().await.unwrap().as_deref(), Some("before"));
        door.forget();
        tell("unheard").await;
        assert_eq!(heard.next().await.unwrap(), None);
        tell("after").await;
        assert_eq!(heard.next().await.unwrap().as_deref(), Some("after"));
    });
}

#[test]
fn who_cannot_listen_anew_at_once_does_as_soon_as_it_can() {
    with_a_door(async |Host { door, db }, _| {
        let mut heard = Notices::open(&db, &[About::Work]).await.unwrap().unwrap();
        door.forget();
        door.close();
        assert!(heard.next().await.unwrap_err().is_passing());
        door.open();
        // Without another look at the connection that was lost: that would take twice the limit.
        let next = tokio::time::timeout(ANSWER * 2, heard.next()).await;
        assert_eq!(next.expect("it listens at once").unwrap(), None);
    });
}

#[test]
fn who_was_cut_off_and_listens_again_is_told_that_something_may_have_been_missed() {
    with_a_door(async |Host { door, db }, _| {
        let mut heard = Notices::open(&db, &[About::Work]).await.unwrap().unwrap();
        door.close();
        assert!(heard.next().await.unwrap_err().is_passing());
        door.open();
        let next = tokio::time::timeout(ANSWER * 2, heard.next()).await;
        assert_eq!(next.expect("it says so at once").unwrap(), None);
    });
}
