//! How many connections to PostgreSQL there are, for how long, and how long it is waited for one.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use proctor::store::{Asks, ConnectionLimits, Db, Read, Result};

use crate::hosts::backend;
use crate::world::{World, with_postgres};

const LONG: Duration = Duration::from_secs(3600);
/// For whoever wants to know which connections are those of a case.
const NAME: &str = "the-case";
const SOCKET: &str = ".s.PGSQL.5432";

async fn open(database: &str, limits: ConnectionLimits) -> Result<Db> {
    let named = format!("{database}&application_name={NAME}");
    Db::open(Some(&named), Path::new("/nowhere"), Asks::ThisAndThat, limits).await
}

/// So many of a case's own there are in a moment.
async fn there_are(world: &World, number: i64) {
    let sql = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
    while world.ctx.db.opt(sql, vec![NAME.into()]).await.unwrap().unwrap().get::<i64>("n").unwrap()
        != number
    {}
}

#[test]
fn what_nobody_has_used_for_long_is_closed() {
    with_postgres(async |database| {
        let world = World::new(Db::open_postgres(database).await.unwrap());
        for (idle, left) in [(LONG, 3), (Duration::ZERO, 1)] {
            let limits = ConnectionLimits { most: 3, idle, ..ConnectionLimits::default() };
            let db = open(database, limits).await.unwrap();
            let three = [db.begin().await, db.begin().await, db.begin().await];
            there_are(&world, 3).await;
            for one in three {
                one.unwrap().commit().await.unwrap();
            }
            backend(&db).await.unwrap();
            there_are(&world, left).await;
            db.close().await;
            there_are(&world, 0).await;
        }
    });
}

#[test]
fn what_is_old_is_used_no_more() {
    with_postgres(async |database| {
        for (age, stays) in [(LONG, true), (Duration::ZERO, false)] {
            let limits = ConnectionLimits { age, ..ConnectionLimits::default() };
            let db = open(database, limits).await.unwrap();
            for db in [db.by_one_connection(), db] {
                let first = backend(&db).await.unwrap();
                assert_eq!(backend(&db).await.unwrap() == first, stays);
            }
        }
    });
}

#[test]
fn a_database_that_is_starting_is_waited_for_and_no_longer_than_the_limit_says() {
    with_postgres(async |database| {
        let (name, real) = database.split_once("?host=").unwrap();
        let home = tempfile::tempdir().unwrap();
        let here = format!("{name}?host={}", home.path().display());
        // Nobody listens there any more, and the file is still there, as when PostgreSQL was killed.
        drop(UnixListener::bind(home.path().join(SOCKET)).unwrap());
        let within = |connect| ConnectionLimits { connect, ..ConnectionLimits::default() };

        let (begin, limit) = (Instant::now(), Duration::from_millis(300));
        let error = open(&here, within(limit)).await.unwrap_err();
        assert!(error.is_passing(), "{error}");
        // It gives up when another try would be too late.
        assert!(begin.elapsed() * 2 > limit, "{:?}", begin.elapsed());

        let start = async {
            let (new, place) = (home.path().join("new"), home.path().join(SOCKET));
            symlink(Path::new(real).join(SOCKET), &new).unwrap();
            std::fs::rename(new, place).unwrap();
        };
        let (opened, ()) = tokio::join!(open(&here, within(LONG)), start);
        backend(&opened.unwrap()).await.unwrap();
    });
}

#[test]
fn a_transaction_in_which_nothing_is_done_is_kept_for_as_long_as_the_limit_says() {
    with_postgres(async |database| {
        let world = World::new(Db::open_postgres(database).await.unwrap());
        let write = "UPDATE environments SET description = $1 WHERE id = 1";
        for (idle_in_transaction, stays) in [(LONG, true), (Duration::from_millis(100), false)] {
            let limits = ConnectionLimits { idle_in_transaction, ..ConnectionLimits::default() };
            let db = open(database, limits).await.unwrap();
            let tx = db.begin().await.unwrap();
            tx.execute(write, vec!["first".into()]).await.unwrap();
            world.ctx.db.rows("SELECT pg_sleep(0.5)", vec![]).await.unwrap();
            let next = tx.execute(write, vec!["second".into()]).await;
            assert_eq!(next.is_ok(), stays);
            assert!(next.map_or_else(|error| error.is_passing(), |_| true));
            drop(tx);
            world.execute(write, vec!["another".into()]).await;
        }
    });
}
