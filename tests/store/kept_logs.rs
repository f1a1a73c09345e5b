//! Logs of attempts that have ended: either pieces or what they became, never both, never none.

use std::io;

use proctor::actions;
use proctor::depot::{Depot, PackedLog, SMALL_LOG, pack_log};
use proctor::domain::retention::{Bounds, Part};
use proctor::domain::{LogSize, Millis, Outcome, RunId};
use proctor::store::kept_logs::{self, KeptLog, Packed};
use proctor::store::log_pieces::{self, Lot, Piece};
use proctor::store::named;

use crate::world::{World, asked, on_both, on_postgres};

fn piece(attempt: (RunId, i64), start: u64, bytes: &[u8]) -> Piece {
    let (run, attempt) = attempt;
    let printed_at = Millis(1_000 + i64::try_from(start).unwrap());
    Piece { run, attempt, start, printed_at, bytes: bytes.to_vec() }
}

fn kept(attempt: (RunId, i64), packed: Packed) -> KeptLog {
    KeptLog { run: attempt.0, attempt: attempt.1, size: LogSize { lines: 2, bytes: 8 }, packed }
}

impl World {
    /// A run that was started, and has sent two pieces.
    async fn printing(&self) -> (actions::Lease, (RunId, i64)) {
        let worker = self.worker("one").await;
        self.submit(7).await;
        let lease = self.claim(worker).await.unwrap().lease;
        let attempt = (lease.run, 1);
        self.send(&[piece(attempt, 0, b"one\n"), piece(attempt, 4, b"two\n")]).await;
        (lease, attempt)
    }

    async fn send(&self, pieces: &[Piece]) {
        actions::keep_log_pieces(&self.ctx, pieces).await.unwrap();
    }

    async fn pieces(&self) -> i64 {
        self.number("SELECT COUNT(*) AS n FROM log_pieces").await
    }

    /// What is to become of all that there is.
    async fn lots(&self) -> Vec<((RunId, i64), Lot)> {
        let (mut lots, mut last) = (Vec::new(), (RunId(0), 0));
        while let Some(next) = log_pieces::next(&self.ctx.db, last).await.unwrap() {
            last = next.0;
            lots.push(next);
        }
        lots
    }
}

#[test]
fn a_kept_log_takes_the_place_of_its_pieces_and_late_ones_are_dropped() {
    on_both(async |world| {
        let db = &world.ctx.db;
        let (_, attempt) = world.printing().await;
        let other = (attempt.0, 2);
        world.send(&[piece(other, 0, b"of another attempt")]).await;
        assert_eq!(kept_logs::find(db, attempt).await.unwrap(), None);

        let log = kept(attempt, Packed::Here(vec![0, 255, 1]));
        actions::keep_logs(&world.ctx, std::slice::from_ref(&log)).await.unwrap();
        assert_eq!(kept_logs::find(db, attempt).await.unwrap().as_ref(), Some(&log));
        assert_eq!(world.pieces().await, 1, "those of the other attempt stay");

        // The worker was thought to be gone, and sends what it has.
        let late = [piece(attempt, 8, b"late"), piece(other, 18, b", too")];
        world.send(&late).await;
        assert_eq!(log_pieces::after(db, attempt, 0, 10).await.unwrap(), []);
        assert_eq!(log_pieces::after(db, other, 0, 10).await.unwrap().len(), 2);

        // And keeps it itself.
        let again = kept(attempt, Packed::Content("ab".into()));
        actions::keep_logs(&world.ctx, &[again]).await.unwrap();
        assert_eq!(kept_logs::find(db, attempt).await.unwrap(), Some(log), "the first one stays");
    });
}

