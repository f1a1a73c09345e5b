//! A worker of an older version is still at work when the new `serve` comes.

use proctor::store::Db;

use super::{GATED, gated_run, let_pass, no_double};
use crate::harness::{Proctor, wait_until};

/// The worker that is there says from now on that it is of another version: to `serve` it is one.
fn make_older(proctor: &Proctor) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Db::open_sqlite(&proctor.data().join("proctor.sqlite3")).await.unwrap();
        let tx = db.begin().await.unwrap();
        tx.execute("UPDATE workers SET version = '0.0.1'", vec![]).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    });
}

#[test]
fn an_older_worker_finishes_what_it_has_while_a_new_one_takes_what_comes() {
    let mut proctor = Proctor::start();
    proctor.tests.write("test_gated.py", GATED);
    let old_run = gated_run(&proctor, 7);
    let old = proctor.worker();
    proctor.kill_serve();
    make_older(&proctor);
    proctor.serve();

    let behind = proctor.api().submit(7, "test_gated.py");
    let new_run = gated_run(&proctor, 8);
    assert!(old.is_alive(), "it still has a run");
    let workers = proctor.workers();
    let new = workers.iter().find(|one| one.pid != old.pid).expect("a new one is there");
    let_pass(&proctor, new_run);
    let_pass(&proctor, old_run);
    wait_until("the older one leaves", || !old.is_alive());
    let_pass(&proctor, behind);
    assert!(new.is_alive());
    assert_eq!(proctor.workers().len(), 1);
    no_double(&proctor);
}
