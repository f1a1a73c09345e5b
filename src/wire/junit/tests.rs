use super::*;
use crate::domain::Millis;
use crate::wire::run::{EnvironmentName, Progress};
use crate::wire::test_case::{Phase, Section};
use crate::wire::{State, Timestamp};
use quick_xml::Reader;

fn run(outcome: Outcome, reason: Option<&str>) -> Run {
    Run {
        id: 112,
        requester: "ann <\"&".to_owned(),
        environment: Some(EnvironmentName { id: 7, name: "seven".to_owned() }),
        environment_any: None,
        targets: vec![".".to_owned()],
        plans: Vec::new(),
        template: None,
        state: State::Finished,
        outcome: Some(outcome),
        reason: reason.map(ToOwned::to_owned),
        attempt: 1,
        created_at: Timestamp(Millis(1_772_374_803_050)),
        started_at: Some(Timestamp(Millis(1_772_374_804_050))),
        finished_at: Some(Timestamp(Millis(1_772_374_805_300))),
        duration_ms: Some(1250),
        progress: Progress { collected: 2, passed: 1, failed: 1, ..Progress::default() },
        position: None,
        waits_for: None,
        start_mode: None,
        start_mode_reason: None,
        rerun_of: None,
        note: None,
        cancel: None,
        comments: 0,
        rerun_count: 0,
    }
}

fn test(nodeid: &str, outcome: TestOutcome, message: Option<&str>) -> TestCase {
    TestCase {
        number: 0,
        nodeid: nodeid.to_owned(),
        outcome,
        duration_ms: Some(12.5),
        phases: Vec::new(),
        message: message.map(ToOwned::to_owned),
        traceback: None,
        sections: Vec::new(),
        log: None,
        memory: None,
        label: None,
        why: None,
        started_at: None,
    }
}

fn report(run: &Run, tests: &[TestCase]) -> String {
    let lost = tests.iter().filter(|test| test.outcome == TestOutcome::Lost).count();
    let lost = i64::try_from(lost).unwrap();
    let mut report = JunitReport::begin(Vec::new(), run, lost).unwrap();
    tests.iter().try_for_each(|test| report.add(test)).unwrap();
    let text = String::from_utf8(report.end().unwrap()).unwrap();
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    while !matches!(reader.read_event().unwrap(), Event::Eof) {}
    text
}

