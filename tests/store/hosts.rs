//! What hosts have in common that share a database: one clock for leases, notices, and the logs of running runs.

use std::time::Duration;

use proctor::actions::{self, Claimer, Context, LeaseTimes};
use proctor::cli::join_hosts;
use proctor::clock::Clock;
use proctor::domain::{Millis, Outcome, Serves};
use proctor::executor::Ends;
use proctor::live::{Hint, Live};
use proctor::store::log_pieces::{self, Piece, Place};
use proctor::store::run_files::{self, RunFile};
use proctor::store::{About, Db, Notices, Read, SPEAKS, blobs, refused};

use crate::world::{TIMES, World, on_both, on_postgres};

#[test]
fn leases_are_measured_by_the_database_whatever_the_clocks_of_the_hosts_say() {
    on_postgres(async |world| {
        // Machines were started at different times, so their own clocks have nothing in common.
        let host = World { ctx: with_own_clock(world.ctx.db.clone()) };
        let times = LeaseTimes { lease_ms: 600_000, ..TIMES };
        let worker = host.worker("one").await;
        let run = host.submit(3).await;
        let claimer = Claimer { worker, name: "one", times, serves: &Serves::default() };
        let claimed = actions::claim(&host.ctx, &claimer).await.unwrap().unwrap();
        assert_eq!(actions::lose_expired(&host.ctx).await.unwrap(), []);
        let left = "SELECT lease_until - CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS n \
                    FROM environments WHERE id = 3";
        let left = host.number(left).await;
        assert!((1..=600_000).contains(&left), "{left}");
        let sql = "UPDATE environments SET lease_until = lease_until - 600001 WHERE id = 3";
        host.execute(sql, vec![]).await;
        assert_eq!(actions::lose_expired(&host.ctx).await.unwrap(), [run]);
        host.refuses_late(claimed.lease).await;
    });
}

#[test]
fn a_notice_reaches_everybody_who_has_the_database_open_and_wants_to_hear_of_it() {
    on_postgres(async |world| {
        let db = &world.ctx.db;
        let mut shows = Notices::open(db, &[About::Work, About::Show]).await.unwrap().unwrap();
        let mut works = Notices::open(db, &[About::Work]).await.unwrap().unwrap();
        let texts = [(About::Show, "one".into()), (About::Work, "two, it's \"three\"".into())];
        shows.sender().send(&texts).await.unwrap();
        assert_eq!(shows.next().await.unwrap().as_deref(), Some("one"));
        assert_eq!(shows.next().await.unwrap().as_deref(), Some("two, it's \"three\""));
        assert_eq!(works.next().await.unwrap().as_deref(), Some("two, it's \"three\""));
    });
}

#[test]
fn ends_and_claims_of_a_worker_have_one_connection_which_is_made_anew_when_it_is_cut() {
    on_postgres(async |world| {
        let turn = Ends::new(world.ctx.clone()).turn();
        let first = backend(&turn.lock().await.db).await.unwrap();
        for _ in 0..10 {
            assert_eq!(backend(&turn.lock().await.db).await.unwrap(), first);
            // Others have connections of their own.
            assert_ne!(backend(&world.ctx.db).await.unwrap(), first);
        }
        world
            .ctx
            .db
            .rows("SELECT pg_terminate_backend(CAST($1 AS INT))", vec![first.into()])
            .await
            .unwrap();
        let anew = loop {
            match backend(&turn.lock().await.db).await {
                Ok(backend) => break backend,
                Err(error) => assert!(error.is_passing(), "{error}"),
            }
        };
        assert_ne!(anew, first);
    });
}

/// Which process of the database answers.
pub async fn backend(db: &Db) -> proctor::store::Result<i64> {
    let sql = "SELECT CAST(pg_backend_pid() AS BIGINT) AS n";
    db.opt(sql, vec![]).await?.unwrap().get("n")
}

#[test]
fn one_tells_for_all_who_have_the_same_to_tell_also_when_it_goes_away() {
    on_postgres(async |world| {
        let mut heard = Notices::open(&world.ctx.db, &[About::Show]).await.unwrap().unwrap();
        let (one, other) = (heard.spokesman(), heard.spokesman());
        let tx = world.ctx.db.begin().await.unwrap();
        tx.rows("SELECT pg_advisory_xact_lock($1)", vec![SPEAKS.into()]).await.unwrap();
        // Left to whoever has the lock.
        other.send((About::Show, "left"), Duration::ZERO).await.unwrap();
        drop(tx);
        while world.number(GATHERS).await > 0 {
            tokio::task::yield_now().await;
        }
        other.send((About::Show, "told"), Duration::ZERO).await.unwrap();
        assert_eq!(heard.next().await.unwrap().as_deref(), Some("told"));
        let gather = Duration::from_millis(200);
        let gathers =
            tokio::spawn(async move { one.send((About::Show, "last words"), gather).await });
        while world.number(GATHERS).await == 0 {
            tokio::task::yield_now().await;
        }
        gathers.abort();
        assert_eq!(heard.next().await.unwrap().as_deref(), Some("last words"));
        while world.number(GATHERS).await > 0 {
            tokio::task::yield_now().await;
        }
        other.send((About::Show, "told"), Duration::ZERO).await.unwrap();
        assert_eq!(heard.next().await.unwrap().as_deref(), Some("told"));
    });
}

