//! The order of what happened: whoever reads after a cursor sees every event once, in an order that all readers share.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use proctor::domain::{EnvironmentId, Event, RunId};
use proctor::store::events::{self, Cursor, Events};
use proctor::store::{Db, Read, Tx};

use crate::cluster;
use crate::world::{World, on_both, on_postgres};

const WRITERS: i64 = 8;
const CHANGES: i64 = 60;

#[test]
fn readers_see_every_event_once_while_many_write() {
    on_both(async |world| {
        let done = Arc::new(AtomicBool::new(false));
        let readers: Vec<_> = [3, 500]
            .map(|portion| tokio::spawn(read_until(world.clone(), portion, Arc::clone(&done))))
            .into();
        let naive = tokio::spawn(read_by_number(world.clone(), Arc::clone(&done)));
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| tokio::spawn(write(world.clone(), writer))).collect();
        let mut written = BTreeSet::new();
        for writer in writers {
            written.extend(writer.await.unwrap());
        }
        done.store(true, Ordering::SeqCst);
        let mut orders = Vec::new();
        for reader in readers {
            let seen = reader.await.unwrap();
            assert_eq!(seen.len(), written.len(), "none missed, none twice");
            assert_eq!(BTreeSet::from_iter(seen.clone()), written);
            orders.push(seen);
        }
        assert_eq!(orders[0], orders[1]);
        // Only for information: what a reader would miss that remembers the highest number it saw.
        let missed = written.len() - naive.await.unwrap();
        eprintln!("{} of {} events are missed by number", missed, written.len());
    });
}

/// Commits most changes, gives some up, and takes its time between the first event of a change and its end.
async fn write(world: World, writer: i64) -> Vec<Event> {
    let mut committed = Vec::new();
    for change in 0..CHANGES {
        let tx = world.ctx.db.begin().await.unwrap();
        let name = |n| Event::Test(RunId(writer + 1), change * 10 + n);
        let names: Vec<_> = (0..=change % 3).map(name).collect();
        for event in &names {
            events::insert(&tx, std::slice::from_ref(event)).await.unwrap();
            for _ in 0..(writer * 7 + change) % 20 {
                tokio::task::yield_now().await;
            }
        }
        if (writer + change) % 5 == 0 {
            drop(tx);
        } else {
            tx.commit().await.unwrap();
            committed.extend(names);
        }
    }
    committed
}

async fn read_until(world: World, portion: u32, done: Arc<AtomicBool>) -> Vec<Event> {
    let mut cursor = Cursor::default();
    let mut seen = Vec::new();
    loop {
        // Before reading: what is read after the writers are done is all there is.
        let last = done.load(Ordering::SeqCst);
        let found = events::after(&world.ctx.db, cursor, portion).await.unwrap();
        if found.items.is_empty() && last {
            return seen;
        }
        cursor = found.cursor;
        seen.extend(found.items);
    }
}

async fn read_by_number(world: World, done: Arc<AtomicBool>) -> usize {
    let (mut highest, mut count) = (0_i64, 0);
    loop {
        let last = done.load(Ordering::SeqCst);
        let sql = "SELECT seq FROM events WHERE seq > $1 ORDER BY seq";
        let rows = world.ctx.db.rows(sql, vec![highest.into()]).await.unwrap();
        count += rows.len();
        match rows.last() {
            Some(row) => highest = row.get("seq").unwrap(),
            None if last => return count,
            None => {}
        }
    }
}

#[test]
fn a_transaction_that_commits_late_is_not_overlooked() {
    on_postgres(async |world| {
        let db = &world.ctx.db;
        let late = world.begin_with(Event::Run(RunId(1))).await;
        let given_up = world.begin_with(Event::Run(RunId(2))).await;
        world.commit_one(Event::Run(RunId(3))).await;
        let by_number = world.number("SELECT MAX(seq) AS n FROM events").await;
        assert_eq!(by_number, 3, "whoever remembers this number never sees the first event");
        let before = events::latest(db).await.unwrap();
        let nothing_yet = events::after(db, before, 10).await.unwrap();
        assert_eq!((nothing_yet.items, nothing_yet.cursor), (vec![], before));
        assert!(nothing_yet.unsettled);
        late.commit().await.unwrap();
        let found = events::after(db, before, 10).await.unwrap();
        assert_eq!(found.items, [Event::Run(RunId(1))], "the other open one still hides the third");
        drop(given_up);
        // The pool ends it when it gets the connection back.
        while events::latest(db).await.unwrap() == found.cursor {
            tokio::task::yield_now().await;
        }
        let rest = world.events_after(found.cursor).await;
        assert_eq!(rest.items, [Event::Run(RunId(3))]);
    });
}

#[test]
fn a_transaction_that_began_early_and_wrote_nothing_delays_nobody() {
    on_postgres(async |world| {
        let idle = world.ctx.db.begin().await.unwrap();
        idle.rows("SELECT id FROM runs", vec![]).await.unwrap();
        world.commit_one(Event::Run(RunId(1))).await;
        let found = world.events_after(Cursor::default()).await;
        assert_eq!(found.items, [Event::Run(RunId(1))]);
        drop(idle);
    });
}

