//! What is known of a run while it runs, and whose lines are whose.

use std::time::Instant;

use proctor::wire::{Outcome, State, TestOutcome};

use super::{lines_of, test_case};
use crate::harness::{Deadline, LONG, Proctor, Settings, wait_until};

/// Prints and waits, so that whoever opens the gates has seen what was printed before.
const STEPS: &str = "
import os, subprocess, sys
from tools import wait_for

def test_first():
    print('first: before the gate')
    wait_for('one')

def test_second():
    sys.stderr.write('second: without newline')
    sys.stderr.flush()
    wait_for('two')
    os.write(1, b' and its end\\n')
    subprocess.run(['sh', '-c', 'echo second: from a child'])
";

#[test]
fn a_line_can_be_read_and_a_result_is_known_while_the_run_goes_on() {
    let proctor = Proctor::start();
    let api = proctor.api();
    proctor.tests.write("test_steps.py", STEPS);
    let run = api.submit(7, "test_steps.py");

    wait_for_line(&proctor, run, "first: before the gate");
    wait_until("its test is shown", || !api.tests_of(run).is_empty());
    assert_eq!(test_case(&proctor, run, "::test_first").outcome, TestOutcome::Running);
    proctor.tests.open("one");
    wait_for_line(&proctor, run, "second: without newline");
    let now = api.wait_for_run(run, "the first test has passed", |run| run.progress.passed == 1);
    assert_eq!(now.run.state, State::Running);
    assert_eq!(test_case(&proctor, run, "::test_first").outcome, TestOutcome::Passed);
    proctor.tests.open("two");
    assert_eq!(api.wait_until_finished(run).run.outcome, Some(Outcome::Passed));

    let texts = |name: &str| -> Vec<String> {
        lines_of(&proctor, run, name).into_iter().map(|line| line.text).collect()
    };
    let second = texts("::test_second");
    assert!(second.contains(&"second: without newline and its end".to_owned()), "{second:#?}");
    assert!(second.contains(&"second: from a child".to_owned()), "{second:#?}");
    let first = texts("::test_first");
    assert!(first.iter().all(|line| !line.contains("second")), "{first:#?}");
    assert!(second.iter().all(|line| !line.contains("first")), "{second:#?}");
}

/// Waits, as a browser does, until the stream says that the log has grown and the line is there.
#[track_caller]
fn wait_for_line(proctor: &Proctor, run: i64, text: &str) {
    let deadline = Deadline::after(LONG);
    let mut stream = proctor.api().stream(&format!("run:{run}"));
    while let Some(event) = stream.next(deadline) {
        let grown = event.log().is_some();
        if grown && proctor.api().log_lines(run, 1, 1000).items.iter().any(|one| one.text == text) {
            return;
        }
    }
    panic!("no line {text:?} in {}", proctor.api().log(run));
}

/// Each test prints its own number in every way there is.
const OWN_LINES: &str = "
import os, subprocess, sys, threading
import pytest

@pytest.fixture(params=range(20))
def number(request):
    print(f'<{request.param}> setup')
    yield request.param
    print(f'<{request.param}> teardown')

def test_lines(number, capsys):
    with capsys.disabled():
        print(f'<{number}> past the capture')
    sys.stderr.write(f'<{number}> to stderr\\n')
    os.write(1, f'<{number}> raw\\n'.encode())
    subprocess.run(['sh', '-c', f'echo \"<{number}> from a child\"; echo \"<{number}> to its stderr\" >&2'])
    thread = threading.Thread(target=os.write, args=(2, f'<{number}> from a thread\\n'.encode()))
    thread.start()
    thread.join()
    assert number % 7
";

#[test]
fn the_lines_of_a_test_are_exactly_what_it_printed() {
    let proctor = Proctor::start();
    proctor.tests.write("test_lines.py", OWN_LINES);
    let run = proctor.api().submit(7, "test_lines.py");
    assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Failed));
    let mut before = 0;
    for number in 0..20 {
        let name = format!("::test_lines[{number}]");
        let lines = lines_of(&proctor, run, &name);
        assert!(lines[0].number > before, "the ranges do not overlap");
        before = lines.last().unwrap().number;
        let own = format!("<{number}> ");
        let count = lines.iter().filter(|line| line.text.starts_with(&own)).count();
        assert_eq!(count, 8, "{lines:#?}");
        let of_others = |text: &str| text.starts_with('<') && !text.starts_with(&own);
        assert!(!lines.iter().any(|line| of_others(&line.text)), "{lines:#?}");
        assert!(lines.iter().any(|line| line.text.contains(&name)), "its own line: {lines:#?}");
    }
}

/// Says all that it knows of its run, and all that starts like a name of Proctor.
const VARIABLES: &str = "
import json, os
from tools import say

def test_variables():
    names = {name: value for name, value in os.environ.items() if name.startswith('PROCTOR_')}
    say(json.dumps({**names, 'CHOSEN': os.environ.get('CHOSEN'), 'SECRET': os.environ.get('SECRET')}))
";

#[test]
fn tests_see_the_variables_of_their_run_and_none_of_the_servers() {
    let secrets = vec![("PROCTOR_TOKEN", "hidden".to_owned()), ("SECRET", "hidden".to_owned())];
    let proctor = Proctor::with(Settings { variables: secrets, ..Settings::default() });
    proctor.tests.write("test_variables.py", VARIABLES);
    let run = proctor.api().submit_json(serde_json::json!({
        "requester": "ann", "environment": 7, "targets": ["test_variables.py"], "variables": {"CHOSEN": "ä \"=$"},
    }));
    assert_eq!(proctor.api().wait_until_finished(run).run.outcome, Some(Outcome::Passed));
    let said = proctor.tests.said().remove(0).words;
    let mut seen: serde_json::Value = serde_json::from_str(&said).unwrap();
    let artifacts = seen["PROCTOR_ARTIFACTS"].take();
    assert!(std::path::Path::new(artifacts.as_str().unwrap()).is_dir());
    let expected = serde_json::json!({
        "PROCTOR_RUN_ID": run.to_string(),
        "PROCTOR_ENVIRONMENT_ID": "7",
        "PROCTOR_ENVIRONMENT_NAME": "env-7",
        "PROCTOR_REQUESTER": "ann",
        "PROCTOR_EPOCH": "1",
        "PROCTOR_SERVER": proctor.api().address(),
        "PROCTOR_ARTIFACTS": null,
        "CHOSEN": "ä \"=$",
        "SECRET": null,
    });
    assert_eq!(seen, expected);
}

#[test]
fn thousands_of_quick_tests_are_all_reported_and_cost_no_more_than_pytest_itself() {
    let proctor = Proctor::start();
    let text =
        "import pytest\n\n@pytest.mark.parametrize('n', range(3000))\ndef test_n(n): print(n)\n";
    proctor.tests.write("test_many.py", text);
    let began = Instant::now();
    let run = proctor.api().submit(7, "test_many.py");
    let ended = proctor.api().wait_until_finished(run);
    eprintln!("3000 tests took {} ms", began.elapsed().as_millis());
    assert_eq!(ended.run.progress.passed, 3000);
    let tests = proctor.api().tests_of(run);
    assert_eq!(tests.len(), 3000);
    assert!(tests.iter().all(|test| test.outcome == TestOutcome::Passed));
    let ranges: Vec<_> = tests.iter().map(|test| test.log.unwrap().from_line).collect();
    assert!(ranges.is_sorted());
}
