//! The samples that come with Proctor, and Proctor's own tests, end as they should.

use proctor::wire::run::Progress;
use proctor::wire::{Outcome, TestOutcome};

use super::{copy_of, lines_of, test_case};
use crate::harness::{LONG, Proctor, Settings};

fn counts(collected: i64, passed: i64, failed: i64, error: i64) -> Progress {
    Progress { collected, passed, failed, error, ..Progress::default() }
}

#[test]
fn every_sample_ends_as_it_should() {
    let copy = copy_of(&["samples"]);
    let tests = Some(copy.path().join("samples"));
    let proctor = Proctor::with(Settings { slots: 2, tests, ..Settings::default() });
    let passed = (Outcome::Passed, "");
    let error = |words| (Outcome::Error, words);
    let table = [
        ("smoke/test_trivial.py", passed, counts(1, 1, 0, 0)),
        ("basics/test_passing.py", passed, counts(4, 4, 0, 0)),
        ("basics/test_failing.py", (Outcome::Failed, "4 failed"), counts(4, 0, 4, 0)),
        ("basics/test_fixture_error.py", (Outcome::Failed, "2 errors"), counts(2, 0, 0, 2)),
        (
            "basics/test_outcomes.py",
            passed,
            Progress { skipped: 3, xfailed: 1, xpassed: 1, ..counts(6, 1, 0, 0) },
        ),
        ("broken/test_empty.py", (Outcome::NoTests, "no tests"), counts(0, 0, 0, 0)),
        ("broken/test_without_tests.py", (Outcome::NoTests, "no tests"), counts(0, 0, 0, 0)),
        (
            "broken/test_import_error.py",
            error("1 error during collection: broken/test_import_error.py: ModuleNotFoundError"),
            counts(0, 0, 0, 0),
        ),
        (
            "broken/test_syntax_error.py",
            error("1 error during collection: broken/test_syntax_error.py: SyntaxError"),
            counts(0, 0, 0, 0),
        ),
        (
            "crash",
            error("killed by SIGKILL while crash/test_kills_itself.py::test_kills_its_own_process"),
            counts(3, 1, 0, 0),
        ),
        ("parametrized", (Outcome::Failed, "2 failed"), counts(66, 64, 2, 0)),
        (
            "unittest_style",
            (Outcome::Failed, "1 failed"),
            Progress { skipped: 1, ..counts(4, 2, 1, 0) },
        ),
        ("environment", passed, counts(3, 3, 0, 0)),
        ("output", (Outcome::Failed, "1 failed"), counts(11, 10, 1, 0)),
        ("service", passed, counts(3, 3, 0, 0)),
    ];
    let runs: Vec<_> = (1..)
        .zip(&table)
        .map(|(environment, (target, ..))| proctor.api().submit(environment, target))
        .collect();
    let ended = proctor.api().wait_until_all_finished(&runs, LONG);
    for (run, (target, (outcome, reason), progress)) in ended.iter().zip(&table) {
        let run = &run.run;
        assert_eq!(run.outcome, Some(*outcome), "{target}: {run:#?}");
        assert!(run.reason.as_deref().unwrap_or_default().contains(reason), "{run:#?}");
        assert_eq!(run.progress, *progress, "{target}");
    }
    let run_of = |target: &str| runs[table.iter().position(|(one, ..)| *one == target).unwrap()];
    failures_are_explained(&proctor, run_of("basics/test_failing.py"));
    log_records_are_sections(&proctor, run_of("output"));
    the_crashed_test_is_shown(&proctor, run_of("crash"));
}

fn failures_are_explained(proctor: &Proctor, run: i64) {
    let failed = test_case(proctor, run, "::test_an_exception_shows_how_it_came_to_it");
    assert_eq!(failed.outcome, TestOutcome::Failed);
    assert_eq!(failed.message.as_deref(), Some("KeyError: 'rubber'"));
    let traceback = failed.traceback.unwrap();
    for part in ["assert price_of(\"rubber\", prices) > 0", "return prices[article]"] {
        assert!(traceback.contains(part), "{traceback}");
    }
    let lines = lines_of(proctor, run, "::test_an_exception_shows_how_it_came_to_it");
    assert!(lines.iter().any(|line| line.text == "Looking up the price of rubber"), "{lines:#?}");
}

fn log_records_are_sections(proctor: &Proctor, run: i64) {
    let failed = test_case(proctor, run, "::test_fails_and_shows_its_log_records");
    let section = failed.sections.iter().find(|section| section.name == "Captured log call");
    let text = &section.expect("there is a section for log records").text;
    assert!(text.contains("more than ten pieces, somebody has to agree"), "{text}");
}

fn the_crashed_test_is_shown(proctor: &Proctor, run: i64) {
    let crashed = test_case(proctor, run, "::test_kills_its_own_process");
    assert_eq!(crashed.outcome, TestOutcome::Lost);
    assert!(proctor.api().log(run).contains("the next line kills this process"));
    assert_eq!(proctor.api().tests_of(run).len(), 2, "the third test never started");
}

#[test]
fn proctor_runs_its_own_api_tests_on_itself() {
    let copy = copy_of(&["python/api_tests", "python/api_targets"]);
    let tests = Some(copy.path().to_owned());
    let proctor = Proctor::with(Settings { slots: 3, tests, ..Settings::default() });
    let run = proctor.api().submit(7, "api_tests");
    let ended = proctor.api().wait_until_all_finished(&[run], LONG * 3).remove(0);
    let log = proctor.api().log(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed), "{ended:#?}\n{log}");
    assert!(ended.run.progress.passed > 50, "{:?}", ended.run.progress);
    assert_eq!(ended.run.progress.skipped, 0, "{log}");
}