#[test]
fn a_long_transaction_in_another_database_of_the_cluster_delays_nobody() {
    on_postgres(async |world| {
        let elsewhere =
            World::new(Db::open_postgres(&cluster::new_database("off").await).await.unwrap());
        let long = elsewhere.begin_with(Event::Run(RunId(9))).await;
        world.commit_one(Event::Run(RunId(1))).await;
        let found = world.events_after(Cursor::default()).await;
        assert_eq!(found.items, [Event::Run(RunId(1))]);
        drop(long);
        elsewhere.ctx.db.close().await;
    });
}

#[test]
fn what_happened_before_the_latest_is_not_told_again() {
    on_both(async |world| {
        let db = &world.ctx.db;
        assert_eq!(events::latest(db).await.unwrap(), Cursor::default());
        assert_eq!(events::oldest(db).await.unwrap(), None);
        world.commit_one(Event::Run(RunId(1))).await;
        let first = world.events_after(Cursor::default()).await;
        let latest = world.latest_at(first.cursor).await;
        world.commit_one(Event::Environment(EnvironmentId(7))).await;
        let found = world.events_after(latest).await;
        assert_eq!(found.items, [Event::Environment(EnvironmentId(7))]);
        world.latest_at(found.cursor).await;
        assert_eq!(world.oldest().await, latest);
        let text = found.cursor.to_string();
        assert_eq!(text.parse::<Cursor>().unwrap(), found.cursor);
    });
}

#[test]
fn only_the_oldest_events_are_forgotten() {
    on_both(async |world| {
        let db = &world.ctx.db;
        for n in 1..=10 {
            world.commit_one(Event::Run(RunId(n))).await;
        }
        world.events_after(Cursor::default()).await;
        world.forget(10, 0).await;
        world.forget(4, 6).await;
        let left = world.events_after(Cursor::default()).await;
        assert_eq!(left.items, [7, 8, 9, 10].map(|n| Event::Run(RunId(n))));
        let second = world.events_after(world.oldest().await).await;
        assert_eq!(second.items, [8, 9, 10].map(|n| Event::Run(RunId(n))));
        world.forget(0, 4).await;
        assert_eq!(events::oldest(db).await.unwrap(), None);
    });
}

#[test]
fn events_are_forgotten_in_the_order_in_which_they_are_told() {
    on_postgres(async |world| {
        let db = &world.ctx.db;
        // Its transaction is the first, its number the last.
        let first = world.begin_with(Event::Run(RunId(1))).await;
        for n in 2..=5 {
            world.commit_one(Event::Run(RunId(n))).await;
        }
        events::insert(&first, &[Event::Run(RunId(6))]).await.unwrap();
        let open = db.begin().await.unwrap();
        assert_eq!(
            events::prune(&open, 1, 2).await.unwrap(),
            0,
            "nobody could be told of them yet"
        );
        drop(open);
        first.commit().await.unwrap();
        let everything = world.events_after(Cursor::default()).await;
        let order: Vec<_> = everything.items.clone();
        assert_eq!(order, [1, 6, 2, 3, 4, 5].map(|n| Event::Run(RunId(n))));
        world.forget(3, 3).await;
        let left = world.events_after(Cursor::default()).await;
        assert_eq!(left.items, order[3..]);
    });
}

impl World {
    /// What is after a cursor, once it can be told. Another case's transaction may have been open when this looked, and
    /// ended before it was seen to be another's.
    pub async fn events_after(&self, cursor: Cursor) -> Events {
        loop {
            let found = events::after(&self.ctx.db, cursor, 100).await.unwrap();
            if !found.unsettled {
                return found;
            }
        }
    }

    /// The newest cursor, once it is this one; see [`World::events_after`].
    async fn latest_at(&self, expected: Cursor) -> Cursor {
        while events::latest(&self.ctx.db).await.unwrap() != expected {}
        expected
    }

    /// The oldest cursor, once it can be told; see [`World::events_after`].
    async fn oldest(&self) -> Cursor {
        loop {
            if let Some(oldest) = events::oldest(&self.ctx.db).await.unwrap() {
                return oldest;
            }
        }
    }

    /// Forgets all but `keep` events, which are `expected` ones, once all of them can be told; see
    /// [`World::events_after`].
    async fn forget(&self, keep: i64, expected: u64) {
        let mut forgotten = 0;
        loop {
            let tx = self.ctx.db.begin().await.unwrap();
            let some = events::prune(&tx, keep, 2).await.unwrap();
            assert!(some <= 2, "{some} at once");
            forgotten += some;
            tx.commit().await.unwrap();
            assert!(forgotten <= expected, "{forgotten} of {expected} events were forgotten");
            if forgotten == expected {
                return;
            }
        }
    }

    async fn begin_with(&self, event: Event) -> Tx {
        let tx = self.ctx.db.begin().await.unwrap();
        events::insert(&tx, &[event]).await.unwrap();
        tx
    }

    async fn commit_one(&self, event: Event) {
        self.begin_with(event).await.commit().await.unwrap();
    }
}
