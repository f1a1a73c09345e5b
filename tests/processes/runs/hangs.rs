//! Tests that hang: which one, where, and what becomes of the others.

use proctor::wire::{Outcome, RunDetails, TestOutcome};
use serde_json::{Value, json};

use super::ends::assert_end;
use super::test_case;
use crate::harness::Proctor;

/// Seconds until the run is ended. The machine may be busy, and the test that hangs has to begin before.
const LIMIT: u32 = 4;

/// Runs a file that is given as text until it has been ended.
fn hang(proctor: &Proctor, text: &str, options: &Value) -> RunDetails {
    proctor.tests.write("test_given.py", text);
    let mut options = options.clone();
    options["timeout_s"] = json!(LIMIT);
    let run = proctor.api().submit_json(json!({
        "requester": "ann", "environment": 7, "targets": ["test_given.py"], "options": options,
    }));
    let ended = proctor.api().wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::TimedOut), "{ended:#?}");
    assert_eq!(proctor.processes_of(run).len(), 0);
    ended
}

fn assert_named(run: &RunDetails, test: &str) {
    let words = format!("test_given.py::{test} was still running at the limit of {LIMIT} s");
    assert_end(run, Outcome::TimedOut, &words);
}

fn where_it_hung(proctor: &Proctor, run: &RunDetails, test: &str) -> String {
    let found = test_case(proctor, run.run.id, &format!("::{test}"));
    assert_eq!(found.outcome, TestOutcome::Lost, "{found:#?}");
    let words = format!("it was still running at the limit of {LIMIT} s");
    assert_eq!(found.message.as_deref(), Some(&*words));
    found.traceback.unwrap_or_else(|| panic!("{}", proctor.api().log(run.run.id)))
}

/// One that passed, one that failed, one that waits for a thread that waits, and one whose turn never comes.
const DEADLOCK: &str = "
import threading

def test_passed():
    pass

def test_failed():
    assert 1 == 2

def helper(lock):
    with lock:
        pass

def hang_here(lock):
    thread = threading.Thread(target=helper, args=(lock,), daemon=True)
    thread.start()
    thread.join()

def test_hangs():
    lock = threading.Lock()
    lock.acquire()
    hang_here(lock)

def test_never():
    pass
";

#[test]
fn a_test_that_hangs_is_named_with_the_stacks_of_all_its_threads_and_the_others_keep_their_results()
{
    let proctor = Proctor::start();
    let run = hang(&proctor, DEADLOCK, &json!({}));
    assert_named(&run, "test_hangs");
    assert_eq!((run.run.progress.passed, run.run.progress.failed), (1, 1));
    let outcomes: Vec<_> =
        proctor.api().tests_of(run.run.id).into_iter().map(|test| test.outcome).collect();
    assert_eq!(outcomes, [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Lost]);

    let stacks = where_it_hung(&proctor, &run, "test_hangs");
    let place = |name: &str| {
        stacks.find(&format!(" in {name}\n")).unwrap_or_else(|| panic!("{name}: {stacks}"))
    };
    // The thread of the tests comes first, what was called last above what called it, and pytest is left out.
    assert!(place("hang_here") < place("test_hangs") && place("test_hangs") < place("helper"));
    assert!(!stacks.contains("in pytest_pyfunc_call"), "{stacks}");
    let log = proctor.api().log(run.run.id);
    for part in [" in hang_here", " in helper", " in pytest_pyfunc_call"] {
        assert!(log.contains(part), "{part} is missing in the log:\n{log}");
    }
}

#[test]
fn the_report_for_ci_has_the_test_that_hung_with_its_stacks() {
    let proctor = Proctor::start();
    let run = hang(&proctor, DEADLOCK, &json!({}));
    let report = proctor.api().text(&format!("/api/v1/runs/{}/junit.xml", run.run.id));
    // Of the two errors one is the test, the other the run that timed out.
    assert!(report.contains(r#"errors="2" failures="1" skipped="0" tests="4""#), "{report}");
    let hung =
        report.split("<testcase").find(|case| case.contains(r#"name="test_hangs""#)).unwrap();
    let words = format!(r#"<error message="it was still running at the limit of {LIMIT} s">"#);
    assert!(hung.contains(&words) && hung.contains(" in hang_here\n"), "{hung}");
    assert!(report.contains(r#"name="test_passed""#) && report.contains("assert 1 == 2"));
}

#[test]
fn a_test_that_hangs_in_c_code_shows_where_too() {
    let proctor = Proctor::start();
    let text = "
import ctypes

def test_hangs():
    mutex = ctypes.create_string_buffer(64)
    lock = ctypes.CDLL(None).pthread_mutex_lock
    lock(mutex)
    lock(mutex)
";
    let run = hang(&proctor, text, &json!({}));
    assert_named(&run, "test_hangs");
    let stacks = where_it_hung(&proctor, &run, "test_hangs");
    assert!(stacks.contains("test_given.py\", line 8 in test_hangs\n"), "{stacks}");
}

#[test]
fn a_test_that_hangs_while_it_floods_the_log_shows_where_too() {
    let proctor = Proctor::start();
    let text = "
def test_floods():
    while True:
        print('x' * 999)
";
    let run = hang(&proctor, text, &json!({"limits": {"log_bytes": 1 << 20}}));
    assert_named(&run, "test_floods");
    let stacks = where_it_hung(&proctor, &run, "test_floods");
    assert!(stacks.contains("test_given.py\", line 4 in test_floods\n"), "{stacks}");
    assert!(run.log.bytes < 2 << 20, "{:?}", run.log);
}

#[test]
fn what_hangs_in_a_fixture_belongs_to_its_test_and_what_hangs_outside_of_tests_has_a_place() {
    let proctor = Proctor::start();
    let text = "
import pytest, time

@pytest.fixture
def thing():
    yield
    time.sleep(1000)

def test_given(thing):
    pass
";
    let run = hang(&proctor, text, &json!({}));
    assert_named(&run, "test_given");
    let stacks = where_it_hung(&proctor, &run, "test_given");
    assert!(stacks.contains("test_given.py\", line 7 in thing\n"), "{stacks}");

    let run = hang(&proctor, "import time\n\ntime.sleep(1000)\n", &json!({}));
    let words =
        format!("not finished at the limit of {LIMIT} s; it was at test_given.py:3 in <module>");
    assert_end(&run, Outcome::TimedOut, &words);
}

#[test]
fn a_test_that_passes_when_it_is_interrupted_tells_where_it_hung_all_the_same() {
    let proctor = Proctor::start();
    let text = "
import time

def test_stays():
    try:
        time.sleep(1000)
    except BaseException:
        pass

def test_next():
    pass
";
    let run = hang(&proctor, text, &json!({}));
    assert_named(&run, "test_stays");
    let stays = test_case(&proctor, run.run.id, "::test_stays");
    assert_eq!(stays.outcome, TestOutcome::Passed, "{stays:#?}");
    let shown = stays.sections.iter().find(|one| one.name.starts_with("Where its threads were"));
    assert!(shown.unwrap().text.contains("test_given.py\", line 6 in test_stays\n"));
}