#[test]
fn a_report_looks_like_that_of_pytest() {
    let mut failed =
        test("a/test_b.py::C::test_d[x::y/z]", TestOutcome::Failed, Some("assert 1 < \"0\""));
    failed.traceback = Some("E   assert 1 < 0".to_owned());
    failed.sections = vec![
        Section { name: "Captured log call".to_owned(), text: "WARNING x\n".to_owned() },
        Section { name: "Captured stderr call".to_owned(), text: "err".to_owned() },
    ];
    let passed = test("a/test_b.py::test_e", TestOutcome::Passed, None);
    let report = report(&run(Outcome::Failed, Some("1 failed")), &[failed, passed]);
    insta::assert_snapshot!(report.replace("><", ">\n<"), @r##"
    <?xml version="1.0" encoding="utf-8"?>
    <testsuites name="pytest tests">
    <testsuite name="pytest" errors="0" failures="1" skipped="0" tests="2" time="1.250" timestamp="2026-03-01T14:20:04.050Z">
    <properties>
    <property name="proctor.run" value="112"/>
    <property name="proctor.environment" value="7"/>
    <property name="proctor.requester" value="ann &lt;&quot;&amp;"/>
    </properties>
    <testcase classname="a.test_b.C" name="test_d[x::y/z]" time="0.013">
    <failure message="assert 1 &lt; &quot;0&quot;">E   assert 1 &lt; 0</failure>
    <system-out>------------------------------ Captured log call -------------------------------
    WARNING x
    </system-out>
    <system-err>----------------------------- Captured stderr call -----------------------------
    err
    </system-err>
    </testcase>
    <testcase classname="a.test_b" name="test_e" time="0.013">
    </testcase>
    </testsuite>
    </testsuites>
    "##);
}

#[test]
fn each_outcome_has_its_element() {
    let element = |test: &TestCase| {
        let report = report(&run(Outcome::Failed, None), std::slice::from_ref(test));
        let start =
            report.find("<testcase").map(|start| start + report[start..].find('>').unwrap() + 1);
        start.map(|start| report[start..report.rfind("</testcase>").unwrap_or(start)].to_owned())
    };
    let of = |outcome| element(&test("t.py::t", outcome, Some("why")));
    assert_eq!(of(TestOutcome::Passed).unwrap(), "");
    assert_eq!(of(TestOutcome::Xpassed).unwrap(), "");
    assert_eq!(of(TestOutcome::Running), None);
    assert_eq!(of(TestOutcome::Failed).unwrap(), r#"<failure message="why">why</failure>"#);
    assert_eq!(of(TestOutcome::Skipped).unwrap(), r#"<skipped type="pytest.skip" message="why"/>"#);
    assert_eq!(
        of(TestOutcome::Xfailed).unwrap(),
        r#"<skipped type="pytest.xfail" message="why"/>"#
    );
    assert_eq!(of(TestOutcome::Lost).unwrap(), r#"<error message="why">why</error>"#);
    let unknown = element(&test("t.py::t", TestOutcome::Lost, None)).unwrap();
    assert!(unknown.starts_with("<error message=\"it started and has no report"), "{unknown}");
    let mut error = test("t.py::t", TestOutcome::Error, Some("why"));
    error.phases =
        vec![Phase { name: "setup".to_owned(), outcome: "failed".to_owned(), duration_ms: 1.0 }];
    assert_eq!(
        element(&error).unwrap(),
        r#"<error message="failed on setup with &quot;why&quot;">why</error>"#
    );
}

#[test]
fn a_run_in_trouble_is_never_green() {
    let report = report(&run(Outcome::TimedOut, Some("after 60 s in test_a")), &[]);
    assert!(report.contains(r#"errors="1""#), "{report}");
    assert!(
        report.contains(r#"<error message="run 112: timed out: after 60 s in test_a">"#),
        "{report}"
    );
}

#[test]
fn a_test_that_hung_counts_and_shows_where() {
    let mut hung = test("t.py::t", TestOutcome::Lost, Some("it was still running"));
    hung.traceback = Some("Thread 0x1 (most recent call first):".to_owned());
    let report = report(&run(Outcome::TimedOut, None), &[hung]);
    // The other one is the run itself; one has passed and one has failed.
    assert!(report.contains(r#"errors="2""#) && report.contains(r#"tests="4""#), "{report}");
    let element =
        r#"<error message="it was still running">Thread 0x1 (most recent call first):</error>"#;
    assert!(report.contains(element), "{report}");
}

#[test]
fn names_are_split_as_pytest_does() {
    let split = |nodeid| class_and_name(nodeid);
    assert_eq!(split("a/test_b.py::C::t[x::y]"), ("a.test_b.C".to_owned(), "t[x::y]".to_owned()));
    assert_eq!(split("test_b.py::t"), ("test_b".to_owned(), "t".to_owned()));
    assert_eq!(split("sub/test_imp.py"), (String::new(), "sub.test_imp".to_owned()));
}

#[test]
fn what_xml_cannot_hold_is_made_visible_and_colours_go() {
    assert_eq!(valid("tab\tline\nplain ü漢😀"), "tab\tline\nplain ü漢😀");
    assert_eq!(valid("\u{1b}[31mred\u{1b}[0m \0 \u{1b}[2J \u{ffff}"), "red #x00 #x1B[2J #xFFFF");
    let nasty = test("t.py::t[\u{1}<&\"]", TestOutcome::Failed, Some("]]> \u{8} </failure>"));
    report(&run(Outcome::Failed, None), &[nasty]);
}
