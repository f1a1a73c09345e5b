//! What a session makes of events and marks.

use super::*;

fn started(index: i64) -> Event {
    Event::TestStarted { index, nodeid: format!("a.py::t{index}"), at: Some(5) }
}

fn finished(index: i64, outcome: &str) -> Event {
    let outcome = outcome.to_owned();
    Event::TestFinished { index, outcome, duration_ms: 1.0, message: None, memory: Some([1, 3, 2]) }
}

fn mark(what: Border, index: u64, line: u64) -> Mark {
    Mark { what, index, line, offset: 0 }
}

#[test]
fn events_and_marks_meet_in_one_report_in_any_order() {
    let mut session = Session::default();
    session.mark(mark(Border::Begin, 0, 3));
    session.event(started(0));
    session.event(finished(0, "passed"));
    session.mark(mark(Border::End, 0, 6));
    let (batch, _) = session.take();
    assert_eq!(batch.tests.len(), 1);
    assert_eq!(batch.tests[0].outcome, TestOutcome::Passed);
    assert_eq!((batch.tests[0].from_line, batch.tests[0].to_line), (Some(3), Some(5)));
    let memory = MemoryUse { before: 1, peak: 3, after: 2 };
    assert_eq!(batch.tests[0].memory, Some(memory));
    assert_eq!(batch.tests[0].started_at, Some(Millis(5)));
    assert_eq!(batch.progress.passed, 1);
    assert!(session.tests.is_empty(), "what is recorded needs no memory");
}

#[test]
fn what_could_not_be_recorded_is_recorded_later() {
    let mut session = Session::default();
    session.event(started(0));
    session.event(finished(0, "failed"));
    session.mark(mark(Border::End, 0, 2));
    let (batch, taken) = session.take();
    session.give_back(batch.clone(), taken);
    assert!(session.has_news());
    assert_eq!(session.take().0.tests, batch.tests);
}

#[test]
fn a_test_that_is_reported_twice_counts_once() {
    let mut session = Session::default();
    session.event(started(0));
    session.event(finished(0, "failed"));
    session.event(finished(0, "passed"));
    let (batch, _) = session.take();
    assert_eq!((batch.progress.failed, batch.progress.passed), (1, 0));
}

#[test]
fn every_failed_part_of_a_test_shows_in_its_traceback() {
    let part = |description: &str, outcome: &str| Event::Subtest {
        index: 0,
        description: description.into(),
        outcome: outcome.into(),
        traceback: Some(format!("E  {description}")),
    };
    let mut session = Session::default();
    session.event(started(0));
    session.event(part("(i=0)", "failed"));
    session.event(part("(i=1)", "passed"));
    session.event(part("(i=2)", "failed"));
    let (batch, _) = session.take();
    assert_eq!(batch.tests[0].traceback.as_deref(), Some("(i=0)\nE  (i=0)\n\n(i=2)\nE  (i=2)"));
}

#[test]
fn a_flood_of_tests_that_never_end_is_not_taken_in() {
    let mut session = Session::default();
    for index in 0..100_000 {
        session.event(started(index));
    }
    assert_eq!(session.tests.len(), MOST_RUNNING);
    assert_eq!(session.take().0.tests.len(), MOST_RUNNING);
}

#[test]
fn many_tests_are_recorded_in_portions_and_kept_no_longer() {
    let mut session = Session::default();
    for index in 0..10_000 {
        // As from pytest-xdist, where nothing is marked.
        session.event(started(index));
        session.event(finished(index, "passed"));
    }
    assert!(!session.has_room());
    let mut recorded = Vec::new();
    while session.has_news() {
        let portion = session.take().0.tests;
        assert!(portion.len() <= PORTION);
        recorded.extend(portion.into_iter().map(|test| test.number));
    }
    assert_eq!(recorded, (0..10_000).collect::<Vec<_>>());
    assert!(session.tests.len() <= MOST_KEPT && session.has_room());
    assert_eq!(session.progress.passed, 10_000);
}

#[test]
fn the_test_without_report_is_named() {
    let mut session = Session::default();
    session.event(started(0));
    session.event(finished(0, "passed"));
    session.event(started(1));
    assert_eq!(session.unfinished().as_deref(), Some("a.py::t1"));
}