/// How many have taken it upon themselves to tell for all.
const GATHERS: &str = "SELECT COUNT(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND granted \
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[test]
fn events_are_heard_on_every_host_also_where_another_one_is_told_of() {
    on_postgres(async |world| {
        let mut hosts = Vec::new();
        for home in ["one", "two", "three"] {
            let live = join_hosts(&world.ctx.db, Live::alone(), home).await.unwrap();
            hosts.push((live.subscribe(), live));
        }
        for (_, live) in &hosts {
            live.send(Hint::Events);
        }
        for (heard, _) in &mut hosts {
            // Its own, and that of whoever tells for all: which may be its own host.
            assert_eq!(heard.recv().await.unwrap(), Hint::Events);
            assert_eq!(heard.recv().await.unwrap(), Hint::Events);
        }
        hosts[1].1.send(Hint::Queue);
        for place in [0, 2] {
            while hosts[place].0.recv().await.unwrap() != Hint::Queue {}
        }
    });
}

#[test]
fn the_log_of_a_run_is_there_for_all_by_attempt_and_once() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let run = world.submit(3).await;
        assert_eq!(log_pieces::place(&world.ctx.db, run).await.unwrap(), None);
        world.claim(worker).await.unwrap();
        let place = Place { attempt: 1, home: "home".into() };
        assert_eq!(log_pieces::place(&world.ctx.db, run).await.unwrap(), Some(place));
        let piece = |start: u64, bytes: &[u8]| Piece {
            run,
            attempt: 1,
            start,
            printed_at: Millis(5),
            bytes: bytes.to_vec(),
        };
        let pieces = [piece(0, b"one\0\xff\n"), piece(6, b"two\n")];
        actions::keep_log_pieces(&world.ctx, &pieces[..1]).await.unwrap();
        // The answer to the first try was lost.
        actions::keep_log_pieces(&world.ctx, &pieces).await.unwrap();
        let late = Piece { attempt: 2, ..piece(0, b"of another attempt") };
        actions::keep_log_pieces(&world.ctx, &[late]).await.unwrap();
        let all = log_pieces::after(&world.ctx.db, (run, 1), 0, 10).await.unwrap();
        assert_eq!(all, pieces);
        let rest = log_pieces::after(&world.ctx.db, (run, 1), 6, 10).await.unwrap();
        assert_eq!(rest, pieces[1..]);
    });
}

#[test]
fn a_content_of_several_parts_is_kept_once_and_whole() {
    on_both(async |world| {
        let db = &world.ctx.db;
        let parts = || [Ok(vec![1; blobs::PART]), Ok(vec![2; 5])].into_iter();
        actions::keep_blob(&world.ctx, "aa", parts()).await.unwrap();
        actions::keep_blob(&world.ctx, "aa", parts()).await.unwrap();
        let broken = [Ok(vec![3]), Err(std::io::Error::other("the disk is damaged"))];
        assert!(actions::keep_blob(&world.ctx, "bb", broken.into_iter()).await.is_err());
        actions::keep_small_blobs(&world.ctx, vec![("cc".into(), vec![])]).await.unwrap();
        let wanted: Vec<String> = ["aa", "bb", "cc"].map(Into::into).into();
        assert_eq!(
            blobs::missing(db, &wanted).await.unwrap(),
            ["bb"],
            "all of a content or nothing"
        );
        assert_eq!(blobs::part(db, "aa", 1).await.unwrap(), Some(vec![2; 5]));
        assert_eq!(blobs::part(db, "aa", 2).await.unwrap(), None);
        let first = blobs::first_parts(db, &wanted).await.unwrap();
        assert_eq!(first.len(), 2);
    });
}

#[test]
fn the_files_of_a_run_are_listed_by_attempt_and_name() {
    on_both(async |world| {
        let run = world.submit(3).await;
        let file = |name: &str| RunFile {
            name: name.into(),
            sha256: "aa".into(),
            size: 3,
            modified_at: Millis(9),
        };
        let files = [file("artifacts/b"), file("artifacts/a")];
        actions::record_run_files(&world.ctx, (run, 1), &files).await.unwrap();
        // Tried again, because the answer was lost.
        actions::record_run_files(&world.ctx, (run, 1), &files).await.unwrap();
        let found = run_files::list(&world.ctx.db, (run, 1)).await.unwrap();
        assert_eq!(found, [file("artifacts/a"), file("artifacts/b")]);
        assert_eq!(run_files::list(&world.ctx.db, (run, 2)).await.unwrap(), []);
    });
}

fn with_own_clock(db: Db) -> Context {
    Context { db, clock: Clock::System, live: Live::alone() }
}

impl World {
    async fn refuses_late(&self, lease: actions::Lease) {
        let verdict = proctor::domain::verdict::Verdict { outcome: Outcome::Passed, reason: None };
        let batch = actions::Batch::default();
        let finished = actions::finish(&self.ctx, lease, &batch, &verdict, None).await;
        assert!(matches!(finished, Err(actions::RecordError::Stale(_))));
        let kept = refused::of_run(&self.ctx.db, lease.run).await.unwrap();
        let last = kept.last().unwrap();
        assert_eq!((last.epoch, last.what.as_str()), (lease.epoch, "that it ended as passed"));
    }
}
