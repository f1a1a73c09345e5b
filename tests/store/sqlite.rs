//! What is particular about SQLite: statements run on the thread that asks, and other processes have the file open, too.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use proctor::store::{Db, Read, Value, environments};
use rusqlite::Connection;
use tokio::runtime::Builder;
use tokio::task::yield_now;

/// Takes long wherever it runs; nothing waits for its end but the test itself.
const LONG: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT count(*) AS n FROM n";

/// With one thread for all tasks, and then with the runtime that has nothing else.
fn on_sqlite(case: impl AsyncFn(PathBuf)) {
    for mut runtime in [Builder::new_multi_thread(), Builder::new_current_thread()] {
        let home = tempfile::tempdir().unwrap();
        let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(case(home.path().join("proctor.sqlite3")));
    }
}

async fn count(db: &Db, to: i64) -> i64 {
    db.rows(LONG, vec![to.into()]).await.unwrap()[0].get("n").unwrap()
}

#[test]
fn a_long_query_holds_up_no_other_task_of_its_thread() {
    let home = tempfile::tempdir().unwrap();
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open_sqlite(&home.path().join("proctor.sqlite3")).await.unwrap();
        let [begun, done] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
        let long = tokio::spawn({
            let (db, begun, done) = (db.clone(), Arc::clone(&begun), Arc::clone(&done));
            async move {
                begun.store(true, Ordering::SeqCst);
                let counted = count(&db, 5_000_000).await;
                done.store(true, Ordering::SeqCst);
                counted
            }
        });
        let other = tokio::spawn({
            let db = db.clone();
            async move {
                while !begun.load(Ordering::SeqCst) {
                    yield_now().await;
                }
                assert_eq!(environments::list(&db).await.unwrap().len(), 100);
                !done.load(Ordering::SeqCst)
            }
        });
        assert!(other.await.unwrap(), "the other one was first");
        assert_eq!(long.await.unwrap(), 5_000_000);
        // Now it is known to be long, and then to be short again.
        for to in [5_000_000, 5, 5] {
            assert_eq!(count(&db, to).await, to);
        }
        db.close().await;
    });
}

#[test]
fn a_transaction_that_is_given_up_leaves_nothing_and_the_next_one_begins() {
    on_sqlite(async |file| {
        let db = Db::open_sqlite(&file).await.unwrap();
        for _ in 0..3 {
            let tx = db.begin().await.unwrap();
            assert_eq!(tx.execute("DELETE FROM environments", vec![]).await.unwrap(), 100);
            assert_eq!(environments::list(&tx).await.unwrap().len(), 0);
            drop(tx);
            assert_eq!(environments::list(&db).await.unwrap().len(), 100);
        }
        db.close().await;
        assert!(db.begin().await.unwrap_err().is_closed());
        assert!(environments::list(&db).await.unwrap_err().is_closed());
    });
}

#[test]
fn whoever_writes_waits_for_another_process_and_holds_up_nobody_meanwhile() {
    on_sqlite(async |file| {
        let db = Db::open_sqlite(&file).await.unwrap();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE; DELETE FROM environments WHERE id > 50").unwrap();
        let waits = tokio::spawn({
            let db = db.clone();
            async move {
                let tx = db.begin().await.unwrap();
                let there = environments::list(&tx).await.unwrap().len();
                tx.commit().await.unwrap();
                there
            }
        });
        for _ in 0..100 {
            yield_now().await;
            assert_eq!(environments::list(&db).await.unwrap().len(), 100);
        }
        assert!(!waits.is_finished());
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(waits.await.unwrap(), 50);
        db.close().await;
    });
}

#[test]
fn values_are_bound_by_their_numbers() {
    on_sqlite(async |file| {
        let db = Db::open_sqlite(&file).await.unwrap();
        let values: Vec<Value> = vec!["b".into(), "a".into(), 7.into(), vec![0u8, 1].into()];
        let rows =
            db.rows("SELECT $2 || $1 || $2 AS text, $3 AS number, $4 AS bytes", values).await;
        let row = rows.unwrap().remove(0);
        assert_eq!(row.get::<String>("text").unwrap(), "aba");
        assert_eq!(row.get::<Option<i64>>("number").unwrap(), Some(7));
        assert_eq!(row.get::<Vec<u8>>("bytes").unwrap(), [0, 1]);
        assert!(row.get::<i64>("text").is_err() && row.get::<i64>("none").is_err());
        assert!(db.rows("SELECT $2", vec![1.into()]).await.is_err());
        db.close().await;
    });
}

#[test]
fn a_database_of_another_version_is_refused_and_stays_as_it_is() {
    let changes = [
        (
            "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, 1 FROM _sqlx_migrations LIMIT 1",
            "9999",
        ),
        ("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 3", "3"),
        ("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 4", "4"),
    ];
    on_sqlite(async |file| {
        for (change, named) in changes {
            let _ = std::fs::remove_file(&file);
            Db::open_sqlite(&file).await.unwrap().close().await;
            let other = Connection::open(&file).unwrap();
            other.execute_batch(change).unwrap();
            let before = applied(&other);
            let refused = Db::open_sqlite(&file).await.unwrap_err();
            assert!(refused.to_string().contains(named), "{refused}");
            assert_eq!(applied(&other), before);
        }
    });
}

#[test]
fn what_was_applied_is_on_record_and_not_applied_again() {
    on_sqlite(async |file| {
        Db::open_sqlite(&file).await.unwrap().close().await;
        let other = Connection::open(&file).unwrap();
        let first = applied(&other);
        assert!(first[0].starts_with("1 runs 1 48 ") && first.len() > 10, "{first:?}");
        Db::open_sqlite(&file).await.unwrap().close().await;
        assert_eq!(applied(&other), first);
    });
}

/// What has been applied, in words.
fn applied(connection: &Connection) -> Vec<String> {
    let sql = "SELECT format('%d %s %d %d %s', version, description, success, length(checksum), installed_on) \
               FROM _sqlx_migrations WHERE execution_time > 0 ORDER BY version";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}
