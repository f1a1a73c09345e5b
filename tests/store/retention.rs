//! What is old, or too much, goes; nothing of a run that is open, and nothing that a newer run refers to.

use proctor::actions::{self, Sweep};
use proctor::domain::retention::{Bounds, Part};
use proctor::domain::verdict::Verdict;
use proctor::domain::{LogSize, Millis, NewRun, Outcome, RunId};
use proctor::store::{RunFilter, RunOrder, runs};
use proctor::store::{blobs, prunings};

use crate::world::{World, asked, batch_of, on_both, test_case};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const BYTES: u64 = 40;

impl World {
    /// A run that has ended now, with a log of [`BYTES`].
    async fn ended_run(&self, run: &NewRun) -> RunId {
        let id = self.submit_run(run).await;
        let worker = self.worker("one").await;
        let lease = self.claim(worker).await.unwrap().lease;
        let mut batch = batch_of(vec![test_case(0, proctor::domain::TestOutcome::Passed)]);
        batch.log = LogSize { lines: 1, bytes: BYTES };
        let verdict = Verdict { outcome: Outcome::Passed, reason: None };
        actions::finish(&self.ctx, lease, &batch, &verdict, None).await.unwrap();
        id
    }

    async fn prune(&self, part: Part, bounds: Bounds) -> Vec<i64> {
        let mut gone = Vec::new();
        loop {
            let portion = actions::prune_part(&self.ctx, part, bounds).await.unwrap();
            if portion.is_empty() {
                return gone;
            }
            gone.extend(portion.iter().map(|run| run.0));
        }
    }

    async fn marks(&self, run: RunId) -> Vec<String> {
        let marks = prunings::of_run(&self.ctx.db, run).await.unwrap();
        marks.iter().map(proctor::domain::retention::Pruning::words).collect()
    }

    async fn rows_of(&self, run: RunId) -> i64 {
        let mut rows = 0;
        for table in ["run_details", "run_tests", "attempts", "run_plans", "comments"] {
            rows += self
                .number(&format!("SELECT COUNT(*) AS n FROM {table} WHERE run_id = {run}"))
                .await;
        }
        rows
    }
}

fn days(days: u32) -> Bounds {
    Bounds { days: Some(days), most: None }
}

fn most(most: u64) -> Bounds {
    Bounds { days: None, most: Some(most) }
}

#[test]
fn a_log_goes_the_moment_that_it_is_too_old_and_not_before() {
    on_both(async |world| {
        let old = world.ended_run(&asked(7)).await;
        world.ctx.clock.advance(1);
        let newer = world.ended_run(&asked(7)).await;
        world.ctx.clock.advance(3 * DAY_MS - 1);
        assert!(
            world.prune(Part::Log, days(3)).await.is_empty(),
            "three days old to the millisecond"
        );
        world.ctx.clock.advance(1);
        assert_eq!(world.prune(Part::Log, days(3)).await, [old.0]);
        let words = format!(
            "the log of run {old} was removed on 2026-01-04 00:00 UTC, because logs are kept for 3 days"
        );
        assert_eq!(world.marks(old).await, [words]);
        assert!(world.marks(newer).await.is_empty());
        world.ctx.clock.advance(1);
        assert_eq!(world.prune(Part::Log, days(3)).await, [newer.0]);
        assert!(world.prune(Part::Log, days(3)).await.is_empty(), "once");
        assert_eq!(world.run(old).await.log.bytes, BYTES, "the run itself is still there");
    });
}

#[test]
fn of_too_many_bytes_the_oldest_logs_go_until_the_rest_fits() {
    on_both(async |world| {
        let mut ended = Vec::new();
        for _ in 0..4 {
            ended.push(world.ended_run(&asked(7)).await.0);
        }
        assert!(world.prune(Part::Log, most(4 * BYTES)).await.is_empty());
        assert_eq!(world.prune(Part::Log, most(4 * BYTES - 1)).await, ended[..1]);
        assert_eq!(world.prune(Part::Log, most(2 * BYTES)).await, ended[1..2]);
        assert_eq!(world.prune(Part::Log, most(1)).await, ended[2..]);
    });
}

#[test]
fn nothing_of_an_open_run_goes_and_it_is_found_when_it_has_ended() {
    on_both(async |world| {
        let open = world.submit(7).await;
        let worker = world.worker("one").await;
        let lease = world.claim(worker).await.unwrap().lease;
        let mut batch = batch_of(vec![]);
        batch.log = LogSize { lines: 1, bytes: BYTES };
        actions::record(&world.ctx, lease, &batch).await.unwrap();
        let queued = world.submit(7).await;
        let ended = world.ended_run(&asked(8)).await;
        world.ctx.clock.advance(400 * DAY_MS);
        for part in Part::ALL {
            world.prune(part, days(1)).await;
            world.prune(part, most(1)).await;
        }
        assert_eq!(world.marks(ended).await.len(), 1, "all that is said of a run that is gone");
        for run in [open, queued] {
            assert!(world.marks(run).await.is_empty());
            assert!(runs::find(&world.ctx.db, run).await.unwrap().is_some());
        }
        let verdict = Verdict { outcome: Outcome::Passed, reason: None };
        actions::finish(&world.ctx, lease, &batch, &verdict, None).await.unwrap();
        world.ctx.clock.advance(2 * DAY_MS);
        assert_eq!(world.prune(Part::Log, days(1)).await, [open.0]);
    });
}

