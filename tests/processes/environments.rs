//! What people do with environments, seen by runs: variables, secrets, reservations.

use proctor::domain::Millis;
use proctor::wire::{EnvironmentState, Outcome, Timestamp};
use serde_json::json;

use crate::harness::{Proctor, wait_until};

const SECRET: &str = "s3cret-\"tok'en\"";

/// Says a secret in every way in which a run can say something.
const TELLTALE: &str = "
import os, time
import pytest

TOKEN = os.environ['TOKEN']

def test_prints():
    for part in (TOKEN[:4], TOKEN[4:]):
        os.write(1, part.encode())
        time.sleep(0.05)
    os.write(1, f' is it {TOKEN}\\n'.encode())
    print(os.environ['URL'], os.environ['COLOUR'])

def test_raises():
    known = [TOKEN]
    assert known == [], f'it was {TOKEN}'

def test_skips():
    pytest.skip(TOKEN)

@pytest.mark.parametrize('value', [TOKEN])
def test_named(value):
    pass

def test_ends_with_it():
    print('so', TOKEN, end='')
";

const FAILING: &str = "def test_fails():\n    assert False\n";

#[test]
fn what_is_secret_is_read_by_the_tests_and_by_nobody_else() {
    let proctor = Proctor::start();
    proctor.tests.write("test_telltale.py", TELLTALE);
    let api = proctor.api();
    let variables = json!({
        "TOKEN": {"value": SECRET, "secret": true}, "URL": "https://x.test", "COLOUR": "red"
    });
    let (status, answer) = api.patch("/api/v1/environments/7", &json!({"variables": variables}));
    assert_eq!(status, 200, "{answer}");
    let body = json!({
        "requester": "ann", "environment": 7, "targets": ["test_telltale.py"], "variables": {"COLOUR": "blue"}
    });
    let run = api.submit_json(body);
    let ended = api.wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Failed), "{ended:#?}");
    let log = api.log(run);
    assert!(log.contains("*** is it ***"), "{log}");
    assert!(log.contains("https://x.test blue"), "the run's own value wins: {log}");
    let shown = [
        log,
        api.text(&format!("/api/v1/runs/{run}")),
        api.text(&format!("/api/v1/runs/{run}/tests")),
        api.text(&format!("/api/v1/runs/{run}/junit.xml")),
        api.text(&format!("/api/v1/runs/{run}/log?from_line=1&count=1000")),
        api.text("/api/v1/environments/7"),
    ];
    for text in &shown {
        for part in ["s3cret", "tok'en", "tok\\'en"] {
            assert!(!text.contains(part), "{text}");
        }
    }
    assert!(shown[2].contains("it was ***"), "{}", shown[2]);
}

#[test]
fn a_reservation_that_ends_starts_the_next_run() {
    let proctor = Proctor::start();
    proctor.tests.write("test_one.py", "def test_one():\n    pass\n");
    let api = proctor.api();
    let until = Timestamp(Millis(proctor::clock::Clock::System.now().0 + 2000));
    let wish = json!({"person": "ben", "until": until, "reason": "a short look"});
    let (status, answer) = api.put("/api/v1/environments/7/reservation", &wish);
    assert_eq!(status, 200, "{answer}");
    let run = api.submit(7, "test_one.py");
    let ended = api.wait_until_finished(run);
    assert_eq!(ended.run.outcome, Some(Outcome::Passed));
    assert!(ended.run.started_at.unwrap() >= until, "{ended:#?}");
}

#[test]
fn a_run_that_fails_keeps_its_environment_until_it_is_released() {
    let proctor = Proctor::start();
    proctor.tests.write("test_failing.py", FAILING);
    let api = proctor.api();
    let body = json!({
        "requester": "ann", "environment": 7, "targets": ["test_failing.py"],
        "options": {"keep_if_failed_minutes": 30}
    });
    let run = api.submit_json(body);
    api.wait_until_finished(run);
    let kept = api.environment(7);
    assert_eq!(kept.state, EnvironmentState::Reserved);
    assert_eq!(kept.holder.and_then(|holder| holder.person).as_deref(), Some("ann"));
    let of_ben = api.submit_as("ben", 7, "test_failing.py");
    wait_until("the reason to wait is told", || {
        let waits_for = api.run(of_ben).run.waits_for.unwrap_or_default();
        waits_for.contains("reserved by ann") && waits_for.contains(&format!("run {run}"))
    });
    // Her own runs may go on there.
    let own = api.submit_as("ann", 7, "test_failing.py");
    api.wait_until_finished(own);
    assert_eq!(api.delete("/api/v1/environments/7/reservation"), 204);
    api.wait_until_finished(of_ben);
}
