//! How long work takes.

use proctor::actions;
use proctor::domain::times::FileTimes;
use proctor::domain::{NewRun, Options, Outcome, TestOutcome, TestReport};
use proctor::store::times::{self, Work};

use crate::world::{World, asked, batch_of, on_both, test_case};

fn targets(targets: &[&str]) -> Vec<String> {
    targets.iter().map(ToString::to_string).collect()
}

fn keyword(keyword: &str) -> Options {
    Options { keyword: Some(keyword.into()), ..Options::default() }
}

/// A run of these targets from its submit to its end.
async fn done(world: &World, run: NewRun, ms: i64, outcome: Outcome) {
    let worker = world.worker("one").await;
    world.submit_run(&run).await;
    let lease = world.claim(worker).await.unwrap().lease;
    world.ctx.clock.advance(ms);
    world.finish(lease, outcome).await;
}

#[test]
fn the_usual_duration_is_that_of_the_newest_runs_of_the_same_work() {
    on_both(async |world| {
        let of = |names: &[&str]| NewRun { targets: targets(names), ..asked(3) };
        for (ms, outcome) in [
            (1000, Outcome::Passed),
            (9000, Outcome::Failed),
            (2000, Outcome::Passed),
            (5, Outcome::Cancelled),
            (7, Outcome::Error),
        ] {
            done(&world, of(&["a.py", "b.py"]), ms, outcome).await;
        }
        done(&world, of(&["b.py"]), 400, Outcome::Passed).await;
        done(&world, NewRun { options: keyword("x"), ..of(&["b.py"]) }, 30, Outcome::Passed).await;
        let work = |names: &[&str], options: &Options| Work::of(&targets(names), options);
        let plain = Options::default();
        let works = [
            work(&["b.py", "a.py"], &plain),
            work(&["b.py"], &plain),
            work(&["b.py"], &keyword("x")),
            work(&["a.py"], &plain),
            work(&["b.py"], &Options { timeout_s: Some(5), ..Options::default() }),
        ];
        let usual = times::usual(&world.ctx.db, &works).await.unwrap();
        let told = works.map(|work| usual.get(&work).copied());
        assert_eq!(told, [Some(2000), Some(400), Some(30), None, Some(400)]);
        // Only the newest count.
        for _ in 0..15 {
            done(&world, of(&["b.py"]), 800, Outcome::Passed).await;
        }
        let usual = times::usual(&world.ctx.db, &works[1..2]).await.unwrap();
        assert_eq!(usual.get(&works[1]), Some(&800));
        let many: Vec<Work> = (0..250).map(|n| work(&[&n.to_string()], &plain)).collect();
        assert!(times::usual(&world.ctx.db, &many).await.unwrap().is_empty());
    });
}

#[test]
fn the_tests_of_a_finished_run_are_remembered_by_file() {
    on_both(async |world| {
        let worker = world.worker("one").await;
        let report = |number, nodeid: &str, ms| TestReport {
            nodeid: nodeid.into(),
            duration_ms: ms,
            ..test_case(number, TestOutcome::Passed)
        };
        let run = async |names: &[&str], options: Options, tests: Vec<TestReport>, outcome| {
            let wanted = NewRun { targets: targets(names), options, ..asked(3) };
            let id = world.submit_run(&wanted).await;
            let lease = world.claim(worker).await.unwrap().lease;
            actions::record(&world.ctx, lease, &batch_of(tests)).await.unwrap();
            world.finish(lease, outcome).await;
            actions::remember_times(&world.ctx, &[id]).await.unwrap();
        };
        let known = async || {
            let mut known = times::of_files(&world.ctx.db, &["a.py", "d/b.py"]).await.unwrap();
            ["a.py", "d/b.py"].map(|path| known.remove(path))
        };
        let file = |tests: &[(&str, i64)], is_whole| {
            let tests = tests.iter().map(|(test, ms)| ((*test).to_owned(), *ms)).collect();
            Some(FileTimes { tests, is_whole })
        };
        let tests = vec![
            report(0, "a.py::t[x::y]", Some(1.2)),
            report(1, "d/b.py::C::t", Some(70.0)),
            report(2, "d/b.py::lost", None),
            report(3, &format!("{}.py::t", "x".repeat(2000)), Some(1.0)),
        ];
        run(&["."], Options::default(), tests, Outcome::Lost).await;
        assert_eq!(known().await, [None, None]);
        let tests =
            || vec![report(0, "a.py::t[x::y]", Some(1.2)), report(1, "d/b.py::C::t", Some(70.0))];
        run(&["a.py::t", "d"], Options::default(), tests(), Outcome::Failed).await;
        let expected = [file(&[("t[x::y]", 2)], false), file(&[("C::t", 70)], true)];
        assert_eq!(known().await, expected);
        let one = vec![
            report(0, "d/b.py::u", Some(5.0)),
            report(1, &format!("{}.py::t", "x".repeat(2000)), Some(1.0)),
        ];
        run(&["."], keyword("u"), one, Outcome::Passed).await;
        assert_eq!(known().await[1], file(&[("C::t", 70), ("u", 5)], true));
        run(&["d/b.py"], Options::default(), tests(), Outcome::Passed).await;
        assert_eq!(known().await[1], file(&[("C::t", 70)], true));
    });
}
