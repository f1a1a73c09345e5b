//! Who starts when: strict order in an environment, no pause between two runs, and fairness when slots are short.

use proctor::wire::{EnvironmentState, Outcome, RunDetails, State};
use serde_json::json;

use crate::harness::{LONG, Proctor, Settings, wait_until};

/// Claims its environment, says when it began and when it ended.
const STAMPED: &str = "
import time
from tools import claim, say

def test_alone():
    held = claim()
    time.sleep(0.02)
    say('end')
";

/// Says when it began, and last of all that its process ends.
const LAST: &str = "
import atexit
from tools import say

def test_last():
    say('start')
    atexit.register(say, 'gone')
";

/// Runs until the gate with the number of its run is open.
const GATED: &str = "
from tools import RUN, say, wait_for

def test_waits():
    say('start')
    wait_for(RUN)
";

fn proctor(slots: usize) -> Proctor {
    let proctor = Proctor::with(Settings { slots, ..Settings::default() });
    proctor.tests.write("test_stamped.py", STAMPED);
    proctor.tests.write("test_gated.py", GATED);
    proctor
}

#[test]
fn twenty_runs_asked_for_at_once_follow_each_other_in_the_order_of_their_numbers() {
    let proctor = proctor(8);
    let mut runs: Vec<i64> = std::thread::scope(|scope| {
        let ask = || proctor.api().submit(7, "test_stamped.py");
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    runs.sort_unstable();
    let finished = proctor.api().wait_until_all_finished(&runs, LONG * 2);
    assert!(finished.iter().all(|run| run.run.outcome == Some(Outcome::Passed)), "{finished:#?}");

    // By the clock of the tests themselves.
    let said: Vec<_> = proctor.tests.said().into_iter().map(|one| (one.run, one.words)).collect();
    let in_order = |run: &i64| [(*run, "start".to_owned()), (*run, "end".to_owned())];
    assert_eq!(said, runs.iter().flat_map(in_order).collect::<Vec<_>>());

    // By the server's: no interval of polling, no back-off.
    let mut gaps: Vec<_> =
        finished.windows(2).map(|pair| started_at(&pair[1]) - finished_at(&pair[0])).collect();
    gaps.sort_unstable();
    eprintln!("from the end of a run to the start of the next, ms: {gaps:?}");
    assert!(gaps[gaps.len() / 2] < 100, "{gaps:?}");
}

#[test]
fn a_queued_run_knows_its_place_and_what_it_waits_for() {
    let proctor = proctor(4);
    let api = proctor.api();
    let runs: Vec<_> = (0..4).map(|_| api.submit(7, "test_gated.py")).collect();
    proctor.tests.wait_until_said(runs[0], "start");
    assert_eq!(api.run(runs[0]).run.position, None);
    let places = |run: i64| {
        let run = api.run(run);
        (run.run.position, run.ahead, run.run.waits_for.unwrap_or_default())
    };
    let first = format!("run {} to end in environment 7", runs[0]);
    assert_eq!(places(runs[1]), (Some(1), vec![runs[0]], first.clone()));
    assert_eq!(places(runs[2]), (Some(2), runs[..2].to_vec(), first.clone()));
    let environment = api.environment(7);
    assert_eq!(environment.state, EnvironmentState::Busy);
    assert_eq!(environment.holder.and_then(|holder| holder.run_id), Some(runs[0]));
    assert_eq!(environment.queue.runs, runs[1..]);

    // Whoever leaves the queue lets the others move up.
    assert_eq!(api.cancel(runs[1], "ben").0, 202);
    assert_eq!(places(runs[2]), (Some(1), vec![runs[0]], first));
    let cancelled = api.run(runs[1]).run;
    assert_eq!((cancelled.state, cancelled.outcome), (State::Finished, Some(Outcome::Cancelled)));
    assert_eq!(cancelled.reason.as_deref(), Some("cancelled by ben"));

    for run in &runs {
        proctor.tests.open(&run.to_string());
    }
    api.wait_until_all_finished(&runs, LONG);
    let environment = api.environment(7);
    assert_eq!((environment.state, environment.queue.length), (EnvironmentState::Free, 0));
}

#[test]
fn when_slots_are_short_whoever_has_fewest_running_goes_first() {
    let proctor = proctor(2);
    let api = proctor.api();
    let ask = |who: &str, environment: i64| api.submit_as(who, environment, "test_gated.py");
    let (one, two) = (ask("ann", 1), ask("ann", 2));
    for run in [one, two] {
        proctor.tests.wait_until_said(run, "start");
    }
    let (three, four, of_ben) = (ask("ann", 3), ask("ann", 4), ask("ben", 5));
    let waits_for = api.run(three).run.waits_for;
    assert!(waits_for.as_ref().is_some_and(|words| words.contains("slot")), "{waits_for:?}");
    // A place in the queue of its environment, although nobody is before it there.
    assert_eq!(api.run(of_ben).run.position, Some(1));

    // Ann still has one running, Ben none. Then each has one, and the older run goes first.
    let mut starts = Vec::new();
    for (ended, next) in [(one, of_ben), (two, three), (of_ben, four)] {
        proctor.tests.open(&ended.to_string());
        proctor.tests.wait_until_said(next, "start");
        starts.push(next);
    }
    for run in [three, four] {
        proctor.tests.open(&run.to_string());
    }
    let runs = api.wait_until_all_finished(&[one, two, three, four, of_ben], LONG);
    let mut by_start: Vec<_> = runs.iter().map(|run| (started_at(run), run.run.id)).collect();
    by_start.sort_unstable();
    let order: Vec<_> = by_start.into_iter().map(|(_, run)| run).skip(2).collect();
    assert_eq!(order, starts);
}

#[test]
fn with_one_slot_the_processes_of_a_run_are_gone_before_the_tests_of_the_next_begin() {
    let proctor = proctor(1);
    proctor.tests.write("test_last.py", LAST);
    let api = proctor.api();
    let runs: Vec<_> =
        (1..=12).map(|environment| api.submit(environment, "test_last.py")).collect();
    let finished = api.wait_until_all_finished(&runs, LONG * 2);
    assert!(finished.iter().all(|run| run.run.outcome == Some(Outcome::Passed)), "{finished:#?}");

    // By the clock of the tests themselves.
    let said = proctor.tests.said();
    assert_eq!(said.len(), 24);
    for pair in said.chunks(2) {
        assert_eq!([&*pair[0].words, &*pair[1].words], ["start", "gone"], "{said:?}");
        assert_eq!(pair[0].run, pair[1].run, "{said:?}");
    }
}

#[test]
fn runs_that_take_any_environment_share_those_with_their_label() {
    let proctor = proctor(8);
    let api = proctor.api();
    for id in [11, 12, 13] {
        let path = format!("/api/v1/environments/{id}");
        let (status, answer) = api.patch(&path, &json!({"labels": ["arm"]}));
        assert_eq!(status, 200, "{answer}");
    }
    let any = json!({"any": {"labels": ["arm"]}});
    let body = json!({"requester": "ann", "environment": any, "targets": ["test_stamped.py"]});
    let runs: Vec<i64> = (0..10).map(|_| api.submit_json(body.clone())).collect();
    let finished = api.wait_until_all_finished(&runs, LONG * 2);
    assert!(finished.iter().all(|run| run.run.outcome == Some(Outcome::Passed)), "{finished:#?}");

    // By the clock of the tests themselves: in each environment one ends before the next starts.
    let said = proctor.tests.said();
    for id in [11, 12, 13] {
        let here: Vec<_> = said.iter().filter(|one| one.environment == id).collect();
        for (start, end) in here.iter().step_by(2).zip(here.iter().skip(1).step_by(2)) {
            assert_eq!((start.words.as_str(), end.words.as_str()), ("start", "end"), "{here:?}");
            assert_eq!(start.run, end.run, "{here:?}");
        }
    }
    assert!(said.iter().all(|one| (11..=13).contains(&one.environment)), "{said:?}");
    assert_eq!(said.len(), 20);
}

#[test]
fn without_a_worker_runs_wait_and_say_so() {
    let proctor = Proctor::with(Settings { workers: 0, ..Settings::default() });
    proctor.tests.write("test_stamped.py", STAMPED);
    let run = proctor.api().submit(7, "test_stamped.py");
    let waits_for = proctor.api().run(run).run.waits_for.unwrap();
    assert!(waits_for.contains("proctor worker"), "{waits_for}");
    let mut worker = proctor.start_worker();
    assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    worker.kill().unwrap();
    worker.wait().unwrap();
}

fn started_at(run: &RunDetails) -> i64 {
    run.run.started_at.as_ref().expect("it has started").0.0
}

fn finished_at(run: &RunDetails) -> i64 {
    run.run.finished_at.as_ref().expect("it has finished").0.0
}

#[test]
fn a_run_that_no_worker_serves_says_so_and_starts_when_one_comes_that_does() {
    let toml = "[worker]\nenvironments = [\"lab\"]\n".to_owned();
    let proctor = Proctor::with(Settings { toml, ..Settings::default() });
    proctor.tests.write("test_trivial.py", "def test_one(): pass\n");
    proctor.worker();
    let run = proctor.api().submit(7, "test_trivial.py");
    let words = "a worker that serves environment 7: those that are alive serve others";
    wait_until("the run says what it waits for", || {
        let waits_for = proctor.api().run(run).run.waits_for;
        waits_for.is_some_and(|waits_for| waits_for.starts_with(words))
    });
    let (status, answer) =
        proctor.api().patch("/api/v1/environments/7", &json!({ "labels": ["lab"] }));
    assert_eq!(status, 200, "{answer}");
    assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
}