#[test]
fn of_several_who_keep_a_log_at_once_one_does_and_no_reader_finds_nothing() {
    on_postgres(async |world| {
        let db = &world.ctx.db;
        for _ in 0..10 {
            let (lease, attempt) = world.printing().await;
            world.finish(lease, Outcome::Passed).await;
            let keep = async |number: u8| {
                let log = kept(attempt, Packed::Here(vec![number]));
                actions::keep_logs(&world.ctx, &[log]).await.unwrap();
            };
            // Pieces first, as readers do.
            let read = async || {
                loop {
                    let pieces = log_pieces::after(db, attempt, 0, 10).await.unwrap();
                    if pieces.is_empty() {
                        return kept_logs::find(db, attempt).await.unwrap();
                    }
                    assert_eq!(pieces.len(), 2, "all or nothing");
                }
            };
            let (first, second, ..) = tokio::join!(read(), read(), keep(1), keep(2), keep(3));
            let last = kept_logs::find(db, attempt).await.unwrap();
            assert!(last.is_some() && first == last && second == last);
        }
        assert_eq!(world.pieces().await, 0);
    });
}

#[test]
fn what_was_pruned_does_not_come_back() {
    on_both(async |world| {
        let everything = Bounds { days: Some(0), most: None };
        for part in [Part::Log, Part::Run] {
            let (lease, attempt) = world.printing().await;
            world.finish(lease, Outcome::Lost).await;
            actions::keep_logs(&world.ctx, &[kept(attempt, Packed::Content("ab".into()))])
                .await
                .unwrap();
            assert_eq!(named::left_by_runs(&world.ctx.db).await.unwrap(), ["ab"]);
            world.ctx.clock.advance(24 * 60 * 60 * 1000 + 1);
            assert!(
                actions::prune_part(&world.ctx, part, everything)
                    .await
                    .unwrap()
                    .contains(&attempt.0)
            );
            assert!(named::left_by_runs(&world.ctx.db).await.unwrap().is_empty());

            // Whoever was about to keep it comes too late, and so do pieces.
            actions::keep_logs(&world.ctx, &[kept(attempt, Packed::Content("ab".into()))])
                .await
                .unwrap();
            assert_eq!(kept_logs::find(&world.ctx.db, attempt).await.unwrap(), None);
            world.send(&[piece(attempt, 8, b"late")]).await;
            assert_eq!(world.lots().await, [(attempt, Lot::Late)]);
            actions::drop_log_pieces(&world.ctx, attempt).await.unwrap();
            assert_eq!(world.pieces().await, 0);
        }
    });
}

#[test]
fn pieces_are_left_when_their_worker_will_not_keep_the_log() {
    on_both(async |world| {
        let (lease, attempt) = world.printing().await;
        assert_eq!(world.lots().await, [(attempt, Lot::Wanted)], "it goes on");
        world.finish(lease, Outcome::Passed).await;
        assert_eq!(world.lots().await, [(attempt, Lot::Wanted)], "its worker keeps it");
        for (state, lot) in [("silent", Lot::Left), ("draining", Lot::Wanted), ("gone", Lot::Left)]
        {
            world.execute("UPDATE workers SET state = $1", vec![state.into()]).await;
            assert_eq!(world.lots().await, [(attempt, lot)], "{state}");
        }
        // An attempt that was lost, while its worker lives.
        let mut again = asked(8);
        again.options.retry_lost = Some(1);
        world.submit_run(&again).await;
        let worker = world.worker("two").await;
        let lease = world.claim(worker).await.unwrap().lease;
        let lost = (lease.run, 1);
        world.send(&[piece(lost, 0, b"one\n")]).await;
        world.finish(lease, Outcome::Lost).await;
        assert_eq!(world.lots().await, [(attempt, Lot::Left), (lost, Lot::Left)]);
        let log = kept(attempt, Packed::Here(vec![1]));
        actions::keep_logs(&world.ctx, &[log]).await.unwrap();
        assert_eq!(world.lots().await, [(lost, Lot::Left)]);
    });
}

/// Lines of which none is like another, so that they need room.
fn lines(count: u32) -> Vec<u8> {
    let line =
        |number: u32| format!("{:x}\n", u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..count).map(line).collect::<String>().into_bytes()
}

struct Host {
    depot: Depot,
    data: tempfile::TempDir,
}

impl Host {
    fn of(world: &World) -> Self {
        let depot = Depot::of(&world.ctx, None).unwrap();
        Self { depot, data: tempfile::tempdir().unwrap() }
    }