#[test]
fn a_run_goes_with_all_that_is_known_of_it_but_the_mark() {
    on_both(async |world| {
        let gone = world
            .ended_run(&NewRun { plans: vec![4], note: Some("blue".into()), ..asked(7) })
            .await;
        let kept = world.ended_run(&NewRun { note: Some("blue".into()), ..asked(7) }).await;
        world.ctx.clock.advance(DAY_MS + 1);
        assert!(world.prune(Part::Run, most(2)).await.is_empty());
        world.prune(Part::Log, days(1)).await;
        assert_eq!(world.prune(Part::Run, most(1)).await, [gone.0]);
        assert!(runs::find(&world.ctx.db, gone).await.unwrap().is_none());
        assert_eq!(world.rows_of(gone).await, 0);
        assert_eq!(
            world.marks(gone).await,
            [format!(
                "run {gone} was removed on 2026-01-02 00:00 UTC, because no more than 1 finished runs are kept"
            )]
        );
        let filter = RunFilter { q: Some("blue".into()), ..RunFilter::default() };
        let found = runs::list(&world.ctx.db, &filter, RunOrder::NewestFirst, None, 10).await;
        assert_eq!(found.unwrap().iter().map(|run| run.id).collect::<Vec<_>>(), [kept]);
    });
}

#[test]
fn a_run_stays_as_long_as_a_rerun_of_it_and_for_a_day_in_any_case() {
    on_both(async |world| {
        let first = world.ended_run(&asked(7)).await;
        world.ctx.clock.advance(DAY_MS);
        assert!(world.prune(Part::Run, most(1)).await.is_empty());
        world.ended_run(&asked(8)).await;
        assert!(world.prune(Part::Run, most(1)).await.is_empty(), "a day old to the millisecond");
        world.ctx.clock.advance(10 * DAY_MS);
        let rerun = world.ended_run(&NewRun { rerun_of: Some(first.0), ..asked(7) }).await;
        assert_eq!(world.prune(Part::Run, days(5)).await.len(), 1, "the one in environment 8");
        world.ctx.clock.advance(6 * DAY_MS);
        assert_eq!(world.prune(Part::Run, days(5)).await, [rerun.0, first.0]);
    });
}

#[test]
fn two_who_prune_at_once_remove_no_more_than_one_would() {
    on_both(async |world| {
        for _ in 0..6 {
            world.ended_run(&asked(7)).await;
        }
        let both = [world.clone(), world.clone()].map(|world| {
            tokio::spawn(async move { world.prune(Part::Log, most(3 * BYTES)).await })
        });
        let mut gone = Vec::new();
        for one in both {
            gone.extend(one.await.unwrap());
        }
        gone.sort_unstable();
        assert_eq!(gone, [1, 2, 3]);
    });
}

#[test]
fn a_content_leaves_before_it_goes_and_stays_when_it_is_kept_again() {
    on_both(async |world| {
        let names = ["a".repeat(64), "b".repeat(64)];
        let keep = async || {
            let contents = names.iter().map(|name| (name.clone(), vec![1, 2, 3])).collect();
            actions::keep_small_blobs(&world.ctx, contents).await.unwrap();
        };
        let missing = async || blobs::missing(&world.ctx.db, &names).await.unwrap();
        keep().await;
        let sizes = blobs::sizes(&world.ctx.db).await.unwrap();
        assert_eq!(sizes.iter().map(|(_, bytes)| *bytes).collect::<Vec<_>>(), [3, 3]);
        let sweep = Sweep { unnamed: names.to_vec(), ..Sweep::default() };
        let now = world.ctx.clock.now();
        actions::sweep_blobs(&world.ctx, &sweep, now).await.unwrap();
        assert_eq!(missing().await, names, "whoever is about to name one keeps it anew");
        assert!(blobs::part(&world.ctx.db, &names[0], 0).await.unwrap().is_some(), "still read");

        let removed = Sweep { removed: names.to_vec(), ..Sweep::default() };
        let before = Millis(now.0 - 1);
        actions::sweep_blobs(&world.ctx, &removed, before).await.unwrap();
        assert_eq!(blobs::sizes(&world.ctx.db).await.unwrap().len(), 2, "not for long enough");
        actions::keep_small_blobs(&world.ctx, vec![(names[1].clone(), vec![1, 2, 3])])
            .await
            .unwrap();
        actions::sweep_blobs(&world.ctx, &removed, now).await.unwrap();
        assert_eq!(missing().await, names[..1]);
        assert!(blobs::part(&world.ctx.db, &names[0], 0).await.unwrap().is_none());
        keep().await;
        assert!(missing().await.is_empty());
    });
}
