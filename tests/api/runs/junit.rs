//! `GET /runs/{id}/junit.xml`

use proctor::domain::{Outcome, Section, TestOutcome};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::harness::{Server, test_report};

#[tokio::test]
async fn the_report_has_every_test_case_however_many() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let mut tests: Vec<_> = (0..249)
        .map(|number| {
            test_report(number, &format!("test_a.py::test_{number}"), TestOutcome::Passed)
        })
        .collect();
    tests.push(test_report(249, "test_a.py::test_last[<&>]", TestOutcome::Failed));
    worker.finish(&claimed, tests, Outcome::Failed).await;
    let answer = server.get("/api/v1/runs/1/junit.xml").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/xml; charset=utf-8"))
    );
    let text = answer.text();
    assert_eq!(text.matches("<testcase").count(), 250);
    assert!(text.starts_with("<?xml") && text.ends_with("</testsuites>"), "{text}");
    assert!(text.contains(r#"tests="250""#) && text.contains(r#"failures="1""#));
    assert!(text.contains(r#"name="test_last[&lt;&amp;&gt;]""#));
}

#[tokio::test]
async fn a_run_that_has_not_started_has_an_empty_report() {
    let server = Server::start().await;
    server.submit("ann", 7).await;
    let answer = server.get("/api/v1/runs/1/junit.xml").await;
    assert_eq!((answer.status, answer.text().matches("<testcase").count()), (200, 0));
    assert_eq!(server.get("/api/v1/runs/404/junit.xml").await.status, 404);
}

/// What Jenkins' schema says of an element: what may stand in it, the attributes that it must have, and those that it may
/// have. Told after `junit-10.xsd` of the xUnit plugin (MIT License, Copyright 2014 Gregory Boissinot), not copied.
type Rule =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const RULES: [Rule; 10] = [
    ("testsuites", &["testsuite"], &[], &["name", "time", "tests", "failures", "errors"]),
    (
        "testsuite",
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
        &["name", "tests", "failures", "errors"],
        &[
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
        ],
    ),
    ("properties", &["property"], &[], &[]),
    ("property", &[], &["name", "value"], &[]),
    (
        "testcase",
        &["skipped", "error", "failure", "system-out", "system-err"],
        &["name"],
        &["time", "classname", "group"],
    ),
    ("failure", &[], &[], &["type", "message"]),
    ("error", &[], &[], &["type", "message"]),
    ("skipped", &[], &[], &["type", "message"]),
    ("system-out", &[], &[], &[]),
    ("system-err", &[], &[], &[]),
];
/// Elements with text in them.
const TEXTS: [&str; 5] = ["failure", "error", "skipped", "system-out", "system-err"];

fn check(report: &str) {
    let mut reader = Reader::from_str(report);
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => open.push(check_element(&element, open.last())),
            Event::Empty(element) => {
                check_element(&element, open.last());
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if !text.iter().all(u8::is_ascii_whitespace) => {
                assert!(TEXTS.contains(&open.last().unwrap().as_str()), "text in {open:?}");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn check_element(element: &BytesStart, parent: Option<&String>) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let name = text(element.name().as_ref());
    let rule = |name: &str| *RULES.iter().find(|rule| rule.0 == name).expect("a known element");
    match parent {
        Some(parent) => assert!(rule(parent).1.contains(&name.as_str()), "{name} in {parent}"),
        None => assert_eq!(name, "testsuites"),
    }
    let (_, _, needed, allowed) = rule(&name);
    let attributes: Vec<_> = element.attributes().map(Result::unwrap).collect();
    let names: Vec<_> = attributes.iter().map(|one| text(one.key.as_ref())).collect();
    assert!(needed.iter().all(|one| names.iter().any(|name| name == one)), "{name}: {names:?}");
    let is_known = |one: &String| needed.contains(&one.as_str()) || allowed.contains(&one.as_str());
    assert!(names.iter().all(is_known), "{name}: {names:?}");
    for (key, value) in names.iter().zip(&attributes) {
        let value = text(&value.value);
        if key == "time" {
            let (whole, part) = value.split_once('.').unwrap();
            assert!((whole.to_owned() + part).bytes().all(|one| one.is_ascii_digit()), "{value}");
        }
    }
    name
}

#[tokio::test]
async fn a_report_is_what_the_schema_of_jenkins_asks_for() {
    let server = Server::start().await;
    let worker = server.worker().await;
    server.submit("ann", 7).await;
    let claimed = worker.claim().await;
    let outcomes = TestOutcome::ALL.into_iter().enumerate();
    let tests = outcomes.map(|(place, outcome)| {
        let number = i64::try_from(place).unwrap();
        let mut test =
            test_report(number, &format!("a/test_b.py::Test::test_{number}[\u{1}<x>]"), outcome);
        test.sections = ["Captured stdout call", "Captured stderr call"]
            .map(|name| Section { name: name.into(), text: "]]> & \u{1b}[31mred\u{0}".into() })
            .into();
        test
    });
    worker.finish(&claimed, tests.collect(), Outcome::TimedOut).await;
    let report = server.get("/api/v1/runs/1/junit.xml").await.text();
    check(&report);
    // Only with what the schema does not know, and whoever wants that says so.
    let linked = server.get("/api/v1/runs/1/junit.xml?file=true").await.text();
    assert!(linked.contains("file=\"a/test_b.py\"") && !report.contains("file="), "{linked}");
    assert_eq!(server.get("/api/v1/runs/1/junit.xml?file=x").await.status, 400);
}