    async fn pack_pieces(&self, attempt: (RunId, i64)) -> Option<PackedLog> {
        let (depot, data) = (self.depot.clone(), self.data.path().to_owned());
        blocking(move || depot.pack_pieces(&data, attempt)).await.unwrap()
    }

    async fn keep(&self, world: &World, log: PackedLog) -> KeptLog {
        let depot = self.depot.clone();
        let kept = blocking(move || depot.keep_log(&log)).await.unwrap();
        actions::keep_logs(&world.ctx, std::slice::from_ref(&kept)).await.unwrap();
        kept
    }

    async fn read(&self, log: &KeptLog, start: u64) -> io::Result<(Vec<u8>, Vec<Millis>)> {
        let (depot, data, log) = (self.depot.clone(), self.data.path().to_owned(), log.clone());
        blocking(move || {
            let (mut bytes, mut times) = (Vec::new(), Vec::new());
            depot.read_log(&data, &log, start, |portion, at| {
                bytes.extend_from_slice(portion);
                times.push(at);
                Ok(())
            })?;
            Ok((bytes, times))
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

#[test]
fn pieces_become_a_log_with_every_byte_and_time_and_a_large_one_a_content() {
    on_postgres(async |world| {
        let host = Host::of(&world);
        let (_, attempt) = world.printing().await;
        let rest = lines(100_000);
        let mut start = 8;
        for portion in rest.chunks(50_000) {
            world.send(&[piece(attempt, start, portion)]).await;
            start += portion.len() as u64;
        }
        // Behind a gap: nobody can read it.
        world.send(&[piece(attempt, start + 1, b"behind a gap")]).await;
        let whole = [b"one\ntwo\n", &rest[..]].concat();
        let packed = host.pack_pieces(attempt).await.unwrap();
        assert!(!packed.is_small());
        let log = host.keep(&world, packed).await;
        assert_eq!(log.size, LogSize { lines: 100_002, bytes: whole.len() as u64 });
        let Packed::Content(sha256) = &log.packed else { panic!("{log:?}") };
        assert_eq!(world.pieces().await, 0);

        let (bytes, times) = host.read(&log, 0).await.unwrap();
        assert!(bytes == whole);
        assert_eq!(times[..3], [Millis(1_000), Millis(1_004), Millis(1_008)]);
        let (bytes, times) = host.read(&log, 50_009).await.unwrap();
        assert!(bytes == whole[50_009..], "a copy goes on from where it is");
        assert_eq!(times[0], Millis(1_000 + 50_008));

        let sql = "UPDATE blob_parts SET bytes = $1 WHERE sha256 = $2 AND part = 0";
        world.execute(sql, vec![vec![1, 2].into(), sha256.as_str().into()]).await;
        let error = host.read(&log, 0).await.unwrap_err();
        assert!(error.to_string().contains(sha256), "{error}");
        let files = std::fs::read_dir(host.data.path()).unwrap().count();
        assert_eq!(files, 0, "nothing is left in the data directory");
    });
}

#[test]
fn a_log_lies_in_its_row_as_long_as_it_is_small() {
    on_postgres(async |world| {
        let host = Host::of(&world);
        let (_, attempt) = world.printing().await;
        let log = host.pack_pieces(attempt).await.unwrap();
        assert!(log.is_small());
        let log = host.keep(&world, log).await;
        let Packed::Here(bytes) = &log.packed else { panic!("{log:?}") };
        assert!(bytes.len() < 64, "{}", bytes.len());
        assert_eq!(host.read(&log, 0).await.unwrap().0, b"one\ntwo\n");
        assert_eq!(world.number("SELECT COUNT(*) AS n FROM blob_parts").await, 0);
        assert!(host.pack_pieces(attempt).await.is_none(), "there are none any more");

        // What cannot be compressed shows where the limit is.
        let is_small = |length: usize| {
            let bytes: Vec<u8> = random(length);
            let log = pack_log(host.data.path(), attempt, |to| to.push(&bytes, Millis(0)));
            log.unwrap().is_small()
        };
        let largest = (1..SMALL_LOG).rev().find(|length| is_small(*length)).unwrap();
        assert!(largest > SMALL_LOG - 64 && !is_small(largest + 1), "{largest}");
    });
}

fn random(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}
